/** What a report says of the evidence: intake, members with their counts, audit levels, and what could not be read. */
import type { CaseInfo } from '../contract/case';
import type { EvidenceInfo, MemberInfo } from '../contract/evidence';

export interface ReportEvidence {
  readonly id: string;
  readonly kind: EvidenceInfo['kind'];
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly records: number;
  readonly rejected: number;
  readonly importedAt: string;
  readonly receivedFrom: string | null;
  readonly receivedAt: string | null;
  readonly collectedBy: string | null;
  readonly caseNumber: string | null;
  readonly authority: string | null;
  readonly question: string | null;
  readonly members: readonly MemberInfo[];
}

/** What a report says of the case beyond `CaseInfo`. */
export interface CaseDetail {
  /** `k8s-audit 7`: formats with the versions that read the evidence, and the correlator's. */
  readonly decoders: readonly string[];
  readonly correlator: number;
  /** Requests by audit level, as the sources wrote it. */
  readonly levels: readonly { readonly value: string; readonly count: number }[];
  /** The first records that could not be read. */
  readonly rejects: readonly { readonly at: string; readonly why: string }[];
}

export type ReportCase = Omit<CaseInfo, 'evidence' | 'notices'> & CaseDetail & { readonly evidence: readonly ReportEvidence[] };

export function evidenceOf(e: EvidenceInfo): ReportEvidence {
  const sum = (of: (m: MemberInfo) => number) => e.members.reduce((total, member) => total + of(member), 0);
  return {
    id: e.id,
    kind: e.kind,
    name: e.name,
    sha256: e.sha256,
    bytes: e.bytes,
    records: sum((m) => m.records),
    rejected: sum((m) => m.rejected),
    importedAt: e.importedAt,
    receivedFrom: e.intake.receivedFrom ?? null,
    receivedAt: e.intake.receivedAt ?? null,
    collectedBy: e.intake.collectedBy ?? null,
    caseNumber: e.intake.caseNumber ?? null,
    authority: e.intake.authority ?? null,
    question: e.intake.question ?? null,
    members: e.members,
  };
}
