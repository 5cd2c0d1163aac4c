/**
 * Opening a case folder: makes it, locks it, recovers what a crash left behind, or says in one sentence why it cannot be opened.
 */
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { KnownRange, SavedFilter } from '../contract/case';
import { ExhibitError } from '../contract/errors';
import type { RuleFile } from '../contract/findings';
import type { Mark, NewMark } from '../contract/marks';
import { sql } from '../contract/sql';
import { fingerprint, makeKey } from '../redact/key';
import { type Connection, Database, type DatabaseOptions } from './database';
import { FILTERS, storeFilters } from './filters';
import { currentWho, Journal, type JournalEntry, pendingIntents, readJournal, type Who } from './journal';
import { KNOWN, storeKnown } from './known';
import { isStale, Lock, lockedBy, whoHolds } from './lock';
import { Marks, readMarks } from './marks';
import { missingOriginals } from './originals';
import { RULES, storeRules } from './rules';
import { CREATE, SCHEMA_VERSION } from './schema';
import { type CasePaths, casePaths, evidenceFolder, membersFolder } from './store';

/**
 * Names in the `meta` table. `journal`: hash of the last intent that the database committed. `analysed`: what the analysis was made of, the case digest and
 * the correlator's version.
 */
export const META = { schema: 'schema', journal: 'journal', analysed: 'analysed' } as const;

export interface OpenOptions extends Omit<DatabaseOptions, 'readOnly' | 'spool'> {
  readonly readOnly?: boolean;
  /** Make the case where there is none. */
  readonly create?: boolean;
  readonly examiner?: string;
  /** Where the writer answers others (lock file). */
  readonly socket?: string;
}

export class CaseFolder {
  private constructor(
    readonly paths: CasePaths,
    readonly database: Database,
    readonly who: Who,
    /** Both undefined where the case was opened read-only. */
    readonly journal: Journal | undefined,
    private readonly marksStore: Marks | undefined,
    private readonly lock: Lock | undefined,
    /** Sentences: what was recovered, or what a read-only opening left as it is. */
    readonly notices: readonly string[],
  ) {}

  /**
   * Throws `no-case`, `case-locked`, `case-newer`, `case-damaged`, `journal-damaged`, `case-read-only` (only where `create` was asked).
   * A case in a folder that may not be written is opened read-only, and a notice says so.
   */
  static async open(dir: string, options: OpenOptions = {}): Promise<CaseFolder> {
    const paths = casePaths(dir);
    if (!existsSync(paths.database) && existsSync(paths.journal)) throw withoutDatabase(dir);
    if (!existsSync(paths.database) && !options.create) {
      throw new ExhibitError('no-case', `There is no case at ${dir}; a case is a folder with a file case.duckdb in it.`, {
        at: dir,
      });
    }
    const notices: string[] = [];
    if (options.create) makeFolders(paths);
    const writable = mayWrite(dir);
    if (!writable && !options.readOnly) notices.push('You may not write in the case folder, so the case is open read-only.');
    return options.readOnly || !writable
      ? CaseFolder.openReadOnly(paths, options, notices)
      : CaseFolder.openWritable(paths, options, notices);
  }

  private static async openReadOnly(paths: CasePaths, options: OpenOptions, notices: string[]): Promise<CaseFolder> {
    const holder = whoHolds(paths.lock);
    if (holder) throw lockedBy(holder);
    const state = readJournal(paths.journal);
    if (state.broken) notices.push(state.broken);
    const unfinished = state.torn > 0 || isStale(paths.lock) || pendingIntents(state.entries).length > 0;
    if (unfinished)
      notices.push('The case was not closed in order; open it once for writing and what was interrupted is recovered.');
    const database = await Database.open(paths.database, { ...options, readOnly: true });
    try {
      await checkSchema(database, paths);
      notices.push(...(await missingOriginals(database, paths.dir)));
    } catch (error) {
      database.close();
      throw error;
    }
    return new CaseFolder(paths, database, currentWho(options.examiner), undefined, undefined, undefined, notices);
  }

