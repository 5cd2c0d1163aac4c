/** Several processes and one case: readers ask the one that writes, else wait, else name the holder. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostedEngine, startEngine } from '../../workers/host';
import { writeBundle } from './bundle';
import { exhibit } from './io';

let writer: HostedEngine;
let reader: HostedEngine;
let folder: string;
let dir: string;

beforeAll(async () => {
  const bundle = await writeBundle();
  folder = bundle.folder;
  dir = join(folder, 'a.exhibit');
  [writer, reader] = [startEngine(), startEngine()];
  await writer.engine.open({ dir, create: true });
  await writer.engine.import({ path: bundle.path });
});
afterAll(async () => {
  await Promise.all([writer.close(), reader.close()]);
  await rm(folder, { recursive: true });
});

test.for([
  { argv: ['count'], says: '4\n' },
  {
    argv: ['query', '--format', 'ndjson', '--columns', 'verb'],
    says: '{"verb":"get"}\n{"verb":"get"}\n{"verb":"get"}\n{"verb":"delete"}\n',
  },
  { argv: ['record', 'E1:2', '--json'], says: '"record":"2"' },
  { argv: ['info', '--json'], says: '"readOnly":false' },
  { argv: ['groups', '--json'], says: '"count":4' },
  { argv: ['sessions', '--json'], says: '"session":"E1:2"' },
  { argv: ['trace', 'E1:2', '--json'], says: '"session":"E1:2"' },
])('$argv reads a case that another has open for writing', async ({ argv, says }) => {
  const { exit, out } = await exhibit([...argv, '--case', dir], reader);

  expect(exit).toBe(0);
  expect(out).toContain(says);
});

test('a report of a case that another has open is made and journaled by that one', async () => {
  const { entries } = (await writer.engine.info()).journal;
  const { exit } = await exhibit(['report', 'E1:2', '-o', join(folder, 'r.json'), '--case', dir], reader);

  expect(exit).toBe(0);
  expect((await writer.engine.info()).journal.entries).toBe(entries + 1);
});

test('an import into it is refused at once, naming the holder', async () => {
  const { exit, err } = await exhibit(['import', join(folder, 'audit.log'), '--case', dir], reader);

  expect(exit).toBe(1);
  expect(err).toContain(`Process ${process.pid} on ${hostname()}`);
});

test('a holder that does not answer is waited for and then named', async () => {
  const silent = join(await mkdtemp(join(folder, 'silent-')), 'b.exhibit');
  await mkdir(silent);
  const holder = {
    pid: process.ppid,
    host: hostname(),
    started: null,
    since: '2026-03-17T09:00:00Z',
    socket: join(folder, 'none'),
    key: '00',
  };
  await writeFile(join(silent, 'lock'), JSON.stringify(holder));
  const started = performance.now();
  const { exit, err } = await exhibit(['count', '--case', silent], reader);

  expect(performance.now() - started).toBeGreaterThan(9_900);
  expect(exit).toBe(1);
  expect(err).toContain(`Process ${process.ppid} on ${hostname()}`);
});

test('once the writer is done, readers open the case themselves', async () => {
  await writer.engine.close();
  const { exit, out } = await exhibit(['info', '--json', '--case', dir], reader);

  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ readOnly: true, activities: 4 });
});
