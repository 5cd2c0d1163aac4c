/** The whole correlation over what was extracted: pure, so that the thread that runs it does nothing else. */

import { groupBy } from '../contract/group';
import { assign, type Edge } from './assign';
import { type Candidates, findPairs, opened, type Pair, textOfRoots } from './candidates';
import { probabilities } from './confidence';
import { scoreBeat, scorePair } from './cost';
import { descend } from './descend';
import { gained } from './drift';
import { findEntries } from './entries';
import type { Answer, Attempt, Input, Match, Nothing, Output, Rival } from './input';
import { findLostRoots } from './lost-roots';
import { measuredOffsets } from './measured';
import { type Clocks, collectVotes, measureClocks, offsetFor } from './offsets';
import { settleOpeners } from './openers';
import { isMachine } from './places';
import { nearestBeat, type Rhythm, rhythmOf, seriesKey } from './probes';
import { findRoots, type Root } from './roots';
import { letIn } from './runtime-exec';
import { depths, type Forest, growForest } from './tree';

/** Rivals below this share are not worth a line. */
const LEAST_RIVAL = 0.005;
const MOST_RIVALS = 5;
/** What the model leaves out keeps every answer below certainty itself. */
const MOST_SURE = 0.9999;
/** A root this close to a beat competes for it, seconds. */
const NEAR_BEAT = 3;
/** Flagged by the agent as a probe's argv, with too few starts to know its period. */
const FLAGGED = -2;

interface Setting {
  readonly input: Input;
  readonly forest: Forest;
  readonly roots: readonly Root[];
  readonly candidates: Candidates;
  /** Series (place and text) of each root. */
  readonly series: readonly string[];
}

/** A claimant of roots: an originator, or a beat of a probe. */
type Claimant =
  | { readonly at: number; readonly attempt: number }
  | { readonly at: number; readonly attempt: -1; readonly beat: string };
interface Claim extends Edge {
  /** -1: a beat's. */
  readonly pair: number;
}

export function solve(input: Input): Output {
  const isNode = (place: number): boolean => isMachine(input.places[place]);
  const forest = growForest(input.subjects, isNode);
  letIn(forest, input.subjects, isNode);
  const depth = depths(forest);
  const roots = findRoots(forest, depth, input);
  const candidates = findPairs(input, forest, roots);
  const texts = textOfRoots(input, forest, roots);
  const series = roots.map((root, i) => seriesKey(root.place, texts[i] as number));
  const setting: Setting = { input, forest, roots, candidates, series };
  const nodeOf = (root: number): string | null => input.places[(roots[root] as Root).place]?.clock ?? null;

  const roughly = measureClocks(collectVotes(candidates, input.attempts, nodeOf));
  const first = settle(setting, roughly, new Map());
  const rhythms = findRhythms(setting, first);
  const claimed = { pairs: candidates.pairs.filter((_, i) => first.chosenPairs.has(i)) };
  const votes = collectVotes(claimed, input.attempts, nodeOf);
  const clocks = measureClocks(votes);
  const final = settle(setting, clocks, rhythms);
  const told = input.attempts.map((_, a) => answerOf(setting, clocks, rhythms, final, a));
  const lost = findLostRoots(input, forest, roots, told, ({ log, time }, host) => clocks(log, host, time).mean);
  const entered = findEntries(input, forest, lost);
  const { answers, kept } = settleOpeners(input, forest, roots, entered, contested(setting, final, rhythms));
  const used = kept.map((number) => answers[number] as Answer);
  const numbers = new Map(kept.map((number, i) => [number, i]));
  const attempts = kept.map((number) => input.attempts[number] as Attempt);
  return {
    kept,
    answers: used.map((answer) => ({
      ...answer,
      rivals: answer.rivals.map((r) => ({ ...r, attempt: numbers.get(r.attempt) ?? -1 })),
    })),
    clocks: measuredOffsets(votes),
    found: descend({ ...input, attempts }, forest, roots, used),
    roots: Float64Array.from(used, (answer) =>
      answer.root < 0 ? Number.NaN : (input.subjects.key[forest.row[answer.root] as number] as number),
    ),
  };
}

/** Roots that an originator might be the cause of, and those of probes. */
const contested = ({ series }: Setting, { byRoot }: Settled, rhythms: ReadonlyMap<string, Rhythm>): ReadonlySet<number> =>
  new Set([...byRoot.keys(), ...series.flatMap((key, root) => (rhythms.has(key) ? [root] : []))]);

