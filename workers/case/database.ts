/**
 * The one DuckDB instance of a case in this process (a second would silently destroy what the first commits), owned by the engine's
 * thread, with named connections. Rows come back as plain objects: BIGINT and HUGEINT as bigint, timestamps as bigint
 * nanoseconds, NULL as null, lists as arrays.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBResultReader, DuckDBValue, DuckDBInstance as Instance } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { ExhibitError } from '../contract/errors';
import { name, raw, type Sql, sql } from '../contract/sql';
import { DuckDBInstance, DuckDBListValue, DuckDBTimestampNanosecondsValue } from './duckdb';

export type Row = Readonly<Record<string, unknown>>;

function plain(value: DuckDBValue): unknown {
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos;
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  return value;
}

const rowsOf = <R extends Row>(reader: DuckDBResultReader): R[] => {
  const names = reader.deduplicatedColumnNames();
  return reader.getRows().map((values) => {
    const row: Record<string, unknown> = {};
    for (const [i, value] of values.entries()) row[names[i] as string] = plain(value);
    return row as R;
  });
};

type PendingResult = Parameters<typeof duckdb.pending_execute_check_state>[0];
/** One part in so many of the time that a statement has taken is waited before it is looked at again; at most so many milliseconds. */
const LOOK_SHARE = 50;
const LONGEST_LOOK = 10;
const GOES_ON: ReadonlySet<number> = new Set([duckdb.PendingState.RESULT_NOT_READY, duckdb.PendingState.NO_TASKS_AVAILABLE]);

/**
 * Threads of an import, at most: what a projection of deep records holds grows with each (Tetragon: 280 MB), and all of them share the memory that DuckDB may take.
 */
const IMPORT_THREADS = 3;
/** What DuckDB may take. With what Node takes, an import stays below 1.5 GiB. */
const MEMORY_LIMIT = '1200MB';

export class Connection {
  private closed = false;
  /** @param threads of DuckDB. One alone works whoever waits: else nobody would do what `work` is given */
  constructor(
    readonly raw: DuckDBConnection,
    private readonly threads: number,
  ) {}

  /** Runs one statement to its end; answers how many rows it changed. */
  async run(statement: Sql | string): Promise<number> {
    const result = await this.raw.run(...bound(statement)).catch(asDamaged);
    return result.rowsChanged;
  }

  /** All rows. Only for results that are bounded by a LIMIT or by their nature. */
  async all<R extends Row = Row>(statement: Sql | string): Promise<R[]> {
    return rowsOf<R>(await this.raw.runAndReadAll(...bound(statement)).catch(asDamaged));
  }

  /**
   * All rows of a statement that takes long. A caller who waits for DuckDB's threads does so busily, which takes a core from them; here they do all of
   * the work, and we look each millisecond whether they are done, less often the longer they take. Planned on our thread, so not for what must be quick. See `devote`.
   */
  async work<R extends Row = Row>(statement: Sql | string): Promise<R[]> {
    const pending = await this.raw.start(...bound(statement));
    const { pending_result: handle } = pending as unknown as { readonly pending_result: PendingResult };
    const begun = performance.now();
    while (GOES_ON.has(duckdb.pending_execute_check_state(handle)))
      await sleep(Math.min(1 + (performance.now() - begun) / LOOK_SHARE, LONGEST_LOOK));
    // Read, a statement that failed says that it did; why, only here.
    const why = duckdb.pending_error(handle);
    return rowsOf<R>(await pending.readAll().catch((error: Error) => asDamaged(why ? new Error(why) : error)));
  }

  /** Whether DuckDB's own threads are to work on what `work` is given, or one less, a caller being one of them. */
  async devote(on: boolean): Promise<void> {
    await this.raw.run(`SET external_threads = ${on || this.threads === 1 ? 0 : 1}`);
    await this.raw.run(`SET threads = ${on ? Math.min(this.threads, IMPORT_THREADS) : this.threads}`);
  }

  /**
   * As `work`, for a statement that fills a table in whatever order its threads come to: with the order kept, one of them does all of the work. The setting is that
   * of the whole database, so whatever is asked meanwhile must say its own order, as all our queries do.
   */
  async workUnordered(statement: Sql): Promise<void> {
    await this.raw.run('SET preserve_insertion_order = false');
    await this.work(statement); // where it fails, `settle` puts the setting back: the transaction takes no statement more
    await this.raw.run('SET preserve_insertion_order = true');
  }

