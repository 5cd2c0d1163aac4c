import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BIT } from '../../../workers/correlate/input';
import { depths, growForest } from '../../../workers/correlate/tree';
import { type Subject, subjects } from './subjects';

const cmd = (start: number, pid: number, ppid: number, more: Subject = {}): Subject => ({
  start,
  pid,
  ppid,
  bits: BIT.CMD,
  text: pid,
  ...more,
});

test.for<{ title: string; rows: readonly Subject[]; parents: readonly number[]; replaces?: readonly number[] }>([
  {
    title: 'an agent’s ids name the parent, whatever the pids',
    rows: [cmd(1, 7, 1, { entity: 11 }), cmd(2, 9, 500, { entity: 12, parent: 11 })],
    parents: [-1, 0],
  },
  {
    title: 'an image that takes its parent’s pid replaced it',
    rows: [cmd(1, 7, 1, { entity: 11 }), cmd(2, 7, 1, { entity: 12, parent: 11 })],
    parents: [-1, 0],
    replaces: [0, 1],
  },
  {
    title: 'exec without fork, told with the parent of the image before',
    rows: [cmd(1, 7, 1, { entity: 11, parent: 5 }), cmd(2, 7, 1, { entity: 12, parent: 5 })],
    parents: [-1, 0],
    replaces: [0, 1],
  },
  {
    title: 'a pid that ended and came back is another process',
    rows: [cmd(1, 7, 1, { entity: 11, parent: 5, end: 2 }), cmd(3, 7, 1, { entity: 12, parent: 5 })],
    parents: [-1, -1],
  },
  {
    title: 'a parent that was never recorded leaves an orphan',
    rows: [cmd(1, 7, 1, { entity: 11, parent: 99 })],
    parents: [-1],
  },
  {
    title: 'a child that outlives its parent keeps it',
    rows: [cmd(1, 7, 1, { entity: 11, end: 3 }), cmd(2, 8, 7, { entity: 12, parent: 11, end: 60 })],
    parents: [-1, 0],
  },
  { title: 'without ids the pid’s process of that time is the parent', rows: [cmd(1, 7, 1), cmd(2, 8, 7)], parents: [-1, 0] },
  {
    title: 'without ids a pid that came back is the later process',
    rows: [cmd(1, 7, 1), cmd(50, 7, 2, { text: 70 }), cmd(51, 8, 7)],
    parents: [-1, -1, 1],
  },
  {
    title: 'without ids another text on the same pid and parent is an exec without fork',
    rows: [cmd(1, 7, 1), cmd(1.2, 7, 1, { text: 70 })],
    parents: [-1, 0],
    replaces: [0, 1],
  },
  {
    title: 'a parent that executed nothing is a fork of what has its name and began, or started something, just before',
    rows: [cmd(1, 20, 3, { comm: 1 }), cmd(1.1, 21, 20, { comm: 2, above: 1 }), cmd(1.2, 23, 22, { comm: 3, above: 1 })],
    parents: [-1, 0, 0],
  },
  {
    title: 'not of what has another name, nor of what its process id says is younger, nor of what did nothing for long',
    rows: [
      cmd(1, 20, 3, { comm: 1 }),
      cmd(1.2, 23, 22, { above: 2 }),
      cmd(1.2, 24, 19, { above: 1 }),
      cmd(9, 66, 65, { above: 1 }),
    ],
    parents: [-1, -1, -1, -1],
  },
  {
    title: 'nor of either of two that did something as lately',
    rows: [cmd(1, 20, 3, { comm: 1 }), cmd(1.1, 21, 3, { comm: 1 }), cmd(1.2, 23, 22, { above: 1 })],
    parents: [-1, -1, -1],
  },
  {
    title: 'a daemon’s fork is of what has its name and the next lower process id, however late and wherever its children are',
    rows: [
      cmd(1, 20, 3, { comm: 1, tty: 34816 }),
      cmd(1.1, 21, 20, { comm: 2, above: 1, tty: 34816 }),
      cmd(2, 40, 20, { comm: 5, above: 1, tty: 34816 }),
      cmd(60, 300, 42, { above: 5, tty: 0 }),
      cmd(90, 400, 42, { above: 5, tty: 34817 }),
    ],
    parents: [-1, 0, 0, 2, 2],
  },
  {
    title: 'not of what works, nor of either of two that are as near',
    rows: [
      cmd(1, 20, 3, { comm: 1 }),
      cmd(1.1, 21, 20, { comm: 2, above: 1 }),
      cmd(60, 300, 23, { above: 1 }),
      cmd(61, 310, 3, { comm: 5 }),
      cmd(61, 312, 3, { comm: 5 }),
      cmd(90, 400, 314, { above: 5 }),
    ],
    parents: [-1, 0, -1, -1, -1, -1],
  },
  {
    title: 'where no parent’s process id is told, the latest of its name on the same terminal is the parent',
    rows: [
      cmd(1, 20, -1, { tty: 34816, comm: 1, bits: BIT.CMD | BIT.OUTER }),
      cmd(2, 21, -1, { tty: 34817, comm: 1, bits: BIT.CMD | BIT.OUTER }),
      cmd(9, 22, -1, { tty: 34816, comm: 2, above: 1 }),
      cmd(9, 23, -1, { tty: 34816, comm: 2, above: 3 }),
      cmd(9, 24, -1, { tty: 0, comm: 2, above: 1 }),
    ],
    parents: [-1, -1, 0, -1, -1],
  },
  {
    title: 'and another image on its own process id replaced it, unless much later',
    rows: [cmd(1, 20, -1), cmd(1.2, 20, -1, { text: 70 }), cmd(60, 20, -1, { text: 71 })],
    parents: [-1, 0, -1],
    replaces: [0, 1, 0],
  },
  {
    title: 'without a process id, what a runtime starts on a terminal within a second of another took its place',
    rows: [
      cmd(1, -1, -1, { tty: 34816, text: 1, bits: BIT.CMD | BIT.OUTER }),
      cmd(1.1, -1, -1, { tty: 34816, text: 2, bits: BIT.CMD | BIT.OUTER }),
      cmd(1.2, -1, -1, { tty: 34817, text: 3, bits: BIT.CMD | BIT.OUTER }),
      cmd(9, -1, -1, { tty: 34816, text: 4, bits: BIT.CMD | BIT.OUTER }),
    ],
    parents: [-1, 0, -1, -1],
    replaces: [0, 1, 0, 0],
  },
  { title: 'a process that names itself as parent is an orphan', rows: [cmd(1, 7, 7)], parents: [-1] },
  {
    title: 'pids of different containers have nothing to do with each other',
    rows: [cmd(1, 7, 1), cmd(2, 8, 7, { place: 1 })],
    parents: [-1, -1],
  },
])('$title', ({ rows, parents, replaces }) => {
  const forest = growForest(subjects(rows));

  expect([...forest.parent.slice(0, forest.size)]).toEqual(parents);
  if (replaces) expect([...forest.replaces.slice(0, forest.size)]).toEqual(replaces);
});

