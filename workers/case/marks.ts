/**
 * The analyst's marks: notes, tags, bookmarks, reasons. Appended, never rewritten: undoing one is an entry of its own. Each entry is journaled with its digest.
 * They name records, not rows, so they survive whatever is imported later.
 */
import { createHash, randomUUID } from 'node:crypto';
import { canonical } from '../contract/canonical';
import type { Mark } from '../contract/engine';
import { ExhibitError } from '../contract/errors';
import type { Journal, Who } from './journal';
import { appendLine, cutTo, readLines } from './ndjson';

/** Longest text of a mark, in UTF-16 units. */
export const MAX_TEXT = 100_000;
const KINDS: readonly Mark['kind'][] = ['note', 'tag', 'bookmark', 'reason'];

interface Undo {
  /** The mark that it takes back. */
  readonly undo: string;
  readonly author: string;
  readonly at: string;
}
type Entry = Mark | Undo;

/** Marks that stand, in the order in which they were made. `torn`: bytes of a line that a crash cut off. */
export function readMarks(path: string): { readonly marks: readonly Mark[]; readonly torn: number } {
  const { lines, torn } = readLines(path);
  const marks = new Map<string, Mark>();
  for (const line of lines) {
    const entry = JSON.parse(line) as Entry;
    if ('undo' in entry) marks.delete(entry.undo);
    else marks.set(entry.mark, entry);
  }
  return { marks: [...marks.values()], torn: torn.length };
}

export class Marks {
  private constructor(
    private readonly path: string,
    private readonly journal: Journal,
    private readonly standing: Map<string, Mark>,
  ) {}

  /** Cuts off what a crash left of a last line; the journal says so. */
  static open(path: string, journal: Journal): Marks {
    const { torn, size } = readLines(path);
    if (torn.length > 0) {
      cutTo(path, size);
      journal.append('recover', { torn: torn.length, why: 'A crash had cut off the last mark; it was removed.' });
    }
    return new Marks(path, journal, new Map(readMarks(path).marks.map((mark) => [mark.mark, mark])));
  }

  list(): readonly Mark[] {
    return [...this.standing.values()];
  }

  /** Throws `usage` where the text is too long or empty (a bookmark may be empty). */
  add({ target, kind, text }: Pick<Mark, 'target' | 'kind' | 'text'>, who: Who): Mark {
    if (!KINDS.includes(kind)) throw new ExhibitError('usage', `A mark is one of ${KINDS.join(', ')}.`);
    if (text.length > MAX_TEXT) throw new ExhibitError('usage', `A ${kind} holds at most ${MAX_TEXT} characters.`);
    if (kind !== 'bookmark' && text.trim() === '') throw new ExhibitError('usage', `A ${kind} needs some text.`);
    const mark: Mark = { mark: randomUUID(), target, kind, text, author: who.examiner ?? who.user, at: new Date().toISOString() };
    this.write(mark, { mark: mark.mark, target, kind });
    this.standing.set(mark.mark, mark);
    return mark;
  }

  /** Throws `not-found`. */
  remove(mark: string, who: Who): void {
    if (!this.standing.has(mark))
      throw new ExhibitError('not-found', 'There is no such mark; it may have been taken back already.');
    this.write({ undo: mark, author: who.examiner ?? who.user, at: new Date().toISOString() }, { undo: mark });
    this.standing.delete(mark);
  }

  private write(entry: Entry, detail: Readonly<Record<string, unknown>>): void {
    const line = canonical(entry);
    appendLine(this.path, line);
    this.journal.append('mark', { ...detail, sha256: createHash('sha256').update(line).digest('hex') });
  }
}
