import { expect, test } from 'vitest';
import { findPairs } from '../../../workers/correlate/candidates';
import type { Attempt } from '../../../workers/correlate/input';
import type { Place } from '../../../workers/correlate/places';
import type { Root } from '../../../workers/correlate/roots';
import { growForest } from '../../../workers/correlate/tree';
import { attempt, input, place, root } from './subjects';

const LS = { low: 1, high: 0, cmdline: '/bin/ls', exe: '/bin/ls', comm: 'ls' };
const CAT = { low: 2, high: 0, cmdline: '/bin/cat', exe: '/bin/cat', comm: 'cat' };

function pairing(call: Partial<Attempt>, where: Partial<Place> = {}, ran: Partial<Root> = {}, text = 1) {
  const told = input([{ text, entity: 5 }], { attempts: [attempt(call)], places: [place(where)], texts: [LS, CAT] });
  return findPairs(told, growForest(told.subjects), [root(ran)]);
}

test.for<{ title: string; call?: Partial<Attempt>; where?: Partial<Place>; ran?: Partial<Root>; text?: number; pairs: number }>([
  { title: 'the same container and command', pairs: 1 },
  { title: 'another command', text: 2, pairs: 0 },
  { title: 'a text that was not fetched', text: 3, pairs: 0 },
  { title: 'another pod', call: { pod: 'web-2' }, pairs: 0 },
  { title: 'the same name in another namespace', call: { namespace: 'till' }, pairs: 0 },
  { title: 'another container', call: { container: 'sidecar' }, pairs: 0 },
  { title: 'a container that the call does not name', call: { container: null }, pairs: 1 },
  { title: 'a container that the agent does not name', where: { container: null }, pairs: 1 },
  { title: 'another cluster', where: { cluster: 'lab' }, pairs: 0 },
  { title: 'a cluster that one side does not name', where: { cluster: null }, pairs: 1 },
  { title: 'a start a minute and a half late', ran: { start: 190.5 }, pairs: 0 },
  { title: 'a start within what clocks may differ', ran: { start: 41 }, pairs: 1 },
  { title: 'a start before that', ran: { start: 39 }, pairs: 0 },
  { title: 'a call that was refused', call: { barren: 'refused' }, pairs: 0 },
  { title: 'a command that the call does not tell', call: { argv: null }, pairs: 1 },
])('$title: $pairs', ({ call = {}, where, ran, text, pairs }) => {
  expect(pairing(call, where, ran, text).pairs).toHaveLength(pairs);
});

test.for<{ title: string; asked: boolean | null; tty: number; agrees: boolean | null }>([
  { title: 'both with a terminal', asked: true, tty: 34816, agrees: true },
  { title: 'both without', asked: false, tty: 0, agrees: true },
  { title: 'one with, one without', asked: true, tty: 0, agrees: false },
  { title: 'not recorded by the agent', asked: true, tty: -1, agrees: null },
  { title: 'not told by the call', asked: null, tty: 34816, agrees: null },
])('terminal: $title', ({ asked, tty, agrees }) => {
  expect(pairing({ tty: asked }, {}, { tty }).pairs[0]?.tty).toBe(agrees);
});

test('differences are those of start and exit, of the request where ResponseStarted is not recorded', () => {
  expect(pairing({}).pairs[0]?.delay).toBeCloseTo(0.13, 9);
  expect(pairing({}).pairs[0]?.exit).toBeCloseTo(-0.03, 9);
  expect(pairing({ ready: Number.NaN }).pairs[0]?.delay).toBeCloseTo(0.23, 9);
});

test('what agrees but for the time, and what is in the container at all, is counted', () => {
  const far = pairing({}, {}, { start: 5000 });
  const other = pairing({}, {}, {}, 2);

  expect([...far.alike, ...far.inContainer]).toEqual([1, 1]);
  expect([...other.alike, ...other.inContainer]).toEqual([0, 1]);
});

test('of the images of one root the one that agrees best is told', () => {
  const told = input(
    [
      { text: 2, entity: 5, pid: 7 },
      { text: 1, entity: 6, parent: 5, pid: 7 },
    ],
    { attempts: [attempt()], texts: [LS, CAT] },
  );
  const { pairs } = findPairs(told, growForest(told.subjects), [root({ images: [0, 1] })]);

  expect(pairs).toMatchObject([{ image: 1, argv: 'exact' }]);
});

test('of many equal starts only those in reach of the call are pairs, in order', () => {
  const starts = Array.from({ length: 100 }, (_, i) => i * 10);
  const told = input(
    starts.map((start, i) => ({ text: 1, entity: i + 1, start })),
    { attempts: [attempt()], texts: [LS] },
  );
  const roots = starts.map((start, process) => root({ process, images: [process], start }));

  expect(findPairs(told, growForest(told.subjects), roots).pairs.map((pair) => pair.root)).toEqual(
    starts.flatMap((start, i) => (start >= 40 && start <= 190 ? [i] : [])),
  );
});
