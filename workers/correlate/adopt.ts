/** Processes whose parent is not recorded, put into the session that must have started them. */
import { groupBy } from '../contract/group';
import { type Answer, type Attempt, BIT, type Input } from './input';
import { lowerBound } from './lower-bound';
import { parentKey, type Root } from './roots';
import type { Forest } from './tree';

/** By its terminal session, or because no other session was there. */
const BY_LEADER = 0.9;
const BY_TIME = 0.7;
/** What a clock's offset may be wrong by, seconds. */
const SLACK = 0.5;
/** What leaves a session to be adopted by the container's first process is seen this soon after what started it did so or ended, seconds. */
const SOON = 1;

/** An originator with a root. */
export type Linked = Answer & { readonly number: number };

/** Of each process; -1 where it is in none. */
export interface Membership {
  readonly session: Int32Array;
  readonly confidence: Float64Array;
}

interface Setting {
  readonly input: Input;
  readonly forest: Forest;
  /** By number of the originator. */
  readonly answers: ReadonlyMap<number, Linked>;
  readonly membership: Membership;
  /** Of each session; only asked where several were there. */
  readonly pulses: () => ReadonlyMap<number, Float64Array>;
}

/** Adds to `membership` what is an orphan of a session, in the containers of the sessions that have a root. */
export function adoptOrphans(
  input: Input,
  forest: Forest,
  roots: readonly Root[],
  linked: readonly Linked[],
  membership: Membership,
): void {
  let pulses: ReadonlyMap<number, Float64Array> | undefined;
  const setting: Setting = {
    input,
    forest,
    answers: new Map(linked.map((answer) => [answer.number, answer])),
    membership,
    pulses: () => {
      pulses ??= pulsesOf(forest, membership.session);
      return pulses;
    },
  };
  const placed = groupBy(roots, (root) => root.place);
  for (const place of new Set(linked.map((answer) => input.subjects.place[forest.row[answer.root] as number] as number)))
    adoptIn(setting, placed.get(place) ?? [], input.firsts[place]);
}

/**
 * An orphan is a session's if it names the session's root as its parent, terminal session or login shell; or if of what had entered the container and was
 * still there only that session's has its terminal, or only that session was there at all, or (where the agent says that the orphan entered, too) only
 * that session did anything just before. Without one of these but the last two, it must be no work of the container's own.
 */
function adoptIn(setting: Setting, here: readonly Root[], first: Input['firsts'][number] | undefined): void {
  const { input, forest, answers, membership, pulses } = setting;
  const { subjects } = input;
  const { session, confidence } = membership;
  const sessionOf = ({ images }: Root): number =>
    images.map((image) => session[image] as number).find((number) => number >= 0) ?? -1;
  const answerOf = new Map(
    here.flatMap((root) => {
      const answer = answers.get(sessionOf(root));
      return answer && root.images.includes(answer.root) ? [[root, answer] as const] : [];
    }),
  );
  const rootOf = new Map([...answerOf].map(([root, { number }]) => [number, root]));
  const endOf = (root: Root): number => endIn(root, answerOf.get(root), input.attempts);
  const spans = spansOfParents(subjects, forest, here);
  const entry = here.find(({ start }) => start === first?.start);
  // Where a session's root is the first that was seen, the agent began later than the container.
  const own = entry && answerOf.has(entry) ? -1 : (first?.comm ?? -1);
  let begun = 0;
  let alive: Root[] = [];
  for (const orphan of here) {
    if (orphan.outer !== 'inner-parent' && orphan.outer !== 'unknown-parent') continue;
    if (session[orphan.process] !== -1) continue;
    const row = forest.row[orphan.process] as number;
    for (; begun < here.length && (here[begun] as Root).start <= orphan.start; begun++) alive.push(here[begun] as Root);
    alive = alive.filter((root) => endOf(root) >= orphan.start);
    const near = alive.filter((root) => root !== orphan && agreesOnTerminal(root, orphan));
    const byLeader = near.filter((root) => leads(subjects, forest, root, orphan));
    const sessions = new Set((byLeader.length > 0 ? byLeader : near).map(sessionOf));
    const [only = -1] = sessions;
    const several = sessions.size > 1;
    if (several && !hasEntered(subjects, row)) continue;
    const number = several ? soleActive(sessions, pulses(), orphan.start) : only;
    const answer = answers.get(number);
    const root = rootOf.get(number);
    if (!answer || !root) continue;
    const known = !several && (byLeader.length > 0 || orphan.tty > 0);
    const span = spans.get(parentKey(subjects, forest, orphan));
    const isIn = span === undefined || (span.first >= root.start && span.last <= endOf(root) + SLACK);
    if (!known && !isFromOutside(subjects, row, orphan, own, isIn)) continue;
    session[orphan.process] = number;
    confidence[orphan.process] = answer.confidence * (known ? BY_LEADER : BY_TIME);
  }
}

