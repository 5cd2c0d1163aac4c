/** Random activities in a real database, and the same activities as plain objects for the reference evaluator. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { type Connection, Database } from '../../../workers/case/database';
import { ACTIVITY_COLUMNS, ACTOR_COLUMNS, CREATE, POLICY_COLUMNS, SCOPE_COLUMNS } from '../../../workers/case/schema';
import { parseAddress } from '../../../workers/contract/address';
import { ATTRIBUTES, type Attribute } from '../../../workers/contract/attributes';
import { join, name, raw, type SqlValue, sql } from '../../../workers/contract/sql';
import { attachKept, setKnown } from '../../../workers/queries/source';

export type Value = string | number | bigint | readonly string[];
/** Attribute names with their values; absent ones are left out. */
export type Activity = Map<string, Value>;

export const TEXTS = [
  'curl',
  'CURL',
  'bash',
  'sh -c ls',
  "it's",
  'ΟΔΟΣ',
  'οδος',
  'Straße',
  '50%',
  'a_b',
  'a\\b',
  'x*y',
  'Ж',
  'ж',
];
export const ADDRESSES = [
  '10.0.0.1',
  '::ffff:10.0.0.1',
  '203.0.113.7',
  '198.51.100.9',
  '2001:db8::1',
  'fd00::1',
  'nowhere',
  '2001:DB8:0::1',
];
export const NUMBERS = [0, 1, 12, 403, 34816];
export const TIMES = [0n, 1_773_738_000_000_000_000n, 1_773_738_000_000_000_001n, 1_773_738_001_500_000_000n, -1n];
export const CONTAINERS = ['0123456789ab', '0123456789abcdef', 'ffffffffffff'];
export const KNOWN = ['198.51.100.0/24'];

const STORED = ATTRIBUTES.filter(({ home }) => home === 'activity' || home === 'scope' || home === 'actor' || home === 'policy');
const MEMBERS = [
  { member: 1, evidence: 1, path: 'node-1/audit.log', format: 'k8s-audit' },
  { member: 2, evidence: 1, path: 'a%3Ab.json', format: 'tetragon' },
  { member: 3, evidence: 2, path: '', format: 'falco' },
];

const texts = fc.constantFrom(...TEXTS);
function valuesFor({ name: attribute, type, choices }: Attribute): fc.Arbitrary<Value> {
  if (attribute === 'containerid') return fc.constantFrom(...CONTAINERS);
  switch (type) {
    case 'number':
      return fc.constantFrom(...NUMBERS);
    case 'time':
      return fc.constantFrom(...TIMES);
    case 'choice':
      return fc.constantFrom(...(choices ?? []));
    case 'address':
      return fc.constantFrom(...ADDRESSES);
    case 'addresses':
      return fc.array(fc.constantFrom(...ADDRESSES), { maxLength: 2 });
    case 'list':
      return fc.array(texts, { maxLength: 2 });
    default:
      return texts;
  }
}

const activity: fc.Arbitrary<Activity> = fc
  .tuple(
    ...STORED.map((attribute) =>
      fc.option(valuesFor(attribute), { nil: undefined, freq: attribute.name === 'kind' ? Number.MAX_SAFE_INTEGER : 2 }),
    ),
  )
  .map((values) => new Map(STORED.flatMap((of, i) => (values[i] === undefined ? [] : [[of.name, values[i] as Value] as const]))));

export interface RandomCase {
  readonly connection: Connection;
  /** By key. */
  readonly activities: ReadonlyMap<bigint, Activity>;
  readonly close: () => Promise<void>;
}

export const randomCase = (size: number, seed: number): Promise<RandomCase> =>
  caseOf(fc.sample(activity, { numRuns: size, seed }));

/** A case of these activities. Each belongs to one of three members in turn; every seventh, from the first on, has no scope, actor or policy. It lies in a file, compressed as a real one. */
export async function caseOf(rows: readonly Activity[]): Promise<RandomCase> {
  const folder = await mkdtemp(joinPath(tmpdir(), 'exhibit-random-'));
  const database = await Database.open(joinPath(folder, 'case.duckdb'), { threads: 1 });
  const connection = await database.connect();
  for (const statement of CREATE) await connection.run(statement);
  await attachKept(connection);
  await setKnown(connection, KNOWN);
  for (const { member, evidence, path, format } of MEMBERS) {
    await connection.run(
      sql`INSERT INTO member (member, evidence, path, name, format, source) VALUES (${member}, ${evidence}, ${path}, 'single.json', ${format}, 'evidence')`,
    );
  }
  for (const address of ADDRESSES) {
    const number = parseAddress(address);
    await connection.run(
      sql`INSERT INTO address VALUES (${address}, CAST(${number === undefined ? null : String(number)} AS UHUGEINT))`,
    );
  }
  await connection.run('BEGIN');
  const activities = new Map<bigint, Activity>();
  for (const [i, row] of rows.entries()) activities.set(BigInt(i + 1), await insert(connection, row, i));
  await link(connection, activities);
  await connection.run('COMMIT');
  await connection.run('CHECKPOINT');
  await mark(connection, activities);
  const close = async () => {
    connection.close();
    database.close();
    await rm(folder, { recursive: true });
  };
  return { connection, activities, close };
}

