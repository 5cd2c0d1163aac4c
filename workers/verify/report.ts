/** Checks a report file: against itself, against the bundles it was made from, and against its case. */

import { basename, join } from 'node:path';
import { sha256 } from '../case/digest';
import type { JournalEntry, JournalState } from '../case/journal';
import { evidenceFolder } from '../case/store';
import type { Hasher } from '../case/verify';
import { ExhibitError } from '../contract/errors';
import type { VerifyCheck } from '../contract/verify';
import type { Job } from '../jobs';
import { drawReport, fileName } from '../report/make';
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
  /** Undefined where the file holds the data of none. */
  readonly model?: ReportModel;
  /** Of the file. */
  readonly sha256: string | undefined;
}

/**
 * Against itself and the bundles, and against its case where that is at hand.
 * @param bundles paths of originals
 * @param signed SHA-256 of reports that a signature vouches for
 */
export async function checkReport(
  path: string,
  bundles: readonly string[],
  atHand: CaseAtHand | undefined,
  signed: ReadonlySet<string>,
  hasher: Hasher,
  job: Job,
): Promise<CheckedReport> {
  const file = await readReport(path).catch((error: unknown) => asDamaged(path, error));
  if ('ok' in file) return { checks: [file], unchecked: ['All else of the report.'], sha256: undefined };
  const { model } = file;
  const digest = sha256(file.bytes);
  const named = atHand && checkNamed(fileName(model, file.format), digest, since(model, atHand));
  const namedBy = named?.ok ? 'the journal of the case' : signed.has(digest) ? 'what was signed' : undefined;
  const parts = [
    await checkItself(file, (drawn) => drawReport(drawn, file.format, job), namedBy),
    await checkBundles(model, bundles, await atHand?.source.key(), hasher, job.signal),
    ...(atHand ? [naming(named, digest), await checkCase(model, atHand, namedBy !== undefined, job.signal)] : []),
  ];
  return {
    checks: parts.flatMap(({ checks }) => checks),
    unchecked: parts.flatMap(({ unchecked }) => unchecked),
    model,
    sha256: digest,
  };
}

/** A file in which the data of a report are not, or no longer. Throws what is no such error. */
function asDamaged(path: string, error: unknown): VerifyCheck {
  if (!(error instanceof ExhibitError) || error.code !== 'unreadable') throw error;
  return { what: `${basename(path)} is a report of Exhibit`, ok: false, detail: error.message };
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

/** Entries of the journal after the one that the report states. */
const since = (model: ReportModel, { journal }: CaseAtHand): readonly JournalEntry[] =>
  journal.entries.slice(model.case.journal.entries);

async function checkCase(model: ReportModel, atHand: CaseAtHand, isNamed: boolean, signal: AbortSignal): Promise<Checked> {
  const { dir, journal, source } = atHand;
  const numbers = await checkNumbers(model, source, since(model, atHand), isNamed);
  const sealed: VerifyCheck[] = [];
  for (const evidence of model.case.evidence) {
    const path = join(evidenceFolder(dir, Number(evidence.id.slice(1))), evidence.name);
    sealed.push(
      ...(await checkCited({ path, evidence }, model.citations, await source.key(), signal).catch((error: unknown) => [
        unreadable(evidence.id, error),
      ])),
    );
  }
  return {
    checks: [checkAnchor(journal, model.case.journal, 'the report'), ...sealed, ...numbers.checks],
    unchecked: numbers.unchecked,
  };
}

const naming = (named: VerifyCheck | undefined, digest: string): Checked =>
  named
    ? { checks: [named], unchecked: [] }
    : {
        checks: [],
        unchecked: [
          `Whether this case made this very file: its journal names no report with SHA-256 ${digest} (one made read-only is not named).`,
        ],
      };

/**
 * A report is journaled right after the entry that it states, so one of the same name that was made of the same state with another hash is what this file was, or
 * should have been. Undefined where the journal names none: then it may have been made read-only.
 */
function checkNamed(name: string, digest: string, since: readonly JournalEntry[]): VerifyCheck | undefined {
  const what = 'The journal names this report';
  const reports = since.filter((entry) => entry.what === 'report');
  if (reports.some(({ detail }) => detail.sha256 === digest)) return { what, ok: true, detail: `SHA-256 ${digest}.` };
  const next = reports[0] === since[0] && reports[0]?.detail.name === name ? reports[0] : undefined;
  return (
    next && {
      what,
      ok: false,
      detail: `This file has SHA-256 ${digest}; the ${name} that entry ${next.seq} made of the same state of the case has ${next.detail.sha256}: the file was changed (its title, question, examiner or times are nowhere else), or is another that was made read-only.`,
    }
  );
}

const unreadable = (id: string, error: unknown): VerifyCheck => ({
  what: `Every cited record of ${id} lies in the sealed original, byte for byte`,
  ok: false,
  detail: `It cannot be read: ${(error as Error).message}`,
});
