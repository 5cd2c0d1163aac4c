/** The process that the crash loop kills: waits for `{"dir","path"}` on stdin, then imports. Its threads are up before it says that it is ready. */
import { createInterface } from 'node:readline';
import { CaseFolder } from '../../../workers/case/folder';
import { ImportThreads, importEvidence } from '../../../workers/import/import';

const threads = new ImportThreads();
createInterface({ input: process.stdin }).once('line', (line) => void run(JSON.parse(line) as { dir: string; path: string }));
process.stdout.write('ready\n');

async function run({ dir, path }: { readonly dir: string; readonly path: string }): Promise<void> {
  const folder = await CaseFolder.open(dir);
  await importEvidence(folder, { path }, undefined, undefined, 'crash', threads);
  folder.close();
  process.stdout.write('done\n');
  process.exit(0);
}
