/** Policy hits as the list shows them: by rule, then by place; and where Respond leads. */

import type { Severity } from '../../../workers/contract/attributes';
import { KINDS, type Kind, SEVERITIES } from '../../../workers/contract/attributes';
import type { PolicyHits } from '../../../workers/contract/policy-hits';
import { parseTime } from '../../../workers/contract/time';
import { NS, read } from '../../data/clock';
import { type Address, DEFAULT_BY, DEFAULT_KINDS, type ScopePath, UNFILTERED } from '../../state/address';
import { podTail } from '../sessions/sessions-data';

export type PolicyLine =
  | { readonly type: 'rule'; readonly rule: string; readonly hits: readonly PolicyHits[]; readonly count: number }
  | { readonly type: 'place'; readonly hits: PolicyHits };

export interface PolicyFilter {
  readonly text: string;
  /** Empty: all. */
  readonly severities: readonly Severity[];
}

/** Rules in the order of their first line: the most severe first, then by time. */
export function linesOf(all: readonly PolicyHits[], filter: PolicyFilter): readonly PolicyLine[] {
  const rules = new Map<string, PolicyHits[]>();
  for (const hits of all) {
    if (!matches(hits, filter)) continue;
    const key = JSON.stringify([hits.rule, hits.severity, hits.origin]);
    const list = rules.get(key);
    if (list) list.push(hits);
    else rules.set(key, [hits]);
  }
  return [...rules.values()].flatMap((hits): readonly PolicyLine[] => [
    { type: 'rule', rule: (hits[0] as PolicyHits).rule, hits, count: countOf(hits) },
    ...hits.map((place): PolicyLine => ({ type: 'place', hits: place })),
  ]);
}

function matches({ rule, severity, scope, tags, origin, commands }: PolicyHits, { text, severities }: PolicyFilter): boolean {
  if (severities.length > 0 && !(severity !== null && severities.includes(severity))) return false;
  const hay = [rule, origin ?? '', ...tags, ...commands, ...Object.values(scope).map((v) => v ?? '')].join(' ').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

export const countOf = (hits: readonly PolicyHits[]): number => hits.reduce((sum, { count }) => sum + count, 0);

/** Hits by severity, those that occur, the most severe first. */
export const severitiesOf = (all: readonly PolicyHits[]): readonly (readonly [Severity, number])[] =>
  SEVERITIES.map((severity) => [severity, countOf(all.filter((hits) => hits.severity === severity))] as const).filter(
    ([, count]) => count > 0,
  );

/** Bars of a severity, 1 to 5: a rank is told by weight, never by a hue. */
export const weightOf = (severity: Severity | null): number =>
  severity === null ? 0 : SEVERITIES.length - SEVERITIES.indexOf(severity);

/** namespace / deployment / pod, or the host where it was in no pod. */
export const placeOf = ({ scope }: PolicyHits): readonly string[] => {
  const pod = [scope.namespace, scope.deployment, scope.pod].filter((part) => part !== null);
  return pod.length > 0 ? pod : [scope.host ?? scope.node ?? scope.cluster ?? 'place not recorded'];
};

/** The same on one line: the pod loses its front, never its end, which tells it from its siblings. */
export function shortPlaceOf(hits: PolicyHits): {
  readonly lead: readonly string[];
  readonly joint: string;
  readonly tail: string;
} {
  const place = placeOf(hits);
  const last = place.at(-1) ?? '';
  const { head, tail } = last === hits.scope.pod ? podTail(last) : { head: '', tail: last };
  return { lead: place.slice(0, -1), joint: `${place.length > 1 ? ' / ' : ''}${head === '' ? '' : '…-'}`, tail };
}

export const kindsOf = ({ kinds }: PolicyHits): readonly (readonly [Kind, number])[] =>
  KINDS.flatMap((kind) => (kinds[kind] === undefined ? [] : [[kind, kinds[kind]] as const]));

/** Whether first and last lie on one day of the zone that is shown. */
export function isOneDay({ first, last }: PolicyHits, zone: string): boolean {
  const [a, b] = [parseTime(first ?? ''), parseTime(last ?? '')];
  return a === undefined || b === undefined || read(a, zone).date === read(b, zone).date;
}

/** Before the first and after the last hit. */
const MARGIN = 15n * NS.min;

/** What Respond shows: everything of every kind (but the other API calls) in the place of the hits, around their time, with the first hit at hand. */
export function respondTo(hits: PolicyHits): Partial<Address> {
  const [first, last] = [parseTime(hits.first ?? ''), parseTime(hits.last ?? '')];
  const timed = first === undefined || last === undefined ? undefined : { from: first - MARGIN, to: last + MARGIN + 1n };
  const path = scopePath(hits);
  return {
    view: 'activity',
    ...UNFILTERED,
    fold: false,
    scope: path.length === 0 ? [] : [path],
    kinds: DEFAULT_KINDS,
    from: timed?.from,
    to: timed?.to,
    at: hits.id,
  };
}

function scopePath({ scope }: PolicyHits): ScopePath {
  const inPod = scope.pod !== null;
  const names = inPod ? DEFAULT_BY : (['host', 'node', 'cluster'] as const).filter((name) => scope[name] !== null).slice(0, 1);
  return names.map((name) => ({ attribute: name, value: scope[name as keyof PolicyHits['scope']] ?? null }));
}
