/** What each column of the flow shows of a call, and what its values are folded by, as SQL. */
import { PRIVATE_RANGES, parseRange } from '../contract/address';
import { FLOW_COLUMNS, type FlowColumn, OTHER_RESOURCES, RESOURCE_SORTS } from '../contract/flow';
import { join, raw, type Sql, sql } from '../contract/sql';

/** The first of these columns tell who called, and hang on the actor; the rest what was called. */
export const WHO: readonly FlowColumn[] = FLOW_COLUMNS.slice(0, FLOW_COLUMNS.indexOf('resource'));
export const WHAT: readonly FlowColumn[] = FLOW_COLUMNS.slice(WHO.length);
/** Something of each column, by its place among all. */
export const columns = (
  of: (column: FlowColumn, i: number) => Sql,
  among: readonly FlowColumn[] = FLOW_COLUMNS,
  separator = ', ',
): Sql =>
  join(
    among.map((column) => of(column, FLOW_COLUMNS.indexOf(column))),
    separator,
  );
/** The column of a table that holds what a column of the flow shows. */
export const shown = (i: number): Sql => raw(`c${i}`);

/** Longer texts that agree so far count as one: evidence chooses how long they are. */
const LONGEST = 500;
const cut = (text: string): Sql => raw(`left(${text}, ${LONGEST})`);

/** Every user is in the first, every service account in the second: they tell nobody apart where others are named. */
const TRIVIAL = `('system:authenticated', 'system:serviceaccounts')`;
const GROUPS = raw(`
          CASE WHEN len(actor.groups) > 0 THEN CAST(to_json(list_transform(list_sort(list_distinct(
            CASE WHEN len(list_filter(actor.groups, lambda g: g NOT IN ${TRIVIAL})) > 0
              THEN list_filter(actor.groups, lambda g: g NOT IN ${TRIVIAL}) ELSE actor.groups END))[:50], lambda g: left(g, ${LONGEST}))) AS VARCHAR) END`);

/** Of `summed` calls, and of their `actor`. The address is the one that the server saw, the last. */
export const VALUES: Readonly<Record<FlowColumn, Sql>> = {
  sourceaddresses: cut('actor.sourceaddresses[-1]'),
  groups: GROUPS,
  clouduser: cut('actor.clouduser'),
  user: cut('actor."user"'),
  impersonated: cut('actor.impersonated'),
  resource: cut('summed.resource'),
  action: cut('summed.action'),
  code: raw('CAST(summed.code AS VARCHAR)'),
};

const IPV4 = parseRange('0.0.0.0/0');
const unsigned = (number: bigint): Sql => sql`CAST(${String(number)} AS UHUGEINT)`;
const inside = (range: { readonly low: bigint; readonly high: bigint }): Sql =>
  sql`x.number BETWEEN ${unsigned(range.low)} AND ${unsigned(range.high)}`;
const PRIVATE = join(PRIVATE_RANGES.map(inside), ' OR ');
const NETWORK = sql`(CAST(x.number - ${unsigned(IPV4?.low ?? 0n)} AS BIGINT) >> 16)`;

const ADDRESS = sql`CASE
            WHEN x.number IS NULL THEN 'others'
            WHEN NOT (${PRIVATE}) THEN 'external'
            WHEN ${IPV4 ? inside(IPV4) : raw('FALSE')} THEN (${NETWORK} >> 8) || '.' || (${NETWORK} & 255) || '.0.0/16'
            ELSE 'internal'
          END`;
const USER = raw(`CASE
            WHEN starts_with(v.value, 'system:serviceaccount:') THEN 'service accounts'
            WHEN starts_with(v.value, 'system:node:') THEN 'nodes'
            WHEN starts_with(v.value, 'system:') AND v.value NOT IN ('system:anonymous', 'system:admin') THEN 'control plane'
            ELSE 'others'
          END`);
const GROUP = raw(`CASE
            WHEN contains(v.value, '"system:serviceaccounts:') THEN 'service accounts'
            WHEN starts_with(v.value, '["system:') AND v.value NOT IN ('["system:masters"]', '["system:unauthenticated"]', '["system:authenticated"]') THEN 'system'
            ELSE 'others'
          END`);
const SORT = sql`CASE
            ${join(
              RESOURCE_SORTS.map(([sort, resources]) => sql`WHEN v.value IN (${join(resources)}) THEN ${sort}`),
              ' ',
            )}
            ELSE ${OTHER_RESOURCES}
          END`;
const OTHERS = raw(`'others'`);

/** Of a value `v`; of addresses with their number `x`. */
export const FAMILIES: Readonly<Record<FlowColumn, Sql>> = {
  sourceaddresses: ADDRESS,
  groups: GROUP,
  clouduser: OTHERS,
  user: USER,
  impersonated: USER,
  resource: SORT,
  action: OTHERS,
  code: OTHERS,
};

/** Families that fold first, since people are in none of them: of a value `n` with what it is folded by (`named`). */
export const IS_MACHINE = raw(
  `n.named IN ('service accounts', 'nodes', 'control plane', 'system', 'internal') OR (n.col = 0 AND contains(n.named, '/'))`,
);