test.for<{ title: string; rows: readonly Subject[]; ofRow: readonly number[] }>([
  {
    title: 'two records with one id are one process',
    rows: [cmd(1, 7, 1, { entity: 11 }), cmd(5, 7, 1, { entity: 11 })],
    ofRow: [0, 0],
  },
  {
    title: 'a record without an id falls on the process of an agent with ids that ran on its pid',
    rows: [cmd(1, 7, 1, { entity: 11, end: 9 }), { start: 4, pid: 7 }],
    ofRow: [0, 0],
  },
  {
    title: 'after that process has ended it is another',
    rows: [cmd(1, 7, 1, { entity: 11, end: 2 }), { start: 4, pid: 7 }],
    ofRow: [0, 1],
  },
  {
    title: 'a connection belongs to the process that its pid names',
    rows: [cmd(1, 7, 1, { comm: 3 }), { start: 4, pid: 7, ppid: 1, comm: 3 }],
    ofRow: [0, 0],
  },
  {
    title: 'without a process id, what is told of one name and terminal at one moment is one process',
    rows: [
      { start: 1, tty: 0, comm: 3, above: 1 },
      { start: 1.2, tty: 0, comm: 3, above: 1 },
      { start: 9, tty: 0, comm: 3, above: 1 },
    ],
    ofRow: [0, 0, 1],
  },
  {
    title: 'and what a runtime started on a terminal is the one of that name, whenever it is told, until another is',
    rows: [
      { start: 1, tty: 34816, comm: 3, bits: BIT.CMD | BIT.OUTER },
      { start: 60, tty: 34816, comm: 3, bits: BIT.OUTER },
      { start: 61, tty: 34817, comm: 3, bits: BIT.OUTER },
      { start: 90, tty: 34816, comm: 3, text: 5, bits: BIT.CMD | BIT.OUTER },
      { start: 95, tty: 34816, comm: 3, bits: BIT.OUTER },
    ],
    ofRow: [0, 0, 1, 2, 2],
  },
])('$title', ({ rows, ofRow }) => {
  expect([...growForest(subjects(rows)).ofRow]).toEqual(ofRow);
});

test('rings are cut, whatever the evidence says', () => {
  const id = fc.integer({ min: 0, max: 6 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ start: fc.nat(20), pid: id, ppid: id, entity: id, parent: id, bits: fc.constant(BIT.CMD) })),
      (rows) => {
        const forest = growForest(subjects(rows));
        const depth = depths(forest);

        for (let process = 0; process < forest.size; process++) {
          const parent = forest.parent[process] as number;
          expect(depth[process]).toBe(parent < 0 ? 0 : (depth[parent] as number) + 1);
        }
      },
    ),
  );
});
