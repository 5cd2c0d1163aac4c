/**
 * The case database. One physical `activity` table with small integers into four dictionaries; everything derived
 * (sessions, links) lies in tables of its own, so that analysis can be renewed without touching what was imported.
 * Ids are made from evidence, member and record; `key` only joins tables inside one database and is never shown.
 */
import { DIRECTIONS, KINDS, PRECISIONS, RESULTS, SEVERITIES } from '../contract/attributes';

export const SCHEMA_VERSION = 2;

const choices = (values: readonly string[]) => `ENUM (${values.map((v) => `'${v}'`).join(', ')})`;

/** Scope attributes in dictionary order; `containerid` as the source wrote it, compared on its first 12 hex digits. */
export const SCOPE_COLUMNS = {
  cluster: 'VARCHAR',
  namespace: 'VARCHAR',
  workload: 'VARCHAR',
  workloadkind: 'VARCHAR',
  deployment: 'VARCHAR',
  pod: 'VARCHAR',
  container: 'VARCHAR',
  containerid: 'VARCHAR',
  image: 'VARCHAR',
  host: 'VARCHAR',
  hostip: 'VARCHAR',
  mac: 'VARCHAR',
  node: 'VARCHAR',
} as const;

/** Names of a scope that are completed from what the evidence says elsewhere (`correlate/complete.ts`). */
export const COMPLETED_COLUMNS = Object.keys(SCOPE_COLUMNS) as readonly (keyof typeof SCOPE_COLUMNS)[];

export const ACTOR_COLUMNS = {
  user: 'VARCHAR',
  groups: 'VARCHAR[]',
  impersonated: 'VARCHAR',
  impersonatedgroups: 'VARCHAR[]',
  clouduser: 'VARCHAR',
  identitybasis: 'VARCHAR',
  useragent: 'VARCHAR',
  sourceaddresses: 'VARCHAR[]',
} as const;

export const POLICY_COLUMNS = {
  rule: 'VARCHAR',
  severity: 'severity',
  severityraw: 'VARCHAR',
  tags: 'VARCHAR[]',
  origin: 'VARCHAR',
} as const;

/** Tables of distinct values that an activity names by number: the columns of each. */
export const DICTIONARIES = { scope: SCOPE_COLUMNS, actor: ACTOR_COLUMNS, policy: POLICY_COLUMNS } as const;
export type DictionaryName = keyof typeof DICTIONARIES;
export const DICTIONARY_NAMES = Object.keys(DICTIONARIES) as readonly DictionaryName[];

/** Columns that a format's projection may fill beside the dictionaries' (those it does not name stay NULL). */
export const ACTIVITY_COLUMNS = {
  time: 'TIMESTAMP_NS',
  precision: 'time_precision',
  end: 'TIMESTAMP_NS',
  kind: 'kind',
  label: 'VARCHAR',
  result: 'result',
  errno: 'INTEGER',
  count: 'UINTEGER',
  flags: 'VARCHAR[]',
  comm: 'VARCHAR',
  cmdline: 'VARCHAR',
  exe: 'VARCHAR',
  cwd: 'VARCHAR',
  pid: 'UINTEGER',
  ppid: 'UINTEGER',
  vpid: 'UINTEGER',
  parent: 'VARCHAR',
  ancestors: 'VARCHAR[]',
  uid: 'UINTEGER',
  username: 'VARCHAR',
  loginuid: 'UINTEGER',
  loginname: 'VARCHAR',
  shellid: 'UINTEGER',
  sid: 'UINTEGER',
  tty: 'UINTEGER',
  entityid: 'VARCHAR',
  direction: 'direction',
  l4proto: 'VARCHAR',
  client: 'VARCHAR',
  clientport: 'USMALLINT',
  server: 'VARCHAR',
  serverport: 'USMALLINT',
  domain: 'VARCHAR[]',
  file: 'VARCHAR',
  directory: 'VARCHAR',
  path: 'VARCHAR',
  mode: 'VARCHAR',
  verb: 'VARCHAR',
  resource: 'VARCHAR',
  subresource: 'VARCHAR',
  name: 'VARCHAR',
  apigroup: 'VARCHAR',
  command: 'VARCHAR[]',
  code: 'INTEGER',
  reason: 'VARCHAR',
  decision: 'VARCHAR',
  decisionreason: 'VARCHAR',
  action: 'VARCHAR',
  requesturi: 'VARCHAR',
  auditid: 'VARCHAR',
  level: 'VARCHAR',
  stage: 'VARCHAR',
  // For correlation; no attributes of their own.
  /** Audit: stage time of ResponseStarted. */
  ready: 'TIMESTAMP_NS',
  /** Start of the process image behind the row, where the source states it. */
  started: 'TIMESTAMP_NS',
  /** The parent's `entityid`. */
  parententity: 'VARCHAR',
  /** The process entered its container from outside the init tree; NULL where the source cannot tell. */
  entered: 'BOOLEAN',
  /** The agent says that the argv equals a probe's. */
  probe: 'BOOLEAN',
  exitcode: 'INTEGER',
  /** What the bodies of an API call say of its pod, service or node: JSON (`toldOf` of formats/api-call.ts). */
  told: 'VARCHAR',
} as const;

