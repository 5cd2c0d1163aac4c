/** A trace as sentences: what one process did in one go is one sentence, each clause of it an activity or several that tell the same. */
import type { ActivityJson } from '../../../workers/contract/activity';
import { summary } from '../../../workers/contract/summary';
import type { Trace, TraceFold } from '../../../workers/contract/trace';
import { visible } from '../../../workers/contract/visible';
import { counted } from '../../data/numbers';
import { who } from '../sessions/sessions-data';
import type { TranscriptLine } from './trace-data';

export interface Clause {
  /** Our words, then the evidence's. */
  readonly words: string;
  readonly thing: string;
  /** Our words after it. */
  readonly after: string;
  /** Names of rules that hit on it. */
  readonly rules: readonly string[];
  /** The activities that tell it; none: the end of a process. */
  readonly ids: readonly string[];
}

export interface Sentence {
  readonly key: string;
  readonly time: string | undefined;
  readonly precision: unknown;
  /** Nothing was recorded of the session for so long before it, in ns. */
  readonly silence: bigint | undefined;
  /** Who or what acted, as the evidence names it. */
  readonly subject: string;
  readonly clauses: readonly Clause[];
}

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

const FILE_VERBS: ReadonlyMap<string, string> = new Map([
  ['read', 'read'],
  ['write', 'wrote'],
  ['create', 'created'],
  ['delete', 'deleted'],
  ['rename', 'renamed'],
  ['chmod', 'changed the mode of'],
  ['chown', 'changed the owner of'],
]);

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Writable<Omit<Sentence, 'clauses'>> & { process: string; clauses: Writable<Clause>[] };

/** @param lines of the transcript; @param timeOf a time of day, for the end of a burst */
export function storyOf(trace: Trace, lines: readonly TranscriptLine[], timeOf: (time: string) => string): readonly Sentence[] {
  const sentences: Draft[] = [];
  let silence: bigint | undefined;
  const until = (last: string): string => (trace.more > 0 ? ' so far' : ` until ${timeOf(last)}`);
  const begin = (draft: Pick<Draft, 'key' | 'time' | 'precision' | 'process' | 'subject'>): Draft => {
    const begun = { ...draft, silence, clauses: [] };
    sentences.push(begun);
    silence = undefined;
    return begun;
  };
  for (const line of lines) {
    if (line.type === 'silence') {
      silence = (silence ?? 0n) + line.ns;
    } else if (line.type === 'end') {
      const { key, time } = line;
      const end = begin({ key, time, precision: undefined, process: '', subject: line.what.replace(/ exited$/, '') });
      end.clauses.push({ words: 'ended', thing: '', after: '', rules: [], ids: [] });
    } else if (line.type === 'activity') {
      const { activity: a, fold, first } = line;
      const { id, time, precision } = a;
      const process = text(a.process);
      const before = sentences.at(-1);
      const goesOn = before && !first && silence === undefined && process !== '' && before.process === process;
      const subject = first ? who({ user: trace.identity.user, originator: a }) : subjectOf(a);
      const at = goesOn ? before : begin({ key: id, time: text(time) || undefined, precision, process, subject });
      add(at, first ? opening(a) : clauseOf(a, at, fold, until));
    }
  }
  return sentences;
}

const subjectOf = (a: ActivityJson): string => (a.kind === 'cmd' ? summary(a).text : text(a.comm)) || 'a process without a name';

/** What two sources tell of the same is said once. */
function add({ clauses }: Draft, clause: Writable<Clause>): void {
  const same = clauses.find((c) => c.words === clause.words && c.thing === clause.thing && c.after === clause.after);
  if (!same) clauses.push(clause);
  else {
    same.ids = [...same.ids, ...clause.ids];
    same.rules = [...new Set([...same.rules, ...clause.rules])];
  }
}

function opening(a: ActivityJson): Writable<Clause> {
  const { word, text: thing, aside } = summary(a);
  const place = [text(a.namespace), text(a.pod ?? a.host ?? a.node)].filter(Boolean).join(' / ');
  const address = Array.isArray(a.sourceaddresses) ? text(a.sourceaddresses.at(-1)) : text(a.client);
  const after = [place && `in ${place}`, address && `from ${address}`, aside && `(${aside})`].filter(Boolean).join(' ');
  return { words: `opened a session by ${word}:`, thing, after: visible(after), rules: rulesOf(a), ids: [a.id] };
}

function clauseOf(
  a: ActivityJson,
  { subject }: Draft,
  fold: TraceFold | undefined,
  until: (last: string) => string,
): Writable<Clause> {
  const often = fold ? `${counted(fold.count, 'time')}${fold.last ? until(fold.last) : ''}` : '';
  const { word, text: thing } = summary(a);
  const clause = { after: often, rules: rulesOf(a), ids: [a.id] };
  switch (a.kind) {
    case 'cmd':
      return thing === subject ? { words: 'was started', thing: '', ...clause } : { words: 'became', thing, ...clause };
    case 'net':
      return a.direction === 'in'
        ? { words: 'was reached by', thing, ...clause }
        : { words: 'connected to', thing: thing.replace(/^→ /, ''), ...clause };
    case 'file':
      return { words: FILE_VERBS.get(word) ?? `did “${visible(word)}” to`, thing, ...clause };
    case 'exec':
    case 'api':
      return { words: `asked the API server for ${visible(word)}`, thing, ...clause };
    case 'policy':
      return { words: 'was noted by a rule', thing: '', ...clause, rules: [thing] };
  }
}

const rulesOf = (a: ActivityJson): readonly string[] => (typeof a.rule === 'string' && a.kind !== 'policy' ? [a.rule] : []);

/** A stretch of a sentence: our words, the evidence's, or the name of a rule that hit. */
export interface Piece {
  readonly text: string;
  readonly from: 'us' | 'evidence' | 'rule';
  /** The activity that it leads to, and all that it stands for. */
  readonly id: string | undefined;
  readonly selects: readonly string[];
}

/** A sentence as it is read: clauses with their spaces, commas between them, a full stop. @param span a length of time in words */
export function piecesOf({ silence, subject, clauses }: Sentence, span: (ns: bigint) => string): readonly Piece[] {
  const own = (words: string): Piece => ({ text: words, from: 'us', id: undefined, selects: [] });
  return [
    ...(silence === undefined ? [] : [own(`After ${span(silence)} without records from this session: `)]),
    { ...own(subject), from: 'evidence' },
    own(' '),
    ...clauses.flatMap(({ words, thing, after, rules, ids }, i): readonly Piece[] => {
      const link = (stretch: string, from: Piece['from']): readonly Piece[] =>
        stretch === '' ? [] : [{ text: stretch, from, id: ids[0], selects: ids }];
      const left = clauses.length - 1 - i;
      return [
        ...link(thing === '' ? words : `${words} `, 'us'),
        ...link(thing, 'evidence'),
        ...link(after === '' ? '' : ` ${after}`, 'us'),
        ...rules.map((rule): Piece => ({ ...own(rule), from: 'rule' })),
        own(left === 0 ? '.' : left === 1 ? ' and ' : ', '),
      ];
    }),
  ];
}