  /** After work that may have failed half-way: ends the transaction that it left open, in which nothing more would run, and puts the settings back. */
  async settle(): Promise<void> {
    await this.raw.run('ROLLBACK').catch(() => undefined); // mostly there is none
    await this.devote(false);
    await this.raw.run('SET preserve_insertion_order = true');
  }

  async one<R extends Row = Row>(statement: Sql | string): Promise<R | undefined> {
    return (await this.all<R>(statement))[0];
  }

  /** Statements that take effect as one, or not at all. @param committing runs the commit; crash tests mark it */
  async together<T>(
    work: () => Promise<T>,
    committing: (commit: () => Promise<number>) => Promise<number> = (commit) => commit(),
  ): Promise<T> {
    await this.run('BEGIN');
    try {
      const result = await work();
      await committing(() => this.run('COMMIT'));
      return result;
    } catch (error) {
      await this.run('ROLLBACK').catch(() => 0);
      throw error;
    }
  }

  interrupt(): void {
    if (!this.closed) this.raw.interrupt();
  }

  close(): void {
    this.closed = true;
    this.raw.closeSync();
  }
}

function unopened({ message }: Error, path: string): ExhibitError {
  if (/could not set lock/i.test(message))
    return new ExhibitError('case-locked', 'Another program has the database of this case open; close it there and try again.', {
      at: path,
    });
  return new ExhibitError(
    'case-damaged',
    'The database of this case is damaged. What was sealed is not touched by that: bring case.duckdb back from a copy, or import the ' +
      `originals from the case’s folder “evidence” into a new case. (${message})`,
    { at: path },
  );
}

/** Throws the error, as `case-damaged` where DuckDB found that a block it read is not the one it wrote. */
export function asDamaged(error: Error): never {
  throw /corrupt database file|could not read enough bytes/i.test(error.message) ? unopened(error, 'case.duckdb') : error;
}

/** Text and values; none in place of an empty list, for which the statement would be prepared first. */
function bound(statement: Sql | string): [text: string, values?: DuckDBValue[]] {
  if (typeof statement === 'string') return [statement];
  const { text, values } = statement;
  return values.length === 0 ? [text] : [text, [...values] as DuckDBValue[]];
}

export interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** The only folder that SQL may read and write files in. */
  readonly spool?: string;
  readonly memoryLimit?: string;
  readonly threads?: number;
}

const MEMORY = ':memory:';
const CASE = name('case');
/**
 * Rows that are compressed and written as one, half of DuckDB's own measure: each thread of an import completes some and writes them by itself (a buffer of
 * one), where what is left at the end is compressed by one thread. It can only be said of a database that is attached.
 */
const ROW_GROUP = 61_440;
/**
 * How DuckDB writes. From this version on, texts that some rows lack lie in a dictionary as others do, so that a filter looks at each of them once and not at each row: half to
 * a quarter of the time. What was written before is read as it is.
 */
const STORAGE = 'v1.3.0';

export class Database {
  private constructor(
    private readonly instance: Instance,
    private readonly threads: number,
  ) {}

  static async open(path: string, options: DatabaseOptions = {}): Promise<Database> {
    const instance = await DuckDBInstance.create(MEMORY, {
      memory_limit: options.memoryLimit ?? MEMORY_LIMIT,
      write_buffer_row_group_count: '1',
      ...(options.threads ? { threads: String(options.threads) } : {}),
    });
    try {
      const first = await instance.connect();
      const [setting] = (await first.runAndReadAll(`SELECT current_setting('threads')::INTEGER`)).getRows();
      const threads = Number(setting?.[0] ?? 1);
      const connection = new Connection(first, threads);
      await connection.devote(false);
      await connection.run(sql`SET temp_directory = ${options.spool ?? (path === MEMORY ? '' : `${path}.tmp`)}`);
      const access = raw(options.readOnly ? 'READ_ONLY' : 'READ_WRITE');
      await connection.run(
        sql`ATTACH ${path} AS ${CASE} (${access}, ROW_GROUP_SIZE ${raw(String(ROW_GROUP))}, STORAGE_VERSION ${STORAGE})`,
      );
      if (options.spool) await connection.run(sql`SET allowed_directories = [${options.spool}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run(`SET allowed_configs = ['threads', 'external_threads', 'preserve_insertion_order']`);
      await connection.run('SET lock_configuration = true');
      connection.close();
      return new Database(instance, threads);
    } catch (error) {
      instance.closeSync();
      throw unopened(error as Error, path);
    }
  }

  async connect(): Promise<Connection> {
    const connection = new Connection(await this.instance.connect(), this.threads);
    await connection.run(sql`USE ${CASE}`);
    return connection;
  }

  close(): void {
    this.instance.closeSync();
  }
}
