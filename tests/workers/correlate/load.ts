/**
 * A case made straight from a generated sample: the formats' own projections, and of the import only what correlation needs (stages of a
 * request and the exit of a process merged, dictionaries). What the import itself decides is tested with the import.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Sample } from '../../../resources/sample/generate';
import { type Connection, Database } from '../../../workers/case/database';
import { ACTIVITY_COLUMNS, ACTOR_COLUMNS, CREATE, POLICY_COLUMNS, SCOPE_COLUMNS } from '../../../workers/case/schema';
import { join, name, raw, type Sql, sql } from '../../../workers/contract/sql';
import type { Format } from '../../../workers/formats/format';
import { FORMATS } from '../../../workers/formats/index';
import { projected } from '../../../workers/formats/stage';

export interface LoadedCase {
  readonly connection: Connection;
  readonly close: () => void;
}

export async function emptyCase(spool?: string): Promise<{ database: Database; connection: Connection }> {
  const database = await Database.open(':memory:', { threads: 1, ...(spool ? { spool } : {}) });
  const connection = await database.connect();
  for (const statement of CREATE) await connection.run(statement);
  return { database, connection };
}

export async function loadSample(sample: Sample): Promise<LoadedCase> {
  const spool = mkdtempSync(joinPath(tmpdir(), 'exhibit-correlate-'));
  const { database, connection } = await emptyCase(spool);
  await connection.run(`INSERT INTO evidence (evidence, name, kind) VALUES (1, 'sample', 'folder')`);
  for (const [i, member] of sample.truth.members.entries()) {
    const file = sample.files.find(({ path }) => path === member.path) as Sample['files'][number];
    const format = FORMATS.find(({ id }) => id === member.format) as Format;
    const cluster = sample.truth.clusters.find(({ member: glob }) => matches(glob, member.path))?.value;
    const spooled = joinPath(spool, `${i}.ndjson`);
    writeFileSync(spooled, spoolOf(file.path.endsWith('.gz') ? gunzipSync(file.data) : Buffer.from(file.data)));
    await connection.run(
      sql`INSERT INTO member (member, evidence, path, name, format) VALUES (${i + 1}::INTEGER, 1, ${member.path}, ${member.path}, ${member.format})`,
    );
    await load(connection, i + 1, projected(format, spooled, { cluster, clean: true }));
  }
  return {
    connection,
    close: () => {
      connection.close();
      database.close();
      rmSync(spool, { recursive: true });
    },
  };
}

const matches = (glob: string, path: string): boolean =>
  new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*')}$`).test(path);

function spoolOf(data: Buffer): string {
  return data
    .toString('utf8')
    .split('\n')
    .flatMap((line, i) => {
      try {
        JSON.parse(line);
      } catch {
        return [];
      }
      const hash = createHash('sha256').update(line).digest('hex').slice(0, 32);
      return [`{"r":${i + 1},"o":0,"l":${line.length},"h":"${hash}","e":${line}}\n`];
    })
    .join('');
}

const quoted = (columns: Readonly<Record<string, string>>, named: ReadonlySet<string>, alias: string): Sql =>
  join(
    Object.entries(columns).map(([column, type]) =>
      named.has(column)
        ? sql`${raw(alias)}.${name(column)}::${raw(type)} AS ${name(column)}`
        : sql`NULL::${raw(type)} AS ${name(column)}`,
    ),
  );

async function load(connection: Connection, member: number, rows: Sql): Promise<void> {
  await connection.run(sql`CREATE OR REPLACE TEMP TABLE staged AS ${rows}`);
  const named = new Set((await connection.all<{ column_name: string }>('DESCRIBE staged')).map((c) => c.column_name));
  const over = raw('OVER (PARTITION BY coalesce(merge, r::VARCHAR))');
  const latest = (column: string): Sql => (named.has(column) ? sql`max(${name(column)}) ${over}` : raw('NULL::TIMESTAMP_NS'));
  await connection.run(sql`
    CREATE OR REPLACE TEMP TABLE told AS
    SELECT
      *,
      row_number() OVER (PARTITION BY coalesce(merge, r::VARCHAR) ORDER BY rank, r) AS turn,
      ${latest('ready')} AS first_ready,
      ${latest('end')} AS last_end
    FROM staged
    WHERE skip IS NULL`);
  for (const [table, columns] of [
    ['scope', SCOPE_COLUMNS],
    ['actor', ACTOR_COLUMNS],
    ['policy', POLICY_COLUMNS],
  ] as const) {
    const values = quoted(columns, named, 't');
    const same = join(
      Object.keys(columns).map((c) => sql`d.${name(c)} IS NOT DISTINCT FROM n.${name(c)}`),
      ' AND ',
    );
    await connection.run(sql`
      INSERT INTO ${raw(table)}
      SELECT (SELECT coalesce(max(${raw(table)}), 0) FROM ${raw(table)}) + row_number() OVER (), n.*
      FROM (SELECT DISTINCT ${values} FROM told t) n
      WHERE NOT EXISTS (FROM ${raw(table)} d WHERE ${same})`);
  }
  const dictionary = (table: string, columns: Readonly<Record<string, string>>): Sql => {
    const same = join(
      Object.entries(columns).map(
        ([c, type]) =>
          sql`d.${name(c)} IS NOT DISTINCT FROM ${named.has(c) ? sql`t.${name(c)}::${raw(type)}` : sql`NULL::${raw(type)}`}`,
      ),
      ' AND ',
    );
    return sql`(SELECT d.${raw(table)} FROM ${raw(table)} d WHERE ${same})`;
  };
  const activity = Object.entries(ACTIVITY_COLUMNS).map(([column, type]) => {
    const value =
      column === 'ready'
        ? raw('t.first_ready')
        : column === 'end'
          ? raw('t.last_end')
          : named.has(column)
            ? sql`t.${name(column)}`
            : raw('NULL');
    return sql`${value}::${raw(type)} AS ${name(column)}`;
  });
  await connection.run(sql`
    INSERT INTO activity
    SELECT (${raw(String(member))}::BIGINT << 24) + t.r, ${raw(String(member))}::INTEGER, t.r, t.i, t.k, t.o, t.l, ('0x' || t.h[1:16])::UBIGINT::UHUGEINT, NULL, t.rank,
      ${dictionary('scope', SCOPE_COLUMNS)}, ${dictionary('actor', ACTOR_COLUMNS)}, ${dictionary('policy', POLICY_COLUMNS)}, ${join(activity)}
    FROM told t WHERE t.turn = 1 ORDER BY time`);
  await connection.run(sql`
    INSERT INTO citation (key, fate, member, record, "offset", "length", content)
    SELECT (${raw(String(member))}::BIGINT << 24) + first.r, 'merged', ${raw(String(member))}::INTEGER, t.r, t.o, t.l, 0
    FROM told t JOIN told first ON first.merge = t.merge AND first.turn = 1
    WHERE t.turn > 1`);
}
