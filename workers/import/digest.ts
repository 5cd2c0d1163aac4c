/**
 * Digests (contract section 4; docs/decisions/0001-case-digest.md has the formula in full). Sums of SHA-256 modulo 2^256 over
 * rows, so that an import adds its own terms and takes away those of rows that it changed, instead of reading the case again.
 */
import type { Connection } from '../case/database';
import { evidenceDigest, sha256 } from '../case/digest';
import { ACTIVITY_COLUMNS, DICTIONARIES } from '../case/schema';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { FORMATS } from '../formats/index';
import { namedColumns } from './named-columns';
import { orderMembers, type StagedTable } from './staged';
import type { Keys } from './write';

const DIGEST_VERSION = 'exhibit case digest 2';
const MODULUS = 1n << 256n;

/** Derived columns (contract section 4), and what serves to derive. */
const LEFT_OUT = new Set<string>(['label', 'told']);

/** Values in the order of `columns` (name to type) as arguments of one `concat`, from which each can be told again: see the decision for its form. */
export function valuesOf(alias: string, columns: Readonly<Record<string, string>>): Sql {
  const parts = Object.entries(columns).map(([column, type]) => {
    const value = sql`${raw(alias)}.${name(column)}`;
    if (type === 'TIMESTAMP_NS') return sql`epoch_ns(${value}), ','`;
    if (type === 'VARCHAR') return sql`strlen(${value}), ':', ${value}`;
    if (type === 'VARCHAR[]') return sql`strlen(to_json(${value})::VARCHAR), ':', to_json(${value})::VARCHAR`;
    return sql`${value}, ','`;
  });
  return join(parts);
}

/** `content` as two decimal numbers of 64 bits, as arguments of `concat`: DuckDB prints numbers of 128 bits very slowly. */
export const contentOf = (alias: string): Sql => {
  const content = raw(`${alias}.content`);
  return sql`(${content} >> 64)::UBIGINT, ' ', (${content} & 18446744073709551615)::UBIGINT`;
};

/** DuckDB divides a table among its threads by row groups (`case/database.ts`), which leaves some of them idle in cases of ordinary size. */
const SLICE = 25_000n;
const MOST_SLICES = 8n;

/** The activities of one format among some: how many, and between which keys. */
interface Span extends Record<string, unknown> {
  readonly format: string;
  readonly least: bigint;
  readonly most: bigint;
  readonly rows: bigint;
}

/** Of the formats that have activities (alias a) for which `which` holds. */
const spansOf = (connection: Connection, which: Sql): Promise<Span[]> =>
  connection.all<Span>(sql`
    SELECT format, min(least) AS least, max(most) AS most, sum(n)::BIGINT AS rows
    FROM (SELECT member, min(key) AS least, max(key) AS most, count(*) AS n FROM activity a WHERE ${which} GROUP BY member)
    JOIN origin USING (member)
    GROUP BY format
    ORDER BY format`);

/** Conditions that part them by their keys: branches of a union run side by side, but each is planned. */
function slicesOf({ least, most, rows }: Span, which: Sql): readonly Sql[] {
  const wanted = (rows + SLICE - 1n) / SLICE;
  const slices = wanted < MOST_SLICES ? wanted : MOST_SLICES;
  const width = (most - least + slices) / slices;
  const from = Array.from({ length: Number(slices) }, (_, n) => least + BigInt(n) * width);
  return from.map((first) => sql`${which} AND a.key >= ${first}::BIGINT AND a.key < ${first + width}::BIGINT`);
}

type Limbs = { readonly l0: string; readonly l1: string; readonly l2: string; readonly l3: string };

/** Sum of the hex SHA-256 in `digest` over a relation. Materialized, since DuckDB would hash once for each of the four limbs; `substring`, since a slice looks for graphemes. */
async function sumOf(connection: Connection, relation: Sql): Promise<bigint> {
  const limbs = [1, 17, 33, 49].map(
    (at, i) => `coalesce(sum(('0x' || substring(digest, ${at}, 16))::UBIGINT), 0)::VARCHAR AS l${i}`,
  );
  const [row] = await connection.work<Limbs>(sql`
    WITH term AS MATERIALIZED (${relation})
    SELECT ${raw(limbs.join(', '))} FROM term`);
  if (!row) return 0n;
  return [row.l0, row.l1, row.l2, row.l3].reduce((sum, limb) => (sum << 64n) + BigInt(limb), 0n);
}

/**
 * Digests of the entries of each dictionary, hashed once, as temporary tables `scope_digest` and so on, and `origin` (member, format, sha256 of the evidence). All
 * are made in the transaction that adds the activities: DuckDB then takes all of them for small, and hashes none but these for its joins.
 */
export async function hashDictionaries(connection: Connection): Promise<void> {
  for (const [dictionary, columns] of Object.entries(DICTIONARIES)) {
    await connection.run(sql`
      CREATE OR REPLACE TEMP TABLE ${raw(`${dictionary}_digest`)} AS
      SELECT d.${raw(dictionary)}, sha256(concat(${valuesOf('d', columns)})) AS digest FROM ${raw(dictionary)} d`);
  }
  await connection.run('CREATE OR REPLACE TEMP TABLE origin AS SELECT member, format, sha256 FROM place');
}

