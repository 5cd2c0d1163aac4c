/** A trace as its panes show it: the tree of processes with what each did, the transcript with its silences. */

import type { ActivityJson, RecordPlace } from '../../../workers/contract/activity';
import { attribute, KINDS, type Kind } from '../../../workers/contract/attributes';
import { equation } from '../../../workers/contract/filter-edit';
import { likeTerms } from '../../../workers/contract/likeness';
import { summary } from '../../../workers/contract/summary';
import { parseTime } from '../../../workers/contract/time';
import type { ProcessJson, Trace, TraceFold } from '../../../workers/contract/trace';
import { NS } from '../../data/clock';
import { grouped } from '../../data/numbers';
import { type Address, EVERYWHERE } from '../../state/address';

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const timeOf = (a: ActivityJson): bigint | undefined => parseTime(text(a.time));

/** Bursts by the id of the activity that tells each. */
export const foldsOf = ({ folds = [] }: Pick<Trace, 'folds'>): ReadonlyMap<string, TraceFold> =>
  new Map(folds.map((fold) => [fold.id, fold]));

/** All of a burst in the list, at its time. */
export function burstAddress(a: ActivityJson, { last }: TraceFold): Partial<Address> {
  const [from, to] = [timeOf(a), parseTime(text(last))];
  const process = attribute('process');
  const own = process && a.process !== undefined ? [equation(process, '=', text(a.process))] : [];
  return {
    ...EVERYWHERE,
    view: 'activity',
    fold: false,
    kinds: KINDS,
    filter: [...own, ...likeTerms(a)].join(' '),
    from,
    to: to === undefined ? undefined : to + 1n,
    at: a.id,
    session: undefined,
  };
}

export interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

/** From a little before the originator to a little after the last thing known of it. */
export function spanOf(trace: Trace): Span | undefined {
  const times = [
    ...[trace.originator, ...trace.activities].flatMap((a) => [timeOf(a), parseTime(text(a.end))]),
    ...trace.processes.flatMap((p) => [parseTime(text(p.start)), parseTime(text(p.end))]),
    ...(trace.folds ?? []).map(({ last }) => parseTime(text(last))),
  ].filter((ns): ns is bigint => ns !== undefined);
  if (times.length === 0) return undefined;
  const [from, to] = [times.reduce((a, b) => (a < b ? a : b)), times.reduce((a, b) => (a > b ? a : b))];
  const margin = (to - from) / 40n + NS.s / 10n;
  return { from: from - margin, to: to + margin };
}

/** The last that is known of it. */
export const lastOf = ({ originator, root, activities, folds = [] }: Trace): bigint | undefined =>
  [originator.end, root?.end, ...activities.map(({ time }) => time), ...folds.map(({ last }) => last)]
    .map((time) => parseTime(text(time)))
    .reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);

/** Percent of the span. */
export const placeIn = (ns: bigint, span: Span): number => (Number(ns - span.from) / Number(span.to - span.from)) * 100;

export interface TreeLine {
  readonly key: string;
  readonly depth: number;
  readonly kind: Kind;
  readonly direction: unknown;
  /** The program, bold, and the rest of its command line; or the address or path, and how often. */
  readonly name: string;
  readonly rest: string;
  /** pid, or what was done. */
  readonly aside: string;
  /** The activity that it stands for, where there is one. */
  readonly activity: string | undefined;
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
  readonly isProcess: boolean;
}

/** What each process did and started, in the order of time, below it; then what hangs on no process. */
export function treeLines(trace: Trace): readonly TreeLine[] {
  const known = new Set(trace.processes.map((p) => p.process));
  const did = byKey(trace.activities, (a) => (known.has(text(a.process)) ? text(a.process) : ''));
  const started = byKey(trace.processes, (p) =>
    p.parent !== null && known.has(p.parent) && p.parent !== p.process ? p.parent : '',
  );
  const folds = foldsOf(trace);
  const lines: TreeLine[] = [];
  const visited = new Set<string>();
  const visit = (p: ProcessJson, depth: number): void => {
    if (visited.has(p.process)) return;
    visited.add(p.process);
    const own = did.get(p.process) ?? [];
    lines.push(processLine(p, own, depth));
    const below = [
      ...own
        .filter((a) => a.kind !== 'cmd')
        .map((a) => ({ at: timeOf(a), add: () => lines.push(leaf(a, depth + 1, folds.get(a.id))) })),
      ...(started.get(p.process) ?? []).map((child) => ({
        at: parseTime(text(child.start)),
        add: () => visit(child, depth + 1),
      })),
    ];
    for (const { add } of below.toSorted((a, b) => earlier(a.at, b.at))) add();
  };
  for (const p of trace.processes) if ((started.get('') ?? []).includes(p)) visit(p, 0);
  for (const p of trace.processes) visit(p, p.depth);
  return [...lines, ...(did.get('') ?? []).map((a) => leaf(a, 0, folds.get(a.id)))];
}

const earlier = (a: bigint | undefined, b: bigint | undefined): number =>
  a === b || a === undefined || b === undefined ? 0 : a < b ? -1 : 1;

