/**
 * Arguments of Tracee's events as SQL: `args` (`{name, type, value}`), or `data` of the structured event, a list of `{name, <type>: value}` (api/v1beta1/event_data.proto) or
 * one object. They become two lists of equal length, `names` and `values`, so that each is looked up by its name.
 */
import { namedValue } from '../agent-expressions';

/** An argument, as JSON. */
export const arg = (name: string) => namedValue('names', '"values"', name);
/** The first of some arguments that is there and not empty, as text. */
export const word = (...names: readonly string[]) =>
  names.length === 1
    ? `nullif(${arg(names[0] ?? '')} ->> '$', '')`
    : `coalesce(${names.map((name) => `nullif(${arg(name)} ->> '$', '')`).join(', ')})`;
/** What lies at a path of an argument that is an object, as text. */
export const inside = (name: string, path: string) => `(${arg(name)} ->> '${path}')`;
/** What an argument of the structured event may be; the first that is there. */
const VALUES =
  'str str_array int32 int64 u_int32 u_int64 bool sockaddr packet_metadata dns dns_questions dns_responses http http_request'.split(
    ' ',
  );
const listOf = (...fields: readonly string[]) =>
  JSON.stringify([{ name: 'VARCHAR', ...Object.fromEntries(fields.map((field) => [field, 'JSON'])) }]);
const ANY_VALUE = VALUES.map((name) => (name === 'str_array' ? `a.str_array -> '$.value'` : `a."${name}"`)).join(', ');

/** Columns that `NAMES` and `GIVEN` are made of. */
export const READ = `from_json(e.args, '${listOf('value')}') AS plain, from_json(e.data, '${listOf(...VALUES)}') AS typed`;
export const NAMES = `coalesce(
  list_transform(plain, lambda a: a.name),
  CASE WHEN json_type(e.data) = 'OBJECT' THEN json_keys(e.data) ELSE list_transform(typed, lambda a: a.name) END
)`;
export const GIVEN = `coalesce(
  list_transform(plain, lambda a: a.value),
  CASE WHEN json_type(e.data) = 'OBJECT' THEN e.data -> '$.*' ELSE list_transform(typed, lambda a: coalesce(${ANY_VALUE})) END
)`;

/** A socket address, which old versions write as text with single quotes. */
export const socket = (...names: readonly string[]) =>
  `coalesce(${names.map((name) => `CASE json_type(${arg(name)}) WHEN 'OBJECT' THEN ${arg(name)} WHEN 'VARCHAR' THEN TRY_CAST(replace(${arg(name)} ->> '$', '''', '"') AS JSON) END`).join(', ')})`;
export const addressOf = (sock: string) => `coalesce(${sock} ->> '$.sin_addr', ${sock} ->> '$.sin6_addr')`;
export const portOf = (sock: string) => `coalesce(${sock} ->> '$.sin_port', ${sock} ->> '$.sin6_port')`;
