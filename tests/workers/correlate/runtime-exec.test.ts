import { expect, test } from 'vitest';
import { BIT } from '../../../workers/correlate/input';
import { letIn } from '../../../workers/correlate/runtime-exec';
import { growForest } from '../../../workers/correlate/tree';
import { type Subject, subjects } from './subjects';

/** Places: 0 the node, 1 and 2 containers. */
const SHIM = 70;
const cmd = (start: number, pid: number, ppid: number, more: Subject = {}): Subject => ({
  start,
  pid,
  ppid,
  bits: BIT.CMD,
  text: pid,
  comm: pid,
  ...more,
});
const shim = cmd(1, SHIM, 1, { bits: BIT.CMD | BIT.RUNTIME });
const exec = (start: number, pid: number, into: number): Subject =>
  cmd(start, pid, SHIM, { bits: BIT.CMD | BIT.RUNTIME, comm: 7, into });

test.for<{
  title: string;
  rows: readonly Subject[];
  places: readonly number[];
  parents: readonly number[];
  outer: readonly number[];
}>([
  {
    title: 'the child of a runtime’s exec, and all below it, is in the container that the exec names',
    rows: [shim, exec(5, 80, 1), cmd(5.1, 81, 80), cmd(9, 82, 81)],
    places: [0, 0, 1, 1],
    parents: [-1, 0, -1, 2],
    outer: [2],
  },
  {
    title: 'so is what has the shim for a parent once the runtime has ended, right after its exec',
    rows: [shim, exec(5, 80, 2), cmd(5.1, 81, SHIM)],
    places: [0, 0, 2],
    parents: [-1, 0, -1],
    outer: [2],
  },
  {
    title: 'and where the shim began before the records did',
    rows: [exec(5, 80, 2), cmd(5.1, 81, SHIM)],
    places: [0, 2],
    parents: [-1, -1],
    outer: [1],
  },
  {
    title: 'what a shim starts long after an exec entered some container, which is not known',
    rows: [shim, exec(5, 80, 1), cmd(60, 81, SHIM)],
    places: [0, 0, 0],
    parents: [-1, 0, -1],
    outer: [2],
  },
  {
    title: 'the runtime’s own second image enters nothing',
    rows: [shim, exec(5, 80, 1), cmd(5.05, 81, 80, { bits: BIT.CMD | BIT.RUNTIME, comm: 7 }), cmd(5.1, 82, 80)],
    places: [0, 0, 0, 1],
    parents: [-1, 0, 1, -1],
    outer: [3],
  },
  {
    title: 'what the node’s own processes start stays on the node',
    rows: [shim, exec(5, 80, 1), cmd(5.1, 90, 60), cmd(6, 91, 90)],
    places: [0, 0, 0, 0],
    parents: [-1, 0, -1, 2],
    outer: [],
  },
])('$title', ({ rows, places, parents, outer }) => {
  const told = subjects(rows);
  const forest = growForest(told);
  letIn(forest, told, (place) => place === 0);

  expect([...told.place]).toEqual(places);
  expect([...forest.parent.subarray(0, forest.size)]).toEqual(parents);
  expect([...told.bits].flatMap((bits, row) => ((bits & BIT.OUTER) === 0 ? [] : [row]))).toEqual(outer);
});
