/** What `verify` checks of a case, of a report, and of both together. */
import { verifyEvidence, verifyJournal, verifyMarks } from '../case/verify';
import type { Engine, VerifyResult } from '../contract/engine';
import { verifyAnalysis, verifyCounts, verifyDigests } from '../import/verify';
import type { Job } from '../jobs';
import { ANALYSED, ANALYSIS, type OpenCase } from '../open-case';
import { meta } from '../queries/info';
import { reportSource } from '../report/source';
import { checkBag } from './check-bag';
import { identify } from './cited';
import type { Checked } from './itself';
import { checkReport } from './report';

const BEFORE = 'Whether the evidence is what was once collected: what came before its import is not known here.';
const NO_ANCHOR =
  'Whether the journal was rewritten as a whole or cut: that shows only against a head hash from outside, such as that in a report.';

/** @param opened undefined where a report or a bag is checked alone */
export async function verify(
  { evidence = [], report, bag }: Parameters<Engine['verify']>[0],
  opened: OpenCase | undefined,
  job: Job,
): Promise<VerifyResult> {
  if (bag !== undefined) {
    const { checks, unchecked, anchor } = await checkBag(bag, job);
    return { ok: checks.every((check) => check.ok), checks, unchecked: [...unchecked, BEFORE], anchor };
  }
  const ofCase = opened ? await checkCase(opened, report === undefined ? evidence : [], job) : undefined;
  const atHand = opened && { dir: opened.dir, source: reportSource(opened) };
  const ofReport = report === undefined ? undefined : await checkReport(report, evidence, atHand, job);
  const checks = [...(ofCase?.checks ?? []), ...(ofReport?.checks ?? [])];
  return {
    ok: checks.every((check) => check.ok),
    checks,
    unchecked: [...(ofCase?.unchecked ?? []), ...(ofReport ? ofReport.unchecked : [NO_ANCHOR]), BEFORE],
    anchor: ofReport?.anchor ?? null,
  };
}

async function checkCase(opened: OpenCase, bundles: readonly string[], { signal, report }: Job): Promise<Checked> {
  const progress = (detail: string, done: number, total: number) =>
    report({ phase: 'verifying', detail, done, total, unit: 'bytes' });
  const checks = await opened.query(async ({ connection }) => [
    ...(await verifyJournal(opened.dir, connection)),
    verifyMarks(opened.dir),
    ...(await verifyEvidence(opened.dir, connection, progress, signal)),
    ...(await verifyDigests(connection)),
    ...(await verifyCounts(connection, opened.folder.journalEntries())),
    ...(await verifyAnalysis(connection, { digest: await meta(connection, ANALYSIS), of: await meta(connection, ANALYSED) })),
  ]);
  if (bundles.length === 0) return { checks, unchecked: [] };
  const { evidence } = await reportSource(opened).info();
  for (const bundle of bundles) checks.push((await identify(bundle, evidence, progress, signal)).check);
  return { checks, unchecked: [] };
}
