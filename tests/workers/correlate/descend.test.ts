import { expect, test } from 'vitest';
import { descend } from '../../../workers/correlate/descend';
import { type Answer, BIT, type Input } from '../../../workers/correlate/input';
import { findRoots } from '../../../workers/correlate/roots';
import { depths, growForest } from '../../../workers/correlate/tree';
import { attempt, input, type Subject } from './subjects';

const UNSEEN = { start: 0, comm: -1, init: false };

/** The first row is what a call started at 100, that ended at 105; keys of what else is its session's. */
function others(rows: readonly Subject[], first: Input['firsts'][number] = UNSEEN): readonly number[] {
  const shell: Subject = { start: 100.1, pid: 20, ppid: 3, comm: 1, bits: BIT.CMD | BIT.OUTER, text: 1 };
  const told = input([shell, ...rows.map((row, i) => ({ bits: BIT.CMD | BIT.INNER, text: 10 + i, ...row }))], {
    attempts: [attempt()],
    firsts: [first],
  });
  const forest = growForest(told.subjects);
  const roots = findRoots(forest, depths(forest), told);
  const answer: Answer = { root: 0, place: 0, confidence: 0.99, match: null, nothing: null, rivals: [], heads: [] };
  return [...descend(told, forest, roots, [answer]).key].filter((key) => key > 0);
}

const below = (start: number, ppid: number, above: number, more: Subject = {}): Subject => ({
  start,
  pid: 100 + Math.round(start),
  ppid,
  above,
  comm: 9,
  ...more,
});

test.for<{ title: string; rows: readonly Subject[]; own: readonly number[]; first?: Input['firsts'][number] }>([
  { title: 'a child of the root', rows: [below(102, 20, 1)], own: [1] },
  {
    title: 'what names the root as parent, though by the name of an image whose record was lost',
    rows: [below(102, 20, 2)],
    own: [1],
  },
  { title: 'what has a parent that nothing tells of, while only the session was there', rows: [below(102, 55, 2)], own: [1] },
  { title: 'not once the call has ended', rows: [below(130, 55, 2)], own: [] },
  {
    title: 'not the work of a parent that worked before the session began: the container’s own',
    rows: [below(50, 55, 2), below(102, 55, 2)],
    own: [],
  },
  { title: 'nor of one that works on after it', rows: [below(102, 55, 2), below(140, 55, 2)], own: [] },
  {
    title: 'unless the agent says that it entered: the container’s first process adopted it',
    rows: [below(50, 55, 2), below(102, 55, 2, { bits: BIT.CMD | BIT.INNER | BIT.ENTERED })],
    own: [2],
  },
  {
    title: 'whose word is worth nothing where all of the container’s own work is told so: it shares the pod’s process namespace',
    rows: [50, 60, 70, 102].map((start) => below(start, 55, 2, { bits: BIT.CMD | BIT.INNER | BIT.ENTERED })),
    own: [],
  },
  {
    title: 'not what has a parent of the entry point’s name',
    rows: [below(102, 55, 2)],
    first: { start: 0, comm: 2, init: true },
    own: [],
  },
  {
    title: 'but where the first process seen was a probe’s, its name says nothing',
    rows: [
      { start: 90, pid: 10, ppid: 3, text: 5, bits: BIT.CMD | BIT.OUTER },
      { start: 95, pid: 11, ppid: 3, text: 5, bits: BIT.CMD | BIT.OUTER },
      below(102, 55, 2),
    ],
    first: { start: 90, comm: 2, init: false },
    own: [3],
  },
  {
    title: 'what tells no parent’s name, if that parent was born after the root: by its process id',
    rows: [{ ...below(102, 55, -1), bits: BIT.CMD }],
    own: [1],
  },
  {
    title: 'not if it was born before',
    rows: [{ ...below(102, 15, -1), bits: BIT.CMD }],
    own: [],
  },
  {
    title: 'what tells its parent by name alone, if that name starts things during sessions',
    rows: [below(50, -1, 4), below(102, -1, 2), below(160, -1, 4)],
    own: [2],
  },
  {
    title: 'not if it does so without them, too',
    rows: [50, 60, 70, 80, 102, 140, 160].map((start) => below(start, -1, 2)),
    own: [],
  },
  {
    title: 'the name of the session’s root, where that is the first process seen: the agent began later',
    rows: [below(102, 55, 1)],
    first: { start: 100.1, comm: 1, init: false },
    own: [1],
  },
])('$title', ({ rows, own, first }) => {
  expect(others(rows, first)).toEqual(own);
});

/** Sessions of two calls at 100 and 101, by row. */
function ofTwo(rows: readonly Subject[]): readonly (readonly number[])[] {
  const shell = (start: number, pid: number, comm: number): Subject => ({
    start,
    end: 200,
    pid,
    ppid: 3,
    comm,
    bits: BIT.CMD | BIT.OUTER,
    text: 1,
  });
  const told = input([shell(100, 20, 1), shell(101, 30, 2), ...rows.map((row, i) => ({ text: 10 + i, ...row }))], {
    attempts: [attempt({ end: 200 }), attempt({ time: 101, ready: 101, end: 200 })],
    firsts: [UNSEEN],
  });
  const forest = growForest(told.subjects);
  const roots = findRoots(forest, depths(forest), told);
  const answers = [0, 1].map(
    (root): Answer => ({ root, place: 0, confidence: 0.99, match: null, nothing: null, rivals: [], heads: [] }),
  );
  const { key, session } = descend(told, forest, roots, answers);
  return [...key].map((of, i) => [of, session[i] as number]);
}

const inner = (subject: Subject): Subject => ({ ...subject, bits: BIT.CMD | BIT.INNER });

test.for<{ title: string; rows: readonly Subject[]; own: readonly (readonly number[])[] }>([
  {
    title: 'of two sessions, an orphan is that one’s which did something just before',
    rows: [inner({ ...below(120, 20, 1), end: 120.2 }), inner(below(120.5, 55, 9))],
    own: [
      [2, 0],
      [3, 0],
    ],
  },
  {
    title: 'what joined a session speaks for it',
    rows: [inner({ ...below(120, 20, 1), end: 120.2 }), inner(below(120.5, 55, 9)), inner(below(121, 56, 9))],
    own: [
      [2, 0],
      [3, 0],
      [4, 0],
    ],
  },
  { title: 'neither’s where both did as lately', rows: [inner(below(105, 55, 9))], own: [] },
  { title: 'that one’s alone in which something has its parent’s name', rows: [inner(below(105, 55, 2))], own: [[2, 1]] },
])('$title', ({ rows, own }) => {
  expect(ofTwo(rows)).toEqual([[0, 0], [1, 1], ...own]);
});