interface Settled {
  readonly claimants: readonly Claimant[];
  readonly claims: readonly Claim[];
  readonly chance: Float64Array;
  /** Claim chosen for an originator. */
  readonly ofAttempt: ReadonlyMap<number, number>;
  readonly chosenPairs: ReadonlySet<number>;
  readonly byRoot: ReadonlyMap<number, readonly number[]>;
  /** Originators with at least one claim. */
  readonly claiming: ReadonlySet<number>;
}

/** One global assignment, with the probability of each claim. */
function settle(setting: Setting, clocks: Clocks, rhythms: ReadonlyMap<string, Rhythm>): Settled {
  const { input, roots, candidates, series } = setting;
  const claimants: Claimant[] = [];
  const raw: { claimant: Claimant; right: number; score: number; pair: number }[] = [];
  const claimantOf = new Map<number, Claimant>();
  candidates.pairs.forEach((pair, i) => {
    const attempt = input.attempts[pair.attempt] as Attempt;
    const root = roots[pair.root] as Root;
    const clock = clocks(attempt.log, input.places[root.place]?.clock ?? null, attempt.time);
    const flagged = root.probe && !rhythms.has(series[pair.root] as string) ? FLAGGED : 0;
    const score = scorePair(pair, root, attempt, clock) + flagged;
    if (score < -3) return;
    let claimant = claimantOf.get(pair.attempt);
    if (claimant === undefined) {
      claimant = { at: opened(attempt) + clock.mean, attempt: pair.attempt };
      claimantOf.set(pair.attempt, claimant);
      claimants.push(claimant);
    }
    raw.push({ claimant, right: pair.root, score, pair: i });
  });
  for (const beat of beatClaims(setting, rhythms, new Set(raw.map((r) => r.right)))) {
    claimants.push(beat.claimant);
    for (const claim of beat.claims) raw.push({ claimant: beat.claimant, ...claim, pair: -1 });
  }
  claimants.sort((a, b) => a.at - b.at || a.attempt - b.attempt);
  const number = new Map(claimants.map((claimant, i) => [claimant, i]));
  const claims: Claim[] = raw.map(({ claimant, ...rest }) => ({ left: number.get(claimant) as number, ...rest }));
  const chosen = assign(claims, claimants.length, roots.length);
  const chance = probabilities(claims, claimants.length, roots.length, chosen);
  const ofAttempt = new Map<number, number>();
  const chosenPairs = new Set<number>();
  chosen.forEach((claim, left) => {
    const { attempt } = claimants[left] as Claimant;
    if (claim < 0 || attempt < 0) return;
    ofAttempt.set(attempt, claim);
    chosenPairs.add((claims[claim] as Claim).pair);
  });
  const byRoot = groupBy(claims.keys(), (i) => (claims[i] as Claim).right);
  return { claimants, claims, chance, ofAttempt, chosenPairs, byRoot, claiming: new Set(claimantOf.keys()) };
}

/** Rhythms among the roots that no originator claimed. */
function findRhythms({ roots, candidates, series }: Setting, first: Settled): Map<string, Rhythm> {
  const claimed = new Set([...first.chosenPairs].map((i) => (candidates.pairs[i] as Pair).root));
  const wanted = new Set(candidates.pairs.map((pair) => series[pair.root]));
  const rhythms = new Map<string, Rhythm>();
  const unclaimed = [...roots.keys()].filter((r) => !claimed.has(r) && wanted.has(series[r]));
  for (const [key, members] of groupBy(unclaimed, (r) => series[r] as string)) {
    const rhythm = rhythmOf(members.map((r) => (roots[r] as Root).start));
    if (rhythm) rhythms.set(key, rhythm);
  }
  return rhythms;
}

