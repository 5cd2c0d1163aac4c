import { expect, test } from 'vitest';
import type { Answer, Attempt, Match } from '../../../workers/correlate/input';
import { detailOf, logName, span } from '../../../workers/correlate/reasons';
import { attempt, place } from './subjects';

const MATCH: Match = {
  argv: 'exact',
  key: null,
  tty: true,
  outer: 'entered',
  executed: true,
  delay: 0.13,
  delayFrom: 'ready',
  gap: 0.03,
  offset: -0.042,
  offsetBasis: 'pairs',
  offsetPairs: 9,
  medianDelay: 0.12,
  probePeriod: Number.NaN,
  offBeat: Number.NaN,
};
const ROOT = { key: 7, comm: 'bash', cmdline: 'bash', parent: null, tty: 34817, containerid: 'a1b2c3d4e5f6' };

const answer = (changes: Partial<Answer> = {}): Answer => ({
  root: 0,
  place: 0,
  confidence: 0.99,
  match: MATCH,
  nothing: null,
  rivals: [],
  heads: [],
  ...changes,
});
const told = (changes: Partial<Match> = {}, more: Partial<Answer> = {}, call: Partial<Attempt> = {}) =>
  detailOf(attempt(call), 0, answer({ match: { ...MATCH, ...changes }, ...more }), ROOT, place());

test.for([
  { log: 'prod prod/cp-1/audit', cluster: 'prod', name: 'cp-1/audit' },
  { log: 'audit', cluster: null, name: 'audit' },
  { log: 'lab a/b/c/audit', cluster: 'lab', name: 'c/audit' },
  { log: '', cluster: null, name: 'API server' },
])('the log $log is called $name', ({ log, cluster, name }) => {
  expect(logName({ log, cluster })).toBe(name);
});

test.for<{ title: string; match: Partial<Match>; what: string; detail: string; holds: boolean }>([
  {
    title: 'a measured clock',
    match: {},
    what: 'Clock offset',
    detail: 'cp-1/audit → node-1: −42 ms, from 9 pairs',
    holds: true,
  },
  {
    title: 'an unmeasured clock',
    match: { offsetBasis: 'none' },
    what: 'Clock offset not measurable',
    detail: 'cp-1/audit → node-1, fewer than three pairs',
    holds: false,
  },
  {
    title: 'a probe’s beat',
    match: { probePeriod: 10, offBeat: 0.2 },
    what: 'On the beat of a probe with the same command',
    detail: '200 ms from a beat that comes every 10 s',
    holds: false,
  },
  {
    title: 'off the beat',
    match: { probePeriod: 10, offBeat: -3.2 },
    what: 'Off the beat of a probe with the same command',
    detail: '3.2 s from a beat that comes every 10 s',
    holds: true,
  },
  {
    title: 'an exit that meets',
    match: {},
    what: 'Exit meets ResponseComplete',
    detail: 'bash ends 30 ms before it',
    holds: true,
  },
  {
    title: 'an exit that does not',
    match: { gap: -4 },
    what: 'Exit does not meet ResponseComplete',
    detail: 'bash ends 4.0 s after it',
    holds: false,
  },
  { title: 'command and terminal', match: {}, what: 'argv and tty agree', detail: 'bash, pts/1', holds: true },
])('$title reads "$what": "$detail"', ({ match, what, detail, holds }) => {
  expect(told(match).why).toContainEqual({ what, detail, holds, records: [1000, 7] });
});

test('only rivals as close as the contract says are answers too, all are considered', () => {
  const rival = (number: number, confidence: number) => ({ attempt: number, confidence, delay: 0.2, gap: 0.05 });
  const { rivals, considered } = told({}, { confidence: 0.6, rivals: [rival(4, 0.41), rival(5, 0.1), rival(-1, 0.3)] });

  expect(rivals).toEqual([{ session: 5, confidence: 0.41 }]);
  expect(considered.map(({ session, why }) => [session, why])).toEqual([
    [5, 'bash starts 200 ms after its ResponseStarted and ends 50 ms before its ResponseComplete'],
    [6, 'bash starts 200 ms after its ResponseStarted and ends 50 ms before its ResponseComplete'],
  ]);
});

test.for([
  { nothing: 'no-agent', what: 'No runtime record of this container' },
  { nothing: 'none-alike', what: 'No process with this command entered the container' },
  { nothing: 'all-taken', what: 'Every process that fits belongs to another call' },
  { nothing: 'too-far', what: 'No process with this command entered the container at that time' },
] as const)('without a process: $what', ({ nothing, what }) => {
  expect(detailOf(attempt(), 0, answer({ match: null, nothing }), undefined, undefined).why).toMatchObject([
    { what, holds: false },
  ]);
});

const NODES = ['Linux audit records'];

test('a source that names no container is no missing agent', () => {
  const { why, limits } = detailOf(attempt(), 0, answer({ match: null, nothing: 'no-agent' }), undefined, undefined, NODES);

  expect(why).toMatchObject([{ what: 'No record names this container', detail: expect.stringContaining('Linux audit records') }]);
  expect(limits).toContainEqual(expect.stringContaining('Processes name no container in Linux audit records'));
});

test.for([
  {
    title: 'the runtime',
    own: null,
    containerid: 'a1b2c3d4e5f6',
    pod: 'web-1',
    detail: 'the container runtime’s exec on node-1 names',
  },
  { title: 'its own records', own: 'a1b2c3d4e5f6', containerid: 'a1b2c3d4e5f6', pod: 'web-1', detail: 'web · a1b2c3d4e5f6' },
  { title: 'nothing but an id', own: null, containerid: 'a1b2c3d4e5f6', pod: '', detail: 'container a1b2c3d4e5f6 of node-1' },
  { title: 'nothing', own: null, containerid: null, pod: '', detail: 'some container of node-1' },
])('where a process ran, named by $title', ({ own, containerid, pod, detail }) => {
  const { why } = detailOf(attempt(), 0, answer(), { ...ROOT, containerid: own }, place({ containerid, pod }), NODES);

  expect(why[0]).toMatchObject({ detail: expect.stringContaining(detail), holds: pod !== '' });
});

test.for([
  [0.036, '36 ms'],
  [2.43, '2.4 s'],
  [42, '42 s'],
  [360, '6 min'],
  [7200, '2 h'],
] as const)('%d s reads %s', ([seconds, text]) => {
  expect(span(seconds)).toBe(text);
});
