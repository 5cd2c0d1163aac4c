/**
 * Digests (contract section 4; docs/decisions/0001-case-digest.md has the formula in full). Sums of SHA-256 modulo 2^256 over
 * rows, so that an import adds its own terms and takes away those of rows that it changed, instead of reading the case again.
 */
import { createHash } from 'node:crypto';
import type { Connection } from '../case/database';
import { evidenceDigest } from '../case/digest';
import { ACTIVITY_COLUMNS } from '../case/schema';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { FORMATS } from '../formats/index';
import { DICTIONARIES } from './dictionaries';
import { namedColumns } from './named-columns';
import { orderMembers, type StagedTable } from './staged';

export const DIGEST_VERSION = 'exhibit case digest 1';
const MODULUS = 1n << 256n;

/** Derived columns (contract section 4). */
const LEFT_OUT = new Set<string>(['label']);

/** Values in the order of their columns, as a JSON array. */
const jsonArray = (alias: string, columns: readonly string[]): Sql =>
  sql`json_array(${join(columns.map((column) => sql`${raw(alias)}.${name(column)}`))})::VARCHAR`;

type Limbs = { readonly l0: string; readonly l1: string; readonly l2: string; readonly l3: string };

/** Sum of the hex SHA-256 in `digest` over a relation. Materialized, since DuckDB would hash once for each of the four limbs. */
async function sumOf(connection: Connection, relation: Sql): Promise<bigint> {
  const limbs = [1, 17, 33, 49].map((at, i) => `coalesce(sum(('0x' || digest[${at}:${at + 15}])::UBIGINT), 0)::VARCHAR AS l${i}`);
  const row = await connection.one<Limbs>(sql`
    WITH term AS MATERIALIZED (${relation})
    SELECT ${raw(limbs.join(', '))} FROM term`);
  if (!row) return 0n;
  return [row.l0, row.l1, row.l2, row.l3].reduce((sum, limb) => (sum << 64n) + BigInt(limb), 0n);
}

/** Digests of the entries of each dictionary, hashed once, as temporary tables `scope_digest` and so on. */
async function hashDictionaries(connection: Connection): Promise<void> {
  for (const [dictionary, columns] of Object.entries(DICTIONARIES)) {
    await connection.run(sql`
      CREATE OR REPLACE TEMP TABLE ${raw(`${dictionary}_digest`)} AS
      SELECT d.${raw(dictionary)}, sha256(${jsonArray('d', Object.keys(columns))}) AS digest FROM ${raw(dictionary)} d`);
  }
}

/**
 * Terms of the activities of one format whose keys are in `keys` (a relation with a column key).
 * @param named the columns that the format's projection names: their values are what is hashed
 */
async function activityTerms(connection: Connection, keys: Sql, format: string, named: ReadonlySet<string>): Promise<bigint> {
  const columns = Object.keys(ACTIVITY_COLUMNS).filter(
    (column) => (named.has(column) || column === 'flags') && !LEFT_OUT.has(column),
  );
  return sumOf(
    connection,
    sql`
      SELECT
        sha256(concat_ws(
          ' ',
          e.format,
          ${jsonArray('a', columns)},
          coalesce(scope.digest, '-'),
          coalesce(actor.digest, '-'),
          coalesce(policy.digest, '-'),
          to_hex(a.content),
          e.sha256
        )) AS digest
      FROM activity a
      SEMI JOIN (${keys}) k ON k.key = a.key
      JOIN place e ON e.member = a.member AND e.format = ${format}
      LEFT JOIN scope_digest scope ON scope.scope = a.scope
      LEFT JOIN actor_digest actor ON actor.actor = a.actor
      LEFT JOIN policy_digest policy ON policy.policy = a.policy`,
  );
}

/** Terms of citations: what they are cited as, by what they say and where they come from, below what the kept record says. */
async function citationTerms(connection: Connection, citations: Sql): Promise<bigint> {
  return sumOf(
    connection,
    sql`
      SELECT sha256(concat_ws(' ', to_hex(a.content), c.fate, to_hex(c.content), e.sha256)) AS digest
      FROM (${citations}) c
      JOIN activity a ON a.key = c.key
      JOIN place e ON e.member = c.member`,
  );
}

const printTerms = (sum: bigint): string => (((sum % MODULUS) + MODULUS) % MODULUS).toString(16).padStart(64, '0');

/** Name in `meta` of the running sum over activities and citations. */
const SUM = 'terms';

/** The running sum of a case while an import changes it. */
export class Terms {
  private constructor(
    private readonly connection: Connection,
    private sum: bigint,
  ) {}

  static async begin(connection: Connection): Promise<Terms> {
    return new Terms(connection, BigInt(`0x${await storedSum(connection)}`));
  }

  /** Before the rows of `lift_key` are removed. */
  async takeLifted(tables: readonly StagedTable[]): Promise<void> {
    this.sum -= await this.of(sql`SELECT DISTINCT key FROM lift_key`, tables);
  }

