import { resolve } from 'node:path';
import { ANCHOR_ENDING } from '../../workers/contract/statement';
import { CASE, caseOf, JSON_OPTION, parse, REDACT, redactOf, usage, viewOf, WINDOW } from '../args';
import { reporting } from '../case';
import { type Command, DONE } from '../command';
import { exportActivities, isActivitiesFormat } from '../export-activities';
import { progress } from '../progress';
import { readPrivateKey, SIGN, writeAnchor } from '../signing';
import { json, plural } from '../text';

const OPTIONS = {
  ...CASE,
  ...JSON_OPTION,
  ...SIGN,
  ...WINDOW,
  ...REDACT,
  format: { type: 'string' },
  output: { type: 'string', short: 'o' },
  created: { type: 'string' },
} as const;

const NOT_BUILT: readonly string[] = ['timesketch', 'ecs', 'ocsf', 'case-uco'];
const READ_ONLY = 'The case is read-only: this export is not in its journal.';

export const exportCommand: Command = {
  name: 'export',
  summary: 'activities as Parquet, CSV or JSON lines; or the case for hand-over, as a BagIt bag',
  help: `export --case DIR --format bag -o FOLDER [ID…] [--created T] [--sign KEY.pem] [--json]
export --case DIR --format parquet|csv|ndjson -o FILE [FILTER] [--from T] [--to T] [--kind cmd,net]
               [--redact default|none] [--json]

  As a bag: copies the sealed originals, the journal, the marks and a report into a new folder, with the manifests of BagIt:
  in it, sha256sum -c manifest-sha256.txt checks every file, and exhibit verify FOLDER also what they say.
  Printed are the hash of that manifest and the journal's head: keep or send them apart from the bag.

  ID           sessions of the report; without, all that is marked
  --created    the time that the report states
  --sign       a private key (exhibit sign): writes FOLDER.anchor.txt and its signature, over the journal and the manifest

  As parquet, csv or ndjson: the activities that FILTER matches, in time order, with all their attributes; exhibit import reads
  each of them into another case. Nothing is written over. Printed is the hash of the file, which the journal has too.
  Secrets in them are replaced by fingerprints under a key that stays in the case; with --redact none, which is journaled, they
  are not.

  Not built yet: the formats ${NOT_BUILT.join(', ')}.`,
  run: async (argv, io) => {
    const { values, positionals: ids } = parse(argv, OPTIONS);
    const { format } = values;
    if (format === undefined) throw usage('As what? Give it with --format bag, parquet, csv or ndjson.');
    if (isActivitiesFormat(format)) {
      if (!values.output) throw usage('Where to? Give a new file with -o FILE.');
      const view = viewOf(ids, values);
      const made = await exportActivities(caseOf(values), io, format, values.output, { ...view, redact: redactOf(values) });
      await io.out(values.json ? json({ out: resolve(values.output), ...made }) : `${made.sha256}  ${values.output}\n`);
      if (made.redacted > 0)
        io.note(`Secrets were taken out in ${plural(made.redacted, 'place')}; --redact none leaves them in.`);
      if (!made.journaled) io.note(READ_ONLY);
      return DONE;
    }
    if (NOT_BUILT.includes(format)) throw usage(`export is not built yet as ${format}; it is as bag, parquet, csv and ndjson.`);
    if (format !== 'bag') throw usage(`--format is bag, parquet, csv or ndjson; not “${format}”.`);
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
    if (!made.journaled) io.note(READ_ONLY);
    return DONE;
  },
};
