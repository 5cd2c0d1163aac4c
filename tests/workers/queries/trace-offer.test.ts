import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ActivityJson } from '../../../workers/contract/activity';
import type { SessionSummary } from '../../../workers/contract/session';
import { traceOffer } from '../../../workers/queries/trace-offer';
import { fill, type MadeCase, madeCase, SECOND } from './made-case';

let made: MadeCase;
beforeAll(async () => {
  made = await madeCase();
  await made.connection.run(`UPDATE scope SET namespace = 'shop', pod = 'seen' WHERE scope = 1`);
  await made.connection.run(`UPDATE scope SET namespace = 'shop', pod = 'asked-only' WHERE scope = 2`);
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 3 });
  await fill(made, { member: 2, kind: 'api', scope: 2, everyNs: SECOND, count: 3 });
});
afterAll(() => made.database.close());

const session = (confidence: number | null): SessionSummary => ({
  session: 'E1/b.log:1',
  label: 'S-1',
  originator: exec({}),
  confidence,
  certain: false,
  rivals: [],
  why: confidence === null ? [{ what: 'The request was refused', detail: '', holds: false, records: [] }] : [],
  user: 'johndoe',
  counts: {},
  first: null,
  last: null,
});
const exec = (change: Partial<ActivityJson>): ActivityJson => ({
  id: 'E1/b.log:1',
  kind: 'exec',
  records: [],
  label: 'kube exec',
  subresource: 'exec',
  namespace: 'shop',
  pod: 'seen',
  container: 'web',
  command: ['sh'],
  ...change,
});
const run = (comm: string): ActivityJson => ({
  id: 'E1/a.log:1',
  kind: 'cmd',
  records: [],
  namespace: 'shop',
  pod: 'seen',
  comm,
});

test.for([
  ['kube exec', exec({})],
  ['kube run', exec({ label: 'kube run', subresource: 'attach' })],
  ['kube attach', exec({ label: 'kube attach', subresource: 'attach' })],
  ['a shell', run('bash')],
  ['a shell by its path', run('/bin/zsh')],
  ['a login shell', run('-sh')],
  ['sshd', run('sshd')],
  ['dropbear', run('dropbear')],
] as const)('%s is offered without a limit', async ([, activity]) => {
  expect(await traceOffer(made.source, activity, session(0.99))).toEqual({ traceable: true, traceLimit: null });
});

test.for([
  ['a command', run('curl')],
  ['a name that only ends like a shell’s', run('my.sh')],
  ['port-forward, which starts no process', exec({ label: 'port-forward', subresource: 'portforward' })],
  ['an API call', { ...exec({}), kind: 'api', label: 'get' } as ActivityJson],
] as const)('%s is not', async ([, activity]) => {
  expect(await traceOffer(made.source, activity, session(0.99))).toEqual({ traceable: false, traceLimit: null });
});

test('on GKE it is offered, with its limit: neither command nor container are named', async () => {
  const offer = await traceOffer(made.source, exec({ command: undefined, container: undefined }), session(0.8));

  expect(offer.traceable).toBe(true);
  expect(offer.traceLimit).toMatch(/GKE.*pod and time alone/);
});

test('absent where no runtime record of the pod is in the case, and says so', async () => {
  expect(await traceOffer(made.source, exec({ pod: 'asked-only' }), session(null))).toEqual({
    traceable: false,
    traceLimit: 'No runtime record of pod asked-only is in this case: nothing tells what was done in it.',
  });
});

test('refused, with runtime records of the pod: offered, with the reason why no process is assigned', async () => {
  expect(await traceOffer(made.source, exec({}), session(null))).toEqual({
    traceable: true,
    traceLimit: 'The request was refused',
  });
});

test('a shell that nothing leads to says so', async () => {
  expect((await traceOffer(made.source, run('sh'), null)).traceLimit).toMatch(/belongs to no session/);
});
