/**
 * Calls that are one act of a person's tool: `kubectl run -it` creates a pod and attaches to it, `kubectl debug` adds a container to a pod (or copies the
 * pod, or makes one on a node) and attaches to that. Each call stays an activity of its own; the attach or exec says what it was a part of.
 */
import type { Connection } from '../case/database';
import { join, raw, sql } from '../contract/sql';
import type { OriginatorRow } from './originators';

export interface Composite {
  readonly tool: 'run' | 'debug';
  /** The call that made the pod or added the container. */
  readonly key: number;
  /** Seconds before this one. */
  readonly before: number;
}

/** A person waits this long for an image; the tool goes on by itself. */
const WITHIN_NS = 120_000_000_000n;

const DEBUG_POD = '(-debug$|^node-debugger-)';

/** Whether it is worth to look. */
export const mayBePart = ({ subresource, pod, name }: Pick<OriginatorRow, 'subresource' | 'pod' | 'name'>): boolean =>
  subresource === 'attach' || (subresource === 'exec' && new RegExp(DEBUG_POD).test(pod ?? name ?? ''));

/** By key of an attach or exec: the latest such call of the same user for that pod just before. kubectl names a pod of its own for debugging `…-debug` or `node-debugger-…`. */
export async function readComposites(connection: Connection): Promise<ReadonlyMap<number, Composite>> {
  const rows = await connection.all<{ key: bigint; made: bigint; debug: boolean; before: number }>(sql`
    WITH told AS MATERIALIZED (
      SELECT a.key, a.time, a.actor, a.scope, a.name, a.kind, a.subresource
      FROM activity a
      WHERE a.kind IN ('exec', 'api') AND a.time IS NOT NULL AND a.result NOT IN ('refused', 'failed')
        AND (a.kind = 'exec' AND a.subresource IN ('attach', 'exec', 'ephemeralcontainers')
          OR a.kind = 'api' AND a.resource = 'pods' AND a.subresource IS NULL AND a.verb = 'create')
    ), call AS MATERIALIZED (
      SELECT t.key, t.time, r."user", s.cluster, s.namespace, coalesce(s.pod, t.name) AS pod, t.kind, t.subresource
      FROM told t LEFT JOIN scope s USING (scope) LEFT JOIN actor r USING (actor)
    )
    SELECT
      c.key,
      arg_max(m.key, m.time) AS made,
      arg_max(m.subresource IS NOT NULL OR regexp_matches(m.pod, ${DEBUG_POD}), m.time) AS debug,
      (epoch_ns(any_value(c.time)) - epoch_ns(max(m.time))) / 1e9 AS before
    FROM call c
    JOIN call m ON m."user" = c."user" AND m.pod = c.pod AND m.namespace IS NOT DISTINCT FROM c.namespace AND m.cluster IS NOT DISTINCT FROM c.cluster
    WHERE c.subresource IN ('attach', 'exec') AND (m.subresource = 'ephemeralcontainers' OR m.kind = 'api')
      AND epoch_ns(c.time) - epoch_ns(m.time) BETWEEN 0 AND ${WITHIN_NS}::BIGINT
      AND (c.subresource = 'attach' OR m.subresource IS NULL AND regexp_matches(m.pod, ${DEBUG_POD}))
    GROUP BY c.key`);
  return new Map(
    rows.map(({ key, made, debug, before }) => [
      Number(key),
      { tool: debug ? 'debug' : 'run', key: Number(made), before } as const,
    ]),
  );
}

/** What a format calls such a call, until it is known to be part of a composite. */
const PLAIN = sql`CASE subresource WHEN 'attach' THEN 'kube attach' ELSE 'kube exec' END`;

/** Labels of the parts of composites: kube run, kube debug. In no digest, as all labels. A copy (kube cp) into a pod for debugging stays one. */
export async function labelComposites(
  connection: Connection,
  parts: readonly { readonly key: number; readonly composite: Composite | null }[],
): Promise<void> {
  // Those of the sessions from before, which the evidence may no longer show.
  await connection.run(
    sql`UPDATE activity SET label = ${PLAIN} WHERE label IN ('kube run', 'kube debug') AND key IN (SELECT key FROM session)`,
  );
  for (const tool of ['run', 'debug'] as const) {
    const keys = parts.filter(({ composite }) => composite?.tool === tool).map(({ key }) => BigInt(key));
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      const batch = join(keys.slice(at, at + AT_ONCE).map((key) => sql`${key}::BIGINT`));
      await connection.run(
        sql`UPDATE activity SET label = ${raw(`'kube ${tool}'`)} WHERE key IN (${batch}) AND label IN ('kube attach', 'kube exec')`,
      );
    }
  }
}
const AT_ONCE = 1_000;
