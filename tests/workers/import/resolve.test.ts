/** What is one activity and what is not (contract section 3), in each order of import. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImportThreads } from '../../../workers/import/import';
import { TestCase, temporary } from './cases';
import { stages } from './logs';

let root: string;
let threads: ImportThreads;

beforeAll(() => {
  root = temporary();
  threads = new ImportThreads();
});
afterAll(async () => {
  await threads.close();
  rmSync(root, { recursive: true, force: true });
});

const START = (Date.UTC(2026, 2, 17, 9) * 1_000_000) / 1000;
const EXEC = '/api/v1/namespaces/shop/pods/web-1/exec?command=id&container=web&stdout=true';
type Of = Partial<Parameters<typeof stages>[0]>;
const request = (id: string, of: Of = {}): string[] =>
  stages({ id, us: START, took: 5000, verb: 'update', uri: '/api/v1/namespaces/shop/pods/web-1', code: 200, ...of }).map(
    ([, line]) => line,
  );
const attempt = (id: string, verb: 'get' | 'create', code: number, ms: number, of: Of = {}): string[] =>
  request(id, { verb, code, us: START + ms * 1000, uri: EXEC, subresource: 'exec', names: ['ResponseComplete'], ...of });
const alert = (text: string): string =>
  JSON.stringify({
    output: text,
    priority: 'Notice',
    rule: 'A shell',
    time: '2026-03-17T09:00:00.123456789Z',
    output_fields: { 'k8s.pod.name': 'web-1', 'proc.name': 'bash', 'proc.pid': 7, 'evt.time': 1773738000123456789n.toString() },
  });
const spaced = (line: string): string => line.replaceAll('":', '" : ').replace('{', '{  ');
const reversed = (line: string): string =>
  JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line) as object).reverse()));

/** A packet of a connection, `at` seconds after the start; the one that opens it says so. */
const packet = (at: number, opens = false, port = 40_000): string =>
  JSON.stringify({
    flow: {
      time: new Date(Date.UTC(2026, 2, 17, 9) + at * 1000).toISOString(),
      uuid: `u${at}`,
      verdict: 'FORWARDED',
      IP: { source: '10.1.2.3', destination: '198.51.100.7' },
      l4: { TCP: { source_port: port, destination_port: 443, flags: opens ? { SYN: true } : { ACK: true } } },
      source: { pod_name: 'web-1', namespace: 'shop' },
      destination: { identity: 2 },
      node_name: 'node-1',
      is_reply: false,
      traffic_direction: 'EGRESS',
    },
  });

const RR = ['RequestReceived'] as const;
const RC = ['ResponseComplete'] as const;

interface Expected {
  readonly activities: number;
  readonly merged?: number;
  readonly duplicates?: number;
  /** How many activities say so. */
  readonly reused?: number;
}

