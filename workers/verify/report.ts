/** Checks a report file: against itself, against the bundles it was made from, and against its case. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readJournal } from '../case/journal';
import { casePaths, evidenceFolder } from '../case/store';
import type { OnVerified } from '../case/verify';
import type { VerifyCheck } from '../contract/engine';
import type { Job } from '../jobs';
import { drawReport } from '../report/make';
import type { ReportModel, ReportSource } from '../report/model';
import { checkAnchor } from './anchor';
import { checkCited, identify } from './cited';
import { type Checked, checkItself } from './itself';
import { checkNumbers } from './recompute';
import { readReport } from './report-file';

export interface CaseAtHand {
  readonly dir: string;
  readonly source: ReportSource;
}
export interface CheckedReport extends Checked {
  /** What the journal was held against; null without a case. */
  readonly anchor: string | null;
}

/** @param bundles paths of originals */
export async function checkReport(
  path: string,
  bundles: readonly string[],
  atHand: CaseAtHand | undefined,
  job: Job,
): Promise<CheckedReport> {
  const file = await readReport(path);
  const progress: OnVerified = (detail, done, total) => job.report({ phase: 'verifying', detail, done, total, unit: 'bytes' });
  const parts = [
    await checkItself(file, (model) => drawReport(model, 'pdf', job)),
    await checkBundles(file.model, bundles, progress, job.signal),
    ...(atHand ? [await checkCase(file.model, createHash('sha256').update(file.bytes).digest('hex'), atHand, job.signal)] : []),
  ];
  const { entries, head } = file.model.case.journal;
  return {
    checks: parts.flatMap(({ checks }) => checks),
    unchecked: [
      ...parts.flatMap(({ unchecked }) => unchecked),
      ...(atHand ? [] : ['The numbers of the report and the journal: no case was given with --case.']),
    ],
    anchor: atHand ? `the journal’s entry ${entries} with hash ${head}, as the report has it` : null,
  };
}

async function checkBundles(
  model: ReportModel,
  bundles: readonly string[],
  progress: OnVerified,
  signal: AbortSignal,
): Promise<Checked> {
  const checks: VerifyCheck[] = [];
  const given = new Set<string>();
  for (const bundle of bundles) {
    const { held, check } = await identify(bundle, model.case.evidence, progress, signal);
    checks.push(check);
    if (!held) continue;
    given.add(held.evidence.id);
    checks.push(await checkCited(held, model.citations, signal));
  }
  const missing = model.case.evidence.filter(
    ({ id }) => !given.has(id) && model.citations.some(({ evidence }) => evidence === id),
  );
  return {
    checks,
    unchecked: missing.map(
      ({ id, name }) => `The cited records of ${id} (${name}) in its original: it was not given with --evidence.`,
    ),
  };
}

async function checkCase(model: ReportModel, sha256: string, { dir, source }: CaseAtHand, signal: AbortSignal): Promise<Checked> {
  const journal = readJournal(casePaths(dir).journal);
  const anchor = model.case.journal;
  const since = journal.entries.slice(anchor.entries);
  const numbers = await checkNumbers(model, source, since);
  const sealed: VerifyCheck[] = [];
  for (const evidence of model.case.evidence) {
    const path = join(evidenceFolder(dir, Number(evidence.id.slice(1))), evidence.name);
    sealed.push(
      await checkCited({ path, evidence }, model.citations, signal).catch((error: unknown) => unreadable(evidence.id, error)),
    );
  }
  const isNamed = since.some(({ what, detail }) => what === 'report' && detail.sha256 === sha256);
  return {
    checks: [
      checkAnchor(journal, anchor, 'the report'),
      ...(isNamed ? [{ what: 'The journal names this report', ok: true, detail: `SHA-256 ${sha256}.` }] : []),
      ...sealed,
      ...numbers.checks,
    ],
    unchecked: [
      ...(isNamed
        ? []
        : [
            `Whether this case made this very file: its journal names no report with SHA-256 ${sha256} (one made read-only is not named).`,
          ]),
      ...numbers.unchecked,
    ],
  };
}

const unreadable = (id: string, error: unknown): VerifyCheck => ({
  what: `Every cited record of ${id} lies in the sealed original, byte for byte`,
  ok: false,
  detail: `It cannot be read: ${(error as Error).message}`,
});
