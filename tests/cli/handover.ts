/** All that is handed over of a case, and what it was made from: what the tests of `verify` tamper with. Evidences: a file, an archive, a folder. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostedEngine } from '../../workers/host';
import { LINES } from './bundle';
import { exhibit } from './io';
import { CREATED, makeCase } from './verify-case';

/** Names below the folder. */
export const AT = {
  case: 'a.exhibit',
  file: 'audit.log',
  archive: 'node.tgz',
  tree: 'tree',
  pdf: 'report.pdf',
  json: 'report.json',
  html: 'report.html',
  list: 'list.pdf',
  signed: 'signed.pdf',
  bag: 'bag',
  key: 'key.pub.pem',
} as const;

export async function makeHandover(host: HostedEngine): Promise<string> {
  const { folder } = await makeCase(host);
  const at = (name: string) => join(folder, name);
  const third = LINES.map((line) => line.replace('00000000-0000-4000', '00000000-0000-4222').replace('web-1', 'db-1'));
  const secret = third.map((line) => line.replace('command=bash', 'command=mysql&command=--password%3Dmoonlight7'));
  await mkdir(at('tree/cp-3'), { recursive: true });
  await writeFile(at('tree/cp-3/audit.log'), `${secret.join('\n')}\n`);
  await writeFile(at('tree/notes.md'), 'Collected on Tuesday.\n');
  const run = async (...argv: string[]) => {
    const { exit, err } = await exhibit(argv, host);
    // 3: the folder has a file that holds no records.
    if (exit !== 0 && exit !== 3) throw new Error(`${argv.join(' ')}: ${err}`);
  };
  const made = ['--case', at(AT.case), '--created', CREATED];
  await run('import', at(AT.tree), '--case', at(AT.case));
  for (const name of [AT.pdf, AT.json, AT.html]) await run('report', ...made, '--board', '-o', at(name));
  await run('report', ...made, '--filter', 'subresource=exec', '--with-records', '-o', at(AT.list));
  await run('key', '-o', at('key.pem'));
  await run('report', ...made, '--board', '--sign', at('key.pem'), '-o', at(AT.signed));
  await run('export', ...made, '--format', 'bag', '--sign', at('key.pem'), '-o', at(AT.bag));
  return folder;
}

/** A copy to touch. */
export async function copied(folder: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'exhibit-touched-'));
  await cp(folder, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** Arguments of a command: options as they are, names as paths below the folder. */
export const below = (folder: string, argument: string): string =>
  argument.startsWith('--') ? argument : join(folder, argument);

export const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
