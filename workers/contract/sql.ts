/**
 * SQL with bound values: `sql\`SELECT … WHERE pid = ${pid}\``. Fragments nest; a list of values binds one by one. Nothing is ever
 * spliced into the text but other fragments and names from fixed maps (`name`).
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
    if (part instanceof Sql) {
      text += part.text;
      values.push(...part.values);
    } else {
      text += '?';
      values.push(part);
    }
    text += strings[i + 1] ?? '';
  });
  return new Sql(text, values);
}

/** A quoted identifier. Only for names of our own tables and columns. */
export const name = (identifier: string): Sql => new Sql(`"${identifier.replaceAll('"', '""')}"`, []);

/** Text of our own, never anything a person or a record wrote. */
export const raw = (text: string): Sql => new Sql(text, []);

export function join(parts: readonly (Sql | SqlValue)[], separator = ', '): Sql {
  const sqls = parts.map((p) => (p instanceof Sql ? p : new Sql('?', [p])));
  return new Sql(
    sqls.map((p) => p.text).join(separator),
    sqls.flatMap((p) => [...p.values]),
  );
}
