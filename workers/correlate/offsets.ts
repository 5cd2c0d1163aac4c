/**
 * The clock of a node against that of an API server (node minus server, seconds), from the pairs themselves: every plausible pair
 * votes for the offset that would make it a usual one; the offset on which most originators agree wins. Piecewise in time, since clocks
 * are stepped and drift; under three pairs it is not measurable, and then a broad belief stands in for it.
 */

import { groupBy } from '../contract/group';
import type { Candidates } from './candidates';
import { type Belief, believedOfStarts, normalise, usualDelay } from './delays';
import { type Drift, driftOf, gained } from './drift';
import type { Attempt } from './input';
import { lowerBound } from './lower-bound';
import { median } from './median';
import { stepBetween } from './steps';

export interface Offset {
  /** `relatives`: of this node against other API servers, since this server and node have too few pairs of their own. */
  readonly basis: 'pairs' | 'relatives' | 'none';
  /** Of the log's other API servers, where its lines are several servers': a line may be of any. */
  readonly others?: readonly Offset[];
  /** 0 where not measured. */
  readonly mean: number;
  /** The line along which the clock drifts; absent where it does not. */
  readonly drift?: Drift;
  /** Pairs that it rests on; 0 where not measured. */
  readonly pairs: number;
  /** Median start after ResponseStarted here, offset taken out; NaN where exits did not measure it. */
  readonly medianDelay: number;
  readonly beliefs: readonly Belief[];
}

export type Clocks = (log: string, host: string | null, time: number) => Offset;

/** One pair's say: which originator, when (at the call's end for an exit), and the offset that would make its exit, else its start, a usual one. */
export interface Vote {
  readonly attempt: number;
  readonly time: number;
  readonly offset: number;
  /** From an exit: tens of milliseconds sharp instead of tenths of a second. */
  readonly sharp: boolean;
  readonly delay: number;
  /** The delay that is usual for what was recorded of the call. */
  readonly usual: number;
}

const USUAL_GAP = 0.03;
/** A stretch of time with an offset of its own. */
const STRETCH = 3 * 3600;
/** Votes this far apart agree. */
const AGREE = 0.25;
export const FEWEST = 3;
/** Another offset has this many originators to each of the first at least, none of whom might be of those before. */
const BESIDE = 0.25;
/** No more API servers than this write to one log. */
const MOST_BESIDE = 8;
/** Where halves of a stretch agree with themselves by so much better, the clock drifts; down to this length, seconds. */
const BETTER = 1.15;
const SHORTEST = 900;
/** Neighbours in time that an offset is the median of. */
const NEAREST = 15;
/** Share of calls to which the offset of one other may apply rather than the median of all. */
const OWN = 0.15;

/** Most clocks are right within tens of milliseconds; some are off by a second or two. */
const UNMEASURED: Offset = {
  basis: 'none',
  mean: 0,
  pairs: 0,
  medianDelay: Number.NaN,
  beliefs: normalise(
    Array.from({ length: 121 }, (_, i) => (i - 60) * 0.05).map((delta) => ({
      delta,
      slowness: 1,
      weight: 0.5 * Math.exp(-Math.abs(delta) / 0.05) + 0.02 * Math.exp(-Math.abs(delta) / 1.5),
    })),
  ),
};

const clockKey = (log: string, host: string | null): string => `${log}\0${host ?? ''}`;

/** Votes of all pairs, by API server and node. Where both ends are known, a pair whose durations differ by more than a second has no say; nor has a start that is not recorded. */
export function collectVotes(
  { pairs }: Pick<Candidates, 'pairs'>,
  attempts: readonly Attempt[],
  hostOf: (root: number) => string | null,
): Map<string, Vote[]> {
  const votes = new Map<string, Vote[]>();
  for (const pair of pairs) {
    const attempt = attempts[pair.attempt] as Attempt;
    const sharp = !Number.isNaN(pair.exit);
    const usual = usualDelay(Number.isNaN(attempt.ready));
    if (sharp && Math.abs(pair.exit - pair.delay + usual) > 1) continue;
    if (pair.tty === false || (!pair.executed && !sharp)) continue;
    const key = clockKey(attempt.log, hostOf(pair.root));
    const vote = {
      attempt: pair.attempt,
      time: sharp ? attempt.end : attempt.time,
      offset: sharp ? pair.exit + USUAL_GAP : pair.delay - usual,
      sharp,
      delay: pair.delay,
      usual,
    };
    const list = votes.get(key);
    if (list) list.push(vote);
    else votes.set(key, [vote]);
  }
  return votes;
}