  /** After the rows of `kept` were written. */
  async addKept(tables: readonly StagedTable[]): Promise<void> {
    this.sum += await this.of(sql`SELECT key FROM kept`, tables);
  }

  private async of(keys: Sql, tables: readonly StagedTable[]): Promise<bigint> {
    const { connection } = this;
    await hashDictionaries(connection);
    let sum = await citationTerms(connection, sql`SELECT c.* FROM citation c SEMI JOIN (${keys}) k ON k.key = c.key`);
    for (const { format, columns } of tables) sum += await activityTerms(connection, keys, format, columns);
    return sum;
  }

  /** New citations of activities that are not among the keys of `add`. */
  async addEchoes(): Promise<void> {
    this.sum += await citationTerms(this.connection, sql`SELECT key, 'duplicate' AS fate, content, member FROM echo`);
  }

  async store(): Promise<void> {
    await this.connection.run(sql`INSERT OR REPLACE INTO meta VALUES (${SUM}, ${printTerms(this.sum)})`);
  }
}

export async function storedSum(connection: Connection): Promise<string> {
  return (await connection.one<{ value: string }>(sql`SELECT value FROM meta WHERE name = ${SUM}`))?.value ?? '0'.repeat(64);
}

/** The sum over all rows as they are now, to compare with the stored one. Makes temporary tables. */
export async function recomputedSum(connection: Connection): Promise<string> {
  await orderMembers(connection, []);
  await hashDictionaries(connection);
  let sum = await citationTerms(connection, sql`SELECT * FROM citation`);
  for (const format of FORMATS) {
    sum += await activityTerms(connection, sql`SELECT key FROM activity`, format.id, await namedColumns(format));
  }
  return printTerms(sum);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const lines = (rows: readonly string[]): string =>
  [...rows]
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((row) => `${row}\n`)
    .join('');

const linesOf = async (connection: Connection, statement: string): Promise<string> =>
  lines((await connection.all<{ line: string }>(statement)).map((row) => row.line));

/** The case and the evidence digest, as the tables have them now. */
export async function caseDigests(connection: Connection): Promise<{ readonly digest: string; readonly evidenceDigest: string }> {
  const evidences = await connection.all<{ sha256: string; bytes: bigint }>('SELECT sha256, bytes FROM evidence');
  const count = await connection.one<{ n: bigint }>('SELECT count(*) AS n FROM activity');
  const parts = [
    `${DIGEST_VERSION}\n`,
    lines([...new Set(evidences.map(({ sha256: hash, bytes }) => `${hash}  ${bytes}`))]),
    await linesOf(connection, `SELECT DISTINCT format || ' ' || projection AS line FROM member WHERE format IS NOT NULL`),
    await linesOf(
      connection,
      `SELECT DISTINCT evidence.sha256 || ' ' || member.sha256 || ' ' || member.settings AS line
       FROM member JOIN evidence USING (evidence) WHERE member.settings IS NOT NULL AND member.sha256 IS NOT NULL`,
    ),
    await linesOf(
      connection,
      `SELECT sha256 || ' ' || max(records) || ' ' || max(yielded + merged + duplicates) || ' ' || max(ignored) || ' ' || max(rejected) AS line
       FROM member WHERE sha256 IS NOT NULL GROUP BY sha256`,
    ),
    `${count?.n ?? 0n} ${await storedSum(connection)}\n`,
  ];
  return { digest: sha256(parts.join('\n')), evidenceDigest: evidenceDigest(evidences) };
}

/**
 * The same idea for the analysis: sessions and links, named by what their activities say (content) instead of by keys.
 * @param versions of correlator and rules, such as `correlate 1`
 */
export async function analysisDigest(connection: Connection, versions: readonly string[]): Promise<string> {
  const sessions = await sumOf(
    connection,
    sql`
      SELECT sha256(concat_ws(' ', to_hex(a.content), coalesce(s.confidence::VARCHAR, '-'), coalesce(epoch_ns(s.first)::VARCHAR, '-'), coalesce(epoch_ns(s.last)::VARCHAR, '-'))) AS digest
      FROM session s
      JOIN activity a USING (key)`,
  );
  const links = await sumOf(
    connection,
    sql`
      SELECT sha256(concat_ws(' ', to_hex(a.content), to_hex(o.content), coalesce(l.confidence::VARCHAR, '-'))) AS digest
      FROM link l
      JOIN activity a ON a.key = l.key
      JOIN session s ON s.session = l.session
      JOIN activity o ON o.key = s.key`,
  );
  const counts = await connection.one<{ line: string }>(
    `SELECT (SELECT count(*) FROM session) || ' ' || (SELECT count(*) FROM link) AS line`,
  );
  return sha256(
    ['exhibit analysis digest 1\n', lines(versions), `${counts?.line ?? ''} ${printTerms(sessions)} ${printTerms(links)}\n`].join(
      '\n',
    ),
  );
}
