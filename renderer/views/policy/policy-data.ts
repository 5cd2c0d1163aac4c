/** Policy hits of agents' rules and findings of Exhibit's as one list, told apart by origin; and where each leads. */
import { attribute, KINDS, type Kind, SEVERITIES, type Severity } from '../../../workers/contract/attributes';
import { equation } from '../../../workers/contract/filter-edit';
import { quote } from '../../../workers/contract/filter-print';
import type { EvaluatedRule, Finding, Findings } from '../../../workers/contract/findings';
import { POLICY_SCOPE, type PolicyHits } from '../../../workers/contract/policy-hits';
import { parseTime } from '../../../workers/contract/time';
import { NS, read } from '../../data/clock';
import { counted } from '../../data/numbers';
import { type Address, DEFAULT_BY, DEFAULT_KINDS, EVERYWHERE, type ScopePath, UNFILTERED } from '../../state/address';
import { podTail } from '../sessions/sessions-data';

/** Whose rule it was. */
export const ORIGINS = ['agents', 'Exhibit'] as const;
export type Origin = (typeof ORIGINS)[number];

/** One rule in one place: what an agent's rule hit, or what a rule of Exhibit's found. */
export interface Entry
  extends Pick<PolicyHits, 'severity' | 'severityraw' | 'tags' | 'scope' | 'count' | 'kinds' | 'first' | 'last'> {
  readonly id: string;
  readonly origin: Origin;
  readonly title: string;
  /** `falco syscall`; of a finding none. */
  readonly source: string | null;
  readonly commands: readonly string[];
  /** Who did it, where the finding names one. */
  readonly user: string | null;
  /** Ids of the earliest activities; at least one. */
  readonly cited: readonly string[];
  /** All of them, in the filter language. */
  readonly filter: string;
  /** What only a finding says. */
  readonly finding: Finding | undefined;
}

export interface EntryFilter {
  readonly text: string;
  /** Severities and origins; empty of one sort: all of it. */
  readonly only: readonly string[];
}

