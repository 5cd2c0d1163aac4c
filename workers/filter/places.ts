/**
 * Where an attribute's values lie, as SQL: how a test on a value becomes a condition on a row `a` of `activity`, and the expression that reads
 * it. One place, so that filters, groups, values and details cannot disagree.
 */
import { DICTIONARY_NAMES } from '../case/schema';
import type { Attribute, TRISTATE } from '../contract/attributes';
import { tryParseId } from '../contract/id';
import { PLAIN_WORD, wordsOf } from '../contract/shell-words';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import { addressTest, listTest, scalarTest, type Test } from './test';

const DICTIONARIES: ReadonlySet<string> = new Set(DICTIONARY_NAMES);

/** What a dictionary is read from: scopes with what was completed of them. */
export const tableOf = (home: string): Sql => raw(home === 'scope' ? 'shown_scope' : home);

/** Text of an activity's id, of its rows `a` and `m` (`member`). */
export const ID = raw(`'E' || m.evidence || CASE WHEN m.path = '' THEN '' ELSE '/' || m.path END || ':' || a.record
      || coalesce('.' || a.item, '') || CASE WHEN a.k > 1 THEN '#' || a.k ELSE '' END`);
const RECORD = raw(`a.record || coalesce('.' || a.item, '')`);
export const EVIDENCE = raw(`'E' || m.evidence`);
/** An evidence that is a single file has no member part in ids; its member is the file's name. */
export const MEMBER = raw(`CASE WHEN m.path = '' THEN m.name ELSE m.path END`);
export const DURATION = raw(`(epoch_ns(a."end") - epoch_ns(a.time)) / 1e9`);

/** Links that count as an activity's session: confident enough, or the originator itself. */
export const LINKED = raw(`(l.confidence >= 0.5 OR l.confidence IS NULL OR l.key IN (SELECT key FROM session))`);

const SHELL_DAEMONS = `'sshd', 'telnet', 'telnetd', 'in.telnetd'`;
/** Whether the row itself shows a terminal, or a connection of sshd or telnet; NULL where the source cannot tell. */
export const TERMINAL = raw(`(CASE
      WHEN a.tty <> 0 OR (a.kind = CAST('net' AS kind) AND a.comm IN (${SHELL_DAEMONS})) THEN TRUE
      WHEN a.tty = 0 THEN FALSE END)`);

/** Terminal, or below a session's root; unknown where the source cannot tell (design section 3). As `interactiveOf`. */
const INTERACTIVE = raw(`CASE
      WHEN ${TERMINAL.text} OR a.key IN (SELECT key FROM link WHERE interactive) THEN 'yes'
      WHEN NOT ${TERMINAL.text} OR a.key IN (SELECT key FROM link WHERE NOT interactive) THEN 'no'
      ELSE 'unknown' END`);

/** As `INTERACTIVE`, of few rows: to look them up among all links takes longer than all else. */
export function interactiveOf(terminal: boolean | null, links: readonly (boolean | null)[]): (typeof TRISTATE)[number] {
  if (terminal === true || links.includes(true)) return 'yes';
  return terminal === false || links.includes(false) ? 'no' : 'unknown';
}

const command = raw(`array_to_string(list_transform(a.command, lambda w: CASE WHEN regexp_full_match(w, '${PLAIN_WORD}') THEN w
      ELSE '''' || replace(w, '''', '''\\''''') || '''' END), ' ')`);

/** True, false or NULL (absent) for a row `a`. */
export function condition(attribute: Attribute, test: Test): Sql {
  if (attribute.type === 'addresses') return addressesCondition(attribute, test);
  const lookUp = lookUpOf(attribute, test);
  if (lookUp) return isFound(lookUp);
  switch (attribute.home) {
    case 'link':
      return linkCondition(attribute, test);
    case 'mark':
      return sql`a.key IN (SELECT key FROM kept.mark WHERE kind = ${attribute.name} AND ${scalarTest(attribute, test, raw('text'))})`;
    case 'finding':
      return findingCondition(attribute, test);
    case 'derived':
      return derivedCondition(attribute, test);
    default:
      if (attribute.name === 'command') return commandCondition(attribute, test);
      return valueTest(attribute, test, sql`a.${name(attribute.column ?? attribute.name)}`);
  }
}

