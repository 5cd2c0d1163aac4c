/** The trace report as blocks: what is said, in which order, in which words. */
import type { ActivityJson, ProcessJson, RecordPlace, Trace } from '../contract/engine';
import { summary } from '../contract/summary';
import { parseTime } from '../contract/time';
import {
  type Block,
  cite,
  dim,
  evidence,
  quoting,
  type Series,
  type Span,
  type Spans,
  strong,
  type TableRow,
  words,
} from './blocks';
import type { Period, ReportModel } from './model';
import { Clock, lasting } from './zone';

/** Longer than this without a record is shown as a gap in the timeline. */
const QUIET_NS = 5_000_000_000n;
const CERTAIN = 0.95;

export function documentOf(model: ReportModel): readonly Block[] {
  const clock = new Clock(model.zone);
  const numbers = new Map(model.citations.map((c) => [placeKey(c), c.n]));
  const citing = (records: readonly RecordPlace[]): Spans =>
    records.flatMap((r) => {
      const n = numbers.get(placeKey(r));
      return n === undefined ? [] : [cite(n), words(' ')];
    });
  const page: Writer = { model, clock, citing };
  return [
    ...titlePage(page),
    ...model.traces.flatMap((trace, i) => sessionPages(page, trace, model.periods[i])),
    { type: 'heading', level: 1, text: 'Records cited' },
    ...records(page),
    { type: 'heading', level: 1, text: 'Glossary' },
    GLOSSARY,
  ];
}

const placeKey = (p: RecordPlace): string => JSON.stringify([p.evidence, p.member, p.record]);
const toNs = (time: string): bigint => parseTime(time) ?? 0n;

interface Writer {
  readonly model: ReportModel;
  readonly clock: Clock;
  readonly citing: (records: readonly RecordPlace[]) => Spans;
}

const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
const timeOf = (a: ActivityJson): string | undefined => (typeof a.time === 'string' ? a.time : undefined);

function titlePage({ model, clock }: Writer): readonly Block[] {
  const { case: info } = model;
  const stated = (value: string | null) =>
    value === null ? [dim('not stated')] : [quoting(value), words(' (as stated at import)')];
  const first = model.traces[0];
  const handed = info.evidence.filter((e) => e.receivedFrom !== null || e.collectedBy !== null);
  return [
    { type: 'title', title: model.title, subtitle: first === undefined ? [words('No session.')] : whoDidWhat(first, clock) },
    {
      type: 'pairs',
      rows: [
        ['Question asked', model.question === null ? [dim('none stated')] : [{ ...quoting(model.question), strong: true }]],
        ['Case', [quoting(info.case)]],
        ['Examiner', model.examiner === null ? [dim('not stated')] : [quoting(model.examiner)]],
        [
          'Received from',
          handed.length === 0 ? [dim('not stated')] : handed.flatMap((e) => [words(`${e.id}: `), ...stated(e.receivedFrom)]),
        ],
        ['Times', [words(`${model.zone}, with the digits that each source wrote`)]],
        [
          'Made with',
          [words(`Exhibit ${info.version}, schema ${info.schema}; created ${clock.full(model.created)} ${model.zone}`)],
        ],
        ['Redaction', [words(model.redaction)]],
      ],
    },
    { type: 'heading', level: 2, text: 'Evidence' },
    {
      type: 'table',
      columns: [
        { head: 'Item', width: 0.07 },
        { head: 'Name and SHA-256', width: 0.6 },
        { head: 'Bytes', width: 0.14, align: 'right' },
        { head: 'Records', width: 0.1, align: 'right' },
        { head: 'Rejected', width: 0.09, align: 'right' },
      ],
      rows: info.evidence.map((e) => ({
        cells: [
          [words(e.id)],
          [evidence(e.name), words('\n'), { text: e.sha256, evidence: true, dim: true }],
          [words(e.bytes.toLocaleString('en'))],
          [words(e.records.toLocaleString('en'))],
          [words(e.rejected.toLocaleString('en'))],
        ],
      })),
    },
    {
      type: 'pairs',
      rows: [
        ['Evidence digest', [evidence(info.evidenceDigest)]],
        ['Case digest', [evidence(info.digest)]],
        ['Analysis digest', [evidence(info.analysisDigest)]],
        ['Journal head', [evidence(info.journal.head), words(`, entry ${info.journal.entries}`)]],
      ],
    },
    {
      type: 'text',
      small: true,
      spans: [
        words(
          'The evidence is unchanged since its import at the times in the journal. What came before its import is not known to Exhibit. To check: ',
        ),
        evidence('exhibit verify CASE'),
        words(', or compare each record cited below with its bytes in the evidence by sha256sum.'),
      ],
    },
    { type: 'page' },
  ];
}

