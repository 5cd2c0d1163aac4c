import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { timesketch } from '../../../workers/formats/timesketch';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const read = async (file: string) => {
  const { rows, rejects } = await stage.run(
    timesketch,
    readFileSync(resolve(import.meta.dirname, '../../fixtures/timesketch', file)),
  );
  expect(rejects).toEqual([]);
  return rows.map(told);
};

test('a row becomes what its own columns say, else a policy activity with its message', async () => {
  const rows = await read('shapes.ndjson');
  expect(rows).toMatchObject([
    {
      kind: 'policy',
      label: 'ann logged in from 192.0.2.7',
      time: '2026-03-17T09:41:07.123456000Z',
      precision: 'us',
      host: 'node-1',
      username: 'ann',
      tags: ['interesting'],
    },
    { kind: 'cmd', cmdline: 'curl files.example', comm: 'curl', pid: 4711, uid: 0, pod: 'web-1', flags: ['time from timestamp'] },
    {
      kind: 'net',
      client: '10.0.1.7',
      clientport: 40122,
      server: '198.51.100.23',
      serverport: 443,
      flags: ['direction unknown'],
    },
    { kind: 'file', path: '/etc/passwd', label: 'Content Modification Time', precision: 's' },
  ]);
});

test('a CSV, with quotes, a dash for nothing and tags as a list or in words', async () => {
  const rows = await read('timeline.csv');
  expect(rows).toMatchObject([
    { label: 'ann, again', tags: ['a', 'b'], host: 'node-1' },
    { label: '=SUM(A1)', tags: ['x'] },
  ]);
  expect(rows[1]).not.toHaveProperty('host');
});
