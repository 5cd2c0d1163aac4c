/** Hits of agents' rules in view, by rule and place: counted by the small numbers that rows hold, then the dictionaries are joined to the few groups. */
import { KINDS, type Kind } from '../contract/attributes';
import { POLICY_SCOPE, type PolicyHits } from '../contract/policy-hits';
import { join, name, raw, sql } from '../contract/sql';
import { formatTime } from '../contract/time';
import type { Pane, View } from '../contract/view';
import { ID } from '../filter/places';
import { inView } from './in-view';
import { type RowOf, select } from './select';
import type { Source } from './source';

/** More places than anyone reads; the most severe of them, then the earliest. What is beyond is counted. */
const MOST_PLACES = 5_000;
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
  places: 'BIGINT',
  hits: 'BIGINT',
} as const;
type Row = RowOf<typeof SHAPE>;

const ofKind = (kind: Kind) => name(`of ${kind}`);
/** What hits are told apart by. */
const PLACE = [
  ...['rule', 'severity', 'severityraw', 'tags', 'origin'].map((of) => sql`p.${name(of)}`),
  ...POLICY_SCOPE.map((of) => sql`s.${name(of)}`),
];

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
        named AS (
          SELECT
            ${join(PLACE)},
            h.comm,
            CAST(sum(h.n) AS BIGINT)                       AS n,
            ${join(KINDS.map((kind) => sql`CAST(coalesce(sum(h.n) FILTER (WHERE h.kind = CAST(${kind} AS kind)), 0) AS BIGINT) AS ${ofKind(kind)}`))},
            min(h.first)                                   AS first,
            max(h.last)                                    AS last,
            coalesce(arg_min(h.key, h.first), min(h.key))  AS key
          FROM hit h
          JOIN policy p ON p.policy = h.policy
          LEFT JOIN shown_scope s ON s.scope = h.scope
          WHERE p.rule IS NOT NULL
          GROUP BY ALL
        ),
        told AS (
          SELECT
            n.* EXCLUDE (comm, n, ${join(KINDS.map(ofKind))}, first, last, key),
            CAST(sum(n.n) AS BIGINT)                       AS count,
            ${join(KINDS.map((kind) => sql`CAST(sum(n.${ofKind(kind)}) AS BIGINT) AS ${ofKind(kind)}`))},
            (list(n.comm ORDER BY n.n DESC, n.comm) FILTER (WHERE n.comm IS NOT NULL))[:${raw(String(COMMANDS))}] AS commands,
            min(n.first)                                   AS first,
            max(n.last)                                    AS last,
            coalesce(arg_min(n.key, n.first), min(n.key))  AS key
          FROM named n
          GROUP BY ALL
        ),
        listed AS (
          SELECT *, count(*) OVER () AS places, CAST(sum(count) OVER () AS BIGINT) AS hits
          FROM told
          ORDER BY severity NULLS LAST, first NULLS LAST, rule, key
          LIMIT ${MOST_PLACES}
        )
        SELECT
          t.rule, CAST(t.severity AS VARCHAR) AS severity, t.severityraw, t.tags, t.origin,
          ${join(POLICY_SCOPE.map((of) => sql`t.${name(of)}`))},
          t.count, ${join(KINDS.map((kind) => sql`t.${ofKind(kind)}`))},
          t.commands, t.first, t.last, ${ID} AS id, t.places, t.hits
        FROM listed t
        JOIN activity a ON a.key = t.key
        JOIN member m ON m.member = a.member
        ORDER BY t.severity NULLS LAST, t.first NULLS LAST, t.rule, t.key`,
    );
    return rows.map((row, i) => ({ ...hitsOf(row), ...(i === rows.length - 1 ? unlistedOf(rows) : {}) }));
  });
}

/** What a list that was cut leaves out. */
function unlistedOf(rows: readonly Row[]): Pick<PolicyHits, 'unlisted'> {
  const [first] = rows as [Row];
  const [places, count] = [Number(first.places) - rows.length, rows.reduce((rest, row) => rest - row.count, first.hits)];
  return places > 0 ? { unlisted: { places, count: Number(count) } } : {};
}

function hitsOf(row: Row): PolicyHits {
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
