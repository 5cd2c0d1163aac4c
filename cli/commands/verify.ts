import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ExhibitError } from '../../workers/contract/errors';
import type { VerifyResult } from '../../workers/contract/verify';
import { CASE, JSON_OPTION, oneOf, parse, usage } from '../args';
import { alone, reading } from '../case';
import { type Command, DONE, DONE_WITH_REMARKS } from '../command';
import { progress } from '../progress';
import { cell, json } from '../text';

const OPTIONS = {
  ...CASE,
  ...JSON_OPTION,
  evidence: { type: 'string', multiple: true },
  anchor: { type: 'string', multiple: true },
  key: { type: 'string' },
  quick: { type: 'boolean' },
} as const;

const text = ({ ok, checks, unchecked, anchor }: VerifyResult): string =>
  [
    ...checks.map((check) => `${check.ok ? 'ok    ' : 'FAILED'}  ${cell(check.what)}: ${cell(check.detail)}`),
    ...unchecked.map((what) => `not checked: ${cell(what)}`),
    anchor ? `anchor: ${cell(anchor)}` : 'no anchor from outside of the case was given',
    ok ? 'Everything that was checked agrees.' : 'At least one check failed.',
    '',
  ].join('\n');

/** Of what could not even be opened: that, as a failed check. What is no damage is thrown. */
function unopened(error: unknown): VerifyResult {
  if (!(error instanceof ExhibitError) || error.code !== 'case-damaged') throw error;
  const checks = [{ what: 'The case can be opened', ok: false, detail: error.message }];
  return { ok: false, checks, unchecked: ['All else of the case.'], anchor: null };
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** Whoever takes one of its files out makes no case of it. */
async function isBag(dir: string): Promise<boolean> {
  if (await isFile(join(dir, 'case.duckdb'))) return false;
  for (const name of ['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt']) if (await isFile(join(dir, name))) return true;
  return false;
}

export const verify: Command = {
  name: 'verify',
  summary: 'check a case, a report or a bag against itself, each other, and the original bundles',
  help: `verify (CASE_DIR | REPORT | BAG) [--case DIR] [--evidence BUNDLE…] [--anchor HASH|FILE…] [--key KEY.pub.pem] [--quick] [--json]

  CASE_DIR     a case: its journal and list of evidences, every original's and member's hash, files that are none of
               its own, its digests; then its originals are imported again beside it, and every row is compared
  REPORT       a report of Exhibit, PDF, HTML or JSON: its pages against its data, its data against their digest
  BAG          a folder that export --format bag made: its manifests, originals, journal and report
  --case       the case of the report: every number is counted again, every cited record is looked for in the
               sealed originals, and the journal is held against the hash in the report
  --evidence   an original bundle; with a report every cited record is looked for in it, byte for byte; may be
               given several times
  --anchor     what was kept of the journal apart from the case; may be given several times. The hash of its last entry at
               some time, as 64 hex digits, or the file that holds it: a report, a bag or its bag-info.txt, or what
               exhibit sign made. Only against one does it show that the journal was rewritten or cut.
  --quick      the originals of a case are hashed, but not imported again
  --key        the public key of whoever signed the anchor

  Exit 3: a check failed.`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const [first, ...bundles] = positionals;
    const target = oneOf('CASE_DIR, REPORT or BAG', first === undefined ? [] : [first]);
    if (bundles.length > 0 && !values.evidence)
      throw usage(`“${bundles[0]}” is one too many: original bundles follow --evidence.`);
    const isReport = await isFile(target);
    if (values.case !== undefined && !isReport) throw usage(`--case is for a report; “${target}” is no file.`);
    const report = isReport ? resolve(target) : undefined;
    const bag = !isReport && (await isBag(target)) ? resolve(target) : undefined;
    const dir = isReport || bag !== undefined ? values.case : target;
    const evidence = [...(values.evidence ?? []), ...bundles].map((path) => resolve(path));
    const anchors = (values.anchor ?? []).map((anchor) => (/^[0-9a-f]{64}$/i.test(anchor) ? anchor : resolve(anchor)));
    const key = values.key === undefined ? undefined : resolve(values.key);
    const shown = progress(io, async () => {});
    const result =
      dir === undefined
        ? await alone(io, (engine) => engine.verify({ report, evidence, bag, anchors, key }, shown))
        : await reading(dir, io, (engine) =>
            engine.verify({ report, evidence, anchors, key, again: !values.quick }, shown),
          ).catch(unopened);
    await io.out(values.json ? json(result) : text(result));
    return result.ok ? DONE : DONE_WITH_REMARKS;
  },
};
