/** Cases in temporary folders, and their activities as canonical JSON, for the tests of the import. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CaseFolder } from '../../../workers/case/folder';
import { ACTIVITY_COLUMNS, ACTOR_COLUMNS, POLICY_COLUMNS, SCOPE_COLUMNS } from '../../../workers/case/schema';
import type { OnProgress } from '../../../workers/contract/progress';
import { CORRELATOR_VERSION, correlate } from '../../../workers/correlate/correlate';
import { analysisDigest, caseDigests, recomputedSum, storedSum } from '../../../workers/import/digest';
import { ImportThreads, importEvidence } from '../../../workers/import/import';

export const temporary = (): string => mkdtempSync(join(tmpdir(), 'exhibit-import-'));

/** Several of these run at once on few cores, where more threads of DuckDB's would wait for each other, busily. All cores: `engine.test.ts`. */
export const ONE_THREAD = { threads: 1 } as const;

/** A case that imports with threads of its own for many imports. */
export class TestCase {
  private constructor(
    readonly folder: CaseFolder,
    private readonly root: string,
    private readonly threads: ImportThreads,
    private readonly ownThreads: boolean,
  ) {}

  static async make(threads?: ImportThreads): Promise<TestCase> {
    const root = temporary();
    const folder = await CaseFolder.open(join(root, 'test.exhibit'), { create: true, ...ONE_THREAD });
    return new TestCase(folder, root, threads ?? new ImportThreads(), threads === undefined);
  }

  /** The same case again, in a folder of its own. */
  async copy(): Promise<TestCase> {
    const root = temporary();
    const connection = await this.folder.database.connect();
    await connection.run('CHECKPOINT');
    connection.close();
    cpSync(this.folder.paths.dir, join(root, 'test.exhibit'), { recursive: true, filter: (path) => basename(path) !== 'lock' });
    return new TestCase(await CaseFolder.open(join(root, 'test.exhibit'), ONE_THREAD), root, this.threads, false);
  }

  import(
    path: string,
    more: Partial<Parameters<typeof importEvidence>[1]> = {},
    watch: { readonly signal?: AbortSignal; readonly onProgress?: OnProgress } = {},
  ) {
    return importEvidence(this.folder, { path, ...more }, watch.onProgress, watch.signal, 'test', this.threads);
  }

  async all<R extends Readonly<Record<string, unknown>>>(statement: string): Promise<R[]> {
    const connection = await this.folder.database.connect();
    try {
      return await connection.all<R>(statement);
    } finally {
      connection.close();
    }
  }

  /** Every activity as JSON without id and place, with what it is told by, sorted. */
  async activities(): Promise<string[]> {
    const columns = (alias: string, names: object) =>
      Object.keys(names)
        .map((column) => `"${alias}_${column}": ${alias}."${column}"`)
        .join(', ');
    const rows = await this.all<{ json: string }>(`
      WITH told AS (
        SELECT key, list(fate || ' ' || to_hex(content) || ' ' || coalesce(why, '') ORDER BY ALL) AS records
        FROM citation
        GROUP BY key
      )
      SELECT to_json({
        ${columns('a', ACTIVITY_COLUMNS)}, ${columns('s', SCOPE_COLUMNS)}, ${columns('r', ACTOR_COLUMNS)}, ${columns('p', POLICY_COLUMNS)},
        content: to_hex(a.content), records: list_distinct(told.records).list_sort()
      })::VARCHAR AS json
      FROM activity a
      LEFT JOIN scope s USING (scope)
      LEFT JOIN actor r USING (actor)
      LEFT JOIN policy p USING (policy)
      LEFT JOIN told ON told.key = a.key
      ORDER BY json`);
    return rows.map((row) => row.json);
  }

  async digests(): Promise<{ digest: string; evidenceDigest: string; stored: string; recomputed: string }> {
    const connection = await this.folder.database.connect();
    try {
      const [stored, recomputed] = [await storedSum(connection), await recomputedSum(connection)];
      return { ...(await caseDigests(connection)), stored, recomputed };
    } finally {
      connection.close();
    }
  }

  /** Correlates anew. Throws where no session was found: then the digest would say nothing. */
  async analysisDigest(): Promise<string> {
    const connection = await this.folder.database.connect();
    try {
      await correlate(connection);
      const sessions = await connection.one<{ n: bigint }>('SELECT count(*) AS n FROM session');
      if (!sessions?.n) throw new Error('No session was found');
      return await analysisDigest(connection, [`correlate ${CORRELATOR_VERSION}`]);
    } finally {
      connection.close();
    }
  }

  async close(): Promise<void> {
    if (this.ownThreads) await this.threads.close();
    this.folder.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Imports the paths in every order, sharing what orders begin with alike; hands each complete case over. */
export async function everyOrder(
  paths: readonly string[],
  threads: ImportThreads,
  each: (made: TestCase, order: string) => Promise<void>,
) {
  const grow = async (made: TestCase, left: readonly string[], order: readonly string[]): Promise<void> => {
    if (left.length === 0) await each(made, order.join(', '));
    for (const [i, path] of left.entries()) {
      const isLast = i === left.length - 1;
      const next = isLast ? made : await made.copy();
      await next.import(path);
      await grow(next, left.toSpliced(i, 1), [...order, basename(path)]);
      if (!isLast) await next.close();
    }
  };
  const start = await TestCase.make(threads);
  await grow(start, paths, []);
  await start.close();
}