export function measureClocks(votes: ReadonlyMap<string, readonly Vote[]>): Clocks {
  const agreed = [...votes].map(([key, list]) => [key, agreeing(list)] as const);
  const measured = new Map(agreed.filter(([, { votes: list }]) => list.length >= FEWEST));
  const lists = new Map([...measured].map(([key, { votes: list }]) => [key, list]));
  const memo = new Map<string, Dated>();
  return (log, host, time) => {
    const key = clockKey(log, host);
    const own = measured.get(key);
    const near = own && nearestInTime(own, time);
    const memoKey = near
      ? `${key}\0${near.from} ${near.to} ${own.beside.flatMap((list) => placesNear(list, time)).join(' ')}`
      : key;
    const known =
      memo.get(memoKey) ??
      (near
        ? anyOf(offsetOf(own.votes.slice(near.from, near.to)), own.beside, time)
        : still(relative(lists, log, host) ?? pooled(votes, log, host) ?? UNMEASURED));
    memo.set(memoKey, known);
    return offsetAt(known, time);
  };
}

/**
 * This node against another API server, put right by how far the two servers are apart on nodes that both have pairs with; where there is
 * none, servers are taken to agree, less surely.
 */
function relative(measured: ReadonlyMap<string, readonly Vote[]>, log: string, host: string | null): Offset | undefined {
  const others = [...measured].map(([key, list]) => ({
    log: key.split('\0')[0] as string,
    host: key.split('\0')[1] as string,
    list,
  }));
  const here = others.filter((other) => other.host === (host ?? '') && other.log.split(' ')[0] === log.split(' ')[0]);
  const best = here.toSorted((a, b) => b.list.length - a.list.length)[0];
  if (best === undefined) return undefined;
  const apart = others
    .filter((other) => other.log === best.log)
    .flatMap(({ host: shared, list }) => {
      const own = measured.get(clockKey(log, shared));
      return own ? [medianOf(own) - medianOf(list)] : [];
    });
  const mean = medianOf(best.list) + (apart.length > 0 ? median(apart) : 0);
  return around(mean, best.list, apart.length > 0 ? 0.02 : 0.06);
}

/** Few pairs with each of several API servers of a cluster are taken together, as if the servers agreed. */
function pooled(votes: ReadonlyMap<string, readonly Vote[]>, log: string, host: string | null): Offset | undefined {
  const cluster = log.split(' ')[0];
  const keys = [...votes.keys()].filter((key) => key.split('\0')[1] === (host ?? '') && key.split(' ')[0] === cluster);
  const { votes: list } = agreeing(keys.flatMap((key) => votes.get(key) ?? []));
  return list.length < FEWEST ? undefined : around(medianOf(list), list, 0.04);
}

/** @param scale how far it may be off, seconds, if exits measured it */
function around(mean: number, list: readonly Vote[], scale: number): Offset {
  const step = (list.every((vote) => vote.sharp) ? scale : 0.2) * 0.2;
  const beliefs = Array.from({ length: 61 }, (_, i) => i - 30).map((n) => ({
    delta: mean + n * step,
    slowness: 1,
    weight: Math.exp(-Math.abs(n) / 5),
  }));
  return { basis: 'relatives', mean, pairs: list.length, medianDelay: Number.NaN, beliefs: normalise(beliefs) };
}

/**
 * What a clock's offset is told by, in order of time; never across a moment at which it was set. `beside`: votes for each other offset at the same times, where
 * one log holds the lines of several API servers.
 */
interface Agreed {
  readonly votes: readonly Vote[];
  readonly beside: readonly (readonly Vote[])[];
  readonly steps: readonly number[];
}

/** Per stretch the votes around its mode, one an originator; where the clock was set within it, around one mode before and another after. Stretches under three lean on the whole. */
export function agreeing(votes: readonly Vote[]): Agreed {
  const whole = modeOf(votes);
  if (whole === undefined) return { votes: [], beside: [], steps: [] };
  const kept: Vote[] = [];
  const beside: Vote[][] = [];
  const steps: number[] = [];
  for (const list of groupBy(votes, (vote) => Math.floor(vote.time / STRETCH)).values()) {
    for (const { first, others, step } of agreeingIn(list, whole)) {
      kept.push(...first);
      if (step !== undefined) steps.push(step);
      for (const other of others) {
        const same = beside.find((known) => Math.abs(medianOf(known) - medianOf(other)) <= 2 * AGREE);
        if (same) same.push(...other);
        else beside.push([...other]);
      }
    }
  }
  return { votes: kept.sort(inTime), beside: beside.map((list) => list.sort(inTime)), steps };
}

