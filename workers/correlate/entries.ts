/**
 * What a person does in a container of their own: `kubectl run -it` and `kubectl debug` make a container and attach to it, so that its entry point, and all
 * below it, is the session's. The call names the container; nothing is weighed.
 */
import { groupBy } from '../contract/group';
import type { Answer, Attempt, Input } from './input';
import { compatible, podKey } from './places';
import type { Forest } from './tree';

/** The container is new and named by the call; that a second one ran under the same name is all that may be wrong. */
const CONFIDENCE = 0.97;
/** What a node's clock may be wrong by, seconds. */
const SLACK = 60;

/** An attach that its composite says made the container that it attaches to. */
export const joinsOwn = ({ composite, barren, pod, container, time }: Attempt): boolean =>
  composite !== null && barren === 'attach' && pod !== null && container !== null && !Number.isNaN(time);

/** The answers, with the entry point of its container for the first attach to each. */
export function findEntries(
  { attempts, places, subjects }: Input,
  forest: Forest,
  answers: readonly Answer[],
): readonly Answer[] {
  const own = attempts.flatMap((attempt, number) => (joinsOwn(attempt) ? [{ attempt, number }] : []));
  if (own.length === 0) return answers;
  const tops = topsOf(subjects, forest);
  const byPod = groupBy(places.keys(), (place) => podKey(places[place]?.namespace ?? null, places[place]?.pod ?? null));
  const taken = new Set<number>();
  const settled = [...answers];
  for (const { attempt, number } of own) {
    const from = attempt.time - (attempt.composite?.before ?? 0) - SLACK;
    const found = (byPod.get(podKey(attempt.namespace, attempt.pod)) ?? []).flatMap((place) => {
      const { cluster = null, container = null } = places[place] ?? {};
      const process = tops.get(place);
      const isIts = container === attempt.container && compatible(attempt.cluster, cluster);
      return isIts && process !== undefined && (forest.start[process] as number) > from ? [{ place, process }] : [];
    });
    const [only, other] = found;
    if (only === undefined || other !== undefined || taken.has(only.process)) continue;
    taken.add(only.process);
    settled[number] = {
      ...(answers[number] as Answer),
      root: only.process,
      place: only.place,
      confidence: CONFIDENCE,
      nothing: null,
    };
  }
  return settled;
}

/** The first process without a parent of each place. */
function topsOf(subjects: Input['subjects'], forest: Forest): ReadonlyMap<number, number> {
  const tops = new Map<number, number>();
  for (let process = 0; process < forest.size; process++) {
    if ((forest.parent[process] as number) >= 0) continue;
    const place = subjects.place[forest.row[process] as number] as number;
    const first = tops.get(place);
    if (first === undefined || (forest.start[process] as number) < (forest.start[first] as number)) tops.set(place, process);
  }
  return tops;
}