/** Adds what Exhibit derives to the row as it was made. */
async function insert(connection: Connection, row: Activity, i: number): Promise<Activity> {
  const place = MEMBERS[i % MEMBERS.length]!;
  const item = i % 4 === 0 ? `${(i % 3) + 1}.2` : null;
  const k = i % 5 === 0 ? 2 : 1;
  for (const [home, columns] of [
    ['scope', SCOPE_COLUMNS],
    ['actor', ACTOR_COLUMNS],
    ['policy', POLICY_COLUMNS],
  ] as const) {
    await insertInto(connection, home, { [home]: i }, columns, row);
  }
  const keys = { key: i + 1, member: place.member, record: i + 1, item, k, offset: 0, length: 1, content: 0 };
  const dictionaries: Readonly<Record<string, number>> = i % 7 === 0 ? {} : { scope: i, actor: i, policy: i };
  await insertInto(connection, 'activity', { ...keys, ...dictionaries }, ACTIVITY_COLUMNS, row);
  const full = new Map(row);
  if (i % 7 === 0) for (const { name: gone, home } of STORED) if (home !== 'activity') full.delete(gone);
  const record = `${i + 1}${item ? `.${item}` : ''}`;
  full.set('evidence', `E${place.evidence}`);
  full.set('member', place.path || 'single.json');
  full.set('record', record);
  full.set('format', place.format);
  full.set('id', `E${place.evidence}${place.path && `/${place.path}`}:${record}${k > 1 ? `#${k}` : ''}`);
  const [time, end] = [row.get('time'), row.get('end')];
  if (typeof time === 'bigint' && typeof end === 'bigint') full.set('duration', Number(end - time) / 1e9);
  return full;
}

async function insertInto(
  connection: Connection,
  table: string,
  keys: Readonly<Record<string, SqlValue>>,
  columns: Readonly<Record<string, string>>,
  row: Activity,
): Promise<void> {
  const names = Object.keys(columns).filter((column) => row.has(column));
  const values = names.map((column) => literal(row.get(column) as Value));
  await connection.run(
    sql`INSERT INTO ${name(table)} (${join([...Object.keys(keys), ...names].map(name))}) VALUES (${join([...Object.values(keys), ...values])})`,
  );
}

function literal(value: Value) {
  if (typeof value === 'bigint') return sql`make_timestamp_ns(CAST(${value} AS BIGINT))`;
  if (typeof value === 'number' || typeof value === 'string') return sql`${value}`;
  return value.length === 0 ? raw('CAST([] AS VARCHAR[])') : sql`[${join(value)}]`;
}

/** Every ninth activity opens a session; others belong to one with some confidence. */
async function link(connection: Connection, activities: ReadonlyMap<bigint, Activity>): Promise<void> {
  for (const [key, row] of activities) {
    const n = Number(key);
    const session = Math.ceil(n / 9);
    const opens = n % 9 === 1;
    if (opens) {
      await connection.run(sql`INSERT INTO session (session, key) VALUES (${session}, ${key})`);
      await connection.run(sql`INSERT INTO link VALUES (${key}, ${session}, NULL, NULL, NULL)`);
      row.set('session', row.get('id') as Value);
    } else if (n % 3 === 0) {
      const confidence = n % 2 === 0 ? 0.75 : 0.25;
      await connection.run(sql`INSERT INTO link VALUES (${key}, ${session}, ${confidence}, ${`p${n % 4}`}, ${n % 4 === 0})`);
      row.set('process', `p${n % 4}`);
      const opener = activities.get(BigInt(session * 9 - 8));
      if (confidence >= 0.5 && opener) {
        row.set('session', opener.get('id') as Value);
        row.set('confidence', confidence);
      }
    }
    if (!row.has('process') && row.has('entityid')) row.set('process', row.get('entityid') as Value);
    row.set('interactive', interactive(row, n));
  }
}

/** Every sixth activity bears two tags. */
async function mark(connection: Connection, activities: ReadonlyMap<bigint, Activity>): Promise<void> {
  const marked = [...activities].filter(([key]) => key % 6n === 0n);
  for (const [key, row] of marked) {
    row.set('tag', ['curl', 'seen']);
    await connection.run(
      sql`INSERT INTO kept.mark VALUES (CAST(${key} AS BIGINT), 'tag', 'curl'), (CAST(${key} AS BIGINT), 'tag', 'seen')`,
    );
  }
}

function interactive(row: Activity, n: number): string {
  const linked = n % 9 !== 1 && n % 3 === 0 ? n % 4 === 0 : undefined;
  const tty = row.get('tty');
  const shell = row.get('kind') === 'net' && ['sshd', 'telnet'].includes(String(row.get('comm')));
  if ((tty !== undefined && tty !== 0) || shell || linked) return 'yes';
  return tty === 0 || linked === false ? 'no' : 'unknown';
}
