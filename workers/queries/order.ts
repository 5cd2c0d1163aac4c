/**
 * What rows can be sorted by beside time: each attribute, and what the list makes of several. One value of a row each, which compares as a person expects it to:
 * choices by rank, addresses and places by number, texts by their bytes.
 */
import { type Attribute, attribute } from '../contract/attributes';
import { ExhibitError } from '../contract/errors';
import { isMadeColumn, type MadeColumn } from '../contract/page';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { DURATION, joinsOf, LINKED, MEMBER, tableOf, valueSql } from '../filter/places';

export type OrderType = 'VARCHAR' | 'BIGINT' | 'DOUBLE';

export interface Order {
  readonly by: string;
  readonly type: OrderType;
  /** NULL where absent, of a row `a` with `joins`. */
  readonly value: Sql;
  readonly joins: Sql;
  /** Where the value hangs on one column of `a` alone: that column, and the rows it names by `id`. Then far fewer values are looked at than rows. */
  readonly of?: { readonly column: string; readonly table: Sql; readonly id: Sql };
  /** Where almost each row has a value of its own: what is equal for values that follow each other, to count fewer. */
  readonly cell?: Sql;
  readonly attribute?: Attribute;
}

/** Throws `usage` for a name that is no attribute and no column. */
export function orderOf(by: string): Order {
  if (isMadeColumn(by)) return MADE[by];
  const found = attribute(by);
  if (found) return { ...attributeOrder(found), by: found.name, attribute: found };
  throw new ExhibitError(
    'usage',
    `There is nothing called “${by.slice(0, 100)}” to sort by; see the list of attributes in the guide.`,
    {
      at: by.slice(0, 100),
    },
  );
}

/** Values in view, or the first and last of a cell, with how many rows have them: `low`, `high`, `n`. */
export function counted({ of, value, joins, cell }: Order, condition: Sql): Sql {
  const rows = sql`FROM activity a ${joins} WHERE ${condition}`;
  if (cell) return sql`SELECT min(${value}) AS low, max(${value}) AS high, count(*) AS n ${rows} GROUP BY ${cell}`;
  // To group by the key would be to group every row by itself.
  if (!of || of.column === 'key') {
    return sql`SELECT v AS low, v AS high, n FROM (SELECT ${value} AS v, count(*) AS n ${rows} GROUP BY ALL)`;
  }
  return sql`
    SELECT ${value} AS low, low AS high, g.n
    FROM (SELECT ${name(of.column)} AS id, count(*) AS n FROM activity a WHERE ${condition} GROUP BY ALL) g
    JOIN ${of.table} ON ${of.id} = g.id`;
}

/** A condition on a row `a`: true where it has a value for which the test holds, else false or NULL. */
export function holds({ of, value, joins }: Order, test: (value: Sql) => Sql): Sql {
  if (of) return sql`a.${name(of.column)} IN (SELECT ${of.id} FROM ${of.table} WHERE ${test(value)})`;
  if (joins.text === '') return sql`(${test(value)})`;
  return sql`a.key IN (SELECT a.key FROM activity a ${joins} WHERE ${test(value)})`;
}

/** `joins` and the row's `m` (`member`), which its id is made of. */
export const withMember = ({ joins }: Order): Sql => (joins === MEMBER_JOIN ? joins : sql`${joins} ${MEMBER_JOIN}`);

type Parts = Pick<Order, 'type' | 'value' | 'joins' | 'of' | 'cell'>;
const NONE = raw('');

function hangingOn(column: string, table: Sql, id: Sql, type: OrderType, value: Sql): Parts {
  return { type, value, joins: sql`LEFT JOIN ${table} ON ${id} = a.${name(column)}`, of: { column, table, id } };
}

function attributeOrder(of: Attribute): Parts {
  const { home } = of;
  const own = OWN.get(of.name);
  if (own) return own;
  if (home === 'mark') {
    const texts = sql`(SELECT key, string_agg(DISTINCT text, ', ' ORDER BY text) AS texts FROM kept.mark WHERE kind = ${of.name} GROUP BY key) marked`;
    return hangingOn('key', texts, raw('marked.key'), 'VARCHAR', raw('marked.texts'));
  }
  if (home === 'scope' || home === 'actor' || home === 'policy') {
    return hangingOn(home, sql`${tableOf(home)} ${raw(home)}`, raw(`${home}.${home}`), typeOf(of), valueIn(of));
  }
  if (of.type === 'address') return hangingOn(of.name, raw('address x'), raw('x.address'), 'VARCHAR', NUMBER);
  return { type: typeOf(of), value: valueIn(of), joins: joinsOf([of]) };
}

/** 32 digits are those of the largest address. What is none compares as text, after those. */
const NUMBER = raw(`coalesce(lpad(to_hex(x.number), 32, '0'), '~' || x.address)`);

const typeOf = ({ type }: Attribute): OrderType =>
  type === 'number' || type === 'time' || type === 'choice' || type === 'flag' ? 'BIGINT' : 'VARCHAR';

function valueIn(of: Attribute): Sql {
  const column = sql`${raw(of.home === 'activity' ? 'a' : of.home)}.${name(of.column ?? of.name)}`;
  switch (of.type) {
    case 'choice':
      return sql`CAST(enum_code(${column}) AS BIGINT)`;
    case 'number':
    case 'flag':
      return sql`CAST(${valueSql(of)} AS BIGINT)`;
    case 'time':
      return sql`epoch_ns(${column})`;
    case 'list':
    case 'addresses':
      return sql`array_to_string(${valueSql(of)}, ', ')`;
    case 'address':
      return sql`(SELECT ${NUMBER} FROM address x WHERE x.address = ${column})`;
    default:
      return valueSql(of);
  }
}