const list = (columns: Readonly<Record<string, string>>) =>
  Object.entries(columns)
    .map(([name, type]) => `  "${name}" ${type}`)
    .join(',\n');

/** Statements that make an empty case, in order. */
export const CREATE: readonly string[] = [
  `CREATE TYPE kind AS ${choices(KINDS)}`,
  `CREATE TYPE severity AS ${choices(SEVERITIES)}`,
  `CREATE TYPE time_precision AS ${choices(PRECISIONS)}`,
  `CREATE TYPE result AS ${choices(RESULTS)}`,
  `CREATE TYPE direction AS ${choices(DIRECTIONS)}`,
  `CREATE TYPE fate AS ENUM ('merged', 'duplicate')`,
  `CREATE TYPE skip AS ENUM ('ignored', 'rejected')`,

  // One row: schema version, last journal hash, digests. Written in the transaction that it describes.
  `CREATE TABLE meta (name VARCHAR PRIMARY KEY, value VARCHAR)`,

  // intake and settings: JSON. sealed: path of the original inside the case.
  `CREATE TABLE evidence (
    evidence INTEGER PRIMARY KEY, name VARCHAR, kind VARCHAR, sha256 VARCHAR, bytes BIGINT,
    imported_at VARCHAR, sealed VARCHAR, intake VARCHAR, settings VARCHAR
  )`,

  // One row a member, numbered over the whole case. path: %XX form; '' where the evidence is a single file (name then holds its name).
  // source: where its decompressed bytes are read back from, relative to the case folder.
  // counts are those of contract section 2 and are renewed when a later evidence changes a fate.
  `CREATE TABLE member (
    member INTEGER PRIMARY KEY, evidence INTEGER, path VARCHAR, name VARCHAR, format VARCHAR, projection INTEGER,
    sha256 VARCHAR, bytes BIGINT, source VARCHAR, settings VARCHAR,
    records BIGINT, yielded BIGINT, activities BIGINT, merged BIGINT, duplicates BIGINT, ignored BIGINT, rejected BIGINT,
    ignored_why VARCHAR, first TIMESTAMP_NS, last TIMESTAMP_NS, warning VARCHAR
  )`,

  ...Object.entries(DICTIONARIES).map(
    ([table, columns]) => `CREATE TABLE ${table} (${table} INTEGER PRIMARY KEY,\n${list(columns)}\n)`,
  ),
  // Every address text that occurs, parsed once: IPv6 as a number, IPv4 as its mapped form; NULL where it is none.
  `CREATE TABLE address (address VARCHAR PRIMARY KEY, number UHUGEINT)`,

  // key: evidence * 2^40 + place in the evidence's time order. place of the kept record: member, record, item, k, offset, length.
  // content: first 128 bits of the SHA-256 of the record's bytes. merge: 64-bit hash of the merge key, NULL where nothing merges;
  // rank: 0 is kept first. Rows of an evidence are inserted in time order, so that zone maps prune.
  `CREATE TABLE activity (
    key BIGINT NOT NULL, member INTEGER NOT NULL, record BIGINT NOT NULL, item VARCHAR, k UTINYINT NOT NULL,
    "offset" BIGINT NOT NULL, "length" INTEGER NOT NULL, content UHUGEINT NOT NULL, merge UBIGINT, rank UTINYINT,
    scope INTEGER, actor INTEGER, policy INTEGER,\n${list(ACTIVITY_COLUMNS)}
  )`,

  // Records that tell an activity beside its kept one. They resolve to it, also after a better one took the first place.
  `CREATE TABLE citation (
    key BIGINT NOT NULL, fate fate NOT NULL, member INTEGER NOT NULL, record BIGINT NOT NULL, item VARCHAR,
    "offset" BIGINT NOT NULL, "length" INTEGER NOT NULL, content UHUGEINT NOT NULL, merge UBIGINT, rank UTINYINT,
    time TIMESTAMP_NS, "end" TIMESTAMP_NS, ready TIMESTAMP_NS, why VARCHAR
  )`,

  // Records that gave no activity. record NULL: bytes that belong to no record. records: how many of one fate follow each other from `record` on.
  `CREATE TABLE skipped (
    member INTEGER NOT NULL, fate skip NOT NULL, record BIGINT, item VARCHAR, "offset" BIGINT, "length" BIGINT, why VARCHAR,
    records INTEGER NOT NULL
  )`,

  // Values completed from elsewhere (design section 4), with the basis of each (JSON, by column); renewed as a whole. Queries read `shown_scope`, which has both.
  `CREATE TABLE completed (scope INTEGER, ${COMPLETED_COLUMNS.map((column) => `${column} VARCHAR`).join(', ')}, basis VARCHAR)`,
  `CREATE VIEW shown_scope AS
   SELECT s.* REPLACE (${COMPLETED_COLUMNS.map((column) => `coalesce(s.${column}, c.${column}) AS ${column}`).join(', ')})
   FROM scope s LEFT JOIN completed c ON c.scope = s.scope`,
  // Addresses of pods, services and nodes that the evidence names: what the filter's `known` adds to private ones. Renewed with the completed values.
  `CREATE TABLE named_address (number UHUGEINT)`,

  // Analysis: renewed as a whole by the correlator.
  // detail: JSON (correlate/reasons.ts). session: number by time; its id is the originator's activity id. confidence, root: NULL where none was
  // assigned; root alone where its own record is lost and what it started was found. No primary key: DuckDB cannot renew keyed rows within one transaction.
  `CREATE TABLE session (
    session INTEGER, key BIGINT, label VARCHAR, confidence DOUBLE, root VARCHAR,
    first TIMESTAMP_NS, last TIMESTAMP_NS, detail VARCHAR
  )`,
  // Activities of sessions (the originator too, and what else tells its call), with the process that the correlator put them on.
  `CREATE TABLE link (key BIGINT, session INTEGER, confidence DOUBLE, process VARCHAR, interactive BOOLEAN)`,
  // Processes of sessions, for traces. key: the activity that tells the start; parent: a process of the same session.
  `CREATE TABLE process (
    session INTEGER, process VARCHAR, parent VARCHAR, pid UINTEGER, ppid UINTEGER, comm VARCHAR, cmdline VARCHAR,
    start TIMESTAMP_NS, "end" TIMESTAMP_NS, depth INTEGER, key BIGINT
  )`,
];
