/**
 * What the tables of a case say, as digests of stretches of records: two cases are held against each other by these, and where they differ is found, without either
 * seeing the tables of the other. Everything is named by evidence, member and record; keys and numbers of dictionaries are a case's own.
 */
import type { Connection } from '../case/database';
import { ACTIVITY_COLUMNS, COMPLETED_COLUMNS, SCOPE_COLUMNS } from '../case/schema';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { contentOf, hashDictionaries, valuesOf } from './digest';
import { orderMembers } from './staged';

/** Records whose rows share a digest. */
const STRETCH = 10_000;

/** Rows of one table that tell records of one member which lie together. Those of no member have evidence 0, those of no record lie in stretch 0. */
export interface Stretch {
  /** What the rows are, as a person calls them. */
  readonly rows: string;
  readonly evidence: number;
  /** The member's, in %XX form. */
  readonly path: string;
  readonly stretch: number;
  readonly count: number;
  readonly digest: string;
}

const placeIn = (alias: string): Sql =>
  join(
    ['record', 'item', 'offset', 'length'].map((column) => raw(`${alias}."${column}", ' '`)),
    ', ',
  );
const instant = (alias: string, column: string): Sql => sql`epoch_ns(${raw(alias)}.${name(column)}), ' '`;

/** Rows with `evidence`, `path`, `record` and `digest`, by what they are. */
const IMPORTED: Readonly<Record<string, Sql>> = {
  activities: sql`
    SELECT m.evidence, m.path, a.record, sha256(concat(
      ${placeIn('a')}, a.k, ' ', ${contentOf('a')}, ' ', a.merge, ' ', a.rank, ' ', m.format, ' ',
      scope.digest, ' ', actor.digest, ' ', policy.digest, ' ', ${valuesOf('a', ACTIVITY_COLUMNS)}
    )) AS digest
    FROM activity a
    LEFT JOIN member m ON m.member = a.member
    LEFT JOIN scope_digest scope ON scope.scope = a.scope
    LEFT JOIN actor_digest actor ON actor.actor = a.actor
    LEFT JOIN policy_digest policy ON policy.policy = a.policy`,
  'further records of activities': sql`
    SELECT m.evidence, m.path, c.record, sha256(concat(
      ${placeIn('c')}, ${contentOf('c')}, ' ', c.merge, ' ', c.rank, ' ', c.fate, ' ', k.evidence, '/', k.path, ':', a.record, '.', a.item, '#', a.k, ' ',
      ${instant('c', 'time')}, ${instant('c', 'end')}, ${instant('c', 'ready')}, c.why
    )) AS digest
    FROM citation c
    LEFT JOIN member m ON m.member = c.member
    LEFT JOIN activity a ON a.key = c.key
    LEFT JOIN member k ON k.member = a.member`,
  'records left out': sql`
    SELECT m.evidence, m.path, c.record, sha256(concat(${placeIn('c')}, c.fate, ' ', c.records, ' ', c.why)) AS digest
    FROM skipped c
    LEFT JOIN member m ON m.member = c.member`,
  members: sql`
    SELECT evidence, path, NULL::BIGINT AS record, sha256(to_json(struct_pack(
      name, format, projection, sha256, bytes, source, settings, records, yielded, activities, merged, duplicates, ignored, rejected, ignored_why,
      "first", "last", warning
    ))::VARCHAR) AS digest
    FROM member
    WHERE sha256 IS NOT NULL`,
  evidences: sql`
    SELECT evidence, '' AS path, NULL::BIGINT AS record, sha256(to_json(struct_pack(name, kind, sha256, bytes, sealed, settings))::VARCHAR) AS digest
    FROM evidence`,
  addresses: sql`SELECT 0 AS evidence, '' AS path, NULL::BIGINT AS record, sha256(concat(address, ' ', to_hex(number))) AS digest FROM address`,
};

const OWN_RECORD = raw(`a.record, '.', a.item, '#', a.k, ' '`);
const BY_ACTIVITY = raw('LEFT JOIN activity a ON a.key = d.key LEFT JOIN member m ON m.member = a.member');

