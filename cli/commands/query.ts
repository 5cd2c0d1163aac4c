import type { ActivityJson } from '../../workers/contract/activity';
import { CARRIED } from '../../workers/contract/attributes';
import { csvLine } from '../../workers/contract/csv';
import { MADE_COLUMNS } from '../../workers/contract/page';
import { summary } from '../../workers/contract/summary';
import { attributesOf, CASE, caseOf, numberOf, parse, usage, viewOf, WINDOW } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { json, tableWriter } from '../text';

const OPTIONS = {
  ...CASE,
  ...WINDOW,
  columns: { type: 'string' },
  sort: { type: 'string' },
  desc: { type: 'boolean' },
  limit: { type: 'string' },
  format: { type: 'string' },
} as const;
type Columns = readonly string[] | undefined;
/** Turns a batch of rows into text; asked once more with none, so that even an empty result has its headings. */
type Writer = (rows: readonly ActivityJson[]) => string;

const only = (row: ActivityJson, columns: Columns) =>
  columns ? Object.fromEntries(columns.filter((name) => row[name] !== undefined).map((name) => [name, row[name]])) : row;

const ndjson =
  (columns: Columns): Writer =>
  (rows) =>
    rows.map((row) => json(only(row, columns))).join('');

function csv(columns: Columns): Writer {
  const names = columns ?? CARRIED.map(({ name }) => name);
  let begun = false;
  return (rows) => {
    const heading = begun ? '' : csvLine(names);
    begun = true;
    return heading + rows.map((row) => csvLine(names.map((name) => row[name]))).join('');
  };
}

const OVERVIEW = ['time', 'kind', 'namespace', 'pod', 'user', 'what', 'id'] as const;

function what(row: ActivityJson): string {
  const { word, text, aside } = summary(row);
  return [word, text, aside && `(${aside})`].filter(Boolean).join(' ');
}

function table(columns: Columns): Writer {
  const names = columns ?? OVERVIEW;
  const cells = (row: ActivityJson) => names.map((name) => (name === 'what' ? what(row) : row[name]));
  let line: ((row: readonly unknown[]) => string) | undefined;
  return (rows) => {
    const values = rows.map(cells);
    const heading = line ? [] : [names];
    line ??= tableWriter(names, values);
    return [...heading, ...values].map(line).join('');
  };
}

const FORMATS = new Map([
  ['ndjson', ndjson],
  ['csv', csv],
  ['table', table],
]);

export const query: Command = {
  name: 'query',
  summary: 'activities that a filter matches, in time order or sorted by an attribute',
  help: `query --case DIR [FILTER] [--from T] [--to T] [--kind cmd,net] [--columns a,b] [--sort A] [--desc] [--limit N] [--format ndjson|csv|table]

  FILTER         such as 'comm="grep" and not namespace="billing"'; side by side means AND
  --from --to    RFC 3339 times or the beginning of one, UTC; --to is exclusive
  --kind         only these kinds: cmd, net, file, exec, api, policy
  --columns      only these attributes, in this order; records: the places of all records that tell it
  --sort         by this attribute instead of the time; equal ones by time, those without it last
  --desc         the order turned round: the latest, or the highest value, first
  --limit        at most so many; all where absent
  --format       table (default), csv, or ndjson: one JSON document a line`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const format = FORMATS.get(values.format ?? 'table');
    if (!format) throw usage(`--format is ${[...FORMATS.keys()].join(', ')}; not “${values.format}”.`);
    const columns = attributesOf('columns', values.columns, ['records']);
    const write = format(columns);
    const [sort] = attributesOf('sort', values.sort, MADE_COLUMNS) ?? [];
    const request = {
      ...viewOf(positionals, values),
      columns,
      sort,
      order: values.desc ? ('desc' as const) : ('asc' as const),
      limit: numberOf('limit', values.limit),
    };
    await reading(caseOf(values), io, async (engine) => {
      await engine.query(request, (rows) => io.out(write(rows)));
      await io.out(write([]));
    });
    return DONE;
  },
};