/** Evidences, each a list of members, each a list of lines. */
const CASES: readonly {
  readonly title: string;
  readonly evidences: readonly (readonly (readonly string[])[])[];
  readonly expected: Expected;
}[] = [
  { title: 'stages of one request merge', evidences: [[request('a')]], expected: { activities: 1, merged: 1 } },
  {
    title: 'packets of a connection fold into one activity, in whatever evidence they are',
    evidences: [[[packet(0, true), packet(1), packet(2)]], [[packet(3), packet(1800)]]],
    expected: { activities: 1, merged: 4 },
  },
  {
    title: 'an opening packet that was sent again opens nothing new',
    evidences: [[[packet(0, true), packet(3, true), packet(4)]]],
    expected: { activities: 1, merged: 2 },
  },
  {
    title: 'ports that are used again are another connection',
    evidences: [[[packet(0, true), packet(1), packet(60, true), packet(61)]]],
    expected: { activities: 2, merged: 2 },
  },
  {
    title: 'after an hour of silence the same ports are another connection, also without an opening packet',
    evidences: [[[packet(0), packet(5000), packet(5001)]]],
    expected: { activities: 2, merged: 1 },
  },
  {
    title: 'other ports are another connection',
    evidences: [[[packet(0, true), packet(1), packet(1, true, 40_001)]]],
    expected: { activities: 2, merged: 1 },
  },
  {
    title: 'stages in two evidences merge',
    evidences: [[request('a', { names: RR })], [request('a', { names: RC })]],
    expected: { activities: 1, merged: 1 },
  },
  {
    title: 'another verb is another request',
    evidences: [[request('a', { names: RR })], [request('a', { names: RC, verb: 'patch' })]],
    expected: { activities: 2 },
  },
  {
    title: 'another user is another request',
    evidences: [[[...request('a', { names: RR }), ...request('a', { names: RC, user: 'ben@lab.test' })]]],
    expected: { activities: 2 },
  },
  {
    title: 'equal records of one stage are copies',
    evidences: [[[...request('a'), ...request('a')]]],
    expected: { activities: 1, merged: 1, duplicates: 2 },
  },
  {
    title: 'different records of one stage are both kept',
    evidences: [[[...request('a', { names: RC }), ...request('a', { names: RC, code: 500 })]]],
    expected: { activities: 2, reused: 2 },
  },
  {
    title: 'a reused id in a later evidence flags the first too',
    evidences: [[request('a', { names: RC })], [request('a', { names: RC, code: 500 })]],
    expected: { activities: 2, reused: 2 },
  },
  {
    title: 'two incarnations keep their stages apart',
    evidences: [[request('a')], [request('a', { names: RC, code: 500, took: 9000 })]],
    expected: { activities: 2, merged: 1, reused: 2 },
  },
  {
    title: 'other spaces are the same event',
    evidences: [[request('a')], [request('a').map(spaced)]],
    expected: { activities: 1, merged: 1, duplicates: 2 },
  },
  {
    title: 'another order of keys is the same event',
    evidences: [[[...request('a'), ...request('a').map(reversed)]]],
    expected: { activities: 1, merged: 1, duplicates: 2 },
  },
  {
    title: 'a refused websocket and its repetition are one attempt',
    evidences: [[[...attempt('a', 'get', 403, 0), ...attempt('b', 'create', 101, 90)]]],
    expected: { activities: 1, merged: 1 },
  },
  {
    title: 'also in two evidences',
    evidences: [[attempt('a', 'get', 400, 0)], [attempt('b', 'create', 101, 90)]],
    expected: { activities: 1, merged: 1 },
  },
  {
    title: 'also where both are refused',
    evidences: [[[...attempt('a', 'get', 403, 0), ...attempt('b', 'create', 403, 90)]]],
    expected: { activities: 1, merged: 1 },
  },
  {
    title: 'not after five seconds',
    evidences: [[[...attempt('a', 'get', 403, 0), ...attempt('b', 'create', 101, 5001)]]],
    expected: { activities: 2 },
  },
  {
    title: 'not where the websocket opened',
    evidences: [[[...attempt('a', 'get', 101, 0), ...attempt('b', 'create', 101, 90)]]],
    expected: { activities: 2 },
  },
  {
    title: 'not by another user',
    evidences: [[[...attempt('a', 'get', 403, 0), ...attempt('b', 'create', 101, 90, { user: 'ben@lab.test' })]]],
    expected: { activities: 2 },
  },
  {
    title: 'not the other way round',
    evidences: [[[...attempt('a', 'create', 403, 0), ...attempt('b', 'get', 403, 90)]]],
    expected: { activities: 2 },
  },
  {
    title: 'two attempts at once are two',
    evidences: [
      [
        [
          ...attempt('a', 'get', 403, 0),
          ...attempt('b', 'get', 403, 1),
          ...attempt('c', 'create', 101, 90),
          ...attempt('d', 'create', 101, 91),
        ],
      ],
    ],
    expected: { activities: 2, merged: 2 },
  },
  {
    title: 'a nearer attempt found later changes nothing of the count',
    evidences: [[[...attempt('a', 'get', 403, 0), ...attempt('c', 'create', 101, 90)]], [attempt('b', 'get', 403, 50)]],
    expected: { activities: 2, merged: 1 },
  },
  {
    title: 'alerts without a key count as often as they were written',
    evidences: [[[alert('x'), alert('x')]]],
    expected: { activities: 2 },
  },
  {
    title: 'n copies here and m there are max(n, m)',
    evidences: [[[alert('x'), alert('x')]], [[alert('x'), alert('x'), alert('x')]]],
    expected: { activities: 3, duplicates: 2 },
  },
  {
    title: 'also among members of one evidence',
    evidences: [[[alert('x')], [alert('x'), alert('x')]]],
    expected: { activities: 2, duplicates: 1 },
  },
  {
    title: 'also in another spelling',
    evidences: [[[alert('x'), alert('y')]], [[spaced(alert('x'))]]],
    expected: { activities: 2, duplicates: 1 },
  },
  {
    title: 'a packet in another spelling',
    evidences: [[[packet(0, true), packet(1)]], [[spaced(packet(1)), packet(2)]]],
    expected: { activities: 1, merged: 2, duplicates: 1 },
  },
];

