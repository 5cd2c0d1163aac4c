import { describe, expect, test } from 'vitest';
import {
  branchesOf,
  burstAddress,
  countsOf,
  linesOf,
  recordCount,
  rulerTicks,
  spanOf,
  type TranscriptLine,
  transcriptOf,
  treeLines,
} from '../../../renderer/views/trace/trace-data';
import type { ActivityJson } from '../../../workers/contract/activity';
import type { ProcessJson, Trace } from '../../../workers/contract/trace';

const at = (second: number) => `2026-03-17T14:03:${String(second).padStart(2, '0')}.000000000Z`;
const act = (id: string, kind: ActivityJson['kind'], second: number, rest: object = {}): ActivityJson => ({
  id,
  kind,
  time: at(second),
  records: [{ evidence: 'E1', member: 'a.log', record: id }],
  ...rest,
});
const process = (name: string, parent: string | null, start: number, depth: number, end: string | null = null): ProcessJson => ({
  process: name,
  parent,
  pid: 1,
  ppid: 0,
  comm: name,
  cmdline: `${name} -x`,
  start: at(start),
  end,
  depth,
  records: [],
});
const root = process('bash', null, 11, 0, at(50));
const trace: Trace = {
  session: 'S',
  label: 'S-14',
  originator: act('1', 'exec', 11, { namespace: 'billing', pod: 'billing-api-x' }),
  confidence: 0.98,
  certain: true,
  why: [],
  rivals: [],
  considered: [],
  chain: [],
  identity: {
    user: 'johndoe',
    groups: ['dev-billing', 'system:authenticated'],
    impersonated: null,
    clouduser: null,
    sourceaddresses: ['10.0.0.9', '203.0.113.7'],
    useragent: null,
    basis: null,
  },
  root,
  processes: [root, process('curl', 'bash', 19, 1), process('shred', 'bash', 40, 1)],
  more: 0,
  activities: [
    act('2', 'cmd', 11, { process: 'bash' }),
    act('3', 'cmd', 19, { process: 'curl' }),
    act('4', 'net', 20, { process: 'curl', server: '198.51.100.23', serverport: 443, direction: 'out', l4proto: 'tcp' }),
    act('5', 'file', 30, { process: 'bash', path: '/root/x', mode: 'write' }),
    act('6', 'cmd', 40, { process: 'shred' }),
    act('7', 'file', 41, { process: 'elsewhere', path: '/y', mode: 'delete' }),
  ],
  limits: [],
  coverage: [],
};

test('processes stand with what they did, in the order of time; what hangs on none comes last', () => {
  expect(treeLines(trace).map((l) => `${'-'.repeat(l.depth)}${l.name}`)).toEqual([
    'bash',
    '-curl',
    '--198.51.100.23:443',
    '-/root/x',
    '-shred',
    '/y',
  ]);
});

test('kinds that are switched off leave originator, silences, end and processes', () => {
  const off = new Set(['exec', 'cmd', 'net', 'file'] as const);

  expect(linesOf(transcriptOf(trace), off).map((line) => (line.type === 'activity' ? line.activity.id : line.type))).toEqual([
    '1',
    ...transcriptOf(trace).flatMap(({ type }) => (type === 'activity' ? [] : [type])),
  ]);
  expect(branchesOf(treeLines(trace), off).map((line) => line.name)).toEqual(['bash', 'curl', 'shred']);
});

test('a process stands for the activity of its start, so that selection moves in both panes', () => {
  expect(treeLines(trace).find((l) => l.name === 'curl')?.activity).toBe('3');
});

test('processes that name each other as parents are shown, once each', () => {
  const circle = { ...trace, root: null, processes: [process('a', 'b', 1, 0), process('b', 'a', 1, 0)], activities: [] };
  expect(
    treeLines(circle)
      .map((l) => l.name)
      .sort(),
  ).toEqual(['a', 'b']);
});

test('silences of five seconds and more are said', () => {
  const said = (line: TranscriptLine): string => {
    if (line.type === 'activity') return line.activity.id;
    if (line.type === 'silence') return `${line.ns / 1_000_000_000n} s`;
    return line.type === 'end' ? line.what : `${line.count} more`;
  };
  expect(transcriptOf(trace).map(said)).toEqual(['1', '2', '8 s', '3', '4', '10 s', '5', '10 s', '6', '7', '9 s', 'bash exited']);
});

test('the span holds everything with a margin', () => {
  const whole = spanOf(trace);
  expect(whole && whole.from < 1_773_756_191_000_000_000n && whole.to > 1_773_756_230_000_000_000n).toBe(true);
});

test('counts each record once', () => {
  expect(recordCount(trace)).toBe(7);
});

test('a ruler has round ticks, never more than fit', () => {
  const ticks = rulerTicks({ from: 0n, to: 61_000_000_000n }, 12);
  expect(ticks.length).toBeLessThanOrEqual(12);
  expect(ticks.every((t) => t % 5_000_000_000n === 0n)).toBe(true);
});

test('says of a trace that came in part neither its end nor a silence before it', () => {
  const lines = transcriptOf({ ...trace, more: 20_000 });
  expect(lines.at(-1)).toEqual({ type: 'more', count: 20_000, key: 'more' });
  expect(lines.some(({ type }) => type === 'end')).toBe(false);
});

describe('a burst', () => {
  const fold = { id: '4', count: 200, last: at(39), records: 250 };
  const folded: Trace = { ...trace, folds: [fold] };

  test('has no silence inside, and one after it is counted from its end', () => {
    const lines = transcriptOf(folded).map((l) => (l.type === 'silence' ? `${l.ns / 1_000_000_000n} s` : l.type));
    expect(lines).toEqual([
      'activity',
      'activity',
      '8 s',
      'activity',
      'activity',
      'activity',
      'activity',
      'activity',
      '9 s',
      'end',
    ]);
  });

  test('counts for all that it tells', () => {
    expect(countsOf(folded).get('net')).toBe(200);
    expect(recordCount(folded)).toBe(6 + 250);
    expect(treeLines(folded).find(({ key }) => key === '4')?.rest).toBe('×200');
  });

  test('leads to all of it in the list', () => {
    const [burst] = trace.activities.filter(({ id }) => id === '4');
    expect(burstAddress(burst!, fold)).toMatchObject({
      view: 'activity',
      filter:
        'process="curl" kind=net direction=out not comm exists server="198.51.100.23" serverport=443 not namespace exists not deployment exists',
      scope: [],
      to: 1_773_756_219_000_000_001n,
    });
  });
});