function valueTest(attribute: Attribute, test: Test, value: Sql): Sql {
  if (attribute.type === 'address') return addressTest(test, value);
  return attribute.type === 'list' ? listTest(attribute, test, value) : scalarTest(attribute, test, value);
}

/**
 * True if the test holds for any of these attributes. Those of one dictionary share one look-up in it: DuckDB joins once for each look-up, and holds memory
 * for each.
 */
export function anyCondition(attributes: readonly Attribute[], test: Test): Sql {
  const looked = DICTIONARY_NAMES.flatMap((home) => {
    const lookUps = attributes.filter((of) => of.home === home).flatMap((of) => lookUpOf(of, test) ?? []);
    return lookUps.length === 0 ? [] : [isFound(together(lookUps, false))];
  });
  const others = attributes.filter((of) => !lookUpOf(of, test)).map((of) => condition(of, test));
  return join([...others, ...looked], ' OR ');
}

/** A test of a dictionary's rows `d`. */
export interface LookUp {
  readonly home: string;
  readonly tested: Sql;
}

/** Undefined for what does not lie in a dictionary, or in lists of one. */
export const lookUpOf = (of: Attribute, test: Test): LookUp | undefined =>
  DICTIONARIES.has(of.home) && of.type !== 'addresses' ? { home: of.home, tested: dictionaryTest(of, test) } : undefined;

/** Several in one dictionary: that all tests hold, or any. */
export const together = (lookUps: readonly LookUp[], all: boolean): LookUp => ({
  home: (lookUps[0] as LookUp).home,
  tested: join(
    lookUps.map(({ tested }) => sql`(${tested})`),
    all ? ' AND ' : ' OR ',
  ),
});

/** Whether a row `a` names one of those that are looked up. */
export const isFound = (lookUp: LookUp): Sql => sql`a.${raw(lookUp.home)} IN (${numbers(lookUp)})`;

/** A join that leaves the same rows `a`. */
export const joinedLookUp = (lookUp: LookUp): Sql =>
  sql`JOIN (${numbers(lookUp)}) ${raw(`in_${lookUp.home}`)} ON ${raw(`in_${lookUp.home}.${lookUp.home} = a.${lookUp.home}`)}`;

const numbers = ({ home, tested }: LookUp): Sql => sql`SELECT d.${raw(home)} FROM ${tableOf(home)} d WHERE ${tested}`;

/** On a row `d` of the attribute's dictionary. */
function dictionaryTest(attribute: Attribute, test: Test): Sql {
  const column = sql`d.${name(attribute.column ?? attribute.name)}`;
  return attribute.name === 'containerid' ? containerTest(attribute, test, column) : valueTest(attribute, test, column);
}

/** Container ids are equal if their first 12 digits are: sources print 12 or 64. */
function containerTest(attribute: Attribute, test: Test, column: Sql): Sql {
  const short = (value: string) => value.slice(0, 12);
  if (test.operator === '=') return scalarTest(attribute, { ...test, value: short(test.value) }, sql`left(${column}, 12)`);
  if (test.operator === 'in') return scalarTest(attribute, { ...test, values: test.values.map(short) }, sql`left(${column}, 12)`);
  return scalarTest(attribute, test, column);
}

function addressesCondition(attribute: Attribute, test: Test): Sql {
  const table = raw(attribute.home);
  const column = name(attribute.column ?? attribute.name);
  return sql`a.${table} IN (
    SELECT d.${table} FROM (SELECT ${table}, unnest(${column}) AS text FROM ${tableOf(attribute.home)}) d WHERE ${addressTest(test, raw('d.text'))})`;
}

function linkCondition(attribute: Attribute, test: Test): Sql {
  if (attribute.name === 'confidence') {
    return sql`a.key IN (SELECT l.key FROM link l WHERE ${LINKED} AND ${scalarTest(attribute, test, raw('l.confidence'))})`;
  }
  const sessions = sessionsOf(attribute, test);
  return sql`a.key IN (SELECT l.key FROM link l WHERE ${LINKED} AND l.session IN (${sessions}))`;
}