const MEMBER_JOIN = raw('JOIN member m ON m.member = a.member');
const PLACED_MEMBER = raw(
  'JOIN (SELECT member, row_number() OVER (ORDER BY evidence, path, member) AS place FROM member) p ON p.member = a.member',
);
const ofMember = (type: OrderType, value: string): Parts => ({
  ...hangingOn('member', raw('member m'), raw('m.member'), type, raw(value)),
  joins: MEMBER_JOIN,
});
const LINKED_ROW = [
  raw(
    `(SELECT l.key, min(l.session) AS session, max(l.confidence) AS confidence FROM link l WHERE ${LINKED.text} GROUP BY l.key) linked`,
  ),
  raw('linked.key'),
] as const;
const FOUND = raw(
  `(SELECT f.key, string_agg(DISTINCT n.rule, ', ' ORDER BY n.rule) AS rules FROM kept.finding f JOIN kept.finding_name n ON n.finding = f.finding GROUP BY f.key) found`,
);
const interactive = attribute('interactive') as Attribute;

/** Attributes that lie in no column of their own. */
const OWN = new Map<string, Parts>([
  // As the records stand in the evidence: a member's place and a record's number as one.
  [
    'id',
    {
      type: 'BIGINT',
      value: raw('p.place * CAST(1099511627776 AS BIGINT) + a.record'),
      joins: PLACED_MEMBER,
      cell: raw('p.place, a.record // 2048'),
    },
  ],
  ['record', { type: 'BIGINT', value: raw('a.record'), joins: NONE }],
  ['evidence', ofMember('BIGINT', 'CAST(m.evidence AS BIGINT)')],
  ['member', ofMember('VARCHAR', MEMBER.text)],
  ['format', ofMember('VARCHAR', 'm.format')],
  // Sessions are numbered by time, as their labels are.
  ['session', hangingOn('key', ...LINKED_ROW, 'BIGINT', raw('CAST(linked.session AS BIGINT)'))],
  ['confidence', hangingOn('key', ...LINKED_ROW, 'DOUBLE', raw('linked.confidence'))],
  ['finding', hangingOn('key', FOUND, raw('found.key'), 'VARCHAR', raw('found.rules'))],
  ['duration', { type: 'DOUBLE', value: sql`(${DURATION})`, joins: NONE }],
  [
    'process',
    {
      type: 'VARCHAR',
      value: raw('coalesce(linked.process, a.entityid)'),
      joins: raw(
        'LEFT JOIN (SELECT l.key, any_value(l.process) AS process FROM link l GROUP BY l.key) linked ON linked.key = a.key',
      ),
    },
  ],
  [
    'interactive',
    {
      type: 'BIGINT',
      value: sql`CAST(list_position(['yes', 'no', 'unknown'], ${valueSql(interactive)}) AS BIGINT)`,
      joins: NONE,
    },
  ],
]);

/** The opener of the session that a row belongs to, as `l.opener`. */
const OPENER = raw(`LEFT JOIN (
      SELECT l.key, any_value(c."user") AS opener
      FROM link l
      JOIN session s ON s.session = l.session
      JOIN activity o ON o.key = s.key
      JOIN actor c ON c.actor = o.actor
      WHERE ${LINKED.text}
      GROUP BY l.key
    ) l ON l.key = a.key`);

const side = (address: string, port: string): string => `coalesce(a.${address}, '') || coalesce(':' || a.${port}, '')`;
/** The list's line, as `summary` of the contract makes it. */
const WHAT = raw(`CASE a.kind
      WHEN 'cmd' THEN coalesce(a.cmdline, a.comm, a.exe)
      WHEN 'net' THEN coalesce(a.comm || ' ', '') || CASE WHEN a.direction = 'in' THEN ${side('client', 'clientport')} || ' ' ELSE '' END || ${side('server', 'serverport')}
      WHEN 'file' THEN coalesce(a.path, a.file)
      WHEN 'exec' THEN coalesce(array_to_string(a.command, ' '), a.name)
      WHEN 'api' THEN CASE WHEN a.resource IS NULL THEN a.requesturi ELSE concat_ws('/', a.resource, a.subresource, a.name) END
      ELSE policy.rule END`);

const made = (by: MadeColumn, { text, ...parts }: Pick<Parts, 'joins' | 'of'> & { readonly text: Sql }): Order => ({
  ...parts,
  by,
  type: 'VARCHAR',
  value: sql`nullif(${text}, '')`,
});

/** Characters that a text begins with: as many as DuckDB keeps beside its length, so that they are grouped without looking elsewhere. */
const BEGINNING = 12;

const SUMMARY = made('what', { text: WHAT, joins: raw('LEFT JOIN policy ON policy.policy = a.policy') });

const MADE: Readonly<Record<MadeColumn, Order>> = {
  what: { ...SUMMARY, cell: sql`left(${SUMMARY.value}, ${raw(String(BEGINNING))})` },
  place: made('place', {
    ...hangingOn('scope', sql`${tableOf('scope')} scope`, raw('scope.scope'), 'VARCHAR', NONE),
    text: raw(
      `concat_ws(' / ', scope.namespace, coalesce(scope.pod, scope.deployment, scope.workload, CASE WHEN scope.namespace IS NULL THEN coalesce(scope.host, scope.node, scope.cluster) END))`,
    ),
  }),
  who: made('who', {
    text: raw(
      `coalesce(nullif(coalesce(actor.impersonated, actor."user"), ''), l.opener, nullif(coalesce(a.username, a.loginname), ''))`,
    ),
    joins: join([raw('LEFT JOIN actor ON actor.actor = a.actor'), OPENER], ' '),
  }),
};
