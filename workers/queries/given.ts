/** Rows of ours as a table expression. One bound text, whatever their number: DuckDB takes a second for thousands of values bound one by one. */
import { type Sql, sql } from '../contract/sql';

/** @param types DuckDB's type of each column; a value that is undefined is NULL */
export const given = <C extends string>(
  types: Readonly<Record<C, string>>,
  rows: readonly Readonly<Partial<Record<C, string | number | boolean>>>[],
): Sql => sql`(SELECT unnest(from_json(${JSON.stringify(rows, wellFormed)}, ${JSON.stringify([types])}), recursive := true))`;

/** Half of a surrogate pair, which no UTF-8 text holds, becomes U+FFFD as in a bound value. */
const wellFormed = (_: string, value: unknown): unknown => (typeof value === 'string' ? Buffer.from(value).toString() : value);
