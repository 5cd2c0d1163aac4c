/**
 * The analyst's marks: notes, tags, bookmarks, reasons. Appended, never rewritten: changing one and taking one back are entries of their own. Each entry is
 * journaled with its digest. They name records, not rows, so they survive whatever is imported later.
 */
import { randomUUID } from 'node:crypto';
import { canonical } from '../contract/canonical';
import { ExhibitError } from '../contract/errors';
import type { Mark, MarkOn, NewMark } from '../contract/marks';
import { parseRangeTarget } from '../contract/marks';
import { sha256 } from './digest';
import type { Journal, Who } from './journal';
import { appendLine, cutTo, readLines } from './ndjson';

/** Longest text of a mark, in UTF-16 units. */
const MAX_TEXT = 100_000;
const KINDS: readonly Mark['kind'][] = ['note', 'tag', 'bookmark', 'reason'];
const PLACES: readonly MarkOn[] = ['activity', 'session', 'range'];

/** What an entry says beside who said it and when. A mark of an early version has no `on`. */
type Step =
  | (Omit<Mark, 'on' | 'edited'> & { readonly on?: MarkOn })
  | { readonly edit: string; readonly text: string }
  | { readonly undo: string }
  | { readonly redo: string };
type Entry = Step & { readonly author: string; readonly at: string };

/** All marks ever made by id, and which of them stand, in the order in which they were made. */
class Standing {
  private readonly made = new Map<string, Mark>();
  private readonly gone = new Set<string>();

  take(entry: Entry): void {
    if ('undo' in entry) this.gone.add(entry.undo);
    else if ('redo' in entry) this.gone.delete(entry.redo);
    else if ('edit' in entry) {
      const mark = this.made.get(entry.edit);
      if (mark) this.made.set(mark.mark, { ...mark, text: entry.text, edited: { author: entry.author, at: entry.at } });
    } else this.made.set(entry.mark, { ...entry, on: entry.on ?? (entry.kind === 'reason' ? 'session' : 'activity') });
  }

  list(): readonly Mark[] {
    return [...this.made.values()].filter(({ mark }) => !this.gone.has(mark));
  }

  get(mark: string): Mark | undefined {
    return this.gone.has(mark) ? undefined : this.made.get(mark);
  }

  /** One that was taken back. */
  undone(mark: string): Mark | undefined {
    return this.gone.has(mark) ? this.made.get(mark) : undefined;
  }
}

function standingIn(lines: readonly string[]): Standing {
  const standing = new Standing();
  for (const [i, line] of lines.entries()) standing.take(entryOf(line, i + 1));
  return standing;
}

function entryOf(line: string, number: number): Entry {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry === 'object' && entry !== null && 'author' in entry) return entry as Entry;
  } catch {
    // as for one that says something else
  }
  throw new ExhibitError(
    'case-damaged',
    `Line ${number} of marks.ndjson is no mark of ours: the analyst’s marks are damaged, the evidence is not. Bring the file back from a copy, or ` +
      'move it out of the case to go on without marks.',
  );
}

/** Marks that stand, in the order in which they were made. `torn`: bytes of a line that a crash cut off. */
export function readMarks(path: string): { readonly marks: readonly Mark[]; readonly torn: number } {
  const { lines, torn } = readLines(path);
  return { marks: standingIn(lines).list(), torn: torn.length };
}

export class Marks {
  private constructor(
    private readonly path: string,
    private readonly journal: Journal,
    private readonly standing: Standing,
  ) {}

  /** Cuts off what a crash left of a last line; the journal says so. */
  static open(path: string, journal: Journal): Marks {
    const { torn, size } = readLines(path);
    if (torn.length > 0) {
      cutTo(path, size);
      journal.append('recover', { torn: torn.length, why: 'A crash had cut off the last mark; it was removed.' });
    }
    return new Marks(path, journal, standingIn(readLines(path).lines));
  }

  list(): readonly Mark[] {
    return this.standing.list();
  }

  /** Throws `usage` where the text is too long or empty (a bookmark's may be), or the target is none. */
  add({ target, kind, text, on = kind === 'reason' ? 'session' : 'activity' }: NewMark, who: Who): Mark {
    if (!KINDS.includes(kind)) throw new ExhibitError('usage', `A mark is one of ${KINDS.join(', ')}.`);
    if (!PLACES.includes(on)) throw new ExhibitError('usage', `A mark is on one of ${PLACES.join(', ')}.`);
    if (kind === 'reason' && on !== 'session') throw new ExhibitError('usage', 'A reason is given for a session.');
    if (on === 'range' && !parseRangeTarget(target))
      throw new ExhibitError('usage', 'A stretch of time is written FROM/TO, such as 2026-03-17T14:00:00Z/2026-03-17T14:05:00Z.');
    assertText(kind, text);
    const mark = randomUUID();
    this.write({ mark, on, target, kind, text }, { mark, on, target, kind }, who);
    return this.standing.get(mark) as Mark;
  }

  /** Throws `not-found`, and `usage` as `add` does. */
  edit(mark: string, text: string, who: Who): Mark {
    assertText(this.known(mark).kind, text);
    this.write({ edit: mark, text }, { edit: mark }, who);
    return this.known(mark);
  }

  /** Throws `not-found`. */
  remove(mark: string, who: Who): void {
    this.known(mark);
    this.write({ undo: mark }, { undo: mark }, who);
  }

  /** Makes one stand again that was taken back. Throws `not-found`. */
  restore(mark: string, who: Who): Mark {
    if (!this.standing.undone(mark)) throw new ExhibitError('not-found', 'There is no such mark that was taken back.');
    this.write({ redo: mark }, { redo: mark }, who);
    return this.known(mark);
  }

  private known(mark: string): Mark {
    const found = this.standing.get(mark);
    if (found) return found;
    throw new ExhibitError('not-found', 'There is no such mark; it may have been taken back already.');
  }

  private write(
    step: Omit<Extract<Step, { mark: string }>, 'author' | 'at'> | Exclude<Step, { mark: string }>,
    detail: Readonly<Record<string, unknown>>,
    who: Who,
  ): void {
    const entry = { ...step, author: who.examiner ?? who.user, at: new Date().toISOString() } as Entry;
    const line = canonical(entry);
    appendLine(this.path, line);
    this.journal.append('mark', { ...detail, sha256: sha256(line) });
    this.standing.take(entry);
  }
}

function assertText(kind: Mark['kind'], text: string): void {
  if (text.length > MAX_TEXT) throw new ExhibitError('usage', `A ${kind} holds at most ${MAX_TEXT} characters.`);
  if (kind !== 'bookmark' && text.trim() === '') throw new ExhibitError('usage', `A ${kind} needs some text.`);
}
