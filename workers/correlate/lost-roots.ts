/**
 * Originators whose root's own record was lost: what it started still names it as parent. Such children of one unknown parent are an originator's if no root
 * was found for it, the parent has the name of the command asked for, the container and terminal agree, all of it lies within the call, and no other
 * originator fits, nor any other such parent but on the same terminal.
 */

import { groupBy } from '../contract/group';
import { opened } from './candidates';
import type { Answer, Attempt, Input } from './input';
import { startsProcess } from './originators';
import { compatible, type Place, podKey } from './places';
import { parentKey, type Root } from './roots';
import type { Forest } from './tree';

const CONFIDENCE = 0.85;
/** What a clock's offset may be wrong by, seconds. */
const SLACK = 0.5;

interface Lost {
  readonly place: Place;
  readonly children: readonly Root[];
  /** Hash of its name. */
  readonly comm: number;
  readonly tty: number;
  readonly first: number;
  readonly last: number;
}

/** Answers with those children as `heads`. `offset`: of a node's clock against an originator's. */
export function findLostRoots(
  input: Input,
  forest: Forest,
  roots: readonly Root[],
  answers: readonly Answer[],
  offset: (attempt: Attempt, host: string | null) => number,
): readonly Answer[] {
  const free = input.attempts
    .map((attempt, number) => ({ attempt, number }))
    .filter(({ attempt }) => startsProcess(attempt) && attempt.comms.length > 0)
    .filter(({ number }) => answers[number]?.root === -1);
  if (free.length === 0) return answers;
  const byPod = groupBy(free, ({ attempt }) => podKey(attempt.namespace, attempt.pod));
  const pairs = lostParents(input, forest, roots, answers).flatMap((lost) =>
    (byPod.get(podKey(lost.place.namespace, lost.place.pod)) ?? [])
      .filter(({ attempt }) => fits(attempt, lost, offset(attempt, lost.place.clock)))
      .map(({ number }) => ({ number, lost })),
  );
  const ofAttempt = groupBy(pairs, ({ number }) => number);
  const ofLost = groupBy(pairs, ({ lost }) => lost);
  return answers.map((answer, number) => {
    const own = ofAttempt.get(number) ?? [];
    if (own.length === 0 || !areOfOne(own.map(({ lost }) => lost))) return answer;
    if (own.some(({ lost }) => ofLost.get(lost)?.length !== 1)) return answer;
    const heads = own.flatMap(({ lost }) => lost.children.map(({ process }) => process));
    return { ...answer, confidence: CONFIDENCE, nothing: 'root-lost', heads };
  });
}

/** One parent, or several on one terminal: it and its forks, which bear its name and executed nothing. */
const areOfOne = ([first, ...others]: readonly Lost[]): boolean =>
  others.every(({ place, tty }) => place === first?.place && tty > 0 && tty === first.tty);

function fits(attempt: Attempt, lost: Lost, offset: number): boolean {
  const { place } = lost;
  return (
    compatible(attempt.cluster, place.cluster) &&
    compatible(attempt.container, place.container) &&
    attempt.comms.includes(lost.comm) &&
    (attempt.tty === null || lost.tty < 0 || attempt.tty === lost.tty > 0) &&
    lost.first - offset > opened(attempt) - SLACK &&
    !(lost.last - offset > attempt.end + SLACK)
  );
}

/** Children of an unknown parent whose name is recorded, by that parent: the agent's id for it, else its pid. */
function lostParents(
  { subjects, places }: Input,
  forest: Forest,
  roots: readonly Root[],
  answers: readonly Answer[],
): readonly Lost[] {
  const taken = new Set(answers.map(({ root }) => root));
  const orphans = roots.filter((root) => root.outer === 'inner-parent' && !root.images.some((image) => taken.has(image)));
  return [...groupBy(orphans, (root) => parentKey(subjects, forest, root)).values()].map((children) => ({
    place: places[(children[0] as Root).place] as Place,
    children,
    comm: subjects.above[forest.row[(children[0] as Root).process] as number] as number,
    tty: (children[0] as Root).tty,
    first: children.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY),
    last: children.reduce((most, { lastSeen }) => Math.max(most, lastSeen), Number.NEGATIVE_INFINITY),
  }));
}
