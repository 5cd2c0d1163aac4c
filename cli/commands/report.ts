import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { ReportRequest } from '../../workers/contract/engine';
import { ANCHOR_ENDING } from '../../workers/contract/statement';
import { CASE, caseOf, parse, usage } from '../args';
import { reporting } from '../case';
import { type Command, DONE } from '../command';
import { progress } from '../progress';
import { readPrivateKey, SIGN, writeAnchor } from '../signing';

const OPTIONS = {
  ...CASE,
  ...SIGN,
  output: { type: 'string', short: 'o' },
  created: { type: 'string' },
  zone: { type: 'string' },
  examiner: { type: 'string' },
  title: { type: 'string' },
  question: { type: 'string' },
  redact: { type: 'string' },
  'with-records': { type: 'boolean' },
  filter: { type: 'string' },
  board: { type: 'boolean' },
} as const;

const FORMATS = new Map<string, ReportRequest['format']>([
  ['.pdf', 'pdf'],
  ['.html', 'html'],
  ['.json', 'json'],
]);

const notBuilt = (option: string): Error => usage(`${option} is not built yet; a report takes the ids of what to trace.`);

function check(values: { readonly filter?: string; readonly redact?: string; readonly 'with-records'?: boolean }): void {
  if (values.filter !== undefined) throw notBuilt('--filter');
  if (values['with-records']) throw usage('--with-records is not built yet: records are cited, not attached.');
  if (values.redact !== undefined && values.redact !== 'none')
    throw usage('Redaction is not built yet: only --redact none is taken, and each report states that none was applied.');
}

export const report: Command = {
  name: 'report',
  summary: 'a trace report as PDF, HTML or JSON',
  help: `report --case DIR (ID… | --board) -o FILE.pdf|.html|.json [--created T] [--zone Z] [--examiner N] [--title S] [--question S]
                [--redact none] [--sign KEY.pem]

  ID           of a session, or of an activity in it
  --board      everything that is marked, and the sessions that the marks are on
  -o           where to write; the ending says as what
  --created    the time it states; with it, the same case gives the same bytes
  --sign       a private key (exhibit sign): writes FILE.anchor.txt and its signature, over the journal and this report
  --zone       zone in which times are printed, such as Europe/Berlin; UTC where absent

  Not built yet: --filter, --redact default, --with-records.`,
  run: async (argv, io) => {
    const { values, positionals: ids } = parse(argv, OPTIONS);
    check(values);
    if (ids.length === 0 && !values.board)
      throw usage('Which session? Name the id of one, or of an activity in it, or take what is marked with --board.');
    if (!values.output) throw usage('Where to? Give it with -o FILE.pdf, FILE.html or FILE.json.');
    const format = FORMATS.get(extname(values.output).toLowerCase());
    if (!format) throw usage(`The report’s name ends in .pdf, .html or .json; “${values.output}” does not.`);
    const { created, zone, examiner, title, question } = values;
    const request: ReportRequest = { ids, board: values.board, format, created, zone, examiner, title, question };
    const key = values.sign === undefined ? undefined : await readPrivateKey(values.sign);
    const { made, name } = await reporting(caseOf(values), io, async (engine) => {
      const shown = progress(io, async () => {});
      return { made: await engine.report(request, shown), name: key && (await engine.info()).case };
    });
    await writeFile(resolve(values.output), made.bytes);
    await io.out(`${made.sha256}  ${values.output}\n`);
    if (key && name !== undefined) {
      const anchor = { case: name, ...made.journal, report: made.sha256 };
      await io.out(await writeAnchor(anchor, key, `${values.output}${ANCHOR_ENDING}`));
    }
    if (!made.journaled) io.note('The case is read-only: this report is not in its journal.');
    return DONE;
  },
};
