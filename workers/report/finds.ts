/** Findings of our own rules in a report: those that cite what it shows, and what each rule could see of that time. */
import type { ActivityJson } from '../contract/activity';
import { quote } from '../contract/filter';
import type { EvaluatedRule, Finding, Findings, RuleText } from '../contract/findings';
import type { BoardEntry } from '../contract/marks';
import { parseTime } from '../contract/time';
import type { Trace } from '../contract/trace';
import type { View } from '../contract/view';
import type { Period } from '../detect/faults';

/** As `Finding`, its rule told apart. What it counts and names is what it cites of the session, the list or the marks that it stands with. */
export interface ReportFinding
  extends Pick<Finding, 'id' | 'rule' | 'scope' | 'user' | 'session' | 'count' | 'kinds' | 'first' | 'last'> {
  /** Ids of the earliest activities that it cites, at most `MOST_NAMED`. */
  readonly records: readonly string[];
}

export interface ReportFindings {
  /** `version` names the text of all rules. */
  readonly pack: Findings['pack'];
  /** Of each session, in their order. */
  readonly sessions: readonly (readonly ReportFinding[])[];
  readonly list: readonly ReportFinding[];
  /** Of marked activities that lie in none of these sessions. */
  readonly marks: readonly ReportFinding[];
  /** How many were left out, since only so many of the most severe are told. */
  readonly unlisted: number;
  /** Of the rules that found something. */
  readonly rules: readonly RuleText[];
  /** Every rule: what it could see of the time that the report shows. */
  readonly evaluated: readonly Pick<EvaluatedRule, 'rule' | 'title' | 'state' | 'why'>[];
}

/**
 * The findings of a view, from an open case.
 * @param period of which it is told what the rules could see
 * @param most ids that a finding names
 */
export type Finds = (view: View, period: Period, most: number) => Promise<Findings>;

const MOST_NAMED = 50;
/** Marked activities that one filter names. */
const TOGETHER = 50;

/** What a report shows. */
export interface Shown {
  readonly traces: readonly Trace[];
  readonly list: { readonly view: View; readonly rows: readonly ActivityJson[] } | null;
  readonly marks: readonly BoardEntry[];
}

/** Null where it shows no activity. */
export async function reportFindings(finds: Finds, { traces, list, marks }: Shown): Promise<ReportFindings | null> {
  const told = traces.flatMap((trace) => [trace.originator, ...trace.activities]);
  const marked = outside(marks, told);
  const period = periodOf([...told, ...(list?.rows ?? [])]);
  const all: Findings[] = [];
  const each = async (views: readonly View[]): Promise<readonly (readonly ReportFinding[])[]> => {
    const found: Findings[] = [];
    for (const view of views) found.push(await finds(view, period, MOST_NAMED));
    all.push(...found);
    return found.map(({ findings }) => findings.map(bare));
  };
  const sessions = await each(traces.map(({ session }) => ({ filter: `session = ${quote(session)}` })));
  const ofList = await each(list === null ? [] : [list.view]);
  const ofMarks = await each(chunks(marked).map((ids) => ({ filter: `id in (${ids.map(quote).join(', ')})` })));
  const [first] = all;
  if (!first) return null;
  const rules = new Map(all.flatMap(({ findings }) => findings.map((finding) => [finding.rule, textOf(finding)] as const)));
  return {
    pack: first.pack,
    sessions,
    list: ofList.flat(),
    marks: ofMarks.flat(),
    unlisted: all.reduce((sum, { unlisted }) => sum + (unlisted?.findings ?? 0), 0),
    rules: [...rules.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1)),
    evaluated: first.rules.map(({ rule, title, state, why }) => ({ rule, title, state, why })),
  };
}

/** All findings, wherever they stand. */
export const allFindings = (found: ReportFindings | null): readonly ReportFinding[] =>
  found === null ? [] : [...found.sessions.flat(), ...found.list, ...found.marks];

function outside(marks: readonly BoardEntry[], told: readonly ActivityJson[]): readonly string[] {
  const inSession = new Set(told.map(({ id }) => id));
  return [...new Set(marks.flatMap(({ activity }) => (activity && !inSession.has(activity.id) ? [activity.id] : [])))];
}

const chunks = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / TOGETHER) }, (_, i) => ids.slice(i * TOGETHER, (i + 1) * TOGETHER));

/** From the first to the last of them. */
function periodOf(activities: readonly ActivityJson[]): Period {
  const times = activities.flatMap(({ time }) => (typeof time === 'string' ? [time] : [])).sort();
  const [first, last] = [times[0], times.at(-1)];
  return first === undefined || last === undefined ? {} : { from: parseTime(first), to: (parseTime(last) ?? 0n) + 1n };
}

const bare = ({ id, rule, scope, user, session, count, kinds, first, last, cited }: Finding): ReportFinding => ({
  ...{ id, rule, scope, user, session, count, kinds, first, last },
  records: cited,
});

const textOf = ({ rule, title, severity, confidence, tags, about, innocent, own }: Finding): RuleText => ({
  ...{ rule, title, severity, confidence, tags, about, innocent },
  ...(own && { own }),
});
