import { expect, test } from 'vitest';
import { BIT } from '../../../workers/correlate/input';
import { findRoots } from '../../../workers/correlate/roots';
import { depths, growForest } from '../../../workers/correlate/tree';
import { input, place, type Subject } from './subjects';

function rootsOf(rows: readonly Subject[], init = true, first = 0) {
  const told = input(rows, { firsts: [{ start: first, comm: -1, init }] });
  const forest = growForest(told.subjects);
  return findRoots(forest, depths(forest), told);
}

test.for<{ title: string; rows: readonly Subject[]; outer: readonly string[] }>([
  { title: 'what the agent says entered is a root', rows: [{ bits: BIT.CMD | BIT.ENTERED }], outer: ['entered'] },
  {
    title: 'a child of a root is none',
    rows: [
      { entity: 1, bits: BIT.CMD | BIT.ENTERED },
      { entity: 2, parent: 1, bits: BIT.CMD | BIT.ENTERED },
    ],
    outer: ['entered'],
  },
  { title: 'what is surely in the init tree is none', rows: [{ bits: BIT.CMD | BIT.INSIDE }], outer: [] },
  { title: 'a connection alone is none', rows: [{ pid: 7, bits: 0 }], outer: [] },
  { title: 'nor what a process of the container did', rows: [{ pid: 7, ppid: 3, bits: BIT.INNER }], outer: [] },
  {
    title: 'Falco: what it did tells of one whose exec is not recorded, if a runtime started it',
    rows: [{ pid: 7, ppid: 3, bits: BIT.OUTER }],
    outer: ['runtime'],
  },
  { title: 'Falco: a runtime as parent', rows: [{ pid: 7, ppid: 3, bits: BIT.CMD | BIT.OUTER }], outer: ['runtime'] },
  {
    title: 'Falco: a parent that is no runtime',
    rows: [{ pid: 7, ppid: 3, bits: BIT.CMD | BIT.INNER }],
    outer: ['inner-parent'],
  },
  { title: 'Falco: no parent’s name', rows: [{ pid: 7, ppid: 3, bits: BIT.CMD }], outer: ['unknown-parent'] },
  { title: 'a parent outside the pid namespace', rows: [{ pid: 7, ppid: 0, bits: BIT.CMD }], outer: ['runtime'] },
])('$title', ({ rows, outer }) => {
  expect(rootsOf(rows).map((root) => root.outer)).toEqual(outer);
});

test('images that replace one another are one root, with the last one’s exit', () => {
  const [root] = rootsOf([
    { entity: 1, pid: 7, start: 1, bits: BIT.CMD | BIT.ENTERED },
    { entity: 2, pid: 7, start: 2, end: 9, parent: 1, bits: BIT.CMD | BIT.ENTERED },
  ]);

  expect(root).toMatchObject({ images: [0, 1], start: 1, end: 9 });
});

test('what was runc init on the node, before it entered, is a root in the container', () => {
  const told = input(
    [
      { entity: 1, pid: 7, start: 1, place: 1, bits: BIT.CMD },
      { entity: 2, pid: 7, start: 2, parent: 1, bits: BIT.CMD | BIT.OUTER },
    ],
    { places: [place(), place({ namespace: '', pod: '', container: null })] },
  );
  const forest = growForest(told.subjects);

  expect(findRoots(forest, depths(forest), told)).toMatchObject([
    { images: [0], place: 1 },
    { images: [1], place: 0, outer: 'runtime' },
  ]);
});

const tree = (...rows: readonly (readonly [start: number, parent?: number, pid?: number])[]): readonly Subject[] =>
  rows.map(([start, parent, pid], i) => ({ entity: i + 1, start, parent, pid: pid ?? 10 + i, bits: BIT.CMD | BIT.ENTERED }));

test.for<{ title: string; rows: readonly Subject[]; seen: number; deep: boolean }>([
  { title: 'the latest start of a child is when it was last seen', rows: tree([1], [5, 1], [9, 1]), seen: 9, deep: false },
  { title: 'a start below its latest child too', rows: tree([1], [5, 1], [30, 2]), seen: 30, deep: true },
  { title: 'a child of the image that took its place is its own', rows: tree([1], [2, 1, 10], [30, 2]), seen: 30, deep: false },
  {
    title: 'what a child starts after the next child began goes on in the background',
    rows: tree([1], [5, 1], [9, 1], [30, 2]),
    seen: 9,
    deep: false,
  },
])('$title', ({ rows, seen, deep }) => {
  expect(rootsOf(rows)[0]).toMatchObject({ lastSeen: seen, lastDeep: deep });
});

test.for([
  { title: 'the first process of a container without a vpid 1 may be its entry point', init: false, first: 4, entry: true },
  { title: 'a later one is none', init: false, first: 1, entry: false },
  { title: 'where a vpid 1 was seen none is', init: true, first: 4, entry: false },
])('$title', ({ init, first, entry }) => {
  expect(rootsOf([{ start: 4, bits: BIT.CMD | BIT.ENTERED }], init, first)[0]?.entry).toBe(entry);
});
