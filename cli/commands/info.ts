import type { CaseInfo } from '../../workers/contract/case';
import type { EvidenceInfo, MemberInfo } from '../../workers/contract/evidence';
import { saidOf } from '../../workers/contract/member';
import { CASE, caseOf, JSON_OPTION, parse, usage } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { cell, json, plural, table } from '../text';

const OPTIONS = { ...CASE, ...JSON_OPTION } as const;

const MEMBER_HEADINGS = [
  'member',
  'format',
  'records',
  'activities',
  'merged',
  'duplicates',
  'ignored',
  'rejected',
  'bytes',
  'remark',
];
const memberRow = (m: MemberInfo): readonly unknown[] => [
  m.path,
  m.format ?? 'unknown',
  m.records,
  m.activities,
  m.merged,
  m.duplicates,
  m.ignored,
  m.rejected,
  m.bytes,
  remarkOf(m),
];

/** What its reading rests on beside the bytes, and what went wrong with it. */
const remarkOf = (member: MemberInfo): string | null => [saidOf(member), member.warning].filter(Boolean).join('; ') || null;

/** An evidence with its members; also what `import` prints. */
export const evidenceText = ({ id, name, sha256, bytes, already, checks, members }: EvidenceInfo): string =>
  [
    `${id}  ${cell(name)}  ${plural(bytes, 'byte')}${already ? '  (was in the case already)' : ''}`,
    `    SHA-256 ${sha256}`,
    ...checks.map(({ what, ok, detail }) => `    ${ok ? 'list' : 'LIST DIFFERS'} ${cell(what)}: ${cell(detail)}`),
    table(MEMBER_HEADINGS, members.map(memberRow)),
  ].join('\n');

function text(info: CaseInfo): string {
  const counts = Object.entries(info.kinds).map(([kind, count]) => `${kind} ${count}`);
  return [
    `${cell(info.case)}  (Exhibit ${info.version}, schema ${info.schema})`,
    `${plural(info.activities, 'activity', 'activities')}: ${counts.join(', ') || 'none'}; ${info.undated} undated`,
    info.first ? `${info.first} to ${info.last}` : 'no times',
    '',
    ...info.evidence.map(evidenceText),
    ...info.coverage.map(({ source, state, detail }) => `${source}: ${state}. ${cell(detail)}`),
    '',
    `case digest      ${info.digest}`,
    `evidence digest  ${info.evidenceDigest}`,
    `analysis digest  ${info.analysisDigest}`,
    `journal          ${info.journal.entries} entries, head ${info.journal.head}`,
    '',
  ].join('\n');
}

export const info: Command = {
  name: 'info',
  summary: 'evidence, members, formats, counts, time range, coverage, digests',
  help: 'info --case DIR [--json]',
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    if (positionals.length > 0) throw usage(`info takes --case DIR alone; “${positionals[0]}” is one too many.`);
    const found = await reading(caseOf(values), io, (engine) => engine.info());
    await io.out(values.json ? json(found) : text(found));
    return DONE;
  },
};
