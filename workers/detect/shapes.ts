/**
 * The shapes of a case's activities: which values stand together in the few attributes that most rules go by. A rule that no shape can satisfy cites nothing, and need not be
 * asked of millions of rows, nor be planned for a few.
 */
import type { Filter } from '../contract/filter-ast';
import { join, name, raw, sql } from '../contract/sql';
import type { Source } from '../queries/source';

const ATTRIBUTES = ['kind', 'comm', 'verb', 'resource', 'subresource', 'mode'] as const;
/** More than these are not looked at one by one: then any rule may hold. */
const MOST_SHAPES = 20_000;

/** Values by attribute; null where an activity has none. */
export type Shape = { readonly [K in (typeof ATTRIBUTES)[number]]: string | null };

/** Whether some activity of the case may match a filter; false only where none does. */
export type MayMatch = (filter: Filter) => boolean;

export async function mayMatch({ connection }: Source): Promise<MayMatch> {
  const columns = join(ATTRIBUTES.map((of) => sql`CAST(${name(of)} AS VARCHAR) AS ${name(of)}`));
  const shapes = await connection.all<Shape>(
    sql`SELECT ${columns} FROM (SELECT DISTINCT ${join(ATTRIBUTES.map(name))} FROM activity LIMIT ${raw(String(MOST_SHAPES + 1))})`,
  );
  return shapes.length > MOST_SHAPES ? () => true : (filter) => shapes.some((shape) => may(filter, shape, true));
}

/** Whether a filter may be true, or may be false, of an activity of this shape. */
export function may(filter: Filter, shape: Shape, truth: boolean): boolean {
  switch (filter.type) {
    case 'all':
      return truth;
    case 'and':
      return truth ? filter.parts.every((part) => may(part, shape, true)) : filter.parts.some((part) => may(part, shape, false));
    case 'or':
      return truth ? filter.parts.some((part) => may(part, shape, true)) : filter.parts.every((part) => may(part, shape, false));
    case 'not':
      return may(filter.part, shape, !truth);
    case 'text':
      return true;
    default:
      return isTold(filter.attribute) ? mayTerm(filter, shape[filter.attribute], truth) : true;
  }
}

const isTold = (attribute: string): attribute is keyof Shape => (ATTRIBUTES as readonly string[]).includes(attribute);

/** An absent value has every test false, and what is negated true; what is no test of equality may be either, of a value. */
function mayTerm(
  term: Exclude<Filter, { parts: unknown } | { part: unknown } | { type: 'all' | 'text' }>,
  value: string | null,
  truth: boolean,
): boolean {
  switch (term.type) {
    case 'exists':
      return (value !== null) === truth;
    case 'in':
      return (value !== null && term.values.includes(value)) === (truth !== term.negated);
    case 'compare':
      if (term.operator === '=' || term.operator === '!=') return (value === term.value) === (truth === (term.operator === '='));
      return value !== null || !truth;
    case 'match':
      return value !== null || !truth;
  }
}
