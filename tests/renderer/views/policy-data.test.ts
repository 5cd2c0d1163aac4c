import { expect, test } from 'vitest';
import { parseAddress, printAddress } from '../../../renderer/state/address';
import {
  entriesOf,
  isOneDay,
  leftOut,
  matching,
  originsOf,
  respondTo,
  severitiesOf,
  shortPlaceOf,
  shortSighted,
  showThese,
  toggled,
  weightOf,
} from '../../../renderer/views/policy/policy-data';
import { parseFilter } from '../../../workers/contract/filter';
import type { Finding, Findings } from '../../../workers/contract/findings';
import type { PolicyHits } from '../../../workers/contract/policy-hits';
import { formatTime } from '../../../workers/contract/time';

const NOWHERE = {
  cluster: null,
  namespace: null,
  deployment: null,
  pod: null,
  container: null,
  image: null,
  node: null,
  host: null,
  hostip: null,
  mac: null,
};
const hits = (change: Partial<PolicyHits>): PolicyHits => ({
  rule: 'A shell was opened',
  severity: 'low',
  severityraw: 'Notice',
  tags: ['T1059'],
  origin: 'falco syscall',
  scope: { ...NOWHERE, namespace: 'shop', deployment: 'storefront', pod: 'storefront-x-1', image: 'shop/storefront:5' },
  count: 2,
  kinds: { cmd: 2 },
  commands: ['bash'],
  first: '2026-03-17T12:00:00.000000000Z',
  last: '2026-03-17T12:30:00.000000000Z',
  id: 'E1/falco.json:3',
  ...change,
});
const finding = (change: Partial<Finding>): Finding => ({
  id: 'F-1',
  rule: 'kube-exec-shell',
  title: 'Shell opened by kubectl exec',
  severity: 'high',
  confidence: 'high',
  tags: ['T1609'],
  about: 'A person had a shell.',
  innocent: 'Somebody debugs.',
  scope: { ...NOWHERE, namespace: 'shop', deployment: 'storefront', pod: 'storefront-x-1' },
  user: 'johndoe',
  session: 'E1:9',
  count: 1,
  kinds: { exec: 1 },
  first: '2026-03-17T12:00:00.000000000Z',
  last: '2026-03-17T12:00:00.000000000Z',
  cited: ['E1:9'],
  filter: 'finding="F-1"',
  ...change,
});
const all = entriesOf(
  [
    hits({ rule: 'A binary was dropped', severity: 'critical', count: 4 }),
    hits({}),
    hits({ id: 'E1:9', count: 7, scope: { ...NOWHERE, host: 'node-2' } }),
    hits({ id: 'E1:10', severity: null, severityraw: null, count: 90 }),
  ],
  [finding({})],
);
const entry = (change: Partial<PolicyHits>) => entriesOf([hits(change)], [])[0]!;

test('the most severe first, then the most frequent, whoever’s rule it was; what states no severity comes last', () => {
  expect(all.map((one) => `${one.severity} ${one.count} ${one.title} (${one.origin})`)).toEqual([
    'critical 4 A binary was dropped (agents)',
    'high 1 Shell opened by kubectl exec (Exhibit)',
    'low 7 A shell was opened (agents)',
    'low 2 A shell was opened (agents)',
    'null 90 A shell was opened (agents)',
  ]);
});

test.for([
  [{ text: 'node-2', only: [] }, 1],
  [{ text: 'shell STOREFRONT', only: [] }, 3],
  [{ text: 'johndoe', only: [] }, 1],
  [{ text: 't1059', only: ['critical'] }, 1],
  [{ text: '', only: ['medium'] }, 0],
  [{ text: '', only: ['low', 'critical'] }, 3],
  [{ text: '', only: ['Exhibit'] }, 1],
  [{ text: '', only: ['agents', 'critical'] }, 1],
  [{ text: '', only: ['agents', 'Exhibit', 'rules'] }, 5],
] as const)('%o leaves %d lines', ([filter, lines]) => {
  expect(matching(all, filter)).toHaveLength(lines);
});

test('lines are counted by severity and by origin; a rank is a weight', () => {
  expect(severitiesOf(all)).toEqual([
    ['critical', 1],
    ['high', 1],
    ['low', 2],
  ]);
  expect(originsOf(all)).toEqual([
    ['agents', 4],
    ['Exhibit', 1],
  ]);
  expect([weightOf('critical'), weightOf('info'), weightOf(null)]).toEqual([5, 1, 0]);
});

test('a switch is turned on and off again', () => {
  expect(toggled(['high'], 'low')).toEqual(['high', 'low']);
  expect(toggled(['high', 'low'], 'high')).toEqual(['low']);
});

