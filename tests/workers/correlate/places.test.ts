import { expect, test } from 'vitest';
import { resolvePlaces, type ScopeRow, shortId } from '../../../workers/correlate/places';

const ID = 'a1b2c3d4e5f6';
const scope = (number: number, changes: Partial<ScopeRow>): ScopeRow => ({
  scope: number,
  cluster: null,
  namespace: null,
  pod: null,
  container: null,
  containerid: null,
  host: null,
  node: null,
  log: null,
  ...changes,
});

test.for([
  { id: `containerd://${ID}789abc`, short: ID },
  { id: ID, short: ID },
  { id: 'host', short: null },
  { id: null, short: null },
])('$id is compared as $short', ({ id, short }) => {
  expect(shortId(id)).toBe(short);
});

test('scopes with the same container id are one place, however long it was written', () => {
  const { places, ofScope } = resolvePlaces([
    scope(1, { namespace: 'shop', pod: 'web-1', container: 'web', containerid: ID, node: 'node-1' }),
    scope(2, { containerid: `docker://${ID}0123` }),
  ]);

  expect(places).toHaveLength(1);
  expect(ofScope).toEqual(
    new Map([
      [1, 0],
      [2, 0],
    ]),
  );
});

test('whose container an id is may be told by the API server alone', () => {
  const told = { cluster: null, namespace: 'shop', pod: 'web-1', container: 'web', id: ID };

  expect(resolvePlaces([scope(1, { containerid: `${ID}789abc`, host: 'node-1' })], [told]).places).toMatchObject([
    { namespace: 'shop', pod: 'web-1', container: 'web', containerid: ID, host: 'node-1' },
  ]);
});

test('a restart, under another id, is another place', () => {
  const pod = { namespace: 'shop', pod: 'web-1', container: 'web' };

  expect(
    resolvePlaces([scope(1, { ...pod, containerid: ID }), scope(2, { ...pod, containerid: 'ffffffffffff' })]).places,
  ).toHaveLength(2);
});

test('Docker’s own container names are taken apart', () => {
  const { places } = resolvePlaces([scope(1, { container: 'k8s_web_web-1_shop_0a1b-2c_0', host: 'node-1' })]);

  expect(places).toMatchObject([{ namespace: 'shop', pod: 'web-1', container: 'web', host: 'node-1' }]);
});

test('what is outside every pod is on its machine, where one is named', () => {
  const { places, ofScope } = resolvePlaces([scope(1, { host: 'node-1' }), scope(2, {})]);

  expect([...ofScope]).toEqual([[1, 0]]);
  expect(places[0]).toMatchObject({ pod: '', host: 'node-1' });
});

test.for([
  { title: 'the clock is that of the node', changes: { node: 'node-1', host: 'falco-x', log: 'a/tracee' }, clock: 'node-1' },
  { title: 'where nothing names the node, the log stands in for it', changes: { log: 'a/tracee' }, clock: 'a/tracee' },
  { title: 'and where several logs tell of it, nothing does', changes: {}, clock: null },
])('$title', ({ changes, clock }) => {
  expect(resolvePlaces([scope(1, { pod: 'web-1', containerid: ID, ...changes })]).places).toMatchObject([{ clock }]);
});
