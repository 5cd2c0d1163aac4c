import { expect, test } from 'vitest';
import { opensSession, rowOf, scopeOf, subjectOf } from '../../../renderer/views/activity/list-data';
import { matching, podTail } from '../../../renderer/views/sessions/sessions-data';
import type { ActivityJson } from '../../../workers/contract/activity';

const base = { id: 'E1:1', records: [] } as const;

test.for([
  {
    title: 'a command',
    a: { kind: 'cmd', cmdline: 'curl -s x', count: 12 },
    row: { word: 'command', text: 'curl -s x', folded: 12 },
  },
  {
    title: 'a connection',
    a: { kind: 'net', direction: 'out', comm: 'ab', server: '10.96.12.40', serverport: 80 },
    row: { word: 'out', lead: 'ab', text: '→ 10.96.12.40:80' },
  },
  {
    title: 'a refused exec',
    a: { kind: 'exec', label: 'kube exec', command: ['sh'], code: 403, result: 'refused' },
    row: { word: 'kube exec', text: 'sh', refused: '403 refused' },
  },
  { title: 'a hit', a: { kind: 'cmd', comm: 'bash', rule: 'Terminal shell' }, row: { rule: 'Terminal shell' } },
] as const)('$title as a row', ({ a, row }) => {
  expect(rowOf({ ...base, ...a } as ActivityJson)).toMatchObject(row);
});

test('a pod can lose its front, never its end', () => {
  expect(scopeOf({ ...base, kind: 'cmd', namespace: 'billing', pod: 'billing-api-7d9c5b7f6-x2x4q' })).toEqual({
    outer: 'billing',
    front: 'billing-api-7d9c5b7f6',
    inner: '-x2x4q',
    whole: 'billing / billing-api-7d9c5b7f6-x2x4q',
  });
  expect(podTail('ledger-0').head).toBe('');
});

test('Trace stands on the originator alone', () => {
  expect(opensSession({ ...base, kind: 'exec', session: 'E1:1' })).toBe(true);
  expect(opensSession({ ...base, kind: 'cmd', session: 'E1:7' })).toBe(false);
});

test('a quick filter takes what names the row', () => {
  expect(subjectOf({ ...base, kind: 'net', direction: 'in', client: '10.0.0.1', server: '10.0.0.2' })).toEqual({
    attribute: 'client',
    value: '10.0.0.1',
  });
  expect(subjectOf({ ...base, kind: 'cmd' })).toBeUndefined();
  const exec = { ...base, kind: 'exec', name: 'web-0' } as const;
  expect(subjectOf(exec)).toEqual({ attribute: 'name', value: 'web-0' });
  expect(subjectOf({ ...exec, command: ['sh', '-c', 'a b'] })).toEqual({ attribute: 'command', value: `sh -c 'a b'` });
});

test('sessions are found by all words', () => {
  const session = (label: string, user: string) =>
    ({
      session: label,
      label,
      user,
      originator: { ...base, kind: 'exec', command: ['bash'] },
      confidence: 1,
      certain: user === 'a',
      rivals: [],
      why: [],
      counts: {},
      first: null,
      last: null,
    }) as const;
  const all = [session('S-1', 'a'), session('S-2', 'b')];
  expect(matching(all, { text: 'bash s-1', unsureOnly: false }).map((s) => s.label)).toEqual(['S-1']);
  expect(matching(all, { text: 's-2', unsureOnly: false }).map((s) => s.label)).toEqual(['S-2']);
  expect(matching(all, { text: '', unsureOnly: true }).map((s) => s.label)).toEqual(['S-2']);
});