/** Numbers of the sessions whose id matches. Ids that are asked for as such go by what they name: to make those of all sessions takes longer than all else. */
function sessionsOf(attribute: Attribute, test: Test): Sql {
  const values = wanted(test);
  if (!values) return sql`SELECT o.session FROM ${SESSION_IDS} o WHERE ${scalarTest(attribute, test, raw('o.id'))}`;
  return sql`SELECT s.session FROM session s WHERE s.key IN (SELECT a.key FROM activity a WHERE ${named(values)})`;
}

/** Its rule or its id matches; `detect/place.ts` has filled the tables. */
const findingCondition = (attribute: Attribute, test: Test): Sql => sql`a.key IN (
    SELECT f.key
    FROM kept.finding f
    JOIN kept.finding_name n ON n.finding = f.finding
    WHERE ${scalarTest(attribute, test, raw('n.rule'))} OR ${scalarTest(attribute, test, raw('n.id'))})`;

/** An element matches, or the shell-quoted whole. */
function commandCondition(attribute: Attribute, test: Test): Sql {
  const element = listTest(attribute, test, raw('a.command'));
  if (test.operator === 'exists') return element;
  const values = wanted(test);
  if (!values) return sql`(${element} OR ${scalarTest(attribute, test, command)})`;
  const wholes = values.flatMap((value) => {
    const words = wordsOf(value);
    // One word that quoting left as it is equals its element already.
    return !words || (words.length === 1 && words[0] === value) ? [] : [sql`a.command = [${join(words)}]`];
  });
  return sql`(${join([element, ...wholes], ' OR ')})`;
}

/** The values of an `=` or `in`. */
const wanted = (test: Test): readonly string[] | undefined =>
  test.operator === '=' ? [test.value] : test.operator === 'in' ? test.values : undefined;

function derivedCondition(attribute: Attribute, test: Test): Sql {
  const members = (value: Sql) => sql`a.member IN (SELECT m.member FROM member m WHERE ${scalarTest(attribute, test, value)})`;
  switch (attribute.name) {
    case 'evidence':
      return members(EVIDENCE);
    case 'member':
      return members(MEMBER);
    case 'format':
      return members(raw('m.format'));
    case 'id':
      return idCondition(attribute, test);
    case 'record':
      return scalarTest(attribute, test, sql`(${RECORD})`);
    case 'duration':
      return scalarTest(attribute, test, sql`(${DURATION})`);
    case 'interactive':
      return interactiveCondition(attribute, test);
    case 'process':
      return processCondition(attribute, test);
    default:
      throw new Error(`no condition for the derived attribute ${attribute.name}`);
  }
}

/** `=` and `in` go by member and number; other operators need each row's text. */
function idCondition(attribute: Attribute, test: Test): Sql {
  if (test.operator === 'exists') return raw('TRUE');
  const values = wanted(test);
  if (!values) {
    return sql`EXISTS (SELECT 1 FROM member m WHERE m.member = a.member AND ${scalarTest(attribute, test, sql`(${ID})`)})`;
  }
  return named(values);
}

/** The rows `a` that these ids name. */
function named(ids: readonly string[]): Sql {
  const rows = ids.flatMap((text) => {
    const id = tryParseId(text);
    return id ? [isActivity(id)] : [];
  });
  return rows.length === 0 ? raw('FALSE') : sql`(${join(rows, ' OR ')})`;
}

/** The row `a` that an id names. */
function isActivity(id: NonNullable<ReturnType<typeof tryParseId>>): Sql {
  return sql`(a.member IN (SELECT member FROM member WHERE evidence = CAST(${id.evidence} AS INTEGER) AND path = ${id.member})
    AND a.record = CAST(${id.record} AS BIGINT) AND a.item IS NOT DISTINCT FROM CAST(${id.item ?? null} AS VARCHAR) AND a.k = CAST(${id.k} AS UTINYINT))`;
}

