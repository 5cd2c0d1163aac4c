import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Address,
  DEFAULT_KINDS,
  HOME,
  PLACE,
  parseAddress,
  printAddress,
  SCALES,
  VIEWS,
  WHAT,
} from '../../../renderer/state/address';
import { ATTRIBUTES, KINDS } from '../../../workers/contract/attributes';

const names = ATTRIBUTES.map((a) => a.name);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const time = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n });
const address: fc.Arbitrary<Address> = fc
  .record({
    view: fc.constantFrom(...VIEWS),
    filter: text,
    off: fc.array(text, { maxLength: 3 }),
    scope: fc.array(
      fc.array(fc.record({ attribute: fc.constantFrom(...names), value: fc.option(text) }), { minLength: 1, maxLength: 3 }),
      { maxLength: 3 },
    ),
    interactive: fc.boolean(),
    kinds: fc.subarray([...KINDS]),
    by: fc.subarray(names, { minLength: 1, maxLength: 3 }),
    sort: fc.constantFrom('time', 'what', 'who', 'pid', 'session'),
    descending: fc.boolean(),
    columns: fc.subarray([WHAT, PLACE, ...names.filter((name) => name !== 'time')], { maxLength: 5 }),
    calls: fc.subarray(
      names.filter((name) => name !== 'time'),
      { maxLength: 5 },
    ),
    fold: fc.boolean(),
    scale: fc.constantFrom(...SCALES),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Tokyo'),
    window: fc.option(fc.tuple(time, fc.bigInt({ min: 1n, max: 10n ** 15n }))),
    at: fc.option(text, { nil: undefined }),
    session: fc.option(text, { nil: undefined }),
    question: fc.option(text, { nil: undefined }),
    finding: fc.option(text, { nil: undefined }),
    find: text,
    only: fc.array(text, { maxLength: 2 }),
  })
  .map(({ window, at, session, question, finding, ...rest }) => ({
    ...rest,
    ...(window ? { from: window[0], to: window[0] + window[1] } : {}),
    ...(at === undefined ? {} : { at }),
    ...(session === undefined ? {} : { session }),
    ...(question === undefined ? {} : { question }),
    ...(finding === undefined ? {} : { finding }),
  }));

test('what is printed is read again', () => {
  fc.assert(
    fc.property(address, (a) => {
      const kinds = a.view === 'welcome' || a.view === 'evidence' ? DEFAULT_KINDS : a.kinds;
      expect(parseAddress(printAddress(a))).toEqual({ ...a, kinds });
    }),
  );
});

test('any text is an address', () => {
  fc.assert(fc.property(fc.string(), (hash) => void parseAddress(hash)));
});

test.for([
  { title: 'nothing', hash: '', expected: HOME },
  { title: 'an unknown view', hash: '#/nowhere', expected: HOME },
  {
    title: 'a window that ends before it starts',
    hash: '#/activity?from=2026-03-18&to=2026-03-17',
    expected: { ...HOME, view: 'activity' },
  },
  {
    title: 'an attribute that is none',
    hash: '#/activity?scope=nonsense%3Dx&by=nonsense',
    expected: { ...HOME, view: 'activity' },
  },
  { title: 'a zone that is none', hash: '#/activity?zone=Mars%2FBase', expected: { ...HOME, view: 'activity' } },
])('$title stays at the default', ({ hash, expected }) => {
  expect(parseAddress(hash)).toEqual(expected);
});

test('API calls are off by default, and the address says so', () => {
  expect(printAddress({ ...HOME, view: 'activity' })).toBe('#/activity?kinds=cmd%2Cnet%2Cfile%2Cexec%2Cpolicy');
});
