/**
 * Checks a case against itself: the journal's chain, the sealed originals against their hashes, the members against theirs, and the evidence digest.
 * It proves "unchanged since import", no more (design section 4).
 */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { filesBelow } from '../bundle/members';
import { listingLine } from '../bundle/seal';
import { fileChunks } from '../bundle/source';
import { ExhibitError } from '../contract/errors';
import { escapeMember } from '../contract/id';
import type { VerifyCheck } from '../contract/verify';
import type { Connection } from './database';
import { sha256 } from './digest';
import type { JournalEntry, JournalState } from './journal';
import { readLines } from './ndjson';
import { sourcePath } from './store';

type EvidenceRow = {
  readonly evidence: number;
  readonly name: string;
  readonly kind: string;
  readonly sha256: string;
  readonly bytes: bigint;
  readonly sealed: string;
};
type MemberRow = {
  readonly evidence: number;
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: bigint;
  readonly source: string | null;
};

export type OnVerified = (detail: string, done: number, total: number) => void;

/** Each entry has the hash of the one before, and the last line is whole. */
export const verifyChain = ({ entries, head, broken, torn }: JournalState): VerifyCheck => ({
  what: 'The journal’s chain holds',
  ok: broken === undefined && torn === 0,
  detail: broken ?? `${entries.length} entries; the last has hash ${head}.${torn > 0 ? ` ${rest('journal.ndjson', torn)}` : ''}`,
});

/** What lies behind the last line end of a file that is only appended to. */
const rest = (name: string, bytes: number): string =>
  `At the end of ${name} lie ${bytes} bytes of a line that is not whole: a crash left them, or somebody. Opening the case for writing removes them, and the journal says so.`;

/** The chain, and that the database's last change is in it. */
export async function verifyJournal(state: JournalState, connection: Connection): Promise<VerifyCheck[]> {
  const committed = (await connection.one<{ value: string }>(`SELECT value FROM meta WHERE name = 'journal'`))?.value;
  const isEmpty = (await connection.one('SELECT 1 FROM evidence LIMIT 1')) === undefined;
  return [
    verifyChain(state),
    {
      what: 'The journal holds the database’s last change',
      ok: committed === undefined ? isEmpty : state.entries.some((entry) => entry.hash === committed),
      detail:
        committed !== undefined
          ? `Intent ${committed}.`
          : isEmpty
            ? 'Nothing was imported yet.'
            : 'The database does not say which entry announced its last change.',
    },
  ];
}

/**
 * Each line of the marks has its digest in the journal, in the same order.
 * @param path the file of marks; there may be none
 */
export function verifyMarks(path: string, journal: JournalState): VerifyCheck {
  const what = 'The marks are those of the journal';
  const { lines, torn } = readLines(path);
  const journaled = journal.entries.filter((entry) => entry.what === 'mark');
  const at = Array.from({ length: Math.max(lines.length, journaled.length) }).findIndex((_, i) => {
    const line = lines[i];
    return line === undefined || sha256(line) !== journaled[i]?.detail.sha256;
  });
  if (at < 0)
    return torn.length === 0
      ? { what, ok: true, detail: `${lines.length} lines.` }
      : { what, ok: false, detail: rest('marks.ndjson', torn.length) };
  const entry = journaled[at];
  const named = entry ? `, ${markOf(entry)}in entry ${entry.seq} of the journal,` : ', of which the journal has none,';
  return {
    what,
    ok: false,
    detail: `Line ${at + 1} of the marks (marks.ndjson)${named} was ${lines[at] === undefined ? 'removed' : entry ? 'changed or moved' : 'added'}.`,
  };
}

/** What the journal says of a mark: `the note on E1:4, ` */
const markOf = ({ detail: { kind, target } }: JournalEntry): string =>
  typeof kind === 'string' && typeof target === 'string' ? `the ${kind} on ${target}, ` : '';

/**
 * Hashes every sealed original, and every kept member, again.
 * @param onProgress bytes done and in all
 */
export async function verifyEvidence(
  dir: string,
  connection: Connection,
  onProgress: OnVerified,
  signal?: AbortSignal,
): Promise<VerifyCheck[]> {
  const evidences = await connection.all<EvidenceRow>(
    'SELECT evidence, name, kind, sha256, bytes, sealed FROM evidence ORDER BY evidence',
  );
  const members = await connection.all<MemberRow>(
    `SELECT evidence, path, name, sha256, bytes, source FROM member WHERE source LIKE 'members/%' ORDER BY member`,
  );
  const hasher = new Hasher(
    [...evidences, ...members].reduce((sum, row) => sum + Number(row.bytes), 0),
    onProgress,
    signal,
  );
  const checks: VerifyCheck[] = [];
  const sealed = await sealedFiles(connection);
  for (const row of evidences) checks.push(await verifyOriginal(dir, row, sealed.get(`E${row.evidence}`) ?? new Map(), hasher));
  for (const row of members) checks.push(await verifyMember(dir, row, hasher));
  return checks;
}

export interface HashedBundle {
  readonly sha256: string;
  readonly bytes: number;
  /** Of a folder: SHA-256 of its files, by their paths in %XX form. */
  readonly files: ReadonlyMap<string, string>;
  /** Links and special files in it, in %XX form: none is followed. */
  readonly others: readonly string[];
}

