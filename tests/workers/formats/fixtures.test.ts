/** What is wrong with a record costs that record, or that value, and is said. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FORMATS } from '../../../workers/formats/index';
import { Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const run = async (path: string) => {
  const format = FORMATS.find(({ id }) => path.startsWith(id));
  if (!format) throw new Error(`no format for ${path}`);
  return stage.run(format, readFileSync(resolve(import.meta.dirname, '../../fixtures', path)));
};

test.for([
  { path: 'k8s-audit/shapes.ndjson', records: 5 },
  { path: 'k8s-audit/array.json', records: 5 },
  { path: 'k8s-audit/concatenated.json', records: 2 },
  { path: 'k8s-audit/eventlist.json', records: 2 },
  { path: 'k8s-audit/pretty-with-byte-order-mark.json', records: 1 },
])('$path holds $records events in whatever shape', async ({ path, records }) => {
  const { rows, rejects } = await run(path);
  expect(rejects).toEqual([]);
  expect(rows).toHaveLength(records);
});

test('broken lines cost one reject each, with its place in the line', async () => {
  const { rows, rejects } = await run('k8s-audit/broken-lines.ndjson');
  expect(rows.map((row) => row.r)).toEqual([1n, 11n]);
  expect(rejects.map(({ at, why }) => `${at} ${why}`)).toMatchInlineSnapshot(`
    [
      "2 not JSON at byte 154: a string does not end",
      "3 not JSON at byte 229: a key is expected",
      "4 not JSON at byte 55: a value is expected",
      "5 not JSON at byte 610: no number of JSON",
      "6 not JSON at byte 0: a value is expected",
      "7 not a JSON object at byte 0",
      "8 not a JSON object at byte 0",
      "9 not a JSON object at byte 0",
      "10 not JSON at byte 224: a control character in a string",
    ]
  `);
});

test('bytes that are not UTF-8 cost their line', async () => {
  const { rows, rejects } = await run('k8s-audit/not-utf8.ndjson');
  expect(rows.map((row) => row.r)).toEqual([1n, 3n]);
  expect(rejects).toEqual([{ at: '2', why: expect.stringMatching(/^not UTF-8 at byte \d+$/) }]);
});

test('odd values cost that value alone and are flagged', async () => {
  const { rows, rejects } = await run('k8s-audit/odd-values.ndjson');
  expect(rejects).toEqual([]);
  expect(rows.map((row) => (row.flags as string[]).filter((flag) => flag !== 'name from the body'))).toEqual([
    ['duplicate key'],
    [],
    ['lone surrogate'],
    ['leap second: requestReceivedTimestamp'],
    ['not an object: user'],
    ['not a list: sourceIPs'],
    ['not a whole number: responseStatus.code'],
    ['beyond 64 bits: responseStatus.code'],
    ['no time that can be read: requestReceivedTimestamp', 'time is not that of the request'],
    ['cut to nanoseconds: requestReceivedTimestamp'],
    [],
    [],
  ]);
  expect(rows.map((row) => row.verb)).toEqual(Array.from({ length: 12 }, () => 'create'));
});

test('an exit whose start was not recorded stands at the start that it states', async () => {
  const { rows } = await run('tetragon/exit-without-exec.ndjson');
  expect(told(rows[0])).toMatchObject({
    time: '2026-03-17T09:41:09.123456789Z',
    end: '2026-03-17T09:41:12.500000000Z',
    flags: ['start not recorded', 'ended by a signal'],
    exitcode: 137,
  });
});

test('a process found running stands at its own start, not at the agent’s', async () => {
  const { rows } = await run('tetragon/running-before-start.ndjson');
  expect(told(rows[0])).toMatchObject({ time: '2026-03-17T09:41:09.123456789Z', flags: ['running before Tetragon started'] });
});

test('what Falco says about itself is ignored with a reason', async () => {
  const { rows } = await run('falco/about-itself.ndjson');
  expect(rows.map((row) => row.skip)).toEqual(['ignored: Falco about itself', null]);
});
