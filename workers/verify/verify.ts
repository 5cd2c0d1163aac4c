/** What `verify` checks of a case, of a report, of a bag, and of these together; and the journal against what was kept of it outside. */
import { verifyBlocks } from '../case/blocks';
import { type JournalState, readJournal } from '../case/journal';
import { Hasher, sealedFiles, verifyChain, verifyEvidence, verifyJournal, verifyMarks } from '../case/verify';
import { verifyWal } from '../case/wal';
import type { VerifyCheck, VerifyRequest, VerifyResult } from '../contract/verify';
import { describeEvidence } from '../import/describe';
import { verifyAnalysis, verifyCounts, verifyDigests } from '../import/verify';
import type { Job } from '../jobs';
import { ANALYSED, ANALYSIS, type OpenCase } from '../open-case';
import { meta } from '../queries/info';
import { reportSource } from '../report/source';
import { type ComparedAgain, compareAgain } from './again';
import { anchorText, checkAnchor } from './anchor';
import { type GivenAnchor, readAnchor, reportsIn } from './anchor-file';
import { verifyCatalog } from './catalog';
import { checkBag } from './check-bag';
import { identify } from './cited';
import { verifyFolder } from './folder';
import { verifyIntake } from './intake';
import type { Checked } from './itself';
import { verifyKey } from './key';
import { checkReport } from './report';

/** What was checked, with the journal in it, and what an anchor may have been stated with. */
export interface CheckedTarget extends Checked {
  readonly journal?: JournalState;
  /** What the journal was held against already, as sentences. */
  readonly anchors: readonly string[];
  /** SHA-256 of the report, and of the bag's manifest. */
  readonly made: GivenAnchor['made'];
}

const BEFORE = 'Whether the evidence is what was once collected: what came before its import is not known here.';
const ROWS = 'The rows of the database against the originals';
const NO_CASE = 'The numbers of the report and the journal: no case was given with --case.';
const NO_ANCHOR =
  'Whether the journal was rewritten as a whole or cut: without an anchor (--anchor: a head hash from outside, such as that in a report) it cannot be seen.';

/** @param opened undefined where a report or a bag is checked alone */
export async function verify(request: VerifyRequest, opened: OpenCase | undefined, job: Job): Promise<VerifyResult> {
  const given: GivenAnchor[] = [];
  for (const anchor of request.anchors ?? []) given.push(await readAnchor(anchor, request.key));
  const parts = await checkTarget(request, opened, given.filter(isSigned), job);
  const { journal } = parts;
  const checks = [...parts.checks, ...given.flatMap((anchor) => againstAnchor(parts, anchor))];
  const anchors = [
    ...parts.anchors,
    ...(journal ? given.map(({ where, anchor }) => `${anchorText(anchor)}, as ${where} has it`) : []),
  ];
  return {
    ok: checks.every((check) => check.ok),
    checks,
    unchecked: [
      ...parts.unchecked,
      ...given.flatMap(({ unchecked, where }) => [
        ...unchecked,
        ...(journal ? [] : [`The journal against ${where}: no case was given with --case.`]),
      ]),
      ...(journal && anchors.length === 0 ? [NO_ANCHOR] : []),
      BEFORE,
    ],
    anchor: anchors.length === 0 ? null : anchors.join('; '),
  };
}

async function checkTarget(
  { evidence = [], report, bag, again = false }: VerifyRequest,
  opened: OpenCase | undefined,
  signed: readonly GivenAnchor[],
  job: Job,
): Promise<CheckedTarget> {
  const hasher = new Hasher(
    0,
    (detail, done) => job.report({ phase: 'verifying', detail, done, total: null, unit: 'bytes' }),
    job.signal,
  );
  if (bag !== undefined) return checkBag(bag, evidence, signed, hasher, job);
  const journal = opened && readJournal(opened.folder.paths.journal);
  const ofCase =
    opened && journal ? await checkCase(opened, journal, report === undefined ? evidence : [], hasher, job) : NOTHING;
  if (report === undefined) {
    const compared = opened ? await againstOriginals(opened, again, ofCase.checks, job) : NOTHING;
    return { ...together(ofCase, compared), journal, anchors: [], made: {} };
  }
  const atHand = opened && journal && { dir: opened.dir, journal, source: reportSource(opened) };
  const ofReport = await checkReport(report, evidence, atHand, reportsIn(signed), hasher, job);
  return {
    ...together(ofCase, ofReport, atHand ? NOTHING : { checks: [], unchecked: [NO_CASE] }),
    journal,
    anchors: atHand && ofReport.model ? [`${anchorText(ofReport.model.case.journal)}, as the report has it`] : [],
    made: { report: ofReport.sha256 },
  };
}

