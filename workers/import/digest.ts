/**
 * Digests (contract section 4; docs/decisions/0001-case-digest.md has the formula in full). Sums of SHA-256 modulo 2^256 over
 * rows, so that an import adds its own terms and takes away those of rows that it changed, instead of reading the case again.
 */
import { createHash } from 'node:crypto';
import type { Connection } from '../case/database';
import { evidenceDigest } from '../case/digest';
import { ACTIVITY_COLUMNS, ACTOR_COLUMNS, POLICY_COLUMNS, SCOPE_COLUMNS } from '../case/schema';
import { join, name, raw, type Sql, sql } from '../contract/sql';

export const DIGEST_VERSION = 'exhibit case digest 1';
const MODULUS = 1n << 256n;

/** Derived columns (contract section 4) and what lies in the citations anyway. */
const LEFT_OUT = new Set<string>(['label']);

/** `{"a":1,"b":"x"}`: the columns that have a value, in this order. */
const jsonOf = (columns: readonly string[], alias: string): Sql =>
  sql`('{' || substr(concat(${join(columns.map((column) => sql`',"' || ${column} || '":' || to_json(${raw(alias)}.${name(column)})::VARCHAR`))}), 2) || '}')`;

/** Sum of the hex SHA-256 in `digest` over a relation, as four 64-bit limbs. */
const LIMBS = raw(
  [1, 17, 33, 49].map((at, i) => `coalesce(sum(('0x' || digest[${at}:${at + 15}])::UBIGINT), 0)::VARCHAR AS l${i}`).join(', '),
);

type Limbs = { readonly l0: string; readonly l1: string; readonly l2: string; readonly l3: string };

async function sumOf(connection: Connection, relation: Sql): Promise<bigint> {
  const row = await connection.one<Limbs>(sql`SELECT ${LIMBS} FROM (${relation})`);
  if (!row) return 0n;
  return [row.l0, row.l1, row.l2, row.l3].reduce((sum, limb) => (sum << 64n) + BigInt(limb), 0n) % MODULUS;
}

const dictionary = (table: string, columns: object): Sql =>
  sql`(SELECT d.${name(table)}, sha256(${jsonOf(Object.keys(columns), 'd')}) AS digest FROM ${name(table)} d)`;

/**
 * Terms of the activities whose keys are in `keys` (a relation with a column key) and of the records cited beside them.
 * `used` names the activity columns that have a value in them; the others add nothing to the text.
 */
async function activityTerms(connection: Connection, keys: Sql, used: ReadonlySet<string>): Promise<bigint> {
  const columns = Object.keys(ACTIVITY_COLUMNS).filter((column) => used.has(column) && !LEFT_OUT.has(column));
  const kept = await sumOf(
    connection,
    sql`
      SELECT sha256(concat_ws(' ', ${jsonOf(columns, 'a')}, coalesce(scope.digest, '-'), coalesce(actor.digest, '-'), coalesce(policy.digest, '-'), a.content, e.sha256)) AS digest
      FROM activity a
      SEMI JOIN (${keys}) k ON k.key = a.key
      JOIN place e ON e.member = a.member
      LEFT JOIN ${dictionary('scope', SCOPE_COLUMNS)} scope ON scope.scope = a.scope
      LEFT JOIN ${dictionary('actor', ACTOR_COLUMNS)} actor ON actor.actor = a.actor
      LEFT JOIN ${dictionary('policy', POLICY_COLUMNS)} policy ON policy.policy = a.policy`,
  );
  return (
    (kept + (await citationTerms(connection, sql`SELECT c.* FROM citation c SEMI JOIN (${keys}) k ON k.key = c.key`))) % MODULUS
  );
}

/** Terms of citations alone: what they are cited as, by what they say and where they come from, below what the kept record says. */
async function citationTerms(connection: Connection, citations: Sql): Promise<bigint> {
  return sumOf(
    connection,
    sql`
      SELECT sha256(concat_ws(' ', a.content, c.fate, c.content, e.sha256)) AS digest
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
  async takeLifted(): Promise<void> {
    this.sum -= await activityTerms(
      this.connection,
      sql`SELECT DISTINCT key FROM lift_key`,
      new Set(Object.keys(ACTIVITY_COLUMNS)),
    );
  }

  /** After the rows of `kept` were written; `used` names the columns that may have a value in them. */
  async addKept(used: ReadonlySet<string>): Promise<void> {
    this.sum += await activityTerms(this.connection, sql`SELECT key FROM kept`, used);
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

/** The sum over all rows as they are now; needs `place`. */
export async function recomputedSum(connection: Connection): Promise<string> {
  const all = new Set(Object.keys(ACTIVITY_COLUMNS));
  return printTerms(await activityTerms(connection, sql`SELECT key FROM activity`, all));
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
      SELECT sha256(concat_ws(' ', a.content, coalesce(s.confidence::VARCHAR, '-'), coalesce(epoch_ns(s.first)::VARCHAR, '-'), coalesce(epoch_ns(s.last)::VARCHAR, '-'))) AS digest
      FROM session s
      JOIN activity a USING (key)`,
  );
  const links = await sumOf(
    connection,
    sql`
      SELECT sha256(concat_ws(' ', a.content, o.content, coalesce(l.confidence::VARCHAR, '-'))) AS digest
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
