/** Which roots an originator could have caused at all: same pod, container and cluster as far as both sides say, and an argv that agrees. */

import { groupBy } from '../contract/group';
import { type ArgvMatch, matchArgv } from './argv';
import { HashIndex } from './hash-index';
import type { Attempt, Input, Text } from './input';
import { agreesOnKey, keyOf, withoutKey } from './keys';
import { lowerBound } from './lower-bound';
import { startsProcess } from './originators';
import { compatible, isMachine, type Place, podKey } from './places';
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
  /** As in `Root`. */
  readonly executed: boolean;
  /** The records name the pod; else it may be any. */
  readonly named: boolean;
  /** Null where one side does not know. */
  readonly tty: boolean | null;
  /** An exact key names this call, or another; null where there is none to trust (`keys.ts`). */
  readonly key: boolean | null;
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

/** Roots of one place whose images have the same texts, in order of their start: whether they agree is asked once for all of them. */
interface Alike {
  readonly roots: number[];
  /** Number of the text of each image; -1 where it was not fetched. */
  readonly texts: readonly number[];
  /** The exact key that one of the images sets. */
  readonly key: string | null;
}

/** What entered one place. */
interface Entered {
  readonly place: Place;
  readonly roots: number;
  readonly groups: readonly Alike[];
  /** Those that agree with a command, once it was asked for. */
  readonly agreeing: Map<string, readonly (Alike & Agreement)[]>;
}

export function findPairs(input: Input, forest: Forest, roots: readonly Root[]): Candidates {
  const byPod = groupEntered(input, forest, roots);
  const nameless = byPod.get(podKey(null, null)) ?? [];
  const agreeing = ({ groups, agreeing: known }: Entered, argv: readonly string[] | null) => {
    const key = JSON.stringify(argv);
    const found =
      known.get(key) ??
      groups.flatMap((group) => {
        const best = bestImage(
          group.texts.map((text) => (text < 0 ? undefined : matchArgv(argv, withoutKey(input.texts[text] as Text)))),
        );
        return best === null ? [] : [{ ...group, ...best }];
      });
    known.set(key, found);
    return found;
  };

  const carriers = new Map<string, number>();
  for (const { key, roots: own } of [...byPod.values()].flat().flatMap(({ groups }) => groups))
    if (key !== null) carriers.set(key, (carriers.get(key) ?? 0) + own.length);
  const namesakes = new Map<string, number>();
  for (const { auditid } of input.attempts)
    if (auditid !== null) namesakes.set(auditid.toLowerCase(), (namesakes.get(auditid.toLowerCase()) ?? 0) + 1);

  const pairs: Pair[] = [];
  const alike = new Int32Array(input.attempts.length);
  const inContainer = new Int32Array(input.attempts.length);
  input.attempts.forEach((attempt, a) => {
    if (!startsProcess(attempt)) return;
    const own: Pair[] = [];
    const inPod = byPod.get(podKey(attempt.namespace, attempt.pod));
    for (const entered of inPod ?? nameless) {
      const { place } = entered;
      if (!compatible(attempt.cluster, place.cluster) || !compatible(attempt.container, place.container)) continue;
      inContainer[a] = (inContainer[a] as number) + entered.roots;
      for (const group of agreeing(entered, attempt.argv)) {
        alike[a] = (alike[a] as number) + group.roots.length;
        const key = agreesOnKey(group.key, attempt, carriers.get(group.key ?? '') ?? 0, namesakes);
        const from = opened(attempt) + EARLIEST;
        const first = lowerBound(group.roots.length, (i) => (roots[group.roots[i] as number] as Root).start < from);
        for (let i = first; i < group.roots.length; i++) {
          const r = group.roots[i] as number;
          const root = roots[r] as Root;
          const delay = root.start - opened(attempt);
          if (delay > LATEST) break;
          const { executed } = root;
          // What a container's own program does is told so, too: only the command tells them apart.
          if (!executed && group.argv === 'unasked') continue;
          const tty = attempt.tty === null || root.tty < 0 ? null : attempt.tty === root.tty > 0;
          const image = root.images[group.image] as number;
          own.push({
            attempt: a,
            root: r,
            image,
            argv: group.argv,
            executed,
            named: inPod !== undefined,
            tty,
            key,
            delay,
            exit: root.end - attempt.end,
          });
        }
      }
    }
    for (const pair of own.sort((x, y) => x.root - y.root)) pairs.push(pair);
  });
  return { pairs, alike, inContainer };
}

/** By pod. */
function groupEntered(input: Input, forest: Forest, roots: readonly Root[]): Map<string, Entered[]> {
  const textOf = textIndex(input);
  // What a machine's own records tell ran in a container only if its runtime started it.
  const inside = [...roots.keys()].filter((r) => {
    const { place, outer } = roots[r] as Root;
    return outer === 'runtime' || outer === 'entered' || !isMachine(input.places[place]);
  });
  const places = [...groupBy(inside, (r) => (roots[r] as Root).place)].map(([number, own]): Entered => {
    const groups = new Map<string, Alike>();
    for (const r of own) {
      const texts = (roots[r] as Root).images.map((process) => textOf(forest.row[process] as number));
      const key = texts.join(' ');
      const group = groups.get(key);
      if (group) group.roots.push(r);
      else groups.set(key, { roots: [r], texts, key: keyIn(texts, input.texts) });
    }
    return { place: input.places[number] as Place, roots: own.length, groups: [...groups.values()], agreeing: new Map() };
  });
  return groupBy(places, ({ place }) => podKey(place.namespace, place.pod));
}

const keyIn = (texts: readonly number[], all: readonly Text[]): string | null =>
  texts.map((text) => keyOf(all[text]?.cmdline ?? null)).find((key) => key !== null) ?? null;

interface Agreement {
  /** Place among the root's images. */
  readonly image: number;
  readonly argv: ArgvMatch;
}

const RANK: readonly ArgvMatch[] = ['exact', 'prefix', 'name', 'alias', 'within', 'unasked'];

/** The best agreeing image; of equals the first. */
function bestImage(matches: readonly (ArgvMatch | undefined)[]): Agreement | null {
  let best: Agreement | null = null;
  for (const [image, argv] of matches.entries()) {
    if (argv !== undefined && (best === null || RANK.indexOf(argv) < RANK.indexOf(best.argv))) best = { image, argv };
  }
  return best;
}

/** Number of a row's text in `input.texts`; -1 where it was not fetched, since the row cannot be a root. */
export function textIndex({ subjects, texts }: Input): (row: number) => number {
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