/** The most severe first, then by how often, then by time. */
export function entriesOf(hits: readonly PolicyHits[], findings: readonly Finding[]): readonly Entry[] {
  return [...hits.map(ofHits), ...findings.map(ofFinding)].sort(
    (a, b) =>
      weightOf(b.severity) - weightOf(a.severity) ||
      b.count - a.count ||
      compare(a.first ?? '~', b.first ?? '~') ||
      compare(a.id, b.id),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const ofHits = (hits: PolicyHits): Entry => ({
  ...hits,
  origin: 'agents',
  title: hits.rule,
  source: hits.origin,
  user: null,
  cited: [hits.id],
  filter: hitsFilter(hits),
  finding: undefined,
});

const ofFinding = (finding: Finding): Entry => ({
  ...finding,
  severityraw: null,
  origin: 'Exhibit',
  source: null,
  commands: [],
  filter: finding.filter ?? `id in (${finding.cited.map(quote).join(', ')})`,
  finding,
});

/** Exactly these hits: what they share and what they lack. */
function hitsFilter({ rule, origin, scope }: PolicyHits): string {
  const own: readonly (readonly [string, string | null])[] = [
    ['rule', rule],
    ['origin', origin],
    ...POLICY_SCOPE.map((name) => [name, scope[name]] as const),
  ];
  return own.map(([name, value]) => term(name, value)).join(' ');
}

function term(name: string, value: string | null): string {
  const of = attribute(name);
  if (value === null) return `not ${name} exists`;
  return of ? equation(of, '=', value) : `${name}=${quote(value)}`;
}

/** Those that are narrowed to. */
export const matching = (all: readonly Entry[], { text, only }: EntryFilter): readonly Entry[] => {
  const severities = SEVERITIES.filter((severity) => only.includes(severity));
  const origins = ORIGINS.filter((origin) => only.includes(origin));
  const words = text.toLowerCase().split(/\s+/);
  return all.filter((entry) => {
    if (severities.length > 0 && !(entry.severity !== null && severities.includes(entry.severity))) return false;
    if (origins.length > 0 && !origins.includes(entry.origin)) return false;
    const hay = hayOf(entry);
    return words.every((word) => hay.includes(word));
  });
};

const hayOf = ({ title, source, tags, commands, scope, user, finding }: Entry): string =>
  [title, source, user, finding?.rule, ...tags, ...commands, ...Object.values(scope)]
    .filter((part) => typeof part === 'string')
    .join(' ')
    .toLowerCase();

/** How many activities they cite. */
export const countOf = (entries: readonly Pick<Entry, 'count'>[]): number => entries.reduce((sum, { count }) => sum + count, 0);

/** Lines by severity, and by origin; those that occur. */
export const severitiesOf = (all: readonly Entry[]): readonly (readonly [Severity, number])[] =>
  tallied(SEVERITIES, (severity) => all.filter((entry) => entry.severity === severity).length);
export const originsOf = (all: readonly Entry[]): readonly (readonly [Origin, number])[] =>
  tallied(ORIGINS, (origin) => all.filter((entry) => entry.origin === origin).length);

const tallied = <T>(values: readonly T[], count: (value: T) => number): readonly (readonly [T, number])[] =>
  values.map((value) => [value, count(value)] as const).filter(([, n]) => n > 0);

/** A switch turned in what is narrowed to. */
export const toggled = (only: readonly string[], name: string): readonly string[] =>
  only.includes(name) ? only.filter((one) => one !== name) : [...only, name];

/** Bars of a severity, 1 to 5: a rank is told by weight, never by a hue. */
export const weightOf = (severity: Severity | null): number =>
  severity === null ? 0 : SEVERITIES.length - SEVERITIES.indexOf(severity);

type Scoped = Pick<Entry, 'scope'>;

/** namespace / deployment / pod, or the host where it was in no pod. */
export const placeOf = ({ scope }: Scoped): readonly string[] => {
  const pod = [scope.namespace, scope.deployment, scope.pod].filter((part) => part !== null);
  return pod.length > 0 ? pod : [scope.host ?? scope.node ?? scope.cluster ?? 'place not recorded'];
};

/** The same on one line: the pod loses its front, never its end, which tells it from its siblings. */
export function shortPlaceOf(entry: Scoped): {
  readonly lead: readonly string[];
  readonly joint: string;
  readonly tail: string;
} {
  const place = placeOf(entry);
  const last = place.at(-1) ?? '';
  const { head, tail } = last === entry.scope.pod ? podTail(last) : { head: '', tail: last };
  return { lead: place.slice(0, -1), joint: `${place.length > 1 ? ' / ' : ''}${head === '' ? '' : '…'}`, tail };
}

export const kindsOf = ({ kinds }: Pick<Entry, 'kinds'>): readonly (readonly [Kind, number])[] =>
  KINDS.flatMap((kind) => (kinds[kind] === undefined ? [] : [[kind, kinds[kind]] as const]));

/** Whether first and last lie on one day of the zone that is shown. */
export function isOneDay({ first, last }: Pick<Entry, 'first' | 'last'>, zone: string): boolean {
  const [a, b] = [parseTime(first ?? ''), parseTime(last ?? '')];
  return a === undefined || b === undefined || read(a, zone).date === read(b, zone).date;
}

/** Before the first and after the last of them. */
const MARGIN = 15n * NS.min;

/**
 * What Respond shows: everything in their place around their time, with the first of them at hand; of every kind but the other API calls, which show only where
 * they are what is cited.
 */
export function respondTo(entry: Entry): Partial<Address> {
  const [first, last] = [parseTime(entry.first ?? ''), parseTime(entry.last ?? '')];
  const timed = first === undefined || last === undefined ? undefined : { from: first - MARGIN, to: last + MARGIN + 1n };
  const path = scopePath(entry);
  return {
    view: 'activity',
    ...UNFILTERED,
    fold: false,
    scope: path.length === 0 ? [] : [path],
    kinds: KINDS.filter((kind) => DEFAULT_KINDS.includes(kind) || (entry.kinds[kind] ?? 0) > 0),
    from: timed?.from,
    to: timed?.to,
    at: entry.cited[0],
  };
}

/** They alone, whenever it was. */
export const showThese = ({ filter, cited }: Entry): Partial<Address> => ({
  view: 'activity',
  ...EVERYWHERE,
  fold: false,
  kinds: KINDS,
  filter,
  at: cited[0],
});

function scopePath({ scope }: Scoped): ScopePath {
  const known = (names: readonly (keyof typeof scope)[]) => names.filter((name) => scope[name] !== null);
  const inPod = scope.pod !== null;
  const names = inPod
    ? (DEFAULT_BY as readonly (keyof typeof scope)[])
    : scope.namespace !== null
      ? known(['namespace', 'deployment'])
      : known(['host', 'node', 'cluster']).slice(0, 1);
  return names.map((name) => ({ attribute: name, value: scope[name] }));
}

/** What the lists leave out because they were cut; null where they were not. */
export function leftOut(hits: readonly PolicyHits[], findings: Findings | undefined): string | null {
  const [more, found] = [hits.at(-1)?.unlisted, findings?.unlisted];
  const said = [
    ...(more ? [`${counted(more.places, 'more place')} with ${counted(more.count, 'policy hit')}`] : []),
    ...(found ? [`${counted(found.findings, 'more finding')} with ${counted(found.count, 'activity', 'activities')}`] : []),
  ];
  return said.length === 0 ? null : `Too many to list: ${said.join(' and ')}, the least severe of all.`;
}

/** Switch in the address: the rules that this evidence cannot answer are unfolded. */
export const RULES_OPEN = 'rules';

/** Rules that could see nothing of this evidence, or not all: where they find nothing, that says nothing. */
export const shortSighted = (findings: Findings | undefined): readonly EvaluatedRule[] => [
  ...(findings?.rules.filter(({ state }) => state === 'none') ?? []),
  ...(findings?.rules.filter(({ state }) => state === 'partly') ?? []),
];
