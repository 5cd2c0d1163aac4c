import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { VerifyResult } from '../../workers/contract/engine';
import { JSON_OPTION, oneOf, parse, usage } from '../args';
import { reading } from '../case';
import { type Command, DONE, DONE_WITH_REMARKS } from '../command';
import { progress } from '../progress';
import { cell, json } from '../text';

const OPTIONS = { ...JSON_OPTION, evidence: { type: 'string', multiple: true } } as const;

const text = ({ ok, checks, unchecked, anchor }: VerifyResult): string =>
  [
    ...checks.map((check) => `${check.ok ? 'ok    ' : 'FAILED'}  ${cell(check.what)}: ${cell(check.detail)}`),
    ...unchecked.map((what) => `not checked: ${cell(what)}`),
    anchor ? `anchor: ${anchor}` : 'no anchor outside of the case was given',
    ok ? 'Everything that was checked agrees.' : 'At least one check failed.',
    '',
  ].join('\n');

export const verify: Command = {
  name: 'verify',
  summary: 'check a case against itself and against the original bundles',
  help: `verify CASE_DIR [--evidence BUNDLE…] [--json]

  --evidence   an original bundle to compare with; may be given several times

  Exit 3: a check failed. Verifying a REPORT is not built yet.`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const [dir, ...bundles] = positionals;
    const target = oneOf('CASE_DIR', dir === undefined ? [] : [dir]);
    const isFile = await stat(target).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) throw usage(`Verifying a report is not built yet; “${target}” is no case folder.`);
    if (bundles.length > 0 && !values.evidence)
      throw usage(`“${bundles[0]}” is one too many: original bundles follow --evidence.`);
    const evidence = [...(values.evidence ?? []), ...bundles].map((path) => resolve(path));
    const result = await reading(target, io, (engine) =>
      engine.verify(
        { evidence },
        progress(io, async () => {}),
      ),
    );
    await io.out(values.json ? json(result) : text(result));
    return result.ok ? DONE : DONE_WITH_REMARKS;
  },
};
