import { expect, test } from 'vitest';
import { groupsOf, interactiveBecause } from '../../../renderer/views/activity/details-data';
import type { ActivityJson } from '../../../workers/contract/activity';
import { ATTRIBUTES, KINDS } from '../../../workers/contract/attributes';

const exec: ActivityJson = {
  id: 'E1/a.log:7',
  kind: 'exec',
  records: [],
  time: '2026-03-17T14:03:11.482913000Z',
  resource: 'pods',
  subresource: 'exec',
  name: 'billing-api-x',
  command: ['bash', '-c', 'id'],
  user: 'johndoe',
  groups: ['dev-billing', 'system:authenticated'],
  sourceaddresses: ['10.0.0.9', '203.0.113.7'],
  deployment: 'billing-api',
  code: 101,
};
const groups = groupsOf({ activity: exec, completed: { deployment: 'from pod names in E2' } });
const line = (name: string) => groups.flat().find((l) => l.name === name);

test('keeps the order of the seed for its kind', () => {
  expect(groups.slice(0, 6).map((g) => g.map((l) => l.name))).toEqual([
    ['time'],
    ['resource', 'name', 'subresource', 'command', 'container'],
    ['user', 'groups', 'useragent'],
    ['sourceaddresses'],
    ['namespace', 'deployment', 'cluster', 'pod'],
    ['host', 'mac'],
  ]);
});

test('says what is not in this evidence', () => {
  expect(line('mac')?.values).toEqual([]);
});

test('shows everything else after it', () => {
  expect(line('code')?.values.map((v) => v.text)).toEqual(['101']);
});

test('each element of a list is a value of its own', () => {
  expect(line('groups')?.values.map((v) => v.text)).toEqual(['dev-billing', 'system:authenticated']);
});

test('a command is one value, as its filter takes it', () => {
  expect(line('command')?.values.map((v) => v.text)).toEqual(['bash -c id']);
});

test('only the last address was seen by the server', () => {
  expect(line('sourceaddresses')?.values.map((v) => v.basis)).toEqual(['claimed by the client', 'seen by server']);
});

test('marks what was completed', () => {
  expect(line('deployment')?.completed).toBe('from pod names in E2');
  expect(line('name')?.completed).toBe('');
});

test('a value that evidence names like a method is no method', () => {
  const odd = groupsOf({ activity: { ...exec, pod: 'constructor' }, completed: {} });
  expect(odd.flat().find((l) => l.name === 'pod')?.completed).toBe('');
});

test('every attribute is told exactly once, for every kind', () => {
  const full = Object.fromEntries(ATTRIBUTES.map((a) => [a.name, 'x']));
  for (const kind of KINDS) {
    const names = groupsOf({ activity: { ...full, id: 'E1:1', kind, records: [] }, completed: {} })
      .flat()
      .map((l) => l.name);
    expect(new Set(names).size).toBe(names.length);
    const elsewhere = ['id', 'evidence', 'member', 'record', 'precision', 'kind'];
    expect(new Set([...names, ...elsewhere])).toEqual(new Set(ATTRIBUTES.map((a) => a.name)));
  }
});

test.for([
  [{ interactive: 'yes', tty: 34816 }, /tty 34816 is not 0/],
  [{ interactive: 'yes', kind: 'net', comm: 'sshd' }, /connection of sshd/],
  [{ interactive: 'yes' }, /below the root of a session/],
  [{ interactive: 'no', tty: 0 }, /no terminal/],
  [{ interactive: 'no' }, /not below its root/],
  [{ interactive: 'unknown', kind: 'exec' }, /request has no terminal of its own/],
  [{ interactive: 'unknown', kind: 'cmd' }, /does not record terminals/],
  [{}, /^$/],
] as const)('why it is interactive, or not, or nobody can tell: %o', ([change, why]) => {
  expect(interactiveBecause({ ...exec, kind: 'cmd', ...change }, null)).toMatch(why);
});