/** When something began or ended in each session, in order. */
function pulsesOf(forest: Forest, session: Int32Array): ReadonlyMap<number, Float64Array> {
  const times = new Map<number, number[]>();
  for (let process = 0; process < forest.size; process++) {
    const number = session[process] as number;
    if (number < 0) continue;
    const own = times.get(number) ?? [];
    for (const time of [forest.start[process], forest.end[process]] as number[]) if (!Number.isNaN(time)) own.push(time);
    times.set(number, own);
  }
  return new Map([...times].map(([number, own]) => [number, Float64Array.from(own).sort()]));
}

/** The only one of the sessions in which something began or ended just before; -1 where there are none, or several. */
function soleActive(sessions: ReadonlySet<number>, pulses: ReadonlyMap<number, Float64Array>, time: number): number {
  const active = [...sessions].filter((number) => {
    const own = pulses.get(number) ?? new Float64Array();
    const next = lowerBound(own.length, (i) => (own[i] as number) <= time);
    return next > 0 && time - (own[next - 1] as number) <= SOON;
  });
  return active.length === 1 ? (active[0] as number) : -1;
}

/**
 * That it is no work of the container's own: the agent says so (then its parent ended, and the container's first process adopted it), or its parent has another
 * name than that process and started nothing outside the session (`isIn`).
 */
function isFromOutside(subjects: Input['subjects'], row: number, orphan: Root, own: number, isIn: boolean): boolean {
  if (hasEntered(subjects, row)) return true;
  return orphan.outer === 'inner-parent' && isIn && !(own >= 0 && subjects.above[row] === own);
}

const hasEntered = ({ bits }: Input['subjects'], row: number): boolean => ((bits[row] as number) & BIT.ENTERED) !== 0;

/** First and last start of what each unrecorded parent started. */
function spansOfParents(
  subjects: Input['subjects'],
  forest: Forest,
  roots: readonly Root[],
): ReadonlyMap<string, { readonly first: number; readonly last: number }> {
  const spans = new Map<string, { first: number; last: number }>();
  for (const root of roots) {
    if (root.outer !== 'inner-parent') continue;
    const key = parentKey(subjects, forest, root);
    const span = spans.get(key);
    if (span) span.last = root.start;
    else spans.set(key, { first: root.start, last: root.start });
  }
  return spans;
}

const agreesOnTerminal = (root: Root, orphan: Root): boolean => root.tty < 0 || orphan.tty < 0 || root.tty === orphan.tty;

/** Of a session without an exit that of its call, on the node's clock; a root that is nobody's and has none had ended. */
function endIn(root: Root, answer: Linked | undefined, attempts: readonly Attempt[]): number {
  if (!Number.isNaN(root.end)) return root.end;
  if (answer === undefined) return Number.NEGATIVE_INFINITY;
  const end = (attempts[answer.number] as Attempt).end + (answer.match?.offset ?? 0);
  return Number.isNaN(end) ? Number.POSITIVE_INFINITY : end;
}

/** The orphan's parent (under another name: its own record was lost when it took the root's place), session leader or login shell is the root. */
function leads(subjects: Input['subjects'], forest: Forest, root: Root, orphan: Root): boolean {
  const row = forest.row[root.process] as number;
  const ids = [subjects.pid[row], subjects.vpid[row]].filter((id): id is number => id !== undefined && id > 0);
  const orphanRow = forest.row[orphan.process] as number;
  return (
    ((subjects.pid[row] as number) > 0 && subjects.ppid[orphanRow] === subjects.pid[row]) ||
    ids.includes(subjects.sid[orphanRow] as number) ||
    ids.includes(subjects.shell[orphanRow] as number)
  );
}
