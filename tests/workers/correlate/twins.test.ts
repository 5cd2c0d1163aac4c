import { expect, test } from 'vitest';
import { joinTwins } from '../../../workers/correlate/twins';
import { attempt } from './subjects';

const ID = '6f0c1e52-9a53-4a39-8a53-0b3f8f1d2c11';
const log = attempt({ key: 1, auditid: ID, argv: ['bash', '-l'], tty: true });
const told = attempt({
  key: 2,
  auditid: ID.toUpperCase(),
  argv: ['bash'],
  tty: null,
  ready: Number.NaN,
  end: Number.NaN,
  container: null,
});
const formats = new Map([
  [1, 'k8s-audit'],
  [2, 'sysdig'],
  [3, 'sysdig'],
]);
const joined = (...attempts: readonly ReturnType<typeof attempt>[]) => joinTwins(attempts, (key) => formats.get(key) ?? null);

test('a call that the audit log and an agent’s back end tell is one, whatever their order', () => {
  for (const order of [
    [log, told],
    [told, log],
  ])
    expect(joined(...order)).toEqual([{ ...log, twins: [2] }]);
});

test('what the fuller record does not say is taken from the other', () => {
  const gke = { ...log, argv: null, container: null, comms: [] };
  expect(joined(gke, { ...told, container: 'web', comms: [7] })).toEqual([
    { ...gke, argv: ['bash'], container: 'web', comms: [7], twins: [2] },
  ]);
});

test.for([
  ['another pod', { pod: 'web-2' }],
  ['another command', { argv: ['sh'] }],
  ['another hour', { time: 3600 }],
  ['another id', { auditid: ID.replace('6', '7') }],
  ['no id', { auditid: null }],
])('%s: another call', ([, change]) => {
  expect(joined(log, { ...told, ...(change as object) })).toHaveLength(2);
});

test('two records of one source are two calls: a client may choose its audit id', () => {
  const again = { ...told, key: 3 };
  expect(joined(told, again).map(({ twins }) => twins)).toEqual([[], []]);
  expect(joined(log, told, again).map(({ key, twins }) => [key, twins])).toEqual([
    [1, [2]],
    [3, []],
  ]);
});
