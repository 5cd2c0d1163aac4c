/** Processes whose parent is not recorded, put into the session that must have started them. */
import { groupBy } from '../contract/group';
import { type Answer, type Attempt, BIT, type Input } from './input';
import { lowerBound } from './lower-bound';
import { isMachine } from './places';
import { type Pulses, pulsesOf } from './pulses';
import { parentKey, type Root } from './roots';
import type { Forest } from './tree';

/** By its terminal session, or because no other session was there. */
const BY_LEADER = 0.9;
const BY_TIME = 0.7;
/** What a clock's offset may be wrong by, seconds. */
const SLACK = 0.5;
/** Of several sessions the one that did something last must have done so by so much less time before. */
const CLOSER = 3;
/** What is nobody's and still there might have done something so much before, seconds. */
const SOON = 1;
/** Signs of life nearer than this tell nothing, seconds. */
const INSTANT = 0.02;
/** Trees that joined a session last: older ones seldom still do anything. */
const MOST_JOINED = 32;
/** Share of the starts during sessions that may be the container's own, by how often they happen without. */
const MOST_OWN = 0.2;
/** So many that entered while nothing from outside was there tell that the agent's word is worth nothing in a container. */
const STRAYS = 3;

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
  /** Only asked where several sessions were there. */
  readonly pulses: () => Pulses;
}

/** Adds to `membership` what is an orphan of a session, in the containers of the sessions that have a root. */
export function adoptOrphans(
  input: Input,
  forest: Forest,
  roots: readonly Root[],
  linked: readonly Linked[],
  membership: Membership,
): void {
  let pulses: Pulses | undefined;
  const setting: Setting = {
    input,
    forest,
    answers: new Map(linked.map((answer) => [answer.number, answer])),
    membership,
    pulses: () => {
      pulses ??= pulsesOf(forest, input.subjects.comm, membership.session.slice());
      return pulses;
    },
  };
  const placed = groupBy(roots, (root) => root.place);
  for (const place of new Set(linked.map((answer) => input.subjects.place[forest.row[answer.root] as number] as number)))
    adoptIn(setting, placed.get(place) ?? [], input.firsts[place]);
}

/**
 * An orphan is a session's if it names the session's root as its parent, terminal session or login shell; or if of what had entered the container and was
 * still there only that session's has its terminal, or only that session was there at all, or that session did something so much later than the others. Without
 * one of the first two, and unless the agent says that the orphan entered, it must be no work of the container's own.
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
  // Where the first that was seen is a session's root or enters again, as a probe does, the agent began later than the container.
  const own = entry && (answerOf.has(entry) || entersAgain(subjects, forest, here, entry)) ? -1 : (first?.comm ?? -1);
  const quiet = namesOfSessions(
    subjects,
    forest,
    here,
    [...answerOf.keys()].map((root) => [root.start, endOf(root)]),
  );
  const word = isWordGood(subjects, forest, here, endOf);
  const onNode = isMachine(input.places[here[0]?.place ?? -1]);
  const joined = new Map<number, number[]>();
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
    const entered = word && hasEntered(subjects, row);
    const above = subjects.above[row] as number;
    const number = several ? nearest(sessions, pulses(), joined, { start: orphan.start, above }) : only;
    const answer = answers.get(number);
    const root = rootOf.get(number);
    if (!answer || !root) continue;
    const known = !several && (byLeader.length > 0 || orphan.tty > 0);
    const span = spans.get(parentKey(subjects, forest, orphan));
    const isIn = span === undefined || (span.first >= root.start && span.last <= endOf(root) + SLACK);
    const told = orphan.outer === 'inner-parent' || (!onNode && isBornIn(subjects, forest, root, row));
    const isOwn = own >= 0 && above === own;
    const isIts = isByName(subjects, row) ? quiet.has(above) : told && isIn && !isOwn;
    if (!known && !entered && !isIts) continue;
    const trees = joined.get(number) ?? [];
    joined.set(number, [...trees.slice(1 - MOST_JOINED), orphan.process]);
    session[orphan.process] = number;
    confidence[orphan.process] = answer.confidence * (known ? BY_LEADER : BY_TIME);
  }
}

/**
 * Of several sessions the one that did something so much later than the others that it must be the cause; -1 where none is. What starts a process does so while it
 * works, and bears the name that the process gives its parent.
 */