function byKey<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function processLine(p: ProcessJson, did: readonly ActivityJson[], depth: number): TreeLine {
  const start = did.find((a) => a.kind === 'cmd');
  const command = p.cmdline ?? p.comm ?? '';
  const cut = command.indexOf(' ');
  const [program, rest] = cut < 0 ? [command, ''] : [command.slice(0, cut), command.slice(cut + 1)];
  return {
    key: `process ${p.process}`,
    depth,
    kind: 'cmd',
    direction: undefined,
    name: program === '' ? 'unknown program' : program,
    rest,
    aside: text(p.pid),
    activity: start?.id,
    from: parseTime(text(p.start)),
    to: parseTime(text(p.end)),
    isProcess: true,
  };
}

function leaf(a: ActivityJson, depth: number, fold: TraceFold | undefined): TreeLine {
  const { word, text: thing } = summary(a);
  const at = timeOf(a);
  return {
    key: a.id,
    depth,
    kind: a.kind,
    direction: a.direction,
    name: thing.replace(/^→ /, ''),
    rest: fold ? `×${grouped(fold.count)}` : '',
    aside: a.kind === 'net' ? [text(a.l4proto), word].filter(Boolean).join(' ') : word,
    activity: a.id,
    from: at,
    to: parseTime(text(fold?.last ?? a.end)) ?? at,
    isProcess: false,
  };
}

export type TranscriptLine =
  | {
      readonly type: 'activity';
      readonly activity: ActivityJson;
      readonly first: boolean;
      /** It tells a burst of its like. */
      readonly fold: TraceFold | undefined;
    }
  | { readonly type: 'silence'; readonly ns: bigint; readonly key: string }
  | {
      readonly type: 'end';
      readonly time: string;
      readonly what: string;
      readonly pid: string;
      readonly key: string;
      readonly place: RecordPlace | undefined;
    }
  | { readonly type: 'more'; readonly count: number; readonly key: string };

/** Stretches without a record from this session are said from this length on. */
const SILENCE_NS = 5n * NS.s;

export function transcriptOf(trace: Trace): readonly TranscriptLine[] {
  const lines: TranscriptLine[] = [];
  const folds = foldsOf(trace);
  let before: bigint | undefined;
  const say = (at: bigint | undefined, key: string, until = at) => {
    if (at !== undefined && before !== undefined && at - before >= SILENCE_NS)
      lines.push({ type: 'silence', ns: at - before, key: `silence ${key}` });
    if (until !== undefined && (before === undefined || until > before)) before = until;
  };
  for (const [i, activity] of [trace.originator, ...trace.activities].entries()) {
    const fold = folds.get(activity.id);
    // No silence lies inside a burst.
    say(timeOf(activity), activity.id, parseTime(text(fold?.last ?? activity.time)));
    lines.push({ type: 'activity', activity, first: i === 0, fold });
  }
  const { root, more } = trace;
  // What follows is not known yet: neither that nothing does, nor for how long.
  if (more > 0) return [...lines, { type: 'more', count: more, key: 'more' }];
  if (root?.end) {
    const end = parseTime(root.end);
    if (end !== undefined && before !== undefined && end >= before) say(end, 'end');
    lines.push({
      type: 'end',
      time: root.end,
      what: `${root.comm ?? 'root process'} exited`,
      pid: text(root.pid),
      key: 'end',
      place: root.records.at(-1),
    });
  }
  return lines;
}

/** What is left of the transcript while kinds are switched off: the originator, silences and the end stay. */
export const linesOf = (lines: readonly TranscriptLine[], off: ReadonlySet<Kind>): readonly TranscriptLine[] =>
  lines.filter((line) => line.type !== 'activity' || line.first || !off.has(line.activity.kind));

/** What is left of the tree: the processes stay. */
export const branchesOf = (lines: readonly TreeLine[], off: ReadonlySet<Kind>): readonly TreeLine[] =>
  lines.filter((line) => line.isProcess || !off.has(line.kind));

/** Activities below the originator, by kind. */
export function countsOf(trace: Trace): ReadonlyMap<Kind, number> {
  const folds = foldsOf(trace);
  const counts = new Map<Kind, number>();
  for (const { id, kind } of trace.activities) counts.set(kind, (counts.get(kind) ?? 0) + (folds.get(id)?.count ?? 1));
  return counts;
}

/** How many records tell it all: each once, but for what bursts share with others. */
export function recordCount(trace: Trace): number {
  const folds = foldsOf(trace);
  const single = [trace.originator, ...trace.activities].filter(({ id }) => !folds.has(id));
  const places = new Set(single.flatMap((a) => a.records.map((r) => `${r.evidence}/${r.member}:${r.record}`)));
  return [...folds.values()].reduce((sum, { records }) => sum + records, places.size);
}

const ROUND = [
  1n,
  2n,
  5n,
  10n,
  15n,
  30n,
  60n,
  120n,
  300n,
  600n,
  900n,
  1800n,
  3600n,
  7200n,
  14400n,
  21600n,
  43200n,
  86400n,
] as const;

/** Instants to mark on a ruler: round, at most `most`. */
export function rulerTicks(span: Span, most: number): readonly bigint[] {
  const length = span.to - span.from;
  const step = ROUND.map((s) => s * NS.s).find((ns) => length / ns <= BigInt(most)) ?? (length / BigInt(most) / NS.d + 1n) * NS.d;
  const ticks: bigint[] = [];
  for (let at = span.from - (span.from % step) + step; at < span.to && ticks.length <= most; at += step) ticks.push(at);
  return ticks;
}