/** Whether its signature was held against a key, and holds. */
const isSigned = ({ checks }: GivenAnchor): boolean => checks.length > 0 && checks.every(({ ok }) => ok);

const NOTHING: Checked = { checks: [], unchecked: [] };
const together = (...parts: readonly Checked[]): Checked => ({
  checks: parts.flatMap(({ checks }) => checks),
  unchecked: parts.flatMap(({ unchecked }) => unchecked),
});

async function againstOriginals(
  opened: OpenCase,
  again: boolean,
  checks: readonly VerifyCheck[],
  job: Job,
): Promise<ComparedAgain> {
  if (!again)
    return { checks: [], unchecked: [`${ROWS}: they were not imported again (exhibit verify CASE_DIR does, without --quick).`] };
  // What is no longer what was sealed says nothing of the rows, and is a failed check already.
  if (checks.some(({ ok }) => !ok)) return { checks: [], unchecked: [`${ROWS}: not looked at, since the checks above failed.`] };
  return compareAgain(opened, job);
}

/** Its signature, the journal, and whether it was stated with what is checked here. */
function againstAnchor({ journal, made }: CheckedTarget, { checks, anchor, where, made: stated }: GivenAnchor): VerifyCheck[] {
  const same = (what: string, said: string | undefined, is: string | undefined): VerifyCheck[] =>
    said === undefined || is === undefined
      ? []
      : [
          {
            what: `${where} was stated with this ${what}`,
            ok: said === is,
            detail: said === is ? `SHA-256 ${is}.` : `It says SHA-256 ${said}, and this one has ${is}.`,
          },
        ];
  return [
    ...checks,
    ...(journal ? [checkAnchor(journal, anchor, where)] : []),
    ...same('report', stated.report, made.report),
    ...same('bag', stated.manifest, made.manifest),
  ];
}

async function checkCase(
  opened: OpenCase,
  journal: JournalState,
  bundles: readonly string[],
  hasher: Hasher,
  { signal, report }: Job,
): Promise<Checked> {
  const { paths, database } = opened.folder;
  const progress = (detail: string, done: number, total: number) =>
    report({ phase: 'verifying', detail, done, total, unit: 'bytes' });
  // Of a case that is open for writing the journal is DuckDB's own, and being written.
  const wal = opened.folder.readOnly ? await verifyWal(paths.database, signal) : [];
  const sound = [await verifyBlocks(paths.database, signal), ...wal, await verifyCatalog(database)];
  // What a database says that is none of ours is worth nothing, whatever its sums are.
  if (sound.some(({ ok }) => !ok))
    return {
      checks: [...sound, verifyChain(journal), verifyMarks(paths.marks, journal)],
      unchecked: ['What the database says, and the originals against it: the database is not as Exhibit made it.'],
    };
  const key = verifyKey(opened.dir, journal.entries);
  return opened.query(async ({ connection }) => {
    const checks = [
      ...sound,
      ...(await verifyJournal(journal, connection)),
      verifyMarks(paths.marks, journal),
      await verifyIntake(connection, journal.entries),
      await verifyFolder(opened.dir, connection),
      ...key.checks,
      ...(await verifyEvidence(opened.dir, connection, progress, signal)),
      ...(await verifyDigests(connection)),
      ...(await verifyCounts(connection, journal.entries)),
      ...(await verifyAnalysis(connection, { digest: await meta(connection, ANALYSIS), of: await meta(connection, ANALYSED) })),
    ];
    const { evidence } = bundles.length === 0 ? { evidence: [] } : { evidence: await describeEvidence(connection) };
    const sealed = bundles.length === 0 ? undefined : await sealedFiles(connection);
    for (const bundle of bundles) checks.push((await identify(bundle, evidence, hasher, sealed)).check);
    return { checks, unchecked: key.unchecked };
  });
}
