/**
 * The journal: what was done to a case, by whom and when, one entry a line, each with the hash of the one before, so that no entry can be
 * changed, removed or put in between without every later hash changing. It holds no secret; anyone can verify it.
 *
 * Journal and database cannot commit together. So a change writes its *intent* first, the database stores that entry's hash in the very
 * transaction, and the *outcome* follows. Which intents took effect can then always be told after a crash (`reconcile` in folder.ts).
 */
import { hostname, userInfo } from 'node:os';
import { canonical } from '../contract/canonical';
import type { JournalLine } from '../contract/case';
import { ExhibitError } from '../contract/errors';
import { sha256 } from './digest';
import { appendLine, cutTo, readLines } from './ndjson';

/** Who acts, as the operating system and the examiner say (design section 4). */
export interface Who {
  readonly user: string;
  readonly host: string;
  readonly examiner?: string;
}

export interface JournalEntry {
  /** From 1. */
  readonly seq: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly who: Who;
  /** One word: `create`, `import`, `mark`, `report`, `recover`… */
  readonly what: string;
  /** Plain JSON. An outcome has `of` (the intent's seq) and `outcome`. */
  readonly detail: Detail;
  /** Hash of the entry before; 64 zeros for the first. */
  readonly previous: string;
  /** SHA-256 of the canonical JSON (RFC 8785) of all the other fields. */
  readonly hash: string;
}
export type Detail = Readonly<Record<string, unknown>>;

/** `interrupted`: a crash came first, and nothing of it was kept. `recovered`: a crash came first, but the database had committed it. */
export type Outcome = 'done' | 'failed' | 'stopped' | 'interrupted' | 'recovered';

export interface JournalState {
  readonly entries: readonly JournalEntry[];
  /** Hash of the last entry that holds. */
  readonly head: string;
  /** The first entry that does not hold, as a sentence; undefined where all do. */
  readonly broken: string | undefined;
  /** Bytes of a line that a crash cut off. */
  readonly torn: number;
}

export const START = '0'.repeat(64);

export const currentWho = (examiner?: string): Who => ({ user: userName(), host: hostname(), ...(examiner ? { examiner } : {}) });

/** The operating system may know no name for the user id. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** An entry as people read it. */
export const lineOf = ({ seq, at, who, what, detail, hash }: JournalEntry): JournalLine => ({
  seq,
  at,
  by: who.examiner ? `${who.examiner} (${who.user} on ${who.host})` : `${who.user} on ${who.host}`,
  what,
  detail,
  hash,
});

const hashOf = (entry: Omit<JournalEntry, 'hash'>): string => sha256(canonical(entry));

/** Reads and verifies the chain; writes nothing. Names the first entry that does not hold. */
export function readJournal(path: string): JournalState {
  const { lines, torn } = readLines(path);
  const entries: JournalEntry[] = [];
  let head = START;
  for (const [i, line] of lines.entries()) {
    const entry = parse(line);
    const why = entry ? mistake(entry, line, i + 1, head) : 'it is no journal entry';
    if (!entry || why)
      return { entries, head, broken: `Entry ${i + 1} of the journal does not hold: ${why}.`, torn: torn.length };
    entries.push(entry);
    head = entry.hash;
  }
  return { entries, head, broken: undefined, torn: torn.length };
}

function parse(line: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isEntry = typeof value === 'object' && value !== null && 'hash' in value && 'previous' in value && 'seq' in value;
    return isEntry ? (value as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}

function mistake({ hash, ...rest }: JournalEntry, line: string, seq: number, previous: string): string | undefined {
  if (rest.seq !== seq) return `it says that it is number ${rest.seq}`;
  if (rest.previous !== previous) return 'it does not follow the entry before it';
  if (hashOf(rest) !== hash) return 'its content does not agree with its hash';
  // Of a name that stands twice another reader may take the other one.
  return line === canonical({ ...rest, hash }) ? undefined : 'it is written otherwise than Exhibit writes it';
}

/** Intents without an outcome, oldest first. */
export function pendingIntents(entries: readonly JournalEntry[]): JournalEntry[] {
  const concluded = new Set(entries.map((entry) => entry.detail.of));
  return entries.filter((entry) => entry.detail.intent === true && !concluded.has(entry.seq));
}

/** The journal of a case that this process may write. */
export class Journal {
  private constructor(
    private readonly path: string,
    private readonly who: Who,
    private list: JournalEntry[],
    /** A sentence where a torn line was cut off. */
    readonly recovered: string | undefined,
  ) {}

  /** Cuts off what a crash left of a last line, and says so in an entry. Throws `journal-damaged` where the chain does not hold. */
  static open(path: string, who: Who): Journal {
    const { lines, torn, size } = readLines(path);
    const state = readJournal(path);
    if (state.broken)
      throw new ExhibitError('journal-damaged', `${state.broken} The case can be opened read-only.`, { at: path });
    const recovered =
      torn.length === 0 ? undefined : `A crash had cut off entry ${lines.length + 1} of the journal; it was removed.`;
    const journal = new Journal(path, who, [...state.entries], recovered);
    if (recovered) {
      cutTo(path, size);
      journal.append('recover', { torn: torn.length, sha256: sha256(torn), why: recovered });
    }
    return journal;
  }

  get entries(): readonly JournalEntry[] {
    return this.list;
  }

  get head(): string {
    return this.list.at(-1)?.hash ?? START;
  }

  /** Appends one entry; it is on the disk when this returns. */
  append(what: string, detail: Detail = {}): JournalEntry {
    const entry = { seq: this.list.length + 1, at: new Date().toISOString(), who: this.who, what, detail, previous: this.head };
    const full: JournalEntry = { ...entry, hash: hashOf(entry) };
    appendLine(this.path, canonical(full));
    this.list.push(full);
    return full;
  }

  /** Before a change: the database stores this entry's hash in the transaction of the change. */
  intend(what: string, detail: Detail = {}): JournalEntry {
    return this.append(what, { ...detail, intent: true });
  }

  /** After a change. */
  conclude(intent: JournalEntry, outcome: Outcome, detail: Detail = {}): JournalEntry {
    return this.append(intent.what, { ...detail, of: intent.seq, outcome });
  }
}