function whoDidWhat(trace: Trace, clock: Clock): Spans {
  const o = trace.originator;
  const at = timeOf(o);
  const where = [o.deployment ?? o.workload ?? o.pod, o.container].filter((v) => v !== undefined).map(String);
  return [
    evidence(trace.identity.user ?? 'somebody'),
    words(' ran '),
    evidence(summary(o).text || String(o.label ?? 'an exec')),
    ...(where.length === 0 ? [] : [words(' in '), evidence(where.join(', container '))]),
    words(at === undefined ? ', time not recorded' : `, on ${clock.day(at)} at ${clock.clock(at, 's')} ${clock.zone}`),
    ...(at !== undefined && typeof o.end === 'string' ? [words(`, for ${lasting(toNs(o.end) - toNs(at))}`)] : []),
    words('.'),
  ];
}

function sessionPages(writer: Writer, trace: Trace, period: Period | undefined): readonly Block[] {
  return [
    { type: 'heading', level: 1, text: `${trace.label} Who` },
    ...who(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} How sure` },
    ...howSure(trace),
    ...(period === undefined ? [] : [{ type: 'heading', level: 1, text: 'The day' } as const, drawing(period, writer.clock)]),
    { type: 'heading', level: 1, text: `${trace.label} What happened` },
    ...whatHappened(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} Processes` },
    processes(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} What the evidence can show` },
    ...coverage(writer, trace),
    { type: 'heading', level: 1, text: `${trace.label} Limits` },
    { type: 'list', items: trace.limits.map((limit) => [quoting(limit)]) },
  ];
}

function who({ citing }: Writer, trace: Trace): readonly Block[] {
  const { identity, originator } = trace;
  const record = citing(originator.records.slice(0, 1));
  const row = (link: string, value: Spans, basis: string, cited = true): TableRow => ({
    cells: [[words(link)], value, [words(basis)], cited ? record : []],
  });
  const absent = dim('– not in this evidence');
  const addresses = identity.sourceaddresses;
  const seen = addresses.at(-1);
  const entered = [originator.cluster, originator.namespace, originator.pod, originator.container]
    .filter((v) => v !== undefined)
    .map(String);
  return [
    {
      type: 'table',
      columns: [
        { head: 'Link', width: 0.18 },
        { head: 'Value', width: 0.44 },
        { head: 'Basis', width: 0.28 },
        { head: 'Record', width: 0.1 },
      ],
      rows: [
        row('Address', [seen === undefined ? absent : evidence(seen)], 'seen by the API server', seen !== undefined),
        ...(addresses.length > 1
          ? [row('', [evidence(addresses.slice(0, -1).join(', '))], 'claimed by the client or a proxy')]
          : []),
        row(
          'Client',
          [identity.useragent === null ? absent : evidence(identity.useragent)],
          'claimed by the client',
          identity.useragent !== null,
        ),
        row(
          'Cloud user',
          [identity.clouduser === null ? absent : evidence(identity.clouduser)],
          identity.clouduser === null ? 'no cloud identity recorded' : 'user.extra of the record',
          identity.clouduser !== null,
        ),
        row(
          'Kubernetes user',
          [identity.user === null ? absent : { text: identity.user, evidence: true, strong: true }],
          identity.basis ?? 'basis not recorded',
          identity.user !== null,
        ),
        row(
          'Groups',
          [identity.groups.length === 0 ? absent : evidence(identity.groups.join(', '))],
          'as authenticated',
          identity.groups.length > 0,
        ),
        row(
          'Impersonated',
          identity.impersonated === null ? [words('none')] : [evidence(identity.impersonated)],
          identity.impersonated === null ? 'not asked for' : 'asked for by the client',
        ),
        row('Entered', [entered.length === 0 ? absent : evidence(entered.join(' / '))], 'request', entered.length > 0),
      ],
    },
    {
      type: 'text',
      small: true,
      spans: [
        words('Acts are attributed to the credential '),
        evidence(identity.user ?? '(none)'),
        words('. That a certain person used it is not shown by this evidence.'),
      ],
    },
  ];
}

function howSure(trace: Trace): readonly Block[] {
  const blocks: Block[] = [];
  if (trace.confidence === null) {
    blocks.push({
      type: 'figure',
      value: '–',
      spans: [strong('no process is assigned to this session'), words('\nthe reasons stand below')],
    });
  } else {
    blocks.push({
      type: 'figure',
      value: trace.confidence.toFixed(2),
      spans: [
        strong(trace.certain ? 'certain' : 'not certain'),
        words(
          ` (certain from ${CERTAIN})\nthat the process tree${trace.root?.pid == null ? '' : ` of pid ${trace.root.pid}`} was started by this session`,
        ),
      ],
    });
  }
  if (trace.why.length > 0) {
    blocks.push({
      type: 'table',
      columns: [
        { head: 'Reason', width: 0.4 },
        { head: 'In this case', width: 0.6 },
      ],
      rows: trace.why.map((r) => ({ cells: [[words(`${r.holds ? '✓' : '✗'} `), quoting(r.what)], [quoting(r.detail)]] })),
    });
  }
  const rivals = trace.rivals.map((r): Spans => [evidence(r.session), words(` with confidence ${r.confidence.toFixed(2)}`)]);
  blocks.push({
    type: 'text',
    spans: [
      strong('Rivals. '),
      words(rivals.length === 0 ? 'None within 0.2 of this answer.' : 'Other sessions that could own this tree:'),
    ],
  });
  if (rivals.length > 0) blocks.push({ type: 'list', items: rivals });
  if (trace.considered.length > 0) {
    blocks.push({ type: 'text', spans: [words('Weighed and put aside:')] });
    blocks.push({
      type: 'list',
      items: trace.considered.map((c) => [evidence(c.session), words(` (${c.confidence.toFixed(2)}): `), quoting(c.why)]),
    });
  }
  return blocks;
}

function drawing(period: Period, clock: Clock): Block {
  const names: readonly [string, string, boolean][] = [
    ['net', 'network', false],
    ['cmd', 'commands', false],
    ['file', 'files', false],
    ['exec', 'kubectl exec', true],
  ];
  const series = names.flatMap(([kind, name, marks]): Series[] => {
    const values = period.series[kind];
    return values?.some((v) => v > 0) ? [{ name, values: Float64Array.from(values), marks }] : [];
  });
  const from = toNs(period.from);
  const length = toNs(period.to) - from;
  const ticks = Array.from({ length: 7 }, (_, i) => {
    const at = new Date(Number((from + (length * BigInt(i)) / 6n) / 1_000_000n)).toISOString();
    return { at: i / 6, label: clock.clock(at, 's').slice(0, 5) };
  });
  return {
    type: 'graph',
    series,
    ticks,
    caption: `Activities per ${lasting(BigInt(period.widthNs))}, the whole case, ${clock.date(period.from)}, ${clock.zone}, logarithmic. Marks: kubectl exec.`,
  };
}

function whatHappened({ clock, citing }: Writer, trace: Trace): readonly Block[] {
  const rows: TableRow[] = [];
  let previous: bigint | undefined;
  let day = '';
  const pids = new Map(trace.processes.map((p) => [p.process, p]));
  for (const a of [trace.originator, ...trace.activities]) {
    const at = timeOf(a);
    if (at !== undefined) {
      const ns = toNs(at);
      if (previous !== undefined && ns - previous > QUIET_NS)
        rows.push(gap(`${lasting(ns - previous)} without records from this session`));
      previous = ns;
      if (day !== '' && clock.date(at) !== day) rows.push(gap(clock.day(at)));
      day = clock.date(at);
    }
    rows.push({
      kind: a === trace.originator ? 'accent' : undefined,
      cells: [
        [at === undefined ? dim('no time') : { text: clock.clock(at, a.precision), evidence: true }],
        [wordOf(a, trace)],
        what(a, pids),
        citing(a.records),
      ],
    });
  }
  if (typeof trace.originator.end === 'string') {
    rows.push({
      kind: 'accent',
      cells: [
        [evidence(clock.clock(trace.originator.end))],
        [strong('end')],
        [words('the API server closes the stream')],
        citing(trace.originator.records),
      ],
    });
  }
  const counts = (kind: string) => trace.activities.filter((a) => a.kind === kind).length;
  return [
    {
      type: 'text',
      spans: [
        words(
          `One ${String(trace.originator.label ?? 'exec')}, ${count(counts('cmd'), 'command')}, ${count(counts('net'), 'connection')}, ${count(counts('file'), 'file access', 'file accesses')}. Everything recorded below the session’s root is listed; nothing was filtered out.`,
        ),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: `Time, ${clock.zone}`, width: 0.21 },
        { head: 'What', width: 0.12 },
        { head: '', width: 0.56 },
        { head: 'Record', width: 0.11 },
      ],
      rows,
    },
  ];
}

const gap = (text: string): TableRow => ({ kind: 'gap', cells: [[dim(text)]] });
const wordOf = (a: ActivityJson, trace: Trace): Span =>
  a === trace.originator ? strong(summary(a).word) : words(summary(a).word);

function what(a: ActivityJson, processes: ReadonlyMap<string, ProcessJson>): Spans {
  const s = summary(a);
  const pid = a.pid ?? processes.get(String(a.process))?.pid;
  const flags = Array.isArray(a.flags) ? a.flags.map(String) : [];
  return [
    evidence(s.text),
    ...(s.aside === '' ? [] : [words(' '), { text: s.aside, evidence: true, dim: true }]),
    ...(pid === undefined || pid === null ? [] : [dim(`  ${pid}`)]),
    ...(a.rule === undefined ? [] : [words('\n▲ rule: '), evidence(String(a.rule))]),
    ...(flags.length === 0 ? [] : [dim(`\n${flags.join(', ')}`)]),
  ];
}

function processes({ clock, citing }: Writer, trace: Trace): Block {
  if (trace.processes.length === 0) return { type: 'text', spans: [words('No process is assigned to this session.')] };
  return {
    type: 'table',
    columns: [
      { head: 'Process', width: 0.5 },
      { head: 'pid', width: 0.1, align: 'right' },
      { head: 'Start', width: 0.14 },
      { head: 'End', width: 0.14 },
      { head: 'Record', width: 0.12 },
    ],
    rows: trace.processes.map((p) => ({
      cells: [
        [dim('\u00a0\u00a0\u00a0'.repeat(p.depth) + (p.depth > 0 ? '└ ' : '')), evidence(p.cmdline ?? p.comm ?? p.process)],
        [words(p.pid === null ? '–' : String(p.pid))],
        [p.start === null ? dim('not recorded') : evidence(clock.clock(p.start, 'ms'))],
        [p.end === null ? dim('not recorded') : evidence(clock.clock(p.end, 'ms'))],
        citing(p.records),
      ],
    })),
  };
}

const STATES = {
  complete: 'complete',
  partial: 'partial',
  'hits-only': 'rule hits only',
  absent: 'not in this evidence',
} as const;

function coverage({ clock }: Writer, trace: Trace): readonly Block[] {
  const gaps = (c: Trace['coverage'][number]): Spans =>
    c.gaps
      .slice(0, 5)
      .flatMap((g) => [words('\n'), quoting(`${clock.full(g.from, 'ms')} to ${clock.clock(g.to, 'ms')}: ${g.why}`)]);
  return [
    { type: 'text', spans: [words('Silence is not absence: what each source could have shown in this session.')] },
    {
      type: 'table',
      columns: [
        { head: 'Source', width: 0.34 },
        { head: 'State', width: 0.16 },
        { head: 'What its silence means', width: 0.5 },
      ],
      rows: trace.coverage.map((c) => ({
        cells: [
          [quoting(c.source)],
          [c.state === 'complete' ? words(STATES[c.state]) : strong(STATES[c.state])],
          [quoting(c.detail), ...gaps(c)],
        ],
      })),
    },
  ];
}

function records({ model }: Writer): readonly Block[] {
  return [
    {
      type: 'text',
      small: true,
      spans: [
        words(
          'Offsets and lengths are bytes in the decompressed member; the SHA-256 is that of the record’s exact bytes. The second line is the same place outside this case.',
        ),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: '', width: 0.07 },
        { head: 'Place and SHA-256', width: 0.67 },
        { head: 'Offset', width: 0.15, align: 'right' },
        { head: 'Length', width: 0.11, align: 'right' },
      ],
      rows: model.citations.map((c) => ({
        anchor: c.n,
        cells: [
          [cite(c.n)],
          [
            evidence(c.id),
            words('\n'),
            { text: c.outside, evidence: true, dim: true },
            words('\n'),
            { text: c.sha256, evidence: true, dim: true },
          ],
          [words(c.offset.toLocaleString('en'))],
          [words(c.length.toLocaleString('en'))],
        ],
      })),
    },
  ];
}

const GLOSSARY: Block = {
  type: 'pairs',
  rows: [
    ['Evidence', [words('one input as handed over: a file, an archive or a folder, with its SHA-256')]],
    ['Record', [words('the innermost event of a source, such as one line of a log')]],
    ['Activity', [words('one thing that happened, told by one or more records')]],
    ['Session', [words('an originator (here a request to the Kubernetes API) and everything that it caused')]],
    ['Confidence', [words('how sure it is that the root process belongs to the originator; certain from 0.95')]],
    ['Rival', [words('another originator that could own the same process tree')]],
    ['Merged', [words('a record that only ends or completes what another one began; both are cited')]],
  ],
};
