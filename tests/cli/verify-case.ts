/** A case with two evidences, one of them an archive, and a report of what is marked in it: what the tests of `verify` and `export` tamper with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HostedEngine } from '../../workers/host';
import { tar } from '../helpers/archives';
import { LINES } from './bundle';

export const CREATED = '2026-03-18T08:00:00Z';

export interface Made {
  readonly folder: string;
  readonly case: string;
  readonly file: string;
  readonly archive: string;
  readonly pdf: string;
  readonly json: string;
}

const second = LINES.map((line) => line.replace('00000000-0000-4000', '00000000-0000-4111'));

/** Leaves the case closed. */
export async function makeCase({ engine }: HostedEngine): Promise<Made> {
  const folder = await mkdtemp(join(tmpdir(), 'exhibit-verify-'));
  const made = placed(folder);
  await writeFile(made.file, `${LINES.join('\n')}\n`);
  await writeFile(made.archive, gzipSync(tar([{ name: 'cp-2/audit.log', content: `${second.join('\n')}\n` }])));
  await engine.open({ dir: made.case, create: true });
  await engine.import({ path: made.file });
  await engine.import({ path: made.archive });
  await engine.mark({ target: 'E2/cp-2/audit.log:4', kind: 'note', text: 'deleted by hand' });
  await engine.mark({ target: 'E1:1', kind: 'tag', text: 'first' });
  await engine.mark({ target: 'E1:2', kind: 'reason', text: 'CHG-4711' });
  for (const format of ['pdf', 'json'] as const) {
    const { bytes } = await engine.report({ ids: [], board: true, format, created: CREATED });
    await writeFile(made[format], bytes);
  }
  await engine.close();
  return made;
}

export const remove = (made: Made): Promise<void> => rm(made.folder, { recursive: true, force: true });

const placed = (folder: string): Made => ({
  folder,
  case: join(folder, 'a.exhibit'),
  file: join(folder, 'audit.log'),
  archive: join(folder, 'node.tgz'),
  pdf: join(folder, 'report.pdf'),
  json: join(folder, 'report.json'),
});
