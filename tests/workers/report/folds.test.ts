import { expect, test } from 'vitest';
import type { ActivityJson } from '../../../workers/contract/activity';
import { foldsOf } from '../../../workers/report/folds';

const at = (seconds: number, told: Readonly<Record<string, unknown>> = {}): ActivityJson => ({
  id: `E1:${seconds}`,
  kind: 'net',
  records: [],
  process: 'p',
  server: '192.0.2.7',
  time: `2026-03-17T09:00:${String(seconds).padStart(2, '0')}.000000000Z`,
  ...told,
});
const run = (from: number, many: number, told: Readonly<Record<string, unknown>> = {}) =>
  Array.from({ length: many }, (_, i) => at(from + i, told));

test.for([
  { title: 'ten alike are one row', given: run(0, 10), left: 1 },
  { title: 'nine stay', given: run(0, 9), left: 9 },
  { title: 'a silence of five seconds ends a burst', given: [...run(0, 10), ...run(14, 10)], left: 2 },
  { title: 'another server is another burst', given: [...run(0, 10), ...run(0, 9, { server: '192.0.2.8' })], left: 10 },
  { title: 'another process is another burst', given: [...run(0, 5), ...run(5, 5, { process: 'q' })], left: 10 },
  { title: 'what a rule matched is never hidden', given: run(0, 12, { rule: 'Outbound' }), left: 12 },
  { title: 'commands are never hidden', given: run(0, 12, { kind: 'cmd' }), left: 12 },
  { title: 'what has no time is never hidden', given: run(0, 12, { time: undefined }), left: 12 },
])('$title', ({ given, left }) => {
  const { bursts, hidden } = foldsOf(given);

  expect(given.length - hidden.size).toBe(left);
  expect([...bursts.values()].reduce((sum, { all }) => sum + all.length - 1, 0)).toBe(hidden.size);
  for (const [first, { all, last }] of bursts) expect([all[0], all.at(-1)?.time]).toEqual([first, last]);
});
