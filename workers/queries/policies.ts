/** Hits of agents' rules in view, by rule and place: counted by the small numbers that rows hold, then the dictionaries are joined to the few groups. */
import { KINDS } from '../contract/attributes';
import { type Pane, POLICY_SCOPE, type PolicyHits, type View } from '../contract/engine';
import { join, name, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import { ID } from '../filter/places';
import { inView } from './in-view';
import { type RowOf, select } from './select';
import type { Source } from './source';

/** More groups than anyone reads; the most severe of them, then the earliest. */
const MOST_GROUPS = 5_000;
const COMMANDS = 5;

const SHAPE = {
  rule: 'VARCHAR',
  severity: 'VARCHAR?',
  severityraw: 'VARCHAR?',
  tags: 'VARCHAR[]?',
  origin: 'VARCHAR?',
  ...(Object.fromEntries(POLICY_SCOPE.map((of) => [of, 'VARCHAR?'])) as { [K in (typeof POLICY_SCOPE)[number]]: 'VARCHAR?' }),
  count: 'BIGINT',
  ...(Object.fromEntries(KINDS.map((kind) => [`of ${kind}`, 'BIGINT'])) as { [K in `of ${(typeof KINDS)[number]}`]: 'BIGINT' }),
  commands: 'VARCHAR[]?',
  first: 'TIMESTAMP_NS?',
  last: 'TIMESTAMP_NS?',
  id: 'VARCHAR',
} as const;

export async function policies(source: Source, request: View & Pane): Promise<readonly PolicyHits[]> {
  const view = await inView(source, request);
  return source.kept.get(`policies ${view.key}`, async () => {
    const rows = await select(
      source.connection,
      SHAPE,
      sql`
        WITH hit AS (
          SELECT
            a.policy,
            a.scope,
            a.kind,
            a.comm,
            count(*)                                       AS n,
            min(a.time)                                    AS first,
            max(a.time)                                    AS last,
            coalesce(arg_min(a.key, a.time), min(a.key))   AS key
          FROM activity a
          WHERE a.policy IS NOT NULL AND ${view.condition}
          GROUP BY ALL
        ),
        told AS (
          SELECT
            p.rule,
            p.severity,
            p.severityraw,
            p.tags,
            p.origin,
            ${join(POLICY_SCOPE.map((of) => sql`s.${name(of)}`))},
            CAST(sum(h.n) AS BIGINT)                                AS count,
            ${join(KINDS.map((kind) => sql`CAST(coalesce(sum(h.n) FILTER (WHERE h.kind = CAST(${kind} AS kind)), 0) AS BIGINT) AS ${name(`of ${kind}`)}`))},
            list_distinct(arg_max(h.comm, h.n, ${COMMANDS}))        AS commands,
            min(h.first)                                            AS first,
            max(h.last)                                             AS last,
            coalesce(arg_min(h.key, h.first), min(h.key))           AS key
          FROM hit h
          JOIN policy p ON p.policy = h.policy
          LEFT JOIN shown_scope s ON s.scope = h.scope
          WHERE p.rule IS NOT NULL
          GROUP BY ALL
        )
        SELECT
          t.rule, CAST(t.severity AS VARCHAR) AS severity, t.severityraw, t.tags, t.origin,
          ${join(POLICY_SCOPE.map((of) => sql`t.${name(of)}`))},
          t.count, ${join(KINDS.map((kind) => sql`t.${name(`of ${kind}`)}`))},
          t.commands, t.first, t.last, ${ID} AS id
        FROM told t
        JOIN activity a ON a.key = t.key
        JOIN member m ON m.member = a.member
        ORDER BY t.severity NULLS LAST, t.first NULLS LAST, t.rule, t.key
        LIMIT ${MOST_GROUPS}`,
    );
    return rows.map(hitsOf);
  });
}

function hitsOf(row: RowOf<typeof SHAPE>): PolicyHits {
  const { rule, severityraw, origin, count, first, last, id } = row;
  const kinds = KINDS.flatMap((kind) => (row[`of ${kind}`] > 0n ? [[kind, Number(row[`of ${kind}`])] as const] : []));
  return {
    rule,
    severity: row.severity as PolicyHits['severity'],
    severityraw,
    tags: row.tags ?? [],
    origin,
    scope: Object.fromEntries(POLICY_SCOPE.map((of) => [of, row[of]])) as PolicyHits['scope'],
    count: Number(count),
    kinds: Object.fromEntries(kinds),
    commands: row.commands ?? [],
    first: first === null ? null : formatTime(first),
    last: last === null ? null : formatTime(last),
    id,
  };
}