/** All cases are imported together: each has a pod, an address and audit ids of its own. */
const own = (line: string, n: number): string =>
  line
    .replaceAll('web-1', `web-${n}`)
    .replaceAll('10.1.2.3', `10.1.${n}.3`)
    .replace(/("auditID"\s*:\s*")/, `$1${n}-`);
const FIRST = 100;

interface Imported {
  /** By the folder of a case. */
  readonly counts: ReadonlyMap<string, object>;
  readonly activities: readonly string[];
  readonly digests: Awaited<ReturnType<TestCase['digests']>>;
}
let inOrder: Imported;
let reversedOrder: Imported;

/** Evidence `e`, a folder for each case that has something in it. */
function writeEvidence(e: number): string {
  const folder = join(root, `e${e}`);
  for (const [i, { evidences }] of CASES.entries()) {
    const members = evidences[e] ?? [];
    const of = join(folder, `${FIRST + i}`);
    if (members.length > 0) mkdirSync(of, { recursive: true });
    for (const [m, lines] of members.entries())
      writeFileSync(join(of, `m${m}.log`), `${lines.map((line) => own(line, FIRST + i)).join('\n')}\n`);
  }
  return folder;
}

async function imported(paths: readonly string[]): Promise<Imported> {
  const made = await TestCase.make(threads);
  try {
    for (const path of paths) await made.import(path);
    const counted = await made.all<Record<'folder' | keyof Expected, string | bigint>>(`
      WITH told AS (
        SELECT member, 'activity' AS what FROM activity
        UNION ALL SELECT member, 'reused' FROM activity WHERE list_contains(flags, 'reused audit id')
        UNION ALL SELECT member, fate::VARCHAR FROM citation
      )
      SELECT split_part(path, '/', 1) AS folder,
        count(*) FILTER (what = 'activity') AS activities,
        count(*) FILTER (what = 'merged') AS merged,
        count(*) FILTER (what = 'duplicate') AS duplicates,
        count(*) FILTER (what = 'reused') AS reused
      FROM told
      JOIN member USING (member)
      GROUP BY folder`);
    const numbers = (row: object) => Object.fromEntries(Object.entries(row).map(([name, n]) => [name, Number(n)]));
    const counts = new Map(counted.map(({ folder, ...row }) => [folder as string, numbers(row)]));
    return { counts, activities: await made.activities(), digests: await made.digests() };
  } finally {
    await made.close();
  }
}

beforeAll(async () => {
  const paths = [0, 1].map(writeEvidence);
  inOrder = await imported(paths);
  reversedOrder = await imported(paths.toReversed());
});

test.each(CASES.map((each, i) => ({ ...each, folder: `${FIRST + i}` })))('$title', ({ expected, folder }) => {
  const ofCase = ({ activities }: Imported) => activities.filter((json) => json.includes(`"web-${folder}"`));

  for (const { counts } of [inOrder, reversedOrder])
    expect(counts.get(folder)).toEqual({ merged: 0, duplicates: 0, reused: 0, ...expected });
  expect(ofCase(inOrder)).toHaveLength(expected.activities);
  expect(ofCase(reversedOrder)).toEqual(ofCase(inOrder));
});

test('the digests are the same in either order, and those that are worked out anew', () => {
  expect(inOrder.digests.recomputed).toBe(inOrder.digests.stored);
  expect(reversedOrder.digests).toEqual(inOrder.digests);
});