/** Never absent: it is unknown at least. Values compare in the order of the choice. */
function interactiveCondition(attribute: Attribute, test: Test): Sql {
  if (test.operator === 'exists') return raw('TRUE');
  const rank = sql`list_position(['yes', 'no', 'unknown'], ${INTERACTIVE})`;
  const ranks = 'values' in test ? test.values : [test.value];
  const order = ranks.map((value) => sql`CAST(${(attribute.choices ?? []).indexOf(value) + 1} AS INTEGER)`);
  return 'values' in test ? sql`${rank} IN (${join(order)})` : sql`${rank} ${raw(test.operator)} ${order[0] ?? null}`;
}

/** The correlator's process, else the agent's own id of it. */
const processCondition = (attribute: Attribute, test: Test): Sql => sql`(
    a.key IN (SELECT key FROM link WHERE ${scalarTest(attribute, test, raw('process'))})
    OR (${scalarTest(attribute, test, raw('a.entityid'))} AND NOT EXISTS (SELECT 1 FROM link l WHERE l.key = a.key AND l.process IS NOT NULL)))`;

const SESSION_IDS = raw(`(
        SELECT s.session, ${ID.text} AS id FROM session s JOIN activity a ON a.key = s.key JOIN member m ON m.member = a.member
      )`);
const LINK = raw(`(
        SELECT
          l.key,
          any_value(l.process)                                     AS process,
          any_value(CASE WHEN ${LINKED.text} THEN l.confidence END) AS confidence,
          any_value(CASE WHEN ${LINKED.text} THEN o.id END)         AS session
        FROM link l
        LEFT JOIN ${SESSION_IDS.text} o ON o.session = l.session
        GROUP BY l.key
      )`);

/** Joins that `valueSql` of these attributes needs after `FROM activity a`; each gives at most one row. */
export function joinsOf(attributes: readonly Attribute[]): Sql {
  const needs = (home: string) => attributes.some((a) => a.home === home);
  const linked = needs('link') || attributes.some((a) => a.name === 'process');
  return join(
    [
      ...(needs('derived') ? [raw('JOIN member m ON m.member = a.member')] : []),
      ...DICTIONARY_NAMES.filter(needs).map(
        (home) => sql`LEFT JOIN ${tableOf(home)} ${raw(home)} ON ${raw(`${home}.${home} = a.${home}`)}`,
      ),
      ...(linked ? [sql`LEFT JOIN ${LINK} linked ON linked.key = a.key`] : []),
    ],
    '\n      ',
  );
}

const DERIVED = new Map<string, Sql>([
  ['id', ID],
  ['evidence', EVIDENCE],
  ['member', MEMBER],
  ['record', RECORD],
  ['format', raw('m.format')],
  ['session', raw('linked.session')],
  ['confidence', raw('linked.confidence')],
  ['process', raw('coalesce(linked.process, a.entityid)')],
  ['duration', DURATION],
  ['interactive', INTERACTIVE],
]);

/** The attribute's value for a row `a` with `joinsOf` it, NULL where absent; choices as text, an empty list as absent. */
export function valueSql(attribute: Attribute): Sql {
  if (attribute.home === 'mark') {
    return sql`(SELECT list(DISTINCT k.text ORDER BY k.text) FROM kept.mark k WHERE k.key = a.key AND k.kind = ${attribute.name})`;
  }
  if (attribute.home === 'finding') {
    return sql`(
      SELECT list(DISTINCT n.rule ORDER BY n.rule) FROM kept.finding f JOIN kept.finding_name n ON n.finding = f.finding WHERE f.key = a.key)`;
  }
  const derived = DERIVED.get(attribute.name);
  if (derived) return sql`(${derived})`;
  const column = sql`${raw(attribute.home === 'activity' ? 'a' : attribute.home)}.${name(attribute.column ?? attribute.name)}`;
  if (attribute.type === 'choice') return sql`CAST(${column} AS VARCHAR)`;
  return attribute.type === 'list' || attribute.type === 'addresses'
    ? sql`CASE WHEN len(${column}) > 0 THEN ${column} END`
    : column;
}

/** A table expression that has rows if any activity has the attribute. */
export function present(attribute: Attribute): Sql {
  if (attribute.home === 'mark') return sql`kept.mark WHERE kind = ${attribute.name}`;
  if (attribute.home === 'finding') return raw('kept.finding');
  return sql`${tableOf(attribute.home)} WHERE ${name(attribute.column ?? attribute.name)} IS NOT NULL`;
}
