import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFilter } from '../../../workers/contract/filter';
import type { Filter } from '../../../workers/contract/filter-ast';
import { may, mayMatch, type Shape } from '../../../workers/detect/shapes';
import { holds } from '../filter/reference';
import { fill, madeCase, SECOND } from '../queries/made-case';

const value = fc.constantFrom('cmd', 'api', 'curl', 'pods', 'exec', 'ps');
const told = fc.constantFrom('kind', 'comm', 'verb', 'resource', 'subresource', 'mode');
const shapes: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constantFrom('cmd', 'api'),
  ...{ comm: fc.option(value), verb: fc.option(value), resource: fc.option(value) },
  ...{ subresource: fc.option(value), mode: fc.option(value) },
});
const term: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(told, fc.constantFrom('=', '!='), value).map(([of, is, text]) => `${of} ${is} "${text}"`),
  fc.tuple(told, fc.constantFrom('in', 'not in'), value, value).map(([of, is, a, b]) => `${of} ${is} ("${a}", "${b}")`),
  told.filter((of) => of !== 'kind').chain((of) => value.map((text) => `${of} contains "${text}"`)),
  told.map((of) => `${of} exists`),
  value.map((text) => `cmdline = "${text}"`),
);
const texts: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small' },
    term,
    fc.tuple(tie('text'), fc.constantFrom('and', 'or'), tie('text')).map(([a, is, b]) => `(${a} ${is} ${b})`),
    tie('text').map((text) => `not (${text})`),
  ),
})).text;

const parsed = (text: string): Filter | undefined => {
  try {
    return parseFilter(text);
  } catch {
    return undefined; // a choice that has no such value
  }
};

test('what holds for an activity may hold for its shape, whatever else it has', () => {
  fc.assert(
    fc.property(shapes, fc.option(value), texts, (shape, cmdline, text) => {
      const filter = parsed(text);
      fc.pre(filter !== undefined);
      const row = new Map(
        Object.entries({ ...shape, cmdline }).flatMap(([name, one]) => (typeof one === 'string' ? [[name, one] as const] : [])),
      );

      expect(may(filter, shape, holds(filter, row, new Set()))).toBe(true);
    }),
  );
});

test('a filter that no shape of the case fits is known to match nothing', async () => {
  const made = await madeCase();
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 4 });
  const match = await mayMatch(made.source);
  const asked = (text: string) => match(parseFilter(text));

  expect([asked('kind = cmd comm = even'), asked('kind = cmd cmdline = "x"'), asked('kind = api or comm != odd')]).toEqual([
    true,
    true,
    true,
  ]);
  expect([asked('kind = api'), asked('comm in (curl, wget)'), asked('verb exists path = "/x"')]).toEqual([false, false, false]);
  made.database.close();
});