/**
 * Terms of the activities of one format for which `which` holds (alias a). A range of keys, and LEFT JOINs alone: for a semi join with many keys, or a
 * join with few members, DuckDB copies whole activities into its hash table.
 * @param named the columns that the format's projection names: their values are what is hashed
 */
async function activityTerms(connection: Connection, which: Sql, span: Span, named: ReadonlySet<string>): Promise<bigint> {
  const columns = Object.fromEntries(
    Object.entries(ACTIVITY_COLUMNS).filter(([column]) => (named.has(column) || column === 'flags') && !LEFT_OUT.has(column)),
  );
  const termsOf = (slice: Sql): Sql => sql`
      SELECT
        CASE WHEN e.format IS NOT NULL THEN sha256(concat(
          e.format, ' ', scope.digest, ' ', actor.digest, ' ', policy.digest, ' ', ${contentOf('a')}, ' ', e.sha256, ' ',
          ${valuesOf('a', columns)}
        )) END AS digest
      FROM activity a
      LEFT JOIN origin e ON e.member = a.member AND e.format = ${span.format}
      LEFT JOIN scope_digest scope ON scope.scope = a.scope
      LEFT JOIN actor_digest actor ON actor.actor = a.actor
      LEFT JOIN policy_digest policy ON policy.policy = a.policy
      WHERE ${slice}`;
  return sumOf(connection, join(slicesOf(span, which).map(termsOf), ' UNION ALL '));
}

/** Terms of citations: what they are cited as, by what they say and where they come from, below what the kept record says. */
async function citationTerms(connection: Connection, citations: Sql): Promise<bigint> {
  if (!(await connection.one(sql`${citations} LIMIT 1`))) return 0n;
  return sumOf(
    connection,
    sql`
      SELECT sha256(concat(${contentOf('a')}, ' ', c.fate, ' ', ${contentOf('c')}, ' ', e.sha256)) AS digest
      FROM (${citations}) c
      JOIN activity a ON a.key = c.key
      JOIN origin e ON e.member = c.member`,
  );
}

const printTerms = (sum: bigint): string => (((sum % MODULUS) + MODULUS) % MODULUS).toString(16).padStart(64, '0');

/** A format and the columns that its projection names. */
type Projected = Pick<StagedTable, 'format' | 'columns'>;

/** Name in `meta` of the running sum over activities and citations. */
const SUM = 'terms';

/** The running sum of a case while an import changes it. */
export class Terms {
  private constructor(
    private readonly connection: Connection,
    private sum: bigint,
  ) {}

  /** When the dictionaries hold all that the import adds. */
  static async begin(connection: Connection): Promise<Terms> {
    await hashDictionaries(connection);
    return new Terms(connection, BigInt(`0x${await storedSum(connection)}`));
  }

  /** Before the rows of `lift_key` are removed. */
  async takeLifted(tables: readonly Projected[]): Promise<void> {
    this.sum -= await this.of(sql`key IN (SELECT key FROM lift_key)`, tables);
  }

  /**
   * After the rows of `kept` were written.
   * @param keys those that rows of the new evidence can have; what else `kept` has was lifted
   */
  async addKept(tables: readonly Projected[], { first, end }: Keys): Promise<void> {
    this.sum += await this.of(sql`key >= ${first}::BIGINT AND key < ${end}::BIGINT`, tables);
    const lifted = sql`SELECT key FROM kept WHERE key < ${first}::BIGINT OR key >= ${end}::BIGINT`;
    if (await this.connection.one(sql`${lifted} LIMIT 1`)) this.sum += await this.of(sql`key IN (${lifted})`, tables);
  }

  /** Before all rows of an evidence are removed, with those of `lift_key`. */
  async takeOut(tables: readonly Projected[], { first, end }: Keys): Promise<void> {
    this.sum -= await this.of(sql`key >= ${first}::BIGINT AND key < ${end}::BIGINT`, tables);
    this.sum -= await this.of(
      sql`key IN (SELECT key FROM lift_key WHERE key < ${first}::BIGINT OR key >= ${end}::BIGINT)`,
      tables,
    );
  }

  private async of(which: Sql, tables: readonly Projected[]): Promise<bigint> {
    const { connection } = this;
    let sum = await citationTerms(connection, sql`SELECT * FROM citation WHERE ${which}`);
    for (const span of await spansOf(connection, which)) {
      const table = tables.find(({ format }) => format === span.format);
      if (table) sum += await activityTerms(connection, which, span, table.columns);
    }
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
  for (const span of await spansOf(connection, sql`true`)) {
    const format = FORMATS.find(({ id }) => id === span.format);
    if (format) sum += await activityTerms(connection, sql`true`, span, await namedColumns(format));
  }
  return printTerms(sum);
}

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