/** The same of what the analysis found; this holds for one version of the correlator. */
const FOUND: Readonly<Record<string, Sql>> = {
  sessions: sql`
    SELECT m.evidence, m.path, a.record, sha256(concat(
      ${OWN_RECORD}, d.session, ' ', d.label, ' ', d.confidence, ' ', d.root, ' ', ${instant('d', 'first')}, ${instant('d', 'last')}, d.detail
    )) AS digest
    FROM session d ${BY_ACTIVITY}`,
  'links to sessions': sql`
    SELECT m.evidence, m.path, a.record, sha256(concat(
      ${OWN_RECORD}, d.session, ' ', d.confidence, ' ', d.interactive, ' ', d.process
    )) AS digest
    FROM link d ${BY_ACTIVITY}`,
  processes: sql`
    SELECT m.evidence, m.path, a.record, sha256(concat(
      ${OWN_RECORD}, d.session, ' ', d.depth, ' ', d.pid, ' ', d.ppid, ' ', ${instant('d', 'start')}, ${instant('d', 'end')},
      to_json([d.process, d.parent, d.comm, d.cmdline])::VARCHAR
    )) AS digest
    FROM process d ${BY_ACTIVITY}`,
  'completed names': sql`
    SELECT 0 AS evidence, '' AS path, NULL::BIGINT AS record, sha256(concat(
      scope.digest, ' ', ${valuesOf('c', Object.fromEntries(COMPLETED_COLUMNS.map((column) => [column, SCOPE_COLUMNS[column]])))}, c.basis
    )) AS digest
    FROM completed c
    LEFT JOIN scope_digest scope ON scope.scope = c.scope`,
  'clock offsets': sql`SELECT 0 AS evidence, '' AS path, NULL::BIGINT AS record, sha256(value) AS digest FROM meta WHERE name = 'clocks'`,
  'named addresses': sql`SELECT 0 AS evidence, '' AS path, NULL::BIGINT AS record, sha256(to_hex(number)) AS digest FROM named_address`,
};

/** The tables that are compared; `found`: also those of the analysis. */
const tablesOf = (found: boolean): readonly (readonly [string, Sql])[] =>
  Object.entries(found ? { ...IMPORTED, ...FOUND } : IMPORTED);

/** All stretches, in order. Makes temporary tables. */
export async function stretches(connection: Connection, found: boolean): Promise<readonly Stretch[]> {
  await orderMembers(connection, []);
  await hashDictionaries(connection);
  const all: Stretch[] = [];
  for (const [rows, table] of tablesOf(found)) {
    // The four quarters of a digest, each added up: of constant size, however many rows there are.
    const sums = [1, 17, 33, 49].map((at) => `sum(('0x' || substring(digest, ${at}, 16))::UBIGINT)`).join(", ' ', ");
    const told = await connection.work<Omit<Stretch, 'rows'> & { readonly [column: string]: unknown }>(sql`
      WITH told AS MATERIALIZED (${table})
      SELECT
        coalesce(evidence, 0) AS evidence, coalesce(path, '') AS path, (coalesce(record, 0) // ${STRETCH})::INTEGER AS stretch, count(*)::INTEGER AS count,
        concat(${raw(sums)}) AS digest
      FROM told
      GROUP BY ALL
      ORDER BY evidence, path, stretch`);
    all.push(...told.map((stretch) => ({ ...stretch, rows })));
  }
  return all;
}

/** The records of a stretch with a digest of each row that tells one, in order. After `stretches`. */
export async function rowsOf(connection: Connection, { rows, evidence, path, stretch }: Omit<Stretch, 'count' | 'digest'>) {
  const table = new Map(tablesOf(true)).get(rows) as Sql;
  return connection.work<{ readonly record: bigint; readonly digest: string }>(sql`
    SELECT coalesce(record, 0)::BIGINT AS record, digest
    FROM (${table})
    WHERE coalesce(evidence, 0) = ${evidence} AND coalesce(path, '') = ${path} AND coalesce(record, 0) // ${STRETCH} = ${stretch}
    ORDER BY ALL`);
}
