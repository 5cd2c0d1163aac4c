/** Rules that no filter can tell: what the correlator and the coverage of sources have worked out already, and what two requests tell that carry one id. */
import { type Sql, sql } from '../contract/sql';
import { UNCLAIMED_SHELL } from '../correlate/reasons';
import { coverage } from '../queries/coverage';
import { given } from '../queries/given';
import type { Source } from '../queries/source';

export const BUILT_INS = [
  'shell without a call',
  'call without a process',
  'silence of a source',
  'reuse of an audit id',
] as const;
export type BuiltIn = (typeof BUILT_INS)[number];

/** A query of keys: `SELECT key`. */
export function builtIn(source: Source, name: BuiltIn): Sql | Promise<Sql> {
  switch (name) {
    case 'shell without a call':
      return sql`SELECT s.key FROM session s WHERE s.detail ->> '$.why[0].what' = ${UNCLAIMED_SHELL}`;
    case 'call without a process':
      return sql`
        SELECT s.key
        FROM session s
        JOIN activity a ON a.key = s.key
        WHERE s.confidence IS NULL AND a.kind = 'exec' AND a.result = 'ok' AND a.subresource IN ('exec', 'attach')`;
    case 'silence of a source':
      return silences(source);
    case 'reuse of an audit id':
      return REUSES;
  }
}

/**
 * What both tell of verb, path or user differs, or the import kept apart what tells one stage twice. A request that several servers saw is none: they tell the same of it.
 * By hash, since hardly an id stands twice among millions.
 */
const REUSES = sql`
  WITH twice AS (SELECT hash(auditid) AS id FROM activity WHERE auditid IS NOT NULL GROUP BY id HAVING count(*) > 1)
  SELECT unnest(list(a.key)) AS key
  FROM activity a
  SEMI JOIN twice ON twice.id = hash(a.auditid)
  LEFT JOIN actor c ON c.actor = a.actor
  GROUP BY a.auditid
  HAVING count(DISTINCT a.verb) > 1
    OR count(DISTINCT a.requesturi) > 1
    OR count(DISTINCT c."user") > 1
    OR bool_or(list_contains(a.flags, 'reused audit id'))`;

/** The last activity before each silence and the first after it. */
async function silences(source: Source): Promise<Sql> {
  const ends = (await coverage(source)).flatMap(({ format, place, gaps }) =>
    gaps.flatMap(({ from, to }) => [from, to].map((at) => ({ format, ...(place !== null && { place }), at }))),
  );
  return sql`
    SELECT min(a.key) AS key
    FROM ${given({ format: 'VARCHAR', place: 'VARCHAR', at: 'TIMESTAMP_NS' }, ends)} e
    JOIN activity a ON a.time = e.at
    JOIN member m ON m.member = a.member AND m.format = e.format
    LEFT JOIN scope s ON s.scope = a.scope
    WHERE e.place IS NOT DISTINCT FROM CASE WHEN a.kind IN ('exec', 'api') THEN s.cluster ELSE coalesce(s.node, s.host, s.cluster) END
    GROUP BY e.format, e.place, e.at`;
}