/** The beats near roots that originators claim, each claiming the roots near it. */
function* beatClaims(
  { roots, series }: Setting,
  rhythms: ReadonlyMap<string, Rhythm>,
  contested: ReadonlySet<number>,
): Generator<{ claimant: Claimant; claims: { right: number; score: number }[] }> {
  if (rhythms.size === 0) return;
  for (const [key, members] of groupBy(roots.keys(), (r) => series[r] as string)) {
    const rhythm = rhythms.get(key);
    if (rhythm === undefined) continue;
    const near = members
      .map((r) => ({ r, ...nearestBeat(rhythm, (roots[r] as Root).start) }))
      .filter((m) => Math.abs(m.late) <= NEAR_BEAT);
    const beats = new Set(near.filter((m) => contested.has(m.r)).map((m) => m.beat));
    for (const [beat, claiming] of groupBy(
      near.filter((m) => beats.has(m.beat)),
      (m) => m.beat,
    )) {
      const claims = claiming.map((m) => ({ right: m.r, score: scoreBeat(m.late, rhythm.sd, roots[m.r] as Root) }));
      yield { claimant: { at: rhythm.beats[beat] as number, attempt: -1, beat: key }, claims };
    }
  }
}

function answerOf(setting: Setting, clocks: Clocks, rhythms: ReadonlyMap<string, Rhythm>, settled: Settled, a: number): Answer {
  const claimNumber = settled.ofAttempt.get(a);
  if (claimNumber === undefined) {
    return { root: -1, place: -1, confidence: 0, match: null, nothing: nothingOf(setting, settled, a), rivals: [], heads: [] };
  }
  const claim = settled.claims[claimNumber] as Claim;
  const pair = setting.candidates.pairs[claim.pair] as Pair;
  const others = (settled.byRoot.get(pair.root) ?? []).filter((c) => c !== claimNumber);
  const rivals = others
    .map((c) => rivalOf(setting, clocks, settled, c))
    .filter((rival) => rival.confidence >= LEAST_RIVAL || rival.attempt >= 0)
    .sort((x, y) => y.confidence - x.confidence || x.attempt - y.attempt)
    .slice(0, MOST_RIVALS);
  const confidence = round(settled.chance[claimNumber] as number);
  const { place } = setting.roots[pair.root] as Root;
  return {
    root: pair.image,
    place,
    confidence,
    match: matchOf(setting, clocks, rhythms, pair),
    nothing: null,
    rivals,
    heads: [],
  };
}

/** Four digits: more would claim more than the model knows, and would tie digests to a machine's last bit. */
const round = (share: number): number => Math.min(MOST_SURE, Math.round(share * 1e4) / 1e4);

function timing(
  { input, roots }: Setting,
  clocks: Clocks,
  pair: Pair,
): { delay: number; gap: number; clock: ReturnType<Clocks> } {
  const attempt = input.attempts[pair.attempt] as Attempt;
  const either = clocks(attempt.log, input.places[(roots[pair.root] as Root).place]?.clock ?? null, attempt.time);
  const clock = offsetFor(either, pair);
  const gap = clock.mean + gained(clock.drift, attempt.time, attempt.end) - pair.exit;
  return { delay: pair.delay - clock.mean, gap, clock };
}

function rivalOf(setting: Setting, clocks: Clocks, settled: Settled, c: number): Rival {
  const claim = settled.claims[c] as Claim;
  const confidence = round(settled.chance[c] as number);
  if (claim.pair < 0) return { attempt: -1, confidence, delay: Number.NaN, gap: Number.NaN };
  const pair = setting.candidates.pairs[claim.pair] as Pair;
  const { delay, gap } = timing(setting, clocks, pair);
  return { attempt: pair.attempt, confidence, delay, gap };
}

function matchOf(setting: Setting, clocks: Clocks, rhythms: ReadonlyMap<string, Rhythm>, pair: Pair): Match {
  const { input, roots, series } = setting;
  const root = roots[pair.root] as Root;
  const { delay, gap, clock } = timing(setting, clocks, pair);
  const rhythm = rhythms.get(series[pair.root] as string);
  return {
    argv: pair.argv,
    tty: pair.tty,
    key: pair.key,
    outer: root.outer,
    executed: root.executed,
    delay,
    delayFrom: Number.isNaN((input.attempts[pair.attempt] as Attempt).ready) ? 'request' : 'ready',
    gap,
    offset: clock.mean,
    offsetBasis: clock.basis,
    offsetPairs: clock.pairs,
    medianDelay: clock.medianDelay,
    probePeriod: rhythm?.period ?? Number.NaN,
    offBeat: rhythm ? nearestBeat(rhythm, root.start).late : Number.NaN,
  };
}

function nothingOf({ candidates }: Setting, settled: Settled, a: number): Nothing {
  if (candidates.inContainer[a] === 0) return 'no-agent';
  if (candidates.alike[a] === 0) return 'none-alike';
  return settled.claiming.has(a) ? 'all-taken' : 'too-far';
}
