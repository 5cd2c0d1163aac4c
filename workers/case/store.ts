/**
 * Paths inside a case folder (docs/architecture.md), and the bytes of sealed members.
 */
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ExhibitError } from '../contract/errors';
import { escapeMember, unescapeMember } from '../contract/id';

export interface CasePaths {
  readonly dir: string;
  readonly database: string;
  readonly journal: string;
  readonly marks: string;
  readonly lock: string;
  /** The only folder that SQL may touch. */
  readonly spool: string;
  readonly evidence: string;
  readonly members: string;
}

export const casePaths = (dir: string): CasePaths => ({
  dir,
  database: join(dir, 'case.duckdb'),
  journal: join(dir, 'journal.ndjson'),
  marks: join(dir, 'marks.ndjson'),
  lock: join(dir, 'lock'),
  spool: join(dir, 'spool'),
  evidence: join(dir, 'evidence'),
  members: join(dir, 'members'),
});

/** What a case is called: its folder without the ending. */
export const caseName = (dir: string): string => basename(dir, '.exhibit');

/** Where the sealed original of E<n> lies: `evidence/E<n>`. */
export const evidenceFolder = (dir: string, evidence: number): string => join(dir, 'evidence', `E${evidence}`);
/** Where decompressed members of E<n> lie: `members/E<n>`. */
export const membersFolder = (dir: string, evidence: number): string => join(dir, 'members', `E${evidence}`);

/** Where the sealed original lies, relative to the case folder, in %XX form: the `sealed` column, read by `sourcePath`. */
export const sealedSource = (evidence: number, name: string): string =>
  `evidence/E${evidence}/${escapeMember(Buffer.from(name))}`;

/** Longest range that is read at once. */
const MAX_RANGE = 2 ** 30;

/** The bytes of the path of a member's source; `source` is relative to the case folder, in %XX form. */
export function sourcePath(dir: string, source: string): Buffer {
  const inside = Buffer.from(unescapeMember(source));
  const steps = inside.toString('latin1').split('/');
  if (!['evidence', 'members'].includes(steps[0] as string) || steps.includes('..')) {
    throw new ExhibitError('case-damaged', `The case names a source outside its sealed evidence: ${source}.`, { at: source });
  }
  return Buffer.concat([Buffer.from(`${dir}/`), inside]);
}

/**
 * Bytes [offset, offset + length) of a member.
 * @param source `MemberDone.source`, the member table's `source`
 * Throws `case-damaged` where the sealed file is missing or shorter.
 */
export async function readRange(dir: string, source: string, offset: number, length: number): Promise<Buffer> {
  if (length > MAX_RANGE)
    throw new ExhibitError('bounds', `A record of ${length} bytes is too long to be shown; see ${source}.`, { at: source });
  try {
    const file = await open(sourcePath(dir, source), 'r');
    try {
      const bytes = Buffer.allocUnsafe(length);
      let read = 0;
      while (read < length) {
        const { bytesRead } = await file.read(bytes, read, length - read, offset + read);
        if (bytesRead === 0)
          throw new ExhibitError('case-damaged', `The sealed file ${source} is shorter than it was at import.`, { at: source });
        read += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ExhibitError) throw error;
    throw new ExhibitError(
      'case-damaged',
      `The sealed file ${source} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      { at: source },
    );
  }
}
