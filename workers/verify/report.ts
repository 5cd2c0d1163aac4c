/** Checks a report file: against itself, against the bundles it was made from, and against its case. */

import { join } from 'node:path';
import { sha256 } from '../case/digest';
import type { JournalState } from '../case/journal';
import { evidenceFolder } from '../case/store';
import type { Hasher } from '../case/verify';
import type { VerifyCheck } from '../contract/verify';
import type { Job } from '../jobs';
import { drawReport } from '../report/make';
import type { ReportModel, ReportSource } from '../report/model';
import { checkAnchor } from './anchor';
import { checkCited, identify, isCheckable } from './cited';
import { type Checked, checkItself } from './itself';
import { checkNumbers } from './recompute';
import { readReport } from './report-file';

export interface CaseAtHand {
  readonly dir: string;
  readonly journal: JournalState;
  readonly source: ReportSource;
}
export interface CheckedReport extends Checked {
  readonly model: ReportModel;
  /** Of the file. */
  readonly sha256: string;
}

/** @param bundles paths of originals */
export async function checkReport(
  path: string,
  bundles: readonly string[],
  atHand: CaseAtHand | undefined,
  hasher: Hasher,
  job: Job,
): Promise<CheckedReport> {
  const file = await readReport(path);
  const { model } = file;
  const digest = sha256(file.bytes);
  const parts = [
    await checkItself(file, (drawn) => drawReport(drawn, file.format, job)),
    await checkBundles(model, bundles, await atHand?.source.key(), hasher, job.signal),
    atHand
      ? await checkCase(model, digest, atHand, job.signal)
      : { checks: [], unchecked: ['The numbers of the report and the journal: no case was given with --case.'] },
  ];
  return {
    checks: parts.flatMap(({ checks }) => checks),
    unchecked: parts.flatMap(({ unchecked }) => unchecked),
    model,
    sha256: digest,
  };
}

async function checkBundles(
  model: ReportModel,
  bundles: readonly string[],
  key: Uint8Array | undefined,
  hasher: Hasher,
  signal: AbortSignal,
): Promise<Checked> {
  const checks: VerifyCheck[] = [];
  const given = new Set<string>();
  for (const bundle of bundles) {
    const { held, check } = await identify(bundle, model.case.evidence, hasher);
    checks.push(check);
    if (!held) continue;
    given.add(held.evidence.id);
    checks.push(...(await checkCited(held, model.citations, key, signal)));
  }
  const cited = new Set(model.citations.map(({ evidence }) => evidence));
  const missing = model.case.evidence.filter(({ id }) => !given.has(id) && cited.has(id));
  return {
    checks,
    unchecked: [
      ...missing.map(({ id, name }) => `The cited records of ${id} (${name}) in its original: it was not given with --evidence.`),
      ...keyless(model, key),
    ],
  };
}

/** Records that hold a secret, where nobody here can check them. */
function keyless({ citations }: ReportModel, key: Uint8Array | undefined): readonly string[] {
  const left = citations.filter((citation) => !isCheckable(citation, key));
  if (left.length === 0) return [];
  const some = left.slice(0, 5).map(({ id }) => id);
  const why = left.some(({ hmac }) => hmac !== null)
    ? 'by HMAC, whose key stays in its case (--case)'
    : 'without a hash, since its case had no key';
  return [
    `${left.length} cited records, which hold a secret and are cited ${why}: ${some.join(', ')}${left.length > 5 ? '…' : ''}.`,
  ];
}

async function checkCase(
  model: ReportModel,
  digest: string,
  { dir, journal, source }: CaseAtHand,
  signal: AbortSignal,
): Promise<Checked> {
  const anchor = model.case.journal;
  const since = journal.entries.slice(anchor.entries);
  const numbers = await checkNumbers(model, source, since);
  const sealed: VerifyCheck[] = [];
  for (const evidence of model.case.evidence) {
    const path = join(evidenceFolder(dir, Number(evidence.id.slice(1))), evidence.name);
    sealed.push(
      ...(await checkCited({ path, evidence }, model.citations, await source.key(), signal).catch((error: unknown) => [
        unreadable(evidence.id, error),
      ])),
    );
  }
  const isNamed = since.some(({ what, detail }) => what === 'report' && detail.sha256 === digest);
  return {
    checks: [
      checkAnchor(journal, anchor, 'the report'),
      ...(isNamed ? [{ what: 'The journal names this report', ok: true, detail: `SHA-256 ${digest}.` }] : []),
      ...sealed,
      ...numbers.checks,
    ],
    unchecked: [
      ...(isNamed
        ? []
        : [
            `Whether this case made this very file: its journal names no report with SHA-256 ${digest} (one made read-only is not named).`,
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
