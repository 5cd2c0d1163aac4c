/**
 * SQL with values: `sql\`SELECT … WHERE pid = ${pid}\``. Fragments nest; a list of values goes in one by one. Nothing is ever spliced into the text but
 * other fragments, names from fixed maps (`name`), and values as literals that this file alone writes. Bound instead, DuckDB would plan a statement twice, or
 * once without its values and then look everywhere; most of what finds a row by its key is planning.
 */
export type SqlValue = string | number | bigint | boolean | null | Uint8Array;

export class Sql {
  constructor(
    readonly text: string,
    readonly values: readonly SqlValue[],
  ) {}
}

export function sql(strings: TemplateStringsArray, ...parts: readonly (SqlValue | Sql)[]): Sql {
  let text = strings[0] ?? '';
  const values: SqlValue[] = [];
  parts.forEach((part, i) => {
    const { text: inner, values: bound } = part instanceof Sql ? part : valued(part);
    text += inner + (strings[i + 1] ?? '');
    values.push(...bound);
  });
  return new Sql(text, values);
}

/** Longer ones are data, not what is looked for. */
const LONGEST_LITERAL = 10_000;

/** A literal of the type that the value would be bound as. Bytes, long texts, and those that no literal can hold are bound. */
function valued(value: SqlValue): Sql {
  switch (typeof value) {
    case 'string':
      // Between single quotes DuckDB knows no other escape than the quote twice.
      return value.length > LONGEST_LITERAL || value.includes('\0') ? bound(value) : raw(`'${value.replaceAll("'", "''")}'`);
    case 'number':
      if (!Number.isSafeInteger(value)) return raw(`CAST('${value}' AS DOUBLE)`);
      return raw(`CAST(${value} AS ${Math.abs(value) < 2 ** 31 ? 'INTEGER' : 'BIGINT'})`);
    case 'bigint':
      return raw(`CAST(${value} AS HUGEINT)`);
    case 'boolean':
      return raw(value ? 'TRUE' : 'FALSE');
    default:
      return value === null ? raw('NULL') : bound(value);
  }
}

/** A value that is bound: a statement that is planned when it is started anyway, since it reads files, is then not planned before, too. */
export const bound = (value: SqlValue): Sql => new Sql('?', [value]);

/** A quoted identifier. Only for names of our own tables and columns. */
export const name = (identifier: string): Sql => new Sql(`"${identifier.replaceAll('"', '""')}"`, []);

/** Text of our own, never anything a person or a record wrote. */
export const raw = (text: string): Sql => new Sql(text, []);

export function join(parts: readonly (Sql | SqlValue)[], separator = ', '): Sql {
  const sqls = parts.map((p) => (p instanceof Sql ? p : valued(p)));
  return new Sql(
    sqls.map((p) => p.text).join(separator),
    sqls.flatMap((p) => [...p.values]),
  );
}
