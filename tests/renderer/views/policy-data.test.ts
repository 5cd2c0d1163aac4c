import { expect, test } from 'vitest';
import { parseAddress, printAddress } from '../../../renderer/state/address';
import {
  isOneDay,
  linesOf,
  placeOf,
  respondTo,
  severitiesOf,
  shortPlaceOf,
  weightOf,
} from '../../../renderer/views/policy/policy-data';
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
const all = [
  hits({ rule: 'A binary was dropped', severity: 'critical', count: 4 }),
  hits({}),
  hits({ id: 'E1:9', scope: { ...NOWHERE, host: 'node-2' } }),
];

test('hits of one rule stand below it, with their sum', () => {
  const lines = linesOf(all, { text: '', severities: [] });

  expect(
    lines.map((line) => (line.type === 'rule' ? `${line.rule} ${line.count}` : `  ${placeOf(line.hits).join(' / ')}`)),
  ).toEqual([
    'A binary was dropped 4',
    '  shop / storefront / storefront-x-1',
    'A shell was opened 4',
    '  shop / storefront / storefront-x-1',
    '  node-2',
  ]);
});

test.for([
  [{ text: 'node-2', severities: [] }, 1],
  [{ text: 'shell STOREFRONT', severities: [] }, 1],
  [{ text: 't1059', severities: ['critical'] }, 1],
  [{ text: '', severities: ['high'] }, 0],
] as const)('%o leaves %d places', ([filter, places]) => {
  expect(linesOf(all, filter).filter(({ type }) => type === 'place')).toHaveLength(places);
});

test('severities are counted, the most severe first; a rank is a weight', () => {
  expect(severitiesOf(all)).toEqual([
    ['critical', 4],
    ['low', 4],
  ]);
  expect([weightOf('critical'), weightOf('info'), weightOf(null)]).toEqual([5, 1, 0]);
});

test('Respond sets scope, a quarter of an hour around, all kinds but the other API calls, and selects the first hit', () => {
  const to = respondTo(hits({}));

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
});

test('a pod without a deployment keeps its place in the hierarchy; a hit in no pod leads to its host; an undated one sets no window', () => {
  const bare = respondTo(hits({ scope: { ...NOWHERE, namespace: 'shop', pod: 'lonely' } }));
  expect(bare.scope?.[0]?.[1]).toEqual({ attribute: 'deployment', value: null });
  expect(respondTo(hits({ scope: { ...NOWHERE, host: 'node-2' } })).scope).toEqual([[{ attribute: 'host', value: 'node-2' }]]);
  expect(respondTo(hits({ scope: NOWHERE })).scope).toEqual([]);
  expect(respondTo(hits({ first: null, last: null })).from).toBeUndefined();
});

test('where it leads survives the address bar', () => {
  const to = { ...parseAddress('#/policy'), ...respondTo(hits({})) };

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
  [{ namespace: 'shop', deployment: 'cart', pod: 'cart-7d9c5b7f6-x2x4q' }, ['shop', 'cart'], ' / …-', 'x2x4q'],
  [{ namespace: 'shop', pod: 'debug' }, ['shop'], ' / ', 'debug'],
  [{ namespace: 'shop', deployment: 'web-a-b' }, ['shop'], ' / ', 'web-a-b'],
  [{ host: 'node-a-2' }, [], '', 'node-a-2'],
] as const)('%o on one line keeps what tells it apart', ([scope, lead, joint, tail]) => {
  expect(shortPlaceOf(hits({ scope: { ...NOWHERE, ...scope } }))).toEqual({ lead, joint, tail });
});
