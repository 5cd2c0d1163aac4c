/**
 * Activities as Exhibit exports them (`exhibit query --format csv` or `ndjson`): rows with our own attribute names, so that cases exchange data.
 *
 * - What a case derives (sessions, confidence, process ids, marks) is left behind: the other case derives its own. The id that a row had there, and the records
 *   that told it, are not ours to cite; the row itself is the record.
 * - Cells of a CSV that begin like a formula were given a leading `'`, which comes off again (design section 4).
 */
import { ACTIVITY_COLUMNS, ACTOR_COLUMNS, POLICY_COLUMNS, SCOPE_COLUMNS } from '../case/schema';
import { ATTRIBUTES, DIRECTIONS, KINDS, PRECISIONS, RESULTS, SEVERITIES } from '../contract/attributes';
import { flags, instant, texts } from './expressions';
import { ALONE, type Columns, type Format, share } from './format';

const TYPES: Readonly<Record<string, string>> = { ...ACTIVITY_COLUMNS, ...SCOPE_COLUMNS, ...ACTOR_COLUMNS, ...POLICY_COLUMNS };
const taken = ATTRIBUTES.filter(
  ({ name, home }) => TYPES[name] !== undefined && home !== 'derived' && home !== 'link' && home !== 'mark',
);

/** Times are text, since those of an export are of one form, and in a CSV an absent one is empty. */
const columns: Columns = {
  id: 'text',
  ...Object.fromEntries(taken.map(({ name }) => [name, TYPES[name] === 'VARCHAR[]' ? ('json' as const) : ('text' as const)])),
};

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  kind: KINDS,
  precision: PRECISIONS,
  result: RESULTS,
  direction: DIRECTIONS,
  severity: SEVERITIES,
};
const words = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

/** A cell as it was before a spreadsheet was kept from taking it for a formula; empty is absent. */
const cell = (name: string) =>
  `nullif(CASE WHEN w.source = 'rows' AND regexp_matches(e."${name}", '^''[=+\\-@\\t\\r]') THEN substr(e."${name}", 2) ELSE e."${name}" END, '')`;

function columnOf(name: string): string {
  const type = TYPES[name] as string;
  const choices = CHOICES[name];
  if (choices) return `CASE WHEN list_contains([${words(choices)}], e."${name}") THEN e."${name}" END`;
  if (type === 'TIMESTAMP_NS') return instant(`nullif(e."${name}", '')`);
  // A list is JSON; in a CSV it is JSON in a cell.
  if (type === 'VARCHAR[]')
    return `CASE WHEN ord(e."${name}"::VARCHAR) = 91 THEN ${texts(`e."${name}"`)} ELSE ${texts(`TRY_CAST(e."${name}" ->> '$' AS JSON)`)} END`;
  return type === 'VARCHAR' ? cell(name) : `TRY_CAST(e."${name}" AS ${type})`;
}

const COPIED = 'from the export of another case';

const project = `
SELECT
  ${ALONE},
  CASE WHEN NOT coalesce(list_contains([${words(KINDS)}], e.kind), false) THEN 'rejected: no kind of activity' END AS skip,
  ${taken
    .filter(({ name }) => name !== 'flags' && name !== 'cluster')
    .map(({ name }) => `${columnOf(name)} AS "${name}"`)
    .join(',\n  ')},
  coalesce(${cell('cluster')}, cluster) AS cluster,
  list_concat(list_filter(coalesce(${columnOf('flags')}, []), lambda flag: flag NOT IN ('${COPIED}', 'undated')), ${flags(
    ['true', COPIED],
    [`nullif(e.time, '') IS NULL`, 'undated'],
  )}) AS flags
FROM record`;

const isRow = (record: Readonly<Record<string, unknown>>): boolean =>
  (KINDS as readonly unknown[]).includes(record.kind) &&
  typeof record.id === 'string' &&
  /^E\d+[/:]/.test(record.id) &&
  ('time' in record || 'records' in record);

export const table: Format = {
  id: 'table',
  title: 'Activities exported by Exhibit',
  version: 1,
  recognisedBy: 'rows with kind, time and an id such as E1/audit.log:7',
  limits: ['An export holds what its query selected; the records behind it are in the evidence of the other case.'],
  columns,
  detect: ({ records }) => share(records, isRow),
  project,
};