function nearest(
  sessions: ReadonlySet<number>,
  pulses: Pulses,
  joined: ReadonlyMap<number, readonly number[]>,
  { start, above }: { readonly start: number; readonly above: number },
): number {
  const trees = (number: number): readonly number[] => joined.get(number) ?? [];
  const named = [...sessions].filter((number) => number >= 0 && above >= 0 && pulses.bears(number, trees(number), start, above));
  const [first, second] = (named.length > 0 ? named : [...sessions])
    .map((number) => ({ number, since: number < 0 ? SOON : start - pulses.last(number, trees(number), start) + INSTANT }))
    .sort((a, b) => a.since - b.since);
  if (first === undefined) return -1;
  return second === undefined || second.since >= CLOSER * first.since ? first.number : -1;
}

/**
 * Whether the agent's word that something entered a container counts there: one that shares its pod's process namespace has no init tree of its own, and all
 * of its work is then told as entered, also what begins while nothing from outside is there.
 */
function isWordGood(subjects: Input['subjects'], forest: Forest, here: readonly Root[], endOf: (root: Root) => number): boolean {
  let strays = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const root of here) {
    if (root.outer !== 'inner-parent') last = Math.max(last, endOf(root));
    else if (root.start > last && hasEntered(subjects, forest.row[root.process] as number)) strays++;
  }
  return strays < STRAYS;
}

/** Nothing but a name is told of its parent, which says nothing about which of that name it was. */
const isByName = ({ ppid, parent }: Input['subjects'], row: number): boolean =>
  (ppid[row] as number) < 0 && parent[2 * row] === 0 && parent[2 * row + 1] === 0;

/** Names of parents, told by name alone, that start things while sessions are there, and without them so seldom that these must be the sessions'. */
function namesOfSessions(
  subjects: Input['subjects'],
  forest: Forest,
  here: readonly Root[],
  sessions: readonly (readonly [from: number, to: number])[],
): ReadonlySet<number> {
  const orphans = here.filter(
    ({ outer, process }) => outer === 'inner-parent' && isByName(subjects, forest.row[process] as number),
  );
  const [from, to] = [here[0]?.start ?? 0, here.at(-1)?.start ?? 0];
  const spans: [from: number, to: number][] = [];
  for (const [start, end] of sessions.toSorted((a, b) => a[0] - b[0])) {
    const last = spans.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], Math.min(end, to));
    else spans.push([start, Math.min(end, to)]);
  }
  const inside = spans.reduce((sum, [start, end]) => sum + Math.max(0, end - start), 0);
  const counts = new Map<number, { within: number; without: number }>();
  for (const { start, process } of orphans) {
    const above = subjects.above[forest.row[process] as number] as number;
    const count = counts.get(above) ?? { within: 0, without: 0 };
    const next = lowerBound(spans.length, (i) => (spans[i] as (typeof spans)[number])[0] <= start);
    if (next > 0 && start <= (spans[next - 1] as (typeof spans)[number])[1]) count.within++;
    else count.without++;
    counts.set(above, count);
  }
  const own = ({ without }: { without: number }): number => ((without + 0.5) * inside) / Math.max(1, to - from - inside);
  return new Set([...counts].flatMap(([above, count]) => (own(count) < MOST_OWN * count.within ? [above] : [])));
}

/** What runs the same command as something that entered later is no entry point. */
function entersAgain({ text }: Input['subjects'], forest: Forest, here: readonly Root[], entry: Root): boolean {
  const words = ({ process }: Root): string =>
    `${text[2 * (forest.row[process] as number)]} ${text[2 * (forest.row[process] as number) + 1]}`;
  return here.some((root) => root !== entry && root.outer !== 'inner-parent' && words(root) === words(entry));
}

/** Its parent, of which nothing is recorded, was born after the root and before it: by the order in which a node gives process ids. */
function isBornIn({ pid, ppid }: Input['subjects'], forest: Forest, root: Root, row: number): boolean {
  const above = ppid[row] as number;
  const first = pid[forest.row[root.process] as number] as number;
  return first > 0 && above > first && above < (pid[row] as number);
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
