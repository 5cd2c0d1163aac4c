import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ActivityJson } from '../../../workers/contract/activity';
import { identityChain } from '../../../workers/queries/identity';
import { type MadeCase, madeCase, SECOND, START } from './made-case';

/** Calls on service accounts, in seconds from `START`; keys and records are places in the list, from 1. */
const CALLS = [
  { at: 1, user: 'avery', name: 'robot' },
  { at: 2, user: 'system:node:n1', name: 'robot', token: true },
  { at: 3, user: 'blair', name: 'robot', token: true },
  { at: 4, user: 'system:node:n1', name: 'robot', token: true },
  { at: 5, user: 'casey', name: 'robot', token: true, refused: true },
  { at: 6, user: 'casey', name: 'other', token: true },
  { at: 7, user: 'casey', name: 'robot', token: true, west: true },
  { at: 90, user: 'casey', name: 'robot', token: true },
  { at: 1, user: 'drew', name: 'crane', token: true, told: '{"credential":null,"pod":null,"node":null,"issued":"JTI=7"}' },
  {
    at: 60,
    user: 'system:serviceaccount:shop:crane',
    name: 'p',
    told: '{"credential":"JTI=7","pod":"web-1","node":"n1","issued":null}',
  },
] as const;

let made: MadeCase;
beforeAll(async () => {
  made = await madeCase();
  const { connection } = made;
  await connection.run(`INSERT INTO scope (scope, cluster, namespace) VALUES (21, 'east', 'shop'), (22, 'west', 'shop')`);
  for (const [i, call] of CALLS.entries()) {
    await connection.run(`INSERT INTO actor (actor, "user") VALUES (${i + 1}, '${call.user}')`);
    await connection.run(`
      INSERT INTO activity (key, member, record, k, "offset", "length", content, scope, actor, kind, time, verb, resource, subresource, name, result, told)
      VALUES (${i + 1}, 2, ${i + 1}, 1, 0, 1, 0, ${'west' in call ? 22 : 21}, ${i + 1}, 'api', make_timestamp_ns(${START + BigInt(call.at) * SECOND}),
        'create', 'serviceaccounts', ${'token' in call ? `'token'` : 'NULL'}, '${call.name}', '${'refused' in call ? 'refused' : 'ok'}', ${'told' in call ? `'${call.told}'` : 'NULL'})`);
  }
});
afterAll(() => {
  made.connection.close();
  made.database.close();
});

const exec = (told: Readonly<Record<string, unknown>>): ActivityJson => ({
  id: 'E1/b.log:77',
  kind: 'exec',
  records: [],
  cluster: 'east',
  time: '2026-03-17T09:01:00Z',
  ...told,
});
/** Of no row of the case: the record alone speaks. */
const NONE = -1n;
const chainOf = async (told: Readonly<Record<string, unknown>>, key = NONE) =>
  (await identityChain(made.source, exec(told), key)).map(({ link, value, records }) => [link, value, ...records]);

test('each link of the record itself, in order; the last address was seen, those before it are claimed', async () => {
  expect(
    await chainOf({
      user: 'avery',
      groups: ['dev', 'ops'],
      impersonated: 'root-ish',
      impersonatedgroups: ['system:masters'],
      clouduser: 'arn:aws:iam::111122223333:user/avery',
      useragent: 'kubectl/v1.31.0',
      sourceaddresses: ['198.51.100.4', '203.0.113.7'],
    }),
  ).toEqual([
    ['address', '203.0.113.7', 'E1/b.log:77'],
    ['claimed address', '198.51.100.4', 'E1/b.log:77'],
    ['client', 'kubectl/v1.31.0', 'E1/b.log:77'],
    ['cloud principal', 'arn:aws:iam::111122223333:user/avery', 'E1/b.log:77'],
    ['user', 'avery', 'E1/b.log:77'],
    ['groups', 'dev, ops', 'E1/b.log:77'],
    ['impersonated user', 'root-ish', 'E1/b.log:77'],
    ['impersonated groups', 'system:masters', 'E1/b.log:77'],
  ]);
});

test('of a service account, who asked for its tokens before and who created it, each with the call', async () => {
  const chain = await identityChain(made.source, exec({ user: 'system:serviceaccount:shop:robot' }), NONE);

  expect(chain.map(({ link, value, records }) => [link, value, ...records])).toEqual([
    ['user', 'system:serviceaccount:shop:robot', 'E1/b.log:77'],
    ['token asked for', 'system:node:n1', 'E1/b.log:4'],
    ['token asked for', 'blair', 'E1/b.log:3'],
    ['account created', 'avery', 'E1/b.log:1'],
  ]);
  expect(chain[1]?.basis).toMatch(/2 times .* last at 2026-03-17T09:00:04.*no record tells which token was used/);
});

test('where the cluster is not known, calls of any cluster count', async () => {
  const values = (await chainOf({ user: 'system:serviceaccount:shop:robot', cluster: undefined })).map(([, value]) => value);
  expect(values).toContain('casey');
});

test('a login on a machine has the account of its process', async () => {
  expect(await chainOf({ kind: 'cmd', username: 'root' })).toEqual([['machine account', 'root', 'E1/b.log:77']]);
});

test('where the API server names the token, whose it was made for and who was given that very one', async () => {
  expect(await chainOf({ user: 'system:serviceaccount:shop:crane' }, BigInt(CALLS.length))).toEqual([
    ['user', 'system:serviceaccount:shop:crane', 'E1/b.log:77'],
    ['credential', 'JTI=7', 'E1/b.log:77'],
    ['bound to pod', 'web-1', 'E1/b.log:77'],
    ['token asked for', 'drew', 'E1/b.log:9'],
  ]);
});
