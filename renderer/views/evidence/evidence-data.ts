/** What was imported, as the ledger shows it: every record has exactly one fate. */
import type { JournalLine } from '../../../workers/contract/case';
import type { EvidenceInfo, MemberInfo } from '../../../workers/contract/evidence';
import type { Intake, SourceSettings } from '../../../workers/contract/intake';
import type { Progress } from '../../../workers/contract/progress';
import { grouped, size } from '../../data/numbers';

export const FATES = ['yielded', 'merged', 'duplicates', 'ignored', 'rejected'] as const;
export type Fate = (typeof FATES)[number];

export const FATE_WORDS: Readonly<Record<Fate, { readonly name: string; readonly meaning: string }>> = {
  yielded: { name: 'yielded', meaning: 'begin an activity' },
  merged: { name: 'merged', meaning: 'complete one' },
  duplicates: { name: 'duplicate', meaning: 'seen before, cited' },
  ignored: { name: 'ignored', meaning: 'bookkeeping' },
  rejected: { name: 'rejected', meaning: 'kept, with why' },
};

export type Counts = { readonly [F in Fate]: number } & {
  readonly records: number;
  readonly activities: number;
  readonly bytes: number;
};

export function totalsOf(members: readonly MemberInfo[]): Counts {
  const sum = (name: Fate | 'records' | 'activities' | 'bytes') => members.reduce((total, m) => total + m[name], 0);
  return {
    records: sum('records'),
    activities: sum('activities'),
    bytes: sum('bytes'),
    yielded: sum('yielded'),
    merged: sum('merged'),
    duplicates: sum('duplicates'),
    ignored: sum('ignored'),
    rejected: sum('rejected'),
  };
}

export type LedgerLine =
  | { readonly type: 'evidence'; readonly evidence: EvidenceInfo; readonly key: string }
  | { readonly type: 'member'; readonly evidence: EvidenceInfo; readonly member: MemberInfo; readonly key: string };

/** Evidences with their members below, in the order imported; two members may have one path, as an archive that is cut off twice over. */
export const ledgerOf = (evidence: readonly EvidenceInfo[]): readonly LedgerLine[] =>
  evidence.flatMap((e) => [
    { type: 'evidence' as const, evidence: e, key: e.id },
    ...e.members.map((member, i) => ({ type: 'member' as const, evidence: e, member, key: `${e.id}/${i}` })),
  ]);

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  reading: 'reading and hashing',
  loading: 'loading into the case',
  resolving: 'resolving merges and duplicates',
  sealing: 'sealing the original',
  correlating: 'tying sessions to processes',
  counting: 'counting',
  reporting: 'making the report',
  verifying: 'checking',
};
export const phaseWord = (progress: Progress): string => PHASES[progress.phase];

/** `2.9 of 4.2 MB`, `9,400 records`. */
export function amount({ done, total, unit }: Progress): string {
  const show = (n: number) => (unit === 'bytes' ? size(n) : grouped(Math.round(n)));
  const word = unit === 'bytes' ? '' : ` ${unit}`;
  return total === null ? `${show(done)}${word}` : `${show(done)} of ${show(total)}${word}`;
}

export function rateWords(rate: number | undefined, unit: Progress['unit']): string {
  if (rate === undefined || rate <= 0) return '';
  return unit === 'bytes' ? `${size(rate)}/s` : `${grouped(Math.round(rate))} ${unit}/s`;
}

export function leftWords(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s of this step left`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min of this step left`;
  return `about ${(seconds / 3600).toFixed(1)} h of this step left`;
}

/** Why records were ignored, most first. */
export const whyIgnored = (member: MemberInfo): string =>
  Object.entries(member.ignoredWhy)
    .sort(([, a], [, b]) => b - a)
    .map(([why, n]) => `${grouped(n)} ${why}`)
    .join(', ');

/** What a person says of a bundle, as labels. */
export const INTAKE_WORDS: Readonly<Record<keyof Intake, string>> = {
  receivedFrom: 'received from',
  receivedAt: 'received at',
  collectedBy: 'collected by',
  caseNumber: 'case number',
  authority: 'authority',
  question: 'question',
  note: 'note',
};

/** `zones bare*=Asia/Tokyo`; every setting of an evidence. */
function saidWords(after: unknown): string {
  const lists = Object.entries((after ?? {}) as Required<SourceSettings>);
  const said = lists.flatMap(([name, list]) => list.map(({ member, value }) => `${name} ${member}=${value}`));
  return said.join(', ') || 'none';
}

/** An entry of the journal in words; its detail is plain JSON of many shapes. `intent`: the entry whose outcome it is. */
export function journalWords(
  { what, detail }: JournalLine,
  intent?: JournalLine,
): { readonly what: string; readonly detail: string } {
  const of = String(intent?.detail.evidence ?? detail.evidence ?? '');
  const text = (name: string) => (typeof detail[name] === 'string' ? (detail[name] as string) : '');
  if (what === 'import') {
    if (detail.intent === true) return { what: 'import begun', detail: `${text('evidence')} ${text('name')}` };
    return { what: `import ${text('outcome') || 'known already'}`, detail: `${of} ${text('why') || text('name')}`.trim() };
  }
  if (what === 'settings') {
    if (detail.intent === true) return { what: 'settings begun', detail: `${text('evidence')}: ${saidWords(detail.after)}` };
    return { what: `settings ${text('outcome')}`, detail: `${of} ${text('why')}`.trim() };
  }
  if (what === 'mark') {
    if (detail.undo !== undefined) return { what: 'mark taken back', detail: '' };
    if (detail.redo !== undefined) return { what: 'mark stands again', detail: '' };
    if (detail.edit !== undefined) return { what: 'mark changed', detail: '' };
    return { what: text('kind'), detail: `on ${text('target')}` };
  }
  if (what === 'known')
    return { what: 'known addresses', detail: `${Array.isArray(detail.addresses) ? detail.addresses.length : 0} listed` };
  if (what === 'rules') return { what: 'own rules', detail: `${Array.isArray(detail.rules) ? detail.rules.length : 0} kept` };
  if (what === 'report') return { what: 'report made', detail: text('name') };
  if (what === 'create') return { what: 'case created', detail: text('case') };
  return { what, detail: text('why') };
}