  private static async openWritable(paths: CasePaths, options: OpenOptions, notices: string[]): Promise<CaseFolder> {
    const lock = Lock.acquire(paths.lock, options.socket ?? null);
    let database: Database | undefined;
    try {
      makeFolders(paths);
      empty(paths.spool);
      const isNew = !existsSync(paths.database);
      const who = currentWho(options.examiner);
      database = await Database.open(paths.database, { ...options, spool: paths.spool });
      if (isNew) await createSchema(database);
      else await checkSchema(database, paths);
      const journal = Journal.open(paths.journal, who);
      if (journal.recovered) notices.push(journal.recovered);
      makeKey(paths.dir);
      if (journal.entries.length === 0)
        journal.append('create', { case: basename(paths.dir), schema: SCHEMA_VERSION, key: fingerprint(paths.dir) });
      notices.push(...(await reconcile(database, journal, paths)));
      notices.push(...(await missingOriginals(database, paths.dir)));
      return new CaseFolder(paths, database, who, journal, Marks.open(paths.marks, journal), lock, notices);
    } catch (error) {
      database?.close();
      lock.release();
      throw error;
    }
  }

  get readOnly(): boolean {
    return this.journal === undefined;
  }

  get holder() {
    return this.lock?.holder;
  }

  marks(): readonly Mark[] {
    return this.marksStore?.list() ?? readMarks(this.paths.marks).marks;
  }

  /** Throws `case-read-only`. */
  mark(mark: NewMark): Mark {
    return this.writableMarks().add(mark, this.who);
  }

  /** Throws `case-read-only`, `not-found`. */
  remark(mark: string, text: string): Mark {
    return this.writableMarks().edit(mark, text, this.who);
  }

  /** Throws `case-read-only`, `not-found`. */
  unmark(mark: string): void {
    this.writableMarks().remove(mark, this.who);
  }

  /** Throws `case-read-only`, `not-found`. */
  restore(mark: string): Mark {
    return this.writableMarks().restore(mark, this.who);
  }

  /** Entries of the journal whose chain holds. */
  journalEntries(): readonly JournalEntry[] {
    return this.journal?.entries ?? readJournal(this.paths.journal).entries;
  }

  known(): readonly KnownRange[] {
    return KNOWN.in(this.journalEntries());
  }

  /** Throws `case-read-only`, `usage`. */
  setKnown(known: readonly KnownRange[]): readonly KnownRange[] {
    return storeKnown(this.writableJournal(), known);
  }

  rules(): readonly RuleFile[] {
    return RULES.in(this.journalEntries());
  }

  /** Throws `case-read-only`, and as `storeRules` does. */
  setRules(rules: readonly RuleFile[]): readonly RuleFile[] {
    return storeRules(this.writableJournal(), rules);
  }

  filters(): readonly SavedFilter[] {
    return FILTERS.in(this.journalEntries());
  }

  /** Throws `case-read-only`, and as `storeFilters` does. */
  setFilters(filters: readonly SavedFilter[]): readonly SavedFilter[] {
    return storeFilters(this.writableJournal(), filters);
  }

  /** Journals what was made of the case, after the fact; undefined where it is read-only. */
  journalMade(what: string, detail: JournalEntry['detail']): JournalEntry | undefined {
    return this.journal?.append(what, detail);
  }

  /** The journal for a change. Throws `case-read-only`. */
  writableJournal(): Journal {
    if (this.journal) return this.journal;
    throw readOnlyError();
  }

  private writableMarks(): Marks {
    if (this.marksStore) return this.marksStore;
    throw readOnlyError();
  }

  close(): void {
    this.database.close();
    this.lock?.release();
  }
}

const withoutDatabase = (dir: string): ExhibitError =>
  new ExhibitError('case-damaged', `The case at ${dir} has a journal but no database; restore case.duckdb from a copy.`, {
    at: dir,
  });

const readOnlyError = (): ExhibitError =>
  new ExhibitError('case-read-only', 'The case is open read-only; open it for writing to change it.');

/** Stores the intent's hash; to be called inside the transaction that the intent announces. */
export async function storeIntent(connection: Connection, intent: JournalEntry): Promise<void> {
  await connection.run(sql`INSERT OR REPLACE INTO meta VALUES (${META.journal}, ${intent.hash})`);
}

async function createSchema(database: Database): Promise<void> {
  const connection = await database.connect();
  await connection.together(async () => {
    for (const statement of CREATE) await connection.run(statement);
    await connection.run(sql`INSERT INTO meta VALUES (${META.schema}, ${String(SCHEMA_VERSION)})`);
  });
  await connection.run('CHECKPOINT');
  connection.close();
}

