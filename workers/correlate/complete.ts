/**
 * Completes names that a record leaves out from records that tell them of the same pod: an API server names a pod, and only an agent on
 * its node knows the deployment. What the evidence told stays as it is in `scope`; `shown_scope` has both, and `completed` says on what a
 * value rests (design section 4). Derived: in no case digest, and renewed as a whole.
 */
import type { Connection } from '../case/database';
import { COMPLETED_COLUMNS } from '../case/schema';
import { join, name, type Sql, sql } from '../contract/sql';

/** The one value that records of a pod agree on; NULL where they name none, or several. */
const agreed = (column: string): Sql =>
  sql`CASE WHEN count(DISTINCT ${name(column)}) = 1 THEN any_value(${name(column)}) END AS ${name(column)}`;

/** The value where the scope itself has none. */
const missing = (column: string): Sql => sql`CASE WHEN s.${name(column)} IS NULL THEN p.${name(column)} END AS ${name(column)}`;

export async function completeScopes(connection: Connection): Promise<void> {
  await connection.run(sql`
    CREATE OR REPLACE TEMP TABLE newly_completed AS
    SELECT s.scope, ${join(COMPLETED_COLUMNS.map(missing))}, 'other records of this pod' AS basis
    FROM scope s
    JOIN (
      SELECT cluster, namespace, pod, ${join(COMPLETED_COLUMNS.map(agreed))}
      FROM scope
      WHERE namespace IS NOT NULL AND pod IS NOT NULL
      GROUP BY cluster, namespace, pod
    ) p ON p.cluster IS NOT DISTINCT FROM s.cluster AND p.namespace = s.namespace AND p.pod = s.pod`);
  const gives = join(
    COMPLETED_COLUMNS.map((column) => sql`${name(column)} IS NOT NULL`),
    ' OR ',
  );
  await connection.run('DELETE FROM completed');
  await connection.run(sql`INSERT INTO completed BY NAME SELECT * FROM newly_completed WHERE ${gives}`);
  await connection.run('DROP TABLE newly_completed');
}
