/** The process that the crash loop kills: waits for `{"dir","path"}` on stdin, then imports, or for `{"dir","settings"}`, then reads an evidence again under them. Its threads are up before it says that it is ready. */
import { createInterface } from 'node:readline';
import { CaseFolder } from '../../../workers/case/folder';
import type { SettingsRequest } from '../../../workers/contract/evidence';
import { ImportThreads, importEvidence } from '../../../workers/import/import';
import { setSettings } from '../../../workers/import/reread';

export type Task = { readonly path: string } | { readonly settings: SettingsRequest };

const threads = new ImportThreads();
createInterface({ input: process.stdin }).once('line', (line) => void run(JSON.parse(line) as Task & { dir: string }));
process.stdout.write('ready\n');

async function run({ dir, ...task }: Task & { readonly dir: string }): Promise<void> {
  const folder = await CaseFolder.open(dir);
  if ('settings' in task) await setSettings(folder, task.settings, { job: 'crash', kept: threads });
  else await importEvidence(folder, { path: task.path }, undefined, undefined, 'crash', threads);
  folder.close();
  process.stdout.write('done\n');
  process.exit(0);
}
