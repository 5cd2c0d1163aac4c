/** Which roots an originator could have caused at all: same pod, container and cluster as far as both sides say, and an argv that agrees. */
import { type ArgvMatch, matchArgv } from './argv';
import { groupBy } from './group';
import { HashIndex } from './hash-index';
import type { Attempt, Input, Text } from './input';
import { compatible, type Place, podKey } from './places';
import type { Root } from './roots';
import type { Forest } from './tree';

/** Before and after the clocks are set right, a root starts within this of ResponseStarted, seconds. */
const EARLIEST = -60;
const LATEST = 90;

/** An originator and a root that agree. Differences are raw: the clocks' offset is still in them. */
export interface Pair {
  readonly attempt: number;
  readonly root: number;
  /** The image whose argv agrees. */
  readonly image: number;
  readonly argv: ArgvMatch;
  /** Null where one side does not know. */
  readonly tty: boolean | null;
  /** Start minus ResponseStarted, or minus the request where that is not recorded. */
  readonly delay: number;
  /** Exit minus ResponseComplete; NaN where one is not recorded. */
  readonly exit: number;
}

export interface Candidates {
  readonly pairs: readonly Pair[];
  /** Roots that agree with each originator but for the time, and roots of its pod and container at all: why there may be none. */
  readonly alike: Int32Array;
  readonly inContainer: Int32Array;
}

export const opened = (attempt: Attempt): number => (Number.isNaN(attempt.ready) ? attempt.time : attempt.ready);

export function findPairs(input: Input, forest: Forest, roots: readonly Root[]): Candidates {
  const textOf = textIndex(input);
  const byPod = groupBy(roots.keys(), (r) => {
    const place = input.places[(roots[r] as Root).place] as Place;
    return podKey(place.namespace, place.pod);
  });
  const memo = new Map<string, ArgvMatch | undefined>();
  const agree = (argv: readonly string[] | null, key: string, process: number): ArgvMatch | undefined => {
    const text = textOf(forest.row[process] as number);
    if (text < 0) return undefined;
    const memoKey = `${text}\0${key}`;
    if (!memo.has(memoKey)) memo.set(memoKey, matchArgv(argv, input.texts[text] as Text));
    return memo.get(memoKey);
  };

  const pairs: Pair[] = [];
  const alike = new Int32Array(input.attempts.length);
  const inContainer = new Int32Array(input.attempts.length);
  input.attempts.forEach((attempt, a) => {
    if (attempt.barren !== null || attempt.pod === null || Number.isNaN(attempt.time)) return;
    const argvKey = JSON.stringify(attempt.argv);
    for (const r of byPod.get(podKey(attempt.namespace, attempt.pod)) ?? []) {
      const root = roots[r] as Root;
      const place = input.places[root.place] as Place;
      if (!compatible(attempt.cluster, place.cluster) || !compatible(attempt.container, place.container)) continue;
      inContainer[a] = (inContainer[a] as number) + 1;
      const delay = root.start - opened(attempt);
      // Past the window only the first alike is worth knowing: it tells "nothing alike" from "too far".
      const near = delay >= EARLIEST && delay <= LATEST;
      if (!near && (alike[a] as number) > 0) continue;
      const found = firstAgreeing(root, (process) => agree(attempt.argv, argvKey, process));
      if (found === undefined) continue;
      alike[a] = (alike[a] as number) + 1;
      if (!near) continue;
      const tty = attempt.tty === null || root.tty < 0 ? null : attempt.tty === root.tty > 0;
      pairs.push({ attempt: a, root: r, ...found, tty, delay, exit: root.end - attempt.end });
    }
  });
  return { pairs, alike, inContainer };
}

const RANK: readonly ArgvMatch[] = ['exact', 'prefix', 'name', 'alias', 'unasked'];

/** The best agreeing image; of equals the first. */
function firstAgreeing(
  root: Root,
  agree: (process: number) => ArgvMatch | undefined,
): { image: number; argv: ArgvMatch } | undefined {
  let best: { image: number; argv: ArgvMatch } | undefined;
  for (const image of root.images) {
    const argv = agree(image);
    if (argv !== undefined && (best === undefined || RANK.indexOf(argv) < RANK.indexOf(best.argv))) best = { image, argv };
  }
  return best;
}

/** Number of a row's text in `input.texts`; -1 where it was not fetched, since the row cannot be a root. */
function textIndex({ subjects, texts }: Input): (row: number) => number {
  const index = new HashIndex(texts.length + 1);
  texts.forEach((text, i) => {
    index.set(text.low, text.high, i);
  });
  return (row) => index.get(subjects.text[2 * row] as number, subjects.text[2 * row + 1] as number);
}

/** Number of the text of a root's first image, for series of equal commands. */
export const textOfRoots = (input: Input, forest: Forest, roots: readonly Root[]): Int32Array => {
  const of = textIndex(input);
  return Int32Array.from(roots, (root) => of(forest.row[root.process] as number));
};