async function checkSchema(database: Database, paths: CasePaths): Promise<void> {
  const connection = await database.connect();
  try {
    const version = Number((await metaValue(connection, META.schema)) ?? Number.NaN);
    if (version > SCHEMA_VERSION) {
      throw new ExhibitError(
        'case-newer',
        `This case was written by a newer version of Exhibit (schema ${version}, this one reads ${SCHEMA_VERSION}); open it with that version.`,
        { at: paths.dir },
      );
    }
    if (version !== SCHEMA_VERSION)
      throw new ExhibitError('case-damaged', `The database of the case at ${paths.dir} is not one of ours.`);
  } finally {
    connection.close();
  }
}

async function metaValue(connection: Connection, name: string): Promise<string | undefined> {
  try {
    return (await connection.one<{ value: string }>(sql`SELECT value FROM meta WHERE name = ${name}`))?.value;
  } catch {
    return undefined;
  }
}

/**
 * Concludes what a crash interrupted: an intent whose hash the database holds was committed, any other was not. Folders of evidence that the database does not
 * know are what an interrupted import left, and are removed.
 */
async function reconcile(database: Database, journal: Journal, paths: CasePaths): Promise<string[]> {
  const connection = await database.connect();
  try {
    const committed = await metaValue(connection, META.journal);
    if (committed !== undefined && !journal.entries.some((entry) => entry.hash === committed)) {
      throw new ExhibitError(
        'journal-damaged',
        `The journal of ${paths.dir} lacks the entry of the last change; it is not the one that belongs to this database. The case can be opened read-only.`,
      );
    }
    const known = new Set(
      (await connection.all<{ evidence: number }>('SELECT evidence FROM evidence')).map((row) => `E${row.evidence}`),
    );
    for (const folder of [paths.evidence, paths.members]) {
      for (const name of readdirSync(folder)) if (!known.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
    }
    const pending = pendingIntents(journal.entries);
    for (const { detail } of pending.filter(({ what }) => what === 'settings'))
      await removeUnusedMembers(connection, paths, Number(String(detail.evidence).slice(1)));
    return pending.map((intent) => {
      const kept = intent.hash === committed;
      journal.conclude(intent, kept ? 'recovered' : 'interrupted');
      return kept
        ? `A crash came after the ${intent.what} of ${intent.at} had been committed; it is complete.`
        : `The ${intent.what} of ${intent.at} was interrupted; nothing of it was kept.`;
    });
  } finally {
    connection.close();
  }
}

/** Members of E<n> that nothing is read back from: those of a reading that was given up, or of one that another took the place of. */
export async function removeUnusedMembers(connection: Connection, paths: CasePaths, evidence: number): Promise<void> {
  const folder = membersFolder(paths.dir, evidence);
  if (!existsSync(folder)) return;
  const rows = await connection.all<{ source: string }>(
    sql`SELECT source FROM member WHERE evidence = ${evidence} AND source LIKE 'members/%'`,
  );
  const used = new Set(rows.map(({ source }) => basename(source)));
  for (const name of readdirSync(folder)) if (!used.has(name)) rmSync(join(folder, name), { force: true });
}

function makeFolders(paths: CasePaths): void {
  try {
    for (const folder of [paths.dir, paths.evidence, paths.members, paths.spool]) makeFolder(folder);
  } catch (error) {
    throw new ExhibitError(
      'case-read-only',
      `The case folder ${paths.dir} cannot be made (${(error as NodeJS.ErrnoException).code}); choose another place for it.`,
      { at: paths.dir },
    );
  }
}

/** With its parents. Node's own `recursive` never ends below /proc, where a folder that cannot be made is refused as if its parent were missing. */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it at the same moment.
    if (!isFolder(folder)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const empty = (folder: string): void => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
};

function mayWrite(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Makes the folders of a new E<n>; both are removed by `removeEvidence` where the import fails. */
export function makeEvidence(dir: string, evidence: number): void {
  for (const folder of [evidenceFolder(dir, evidence), membersFolder(dir, evidence)])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
}

export function removeEvidence(dir: string, evidence: number): void {
  for (const folder of [evidenceFolder(dir, evidence), membersFolder(dir, evidence)])
    rmSync(folder, { recursive: true, force: true });
}
