import { extname } from 'node:path';
import type { ReportRequest } from '../../workers/contract/report';
import { ANCHOR_ENDING } from '../../workers/contract/statement';
import { CASE, caseOf, parse, REDACT, redactOf, usage, viewOf, WINDOW } from '../args';
import { reporting } from '../case';
import { type Command, DONE } from '../command';
import { assertWritable, write } from '../files';
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
  'with-records': { type: 'boolean' },
  filter: { type: 'string' },
  ...WINDOW,
  ...REDACT,
  board: { type: 'boolean' },
  questions: { type: 'boolean' },
} as const;

const FORMATS = new Map<string, ReportRequest['format']>([
  ['.pdf', 'pdf'],
  ['.html', 'html'],
  ['.json', 'json'],
]);

export const report: Command = {
  name: 'report',
  summary: 'sessions, a filtered list or the board as PDF, HTML or JSON',
  help: `report --case DIR (ID… | --filter FILTER | --board | --questions) -o FILE.pdf|.html|.json [--from T] [--to T] [--kind cmd,net]
                [--created T] [--zone Z] [--examiner N] [--title S] [--question S] [--redact default|none] [--with-records]
                [--sign KEY.pem]

  ID              of a session, or of an activity in it
  --filter        a list of what it matches, within --from, --to and --kind, which mean what they do in query
  --board         everything that is marked, and the sessions that the marks are on
  --questions     an auditor's questions (exhibit questions), of what --filter, --from and --to leave
  -o              where to write; the ending says as what
  --created       the time it states; with it, the same case gives the same bytes
  --redact        default: secrets are replaced by fingerprints under a key that stays in the case, and listed;
                  none: nothing is, and the journal says so
  --with-records  attaches the bytes of the cited records, those left out that hold a secret; journaled
  --sign          a private key (exhibit sign): writes FILE.anchor.txt and its signature, over the journal and this report
  --zone          zone in which times are printed, such as Europe/Berlin; UTC where absent`,
  run: async (argv, io) => {
    const { values, positionals: ids } = parse(argv, OPTIONS);
    const isList = [values.filter, values.from, values.to, values.kind].some((value) => value !== undefined);
    if (ids.length === 0 && !values.board && !values.questions && !isList)
      throw usage(
        'Of what? Name the id of a session, or of an activity in it, or list what --filter matches, or take what is marked with --board, or --questions.',
      );
    if (!values.output) throw usage('Where to? Give it with -o FILE.pdf, FILE.html or FILE.json.');
    const format = FORMATS.get(extname(values.output).toLowerCase());
    if (!format) throw usage(`The report’s name ends in .pdf, .html or .json; “${values.output}” does not.`);
    const { created, zone, examiner, title, question } = values;
    const request: ReportRequest = {
      ...{ ids, board: values.board, format, created, zone, examiner, title, question },
      ...(values.questions
        ? { questions: viewOf([values.filter ?? ''], values) }
        : isList && { list: viewOf([values.filter ?? ''], values) }),
      redact: redactOf(values),
      withRecords: values['with-records'],
    };
    await assertWritable(values.output);
    const key = values.sign === undefined ? undefined : await readPrivateKey(values.sign);
    const { made, name } = await reporting(caseOf(values), io, async (engine) => {
      const shown = progress(io, async () => {});
      return { made: await engine.report(request, shown), name: key && (await engine.info()).case };
    });
    await write(values.output, made.bytes);
    await io.out(`${made.sha256}  ${values.output}\n`);
    if (key && name !== undefined) {
      const anchor = { case: name, ...made.journal, report: made.sha256 };
      await io.out(await writeAnchor(anchor, key, `${values.output}${ANCHOR_ENDING}`));
    }
    if (!made.journaled) io.note('The case is read-only: this report is not in its journal.');
    return DONE;
  },
};
