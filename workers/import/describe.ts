/** Evidences, members and rejects as `import` and `info` print them (contract section 6). */
import type { Connection } from '../case/database';
import type { EvidenceInfo, MemberInfo, Totals } from '../contract/evidence';
import { placeId, recordText } from '../contract/id';
import type { Intake, SourceSettings } from '../contract/intake';
import { sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import type { VerifyCheck } from '../contract/verify';
import { type Settings, sourceSettings } from './settings';

const REJECTS_SHOWN = 100;

interface MemberRow extends Record<string, unknown> {
  readonly evidence: number;
  readonly path: string;
  readonly name: string;
  readonly format: string | null;
  readonly records: bigint;
  readonly yielded: bigint;
  readonly activities: bigint;
  readonly merged: bigint;
  readonly duplicates: bigint;
  readonly ignored: bigint;
  readonly rejected: bigint;
  readonly ignored_why: string | null;
  readonly bytes: bigint;
  readonly first: bigint | null;
  readonly last: bigint | null;
  readonly warning: string | null;
  readonly settings: string | null;
}

/** All evidences, or one, with their members. `already` is false; an import that found its evidence there says so itself. */
export async function describeEvidence(connection: Connection, only?: number): Promise<EvidenceInfo[]> {
  const which = only === undefined ? sql`true` : sql`evidence = ${only}`;
  const evidences = await connection.all<{
    evidence: number;
    name: string;
    kind: EvidenceInfo['kind'];
    sha256: string;
    bytes: bigint;
    imported_at: string;
    intake: string;
    settings: string;
  }>(
    sql`SELECT evidence, name, kind, sha256, bytes, imported_at, intake, settings FROM evidence WHERE ${which} ORDER BY evidence`,
  );
  const members = await connection.all<MemberRow>(sql`SELECT * FROM member WHERE ${which} ORDER BY member`);
  return evidences.map((row) => {
    const { checks, zoneless, rows = [], envelopes, ...said } = JSON.parse(row.settings) as EvidenceSettings;
    const bare = new Map(zoneless);
    const parquet = new Set(rows);
    const carriers = new Map(envelopes);
    return {
      id: `E${row.evidence}`,
      name: row.name,
      kind: row.kind,
      sha256: row.sha256,
      bytes: Number(row.bytes),
      already: false,
      importedAt: row.imported_at,
      intake: JSON.parse(row.intake) as Intake,
      checks: checks ?? [],
      settings: sourceSettings(said),
      members: members
        .filter((member) => member.evidence === row.evidence)
        .map((member) => memberInfo(member, bare.get(member.path), parquet.has(member.path), carriers.get(member.path))),
    };
  });
}

/** The column `settings` of an evidence (`evidenceSettings` of import.ts). */
interface EvidenceSettings extends SourceSettings {
  readonly checks?: readonly VerifyCheck[];
  readonly zoneless?: readonly (readonly [path: string, records: number])[];
  readonly rows?: readonly string[];
  readonly envelopes?: readonly (readonly [path: string, ids: readonly string[]])[];
}

const memberInfo = (
  row: MemberRow,
  zoneless: number | undefined,
  isParquet: boolean,
  envelopes: readonly string[] | undefined,
): MemberInfo => ({
  path: row.path === '' ? row.name : row.path,
  format: row.format,
  records: Number(row.records),
  yielded: Number(row.yielded),
  activities: Number(row.activities),
  merged: Number(row.merged),
  duplicates: Number(row.duplicates),
  ignored: Number(row.ignored),
  ignoredWhy: row.ignored_why === null ? {} : (JSON.parse(row.ignored_why) as MemberInfo['ignoredWhy']),
  rejected: Number(row.rejected),
  bytes: Number(row.bytes),
  first: row.first === null ? null : formatTime(row.first),
  last: row.last === null ? null : formatTime(row.last),
  warning: row.warning,
  ...(zoneless !== undefined && { zoneless }),
  ...(isParquet && { parquet: true }),
  ...(envelopes !== undefined && { envelopes }),
  ...(row.settings !== null && { settings: JSON.parse(row.settings) as Settings }),
});

/** Sums over members. */
export function totalsOf(evidence: readonly EvidenceInfo[]): Totals {
  const members = evidence.flatMap((each) => each.members);
  const sum = (count: (member: MemberInfo) => number) => members.reduce((total, member) => total + count(member), 0);
  return {
    records: sum((member) => member.records),
    yielded: sum((member) => member.yielded),
    activities: sum((member) => member.activities),
    merged: sum((member) => member.merged),
    duplicates: sum((member) => member.duplicates),
    ignored: sum((member) => member.ignored),
    rejected: sum((member) => member.rejected),
  };
}

/** `k8s-audit 7`: formats with the versions of the projections that read the members, sorted. */
export async function decodersOf(connection: Connection): Promise<readonly string[]> {
  const rows = await connection.all<{ decoder: string }>(
    `SELECT DISTINCT format || ' ' || projection AS decoder FROM member WHERE format IS NOT NULL ORDER BY decoder`,
  );
  return rows.map(({ decoder }) => decoder);
}

/** The first rejects of an evidence, or of all, with their ids. */
export async function describeRejects(
  connection: Connection,
  evidence: number | undefined,
  limit = REJECTS_SHOWN,
): Promise<{ readonly at: string; readonly why: string }[]> {
  const rows = await connection.all<{
    evidence: number;
    path: string;
    record: bigint | null;
    item: string | null;
    why: string | null;
  }>(sql`
    SELECT m.evidence, m.path, s.record, s.item, s.why
    FROM skipped s
    JOIN member m USING (member)
    WHERE s.fate = 'rejected' AND ${evidence === undefined ? sql`true` : sql`m.evidence = ${evidence}`}
    ORDER BY s.member, s.record, s."offset"
    LIMIT ${limit}`);
  return rows.map(({ evidence: own, path, record, item, why }) => ({
    at: placeId({ evidence: `E${own}`, member: path, record: record === null ? '-' : recordText(record, item) }, path === ''),
    why: why ?? '',
  }));
}
