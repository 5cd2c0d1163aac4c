import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Group } from '../../../workers/contract/count';
import { groups } from '../../../workers/queries/groups';
import { Kept } from '../../../workers/queries/kept';
import type { Source } from '../../../workers/queries/source';
import { type RandomCase, randomCase } from '../filter/random-case';

let one: RandomCase;
let source: Source;
beforeAll(async () => {
  one = await randomCase(150, 11);
  source = { connection: one.connection, kept: new Kept() };
});
afterAll(() => one.close());

/** Of all groups those whose own name has the text, and what leads to them. */
function leadingTo(all: readonly Group[], text: string): readonly Group[] {
  const has = ({ path }: Group) => (path.at(-1) ?? '').toLowerCase().includes(text.toLowerCase());
  const below = (group: Group, hit: Group) => group.path.every((name, i) => hit.path[i] === name);
  return all.filter((group) => all.some((hit) => has(hit) && hit.path.length >= group.path.length && below(group, hit)));
}

test.for([
  ['scopes alone', ['cluster', 'namespace', 'pod']],
  ['a column below scopes', ['host', 'container', 'comm']],
  ['people and their addresses', ['user', 'sourceaddresses', 'namespace']],
  ['numbers', ['comm', 'pid']],
  ['sessions', ['namespace', 'session']],
  ['one level', ['rule']],
] as const)('names are found at any depth: %s', async ([, path]) => {
  for (const filter of ['', 'not comm="curl"', 'pid exists']) {
    const all = await groups(source, { path, filter });
    for (const contains of ['curl', 'SH', 'E1', '10.0', '%', '12', 'nowhere to be found']) {
      expect(await groups(source, { path, filter, contains }), `${filter} · ${contains}`).toEqual(leadingTo(all, contains));
    }
  }
});

test('an empty text finds every group', async () => {
  expect(await groups(source, { path: ['namespace', 'comm'], contains: '' })).toEqual(
    await groups(source, { path: ['namespace', 'comm'] }),
  );
});