interface AgreedIn {
  readonly first: readonly Vote[];
  readonly others: readonly (readonly Vote[])[];
  readonly step?: number;
}

/** Of one stretch; of its parts, where the clock drifts so fast that each has a mode of its own. */
function agreeingIn(votes: readonly Vote[], otherwise: number): readonly AgreedIn[] {
  const first = [...votersFor(votes, modeOf(votes) ?? otherwise).values()];
  const others = besides(votes, first);
  const [second] = others;
  const step = second && stepBetween(first, second);
  const whole: AgreedIn =
    second && step !== undefined
      ? { first: [...first, ...second], others: [], step }
      : { first, others: others.filter((other) => other.length >= first.length * BESIDE) };
  const enough = BETTER * whole.first.length;
  if (new Set(votes.map(({ attempt }) => attempt)).size <= enough) return [whole];
  const parts = halvesOf(votes).flatMap((half) => agreeingIn(half, otherwise));
  return parts.reduce((sum, part) => sum + part.first.length, 0) > enough ? parts : [whole];
}

/** In time; none where they would be too short to have an offset. */
function halvesOf(votes: readonly Vote[]): readonly (readonly Vote[])[] {
  const from = votes.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const to = votes.reduce((most, { time }) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  if (to - from < 2 * SHORTEST) return [];
  const middle = (from + to) / 2;
  return [votes.filter(({ time }) => time < middle), votes.filter(({ time }) => time >= middle)];
}

/** Other offsets on which originators agree that cannot be of those before, one after the other. */
function besides(votes: readonly Vote[], first: readonly Vote[]): readonly (readonly Vote[])[] {
  const found: (readonly Vote[])[] = [];
  let rest = votes;
  for (let last = first; found.length < MOST_BESIDE; ) {
    const gone = new Set(last.map(({ attempt }) => attempt));
    rest = rest.filter(({ attempt }) => !gone.has(attempt));
    const mode = modeOf(rest);
    if (mode === undefined) break;
    last = [...votersFor(rest, mode).values()];
    found.push(last);
  }
  return found;
}

const inTime = (a: Vote, b: Vote): number => a.time - b.time || a.attempt - b.attempt;

/** Each originator's vote for an offset, the nearest to it. */
function votersFor(votes: readonly Vote[], mode: number): ReadonlyMap<number, Vote> {
  const best = new Map<number, Vote>();
  for (const vote of votes) {
    const away = Math.abs(vote.offset - mode);
    const other = best.get(vote.attempt);
    if (away <= 2 * AGREE && (other === undefined || away < Math.abs(other.offset - mode))) best.set(vote.attempt, vote);
  }
  return best;
}

/** The offset with the most originators around it, each having one voice in all; nearest to zero of equals. Undefined under three. */
function modeOf(votes: readonly Vote[]): number | undefined {
  const voices = new Map<number, number>();
  for (const vote of votes) voices.set(vote.attempt, (voices.get(vote.attempt) ?? 0) + 1);
  if (voices.size < FEWEST) return undefined;
  const sorted = [...votes].sort((a, b) => a.offset - b.offset);
  let best = { support: 0, offset: 0 };
  let support = 0;
  for (let from = 0, to = 0; to < sorted.length; to++) {
    const last = sorted[to] as Vote;
    support += 1 / (voices.get(last.attempt) as number);
    while (last.offset - (sorted[from] as Vote).offset > AGREE)
      support -= 1 / (voices.get((sorted[from++] as Vote).attempt) as number);
    const offset = (sorted[(from + to) >> 1] as Vote).offset;
    // A little less for far offsets, so that a command run every ten seconds does not make a clock ten seconds wrong.
    const weighed = support * (1 - Math.min(0.2, Math.abs(offset) / 100));
    if (weighed > best.support) best = { support: weighed, offset };
  }
  return best.support >= FEWEST * 0.6 ? best.offset : undefined;
}

/** With the offsets of the log's other API servers, each believed as far as it has calls. Where there are such, a line through the first may be none of its clock's. */
function anyOf(dated: Dated, beside: readonly (readonly Vote[])[], time: number): Dated {
  const near = beside.map((list) => list.slice(...placesNear(list, time))).filter((list) => list.length >= FEWEST);
  if (near.length === 0) return dated;
  const first = offsetAt(dated, time);
  const others = near.map((list) => offsetAt(offsetOf(list), time));
  const sum = [first, ...others].reduce((all, { pairs }) => all + pairs, 0);
  const beliefs = [first, ...others].flatMap((offset) =>
    offset.beliefs.map((belief) => ({ ...belief, weight: (belief.weight * offset.pairs) / sum })),
  );
  return still({ ...first, others, beliefs });
}

/** Of an offset that may be of any of several API servers, the one under which a pair is a usual one. */
export function offsetFor(offset: Offset, { exit, delay }: { readonly exit: number; readonly delay: number }): Offset {
  const away = ({ mean }: Offset): number =>
    Number.isNaN(exit) ? Math.abs(delay - usualDelay(false) - mean) : Math.abs(exit + USUAL_GAP - mean);
  return (offset.others ?? []).reduce((best, other) => (away(other) < away(best) ? other : best), offset);
}

/** From and to which place the `NEAREST` votes around a time lie. */
function placesNear(votes: readonly Vote[], time: number): [number, number] {
  const middle = lowerBound(votes.length, (i) => (votes[i] as Vote).time < time);
  const from = Math.max(0, Math.min(middle - (NEAREST >> 1), votes.length - NEAREST));
  return [from, Math.min(votes.length, from + NEAREST)];
}

/** The `NEAREST` votes around a time, as places in the list. */
function nearestInTime({ votes, steps }: Agreed, time: number): { readonly from: number; readonly to: number } {
  const firstFrom = (at: number): number => lowerBound(votes.length, (i) => (votes[i] as Vote).time < at);
  const before = steps.filter((step) => step <= time);
  const after = steps.filter((step) => step > time);
  const low = before.length > 0 ? firstFrom(before.reduce((a, b) => Math.max(a, b))) : 0;
  const high = after.length > 0 ? firstFrom(after.reduce((a, b) => Math.min(a, b))) : votes.length;
  const from = Math.max(low, Math.min(firstFrom(time) - (NEAREST >> 1), high - NEAREST));
  return { from, to: Math.min(high, from + NEAREST) };
}

const medianOf = (votes: readonly Vote[]): number => median(votes.map(({ offset }) => offset));

/** An offset as it was at a time. */
interface Dated {
  readonly at: number;
  readonly offset: Offset;
}

const still = ({ drift: _, ...offset }: Offset): Dated => ({ at: 0, offset });

/** As it has drifted until a time. */
function offsetAt({ at, offset }: Dated, time: number): Offset {
  const moved = gained(offset.drift, at, time);
  if (moved === 0) return offset;
  return {
    ...offset,
    mean: offset.mean + moved,
    beliefs: offset.beliefs.map((belief) => ({ ...belief, delta: belief.delta + moved })),
  };
}

/** Exits decide where there are three; starts alone leave more doubt. */
function offsetOf(votes: readonly Vote[]): Dated {
  const sharp = votes.filter((v) => v.sharp);
  const told = sharp.length >= FEWEST ? sharp : votes;
  const drift = driftOf(told);
  const at = median(told.map(({ time }) => time));
  const used = drift === undefined ? told : told.map((vote) => levelled(vote, gained(drift, at, vote.time)));
  const mean = median(used.map((v) => v.offset));
  const offset: Offset = {
    basis: 'pairs',
    mean,
    ...(drift === undefined ? {} : { drift }),
    pairs: used.length,
    medianDelay: sharp.length >= FEWEST ? median(used.map((v) => v.delay)) - mean : Number.NaN,
    beliefs: sharp.length >= FEWEST ? believedOfExits(used, mean) : believedOfStarts(used, mean),
  };
  return { at, offset };
}

const levelled = (vote: Vote, by: number): Vote => ({ ...vote, offset: vote.offset - by, delay: vote.delay - by });

/** The median, as sure as it is; or, for one call of `OWN`, an offset that another had: its server may be another that writes to the same log, and clocks drift. */
function believedOfExits(exits: readonly Vote[], mean: number): readonly Belief[] {
  const spread = 1.48 * median(exits.map((v) => Math.abs(v.offset - mean)));
  const sd = Math.max(0.003, spread / Math.sqrt(exits.length));
  const agreed = normalise(
    [-3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3].map((z) => ({
      delta: mean + z * sd,
      slowness: 1,
      weight: Math.exp(-0.5 * z * z) + 0.02,
    })),
  );
  const own = exits.map(({ offset }) => ({ delta: offset, slowness: 1, weight: OWN / exits.length }));
  return [...agreed.map((belief) => ({ ...belief, weight: (1 - OWN) * belief.weight })), ...own];
}
