/** What happened: the day as a drawing, the numbered timeline, the process tree. */
import type { ActivityJson } from '../contract/activity';
import { summary } from '../contract/summary';
import type { ProcessJson, Trace } from '../contract/trace';
import { type Block, dim, evidence, type Series, type Span, type Spans, strong, type TableRow, words } from './blocks';
import { foldsOf } from './folds';
import type { Period } from './period';
import { isCall, timeOf, toNs, type Writer } from './writer';
import { type Clock, lasting } from './zone';

/** Longer than this without a record is shown as a gap in the timeline. */
const QUIET_NS = 5_000_000_000n;
/** A drawing of more than that is labelled by days. */
const DAYS = 2n * 86_400_000_000_000n;

const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** @param of what is counted @param trace is flagged where it began */
export function drawing(period: Period, clock: Clock, of: string, trace?: Trace): Block {
  const names: readonly [string, string, boolean][] = [
    ['net', 'network', false],
    ['cmd', 'commands', false],
    ['file', 'files', false],
    ['api', 'API requests', false],
    ['exec', 'calls into pods', true],
  ];
  const series = names.flatMap(([kind, name, marks]): Series[] => {
    const values = period.series[kind];
    return values?.some((v) => v > 0) ? [{ name, values: Float64Array.from(values), marks }] : [];
  });
  const from = toNs(period.from);
  const length = toNs(period.to) - from;
  const ticks = Array.from({ length: 7 }, (_, i) => {
    const at = new Date(Number((from + (length * BigInt(i)) / 6n) / 1_000_000n)).toISOString();
    return { at: i / 6, label: length > DAYS ? clock.date(at).slice(5) : clock.clock(at, 's').slice(0, 5) };
  });
  const lastDay = clock.date(new Date(Number((toNs(period.to) - 1n) / 1_000_000n)).toISOString());
  const dates = clock.date(period.from) === lastDay ? lastDay : `${clock.date(period.from)} to ${lastDay}`;
  const began = trace && timeOf(trace.originator);
  return {
    type: 'graph',
    series,
    ticks,
    flags:
      began === undefined ? [] : [{ at: Number(((toNs(began) - from) * 10_000n) / length) / 10_000, label: trace?.label ?? '' }],
    caption: `Activities per ${lasting(BigInt(period.widthNs))}, ${of}, ${dates}, ${clock.zone}, logarithmic.${series.some(({ marks }) => marks) ? ' Marks: calls into pods (exec, cp, port-forward and the like).' : ''}`,
  };
}

export function whatHappened({ clock, citing, leave }: Writer, trace: Trace): readonly Block[] {
  const rows: TableRow[] = [];
  let previous: bigint | undefined;
  let day = '';
  const pids = new Map(trace.processes.map((p) => [p.process, p]));
  const { bursts, hidden } = foldsOf(trace.activities);
  leave([...hidden].flatMap(({ records }) => records));
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
    if (hidden.has(a)) continue;
    const burst = bursts.get(a);
    rows.push({
      kind: a === trace.originator ? 'accent' : undefined,
      cells: [
        [at === undefined ? dim('no time') : { text: clock.clock(at, a.precision), evidence: true }],
        [wordOf(a, trace)],
        [
          ...what(a, pids),
          ...(burst
            ? [words(`\n${burst.all.length.toLocaleString('en')} alike, the last at ${clock.clock(burst.last, a.precision)}`)]
            : []),
        ],
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
        [words(ended(trace))],
        citing(trace.originator.records),
      ],
    });
  }
  return [
    {
      type: 'text',
      spans: [
        words(
          `${counted(trace)}${twice(trace)} Everything recorded below the session’s root is listed; nothing was filtered out.${hidden.size > 0 ? ` Connections or file accesses of one process that are alike and follow each other are one row with their number: ${count(hidden.size, 'other')}, each with its record in the data attached.` : ''}`,
        ),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: `Time, ${clock.zone}`, width: 0.21 },
        { head: 'What', width: 0.12 },
        { head: 'Details', width: 0.56 },
        { head: 'Record', width: 0.11 },
      ],
      rows,
    },
  ];
}

function ended({ originator }: Trace): string {
  if (!isCall({ originator })) return 'the process ends';
  if (originator.result === 'refused') return 'the API server refuses it';
  return originator.result === 'failed' ? 'the API server answers with an error' : 'the API server closes the stream';
}

function counted({ originator, activities }: Trace): string {
  const counts = (kind: string) => activities.filter((a) => a.kind === kind).length;
  const opened = originator.label ?? (isCall({ originator }) ? 'exec' : 'process that begins it');
  const more = isCall({ originator }) ? 'command' : 'other command';
  return `One ${String(opened)}, ${count(counts('cmd'), more)}, ${count(counts('net'), 'connection')}, ${count(counts('file'), 'file access', 'file accesses')}.`;
}

/** Of a session that more than one source tells. */
const twice = ({ originator, activities }: Trace): string =>
  new Set(activities.flatMap(({ format }) => (format === originator.format ? [] : [format]))).size > 1
    ? ' More than one source tells of it: what two of them tell is listed, and counted, twice.'
    : '';

export const gap = (text: string): TableRow => ({ kind: 'gap', cells: [[dim(text)]] });
const wordOf = (a: ActivityJson, trace: Trace): Span =>
  a === trace.originator ? strong(summary(a).word) : words(summary(a).word);

export function what(a: ActivityJson, processes: ReadonlyMap<string, ProcessJson>): Spans {
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

export function processes({ clock, citing }: Writer, trace: Trace): Block {
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
