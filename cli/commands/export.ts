import { resolve } from 'node:path';
import { ANCHOR_ENDING } from '../../workers/contract/statement';
import { CASE, caseOf, JSON_OPTION, parse, usage } from '../args';
import { reporting } from '../case';
import { type Command, DONE } from '../command';
import { progress } from '../progress';
import { readPrivateKey, SIGN, writeAnchor } from '../signing';
import { json } from '../text';

const OPTIONS = {
  ...CASE,
  ...JSON_OPTION,
  ...SIGN,
  format: { type: 'string' },
  output: { type: 'string', short: 'o' },
  created: { type: 'string' },
} as const;

export const exportCommand: Command = {
  name: 'export',
  summary: 'a case for hand-over, as a BagIt bag',
  help: `export --case DIR --format bag -o FOLDER [ID…] [--created T] [--sign KEY.pem] [--json]

  Copies the sealed originals, the journal, the marks and a report into a new folder, with the manifests of BagIt:
  in it, sha256sum -c manifest-sha256.txt checks every file, and exhibit verify FOLDER also what they say.
  Printed are the hash of that manifest and the journal's head: keep or send them apart from the bag.

  ID           sessions of the report; without, all that is marked
  --created    the time that the report states
  --sign       a private key (exhibit sign): writes FOLDER.anchor.txt and its signature, over the journal and the manifest

  Not built yet: the formats parquet, csv, timesketch, ecs, ocsf and case-uco.`,
  run: async (argv, io) => {
    const { values, positionals: ids } = parse(argv, OPTIONS);
    if (values.format === undefined) throw usage('As what? Give it with --format bag.');
    if (values.format !== 'bag') throw usage(`export is not built yet as ${values.format}; it is as a bag (--format bag).`);
    if (!values.output) throw usage('Where to? Give a new folder with -o FOLDER.');
    const out = resolve(values.output);
    const key = values.sign === undefined ? undefined : await readPrivateKey(values.sign);
    const { made, name } = await reporting(caseOf(values), io, async (engine) => {
      const shown = progress(io, async () => {});
      return { made: await engine.export({ out, ids, created: values.created }, shown), name: key && (await engine.info()).case };
    });
    if (key && name !== undefined) {
      const anchor = { case: name, entries: made.entries, head: made.head, manifest: made.sha256 };
      await writeAnchor(anchor, key, `${out}${ANCHOR_ENDING}`);
    }
    await io.out(
      values.json ? json({ out, ...made }) : `${made.sha256}  ${values.output}/manifest-sha256.txt\njournal head ${made.head}\n`,
    );
    if (!made.journaled) io.note('The case is read-only: this export is not in its journal.');
    return DONE;
  },
};