/** SHA-256 of the files of each folder that was imported, by evidence (`E3`) and by their paths in %XX form. */
export async function sealedFiles(connection: Connection): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const rows = await connection.all<{ id: string; path: string; sha256: string }>(
    `SELECT 'E' || m.evidence AS id, substring(m.source, len(e.sealed) + 2) AS path, m.sha256
     FROM member m JOIN evidence e USING (evidence)
     WHERE e.kind = 'folder' AND starts_with(m.source, e.sealed || '/') AND m.sha256 IS NOT NULL`,
  );
  const sealed = new Map<string, Map<string, string>>();
  for (const { id, path, sha256: hash } of rows) sealed.set(id, (sealed.get(id) ?? new Map()).set(path, hash));
  return sealed;
}

/** A folder outside the case, or a sealed one: the hash of its listing and the sum of its sizes; a file: its own. */
export async function hashBundle(path: string | Buffer, isFolder: boolean, hasher: Hasher): Promise<HashedBundle> {
  const hashes = new Map<string, string>();
  const others: string[] = [];
  if (!isFolder) return { ...(await hasher.file(path)), files: hashes, others };
  const root = Buffer.from(path);
  const listing = createHash('sha256');
  let bytes = 0;
  for await (const file of filesBelow(root, ({ path: other }) => others.push(other))) {
    const own = await hasher.file(Buffer.concat([root, Buffer.from('/'), file]));
    listing.update(listingLine(own.sha256, file));
    bytes += own.bytes;
    hashes.set(escapeMember(file), own.sha256);
  }
  if (hashes.size === 0) listing.update(listingLine(sha256(''), Buffer.from('-')));
  return { sha256: listing.digest('hex'), bytes, files: hashes, others };
}

/** Differences that are named. */
const NAMED = 5;

/** What differs in a folder from what was sealed, by name; empty where that is not known: `; notes.txt was changed`. */
export function changesIn({ files, others }: HashedBundle, sealed: ReadonlyMap<string, string>): string {
  if (sealed.size === 0) return '';
  const wrong = [
    ...[...sealed]
      .filter(([path, sha]) => files.get(path) !== sha)
      .map(([path]) => `${path} ${files.has(path) ? 'was changed' : 'is missing'}`),
    ...[...files.keys(), ...others].filter((path) => !sealed.has(path)).map((path) => `${path} was put in`),
  ];
  const more = wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : '';
  return wrong.length === 0 ? '' : `; ${wrong.slice(0, NAMED).join('; ')}${more}`;
}

async function verifyOriginal(
  dir: string,
  row: EvidenceRow,
  sealed: ReadonlyMap<string, string>,
  hasher: Hasher,
): Promise<VerifyCheck> {
  const what = `E${row.evidence} (${row.name}) is unchanged since import`;
  try {
    const path = sourcePath(dir, row.sealed);
    const found = lstatSync(path);
    if (found.isSymbolicLink()) return { what, ok: false, detail: 'A link lies in its place, to what is none of the case.' };
    const isFolder = found.isDirectory();
    if (isFolder !== (row.kind === 'folder')) return { what, ok: false, detail: `It was a ${row.kind} and is none now.` };
    const now = await hashBundle(path, isFolder, hasher);
    return verdict(what, row, now, now.others.length, changesIn(now, sealed));
  } catch (error) {
    return unreadable(what, error);
  }
}

async function verifyMember(dir: string, row: MemberRow, hasher: Hasher): Promise<VerifyCheck> {
  const what = `Member ${row.path || row.name} of E${row.evidence} is kept as it was read`;
  try {
    return verdict(what, row, await hasher.file(sourcePath(dir, row.source as string)));
  } catch (error) {
    return unreadable(what, error);
  }
}

/** @param others how many links and special files lie in it: none was sealed */
const verdict = (
  what: string,
  row: { sha256: string; bytes: bigint },
  now: { sha256: string; bytes: number },
  others = 0,
  changes = '',
): VerifyCheck =>
  now.sha256 === row.sha256 && BigInt(now.bytes) === row.bytes && others === 0
    ? { what, ok: true, detail: `${row.bytes} bytes, SHA-256 ${row.sha256}.` }
    : {
        what,
        ok: false,
        detail: `It had ${row.bytes} bytes with SHA-256 ${row.sha256}; now ${now.bytes} bytes with ${now.sha256}${changes}.`,
      };

function unreadable(what: string, error: unknown): VerifyCheck {
  if (error instanceof ExhibitError && error.code === 'stopped') throw error;
  return { what, ok: false, detail: `It cannot be read: ${(error as Error).message}.` };
}

/** Hashes files, with progress over all of them. What it has hashed it does not read again: one is made for one check, in which nothing changes. */
export class Hasher {
  private done = 0;
  private readonly known = new Map<string, { readonly sha256: string; readonly bytes: number }>();
  constructor(
    private readonly total: number,
    private readonly onProgress: OnVerified,
    private readonly signal?: AbortSignal,
  ) {}

  async file(path: string | Buffer): Promise<{ readonly sha256: string; readonly bytes: number }> {
    const key = Buffer.from(path).toString('latin1');
    const hashed = this.known.get(key) ?? (await this.read(path));
    this.known.set(key, hashed);
    return hashed;
  }

  private async read(path: string | Buffer): Promise<{ readonly sha256: string; readonly bytes: number }> {
    const digest = createHash('sha256');
    let bytes = 0;
    for await (const chunk of fileChunks(path)) {
      if (this.signal?.aborted) throw new ExhibitError('stopped', 'The check was stopped.');
      digest.update(chunk);
      bytes += chunk.length;
      this.done += chunk.length;
      this.onProgress(String(path), this.done, this.total);
    }
    return { sha256: digest.digest('hex'), bytes };
  }
}