test('the filter of hits names what they share and what they lack, and is one that can be typed', () => {
  const { filter } = entry({ rule: 'says "no"', scope: { ...NOWHERE, pod: 'a', hostip: '10.0.0.9' } });

  expect(filter).toContain('rule="says \\"no\\""');
  expect(filter).toContain('hostip="10.0.0.9" not mac exists');
  expect(() => parseFilter(filter)).not.toThrow();
});

test('what was cut off is said, of either list', () => {
  const cut = [hits({ unlisted: { places: 12, count: 340 } })];
  const findings = { unlisted: { findings: 3, count: 9 } } as Findings;

  expect(leftOut(cut, undefined)).toContain('12 more places with 340 policy hits');
  expect(leftOut([], findings)).toContain('3 more findings with 9 activities');
  expect(leftOut([hits({})], undefined)).toBeNull();
});

test('rules that could not be evaluated come before those that were only in part; the others are left out', () => {
  const states = ['whole', 'partly', 'none'] as const;
  const rules = states.map((state) => ({ ...finding({ rule: state }), state, why: 'why' }));

  expect(shortSighted({ rules } as unknown as Findings).map(({ rule }) => rule)).toEqual(['none', 'partly']);
});

test('these alone are shown by their filter, at any time and of every kind', () => {
  expect(showThese(all[1]!)).toMatchObject({ view: 'activity', filter: 'finding="F-1"', scope: [], from: undefined, at: 'E1:9' });
});

test('Respond sets scope, a quarter of an hour around, all kinds but the other API calls, and selects the first hit', () => {
  const to = respondTo(entry({}));

  expect(to.scope).toEqual([
    [
      { attribute: 'namespace', value: 'shop' },
      { attribute: 'deployment', value: 'storefront' },
      { attribute: 'pod', value: 'storefront-x-1' },
    ],
  ]);
  expect([formatTime(to.from ?? 0n), formatTime(to.to ?? 0n)]).toEqual([
    '2026-03-17T11:45:00.000000000Z',
    '2026-03-17T12:45:00.000000001Z',
  ]);
  expect(to.kinds).toEqual(['cmd', 'net', 'file', 'exec', 'policy']);
  expect(to.at).toBe('E1/falco.json:3');
  expect(to.filter).toBe('');
  expect(respondTo(entriesOf([], [finding({ kinds: { api: 2 } })])[0]!).kinds).toContain('api');
});

test('a pod without a deployment keeps its place in the hierarchy; a hit in no pod leads to its host; an undated one sets no window', () => {
  const bare = respondTo(entry({ scope: { ...NOWHERE, namespace: 'shop', pod: 'lonely' } }));
  expect(bare.scope?.[0]?.[1]).toEqual({ attribute: 'deployment', value: null });
  expect(respondTo(entry({ scope: { ...NOWHERE, host: 'node-2' } })).scope).toEqual([[{ attribute: 'host', value: 'node-2' }]]);
  expect(respondTo(entry({ scope: NOWHERE })).scope).toEqual([]);
  expect(respondTo(entry({ scope: { ...NOWHERE, namespace: 'shop', host: 'node-2' } })).scope).toEqual([
    [{ attribute: 'namespace', value: 'shop' }],
  ]);
  expect(respondTo(entry({ first: null, last: null })).from).toBeUndefined();
});

test('where it leads survives the address bar', () => {
  const to = { ...parseAddress('#/policy'), ...respondTo(entry({})) };

  expect(parseAddress(printAddress(to))).toMatchObject({
    scope: to.scope,
    from: to.from,
    to: to.to,
    at: to.at,
    view: 'activity',
  });
});

test('one day is told from two, in the zone that is shown', () => {
  const late = hits({ first: '2026-03-17T21:00:00.000000000Z', last: '2026-03-17T23:30:00.000000000Z' });

  expect([isOneDay(late, 'UTC'), isOneDay(late, 'Europe/Berlin')]).toEqual([true, false]);
});

test.for([
  [{ namespace: 'shop', deployment: 'cart', pod: 'cart-7d9c5b7f6-x2x4q' }, ['shop', 'cart'], ' / …', '-x2x4q'],
  [{ namespace: 'shop', pod: 'debug' }, ['shop'], ' / ', 'debug'],
  [{ namespace: 'shop', deployment: 'web-a-b' }, ['shop'], ' / ', 'web-a-b'],
  [{ host: 'node-a-2' }, [], '', 'node-a-2'],
] as const)('%o on one line keeps what tells it apart', ([scope, lead, joint, tail]) => {
  expect(shortPlaceOf(hits({ scope: { ...NOWHERE, ...scope } }))).toEqual({ lead, joint, tail });
});
