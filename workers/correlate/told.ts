/**
 * What bodies of API calls say of pods and nodes (`activity.told`, made by `toldOf` of formats/api-call.ts), as rows of `telling` (`complete.ts`), and `told_object`, which
 * has all of it. Calls that were refused or failed, and dry runs, told nothing that was so.
 */
import type { Connection } from '../case/database';
import { CONTAINER_ID } from '../contract/container';
import { CREDENTIAL_TOLD } from '../formats/api-call';
import type { ContainerOf } from './places';

const SHAPE = JSON.stringify({
  node: 'VARCHAR',
  hostip: 'VARCHAR',
  addresses: ['VARCHAR'],
  owner: 'VARCHAR',
  ownerkind: 'VARCHAR',
  hash: 'VARCHAR',
  containers: [{ name: 'VARCHAR', containerID: 'VARCHAR', image: 'VARCHAR' }],
  nodes: [{ type: 'VARCHAR', address: 'VARCHAR' }],
});

export async function gatherTold(connection: Connection): Promise<void> {
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE told_object AS ${OBJECTS}`);
  if (!(await connection.one('SELECT 1 FROM told_object LIMIT 1'))) return;
  await connection.run(`
    INSERT INTO telling BY NAME
    SELECT -row_number() OVER ()::INTEGER AS "row", false AS inside, * FROM (
      ${PODS} UNION ALL BY NAME ${CONTAINERS} UNION ALL BY NAME ${NODES}
    )`);
}

/** Containers that were told to be of one pod alone. */
export const readContainers = (connection: Connection): Promise<readonly (ContainerOf & Readonly<Record<string, unknown>>)[]> =>
  connection.all(`
    WITH told_object AS (${OBJECTS}), container AS (${CONTAINERS})
    SELECT id12 AS id, any_value(cluster) AS cluster, any_value(namespace) AS namespace, any_value(pod) AS pod, any_value(container) AS container
    FROM container
    WHERE id12 IS NOT NULL AND namespace IS NOT NULL
    GROUP BY id12
    HAVING count(DISTINCT (cluster, namespace, pod, container)) = 1
    ORDER BY id12`);

const OBJECTS = `
    SELECT cluster, resource, namespace, name, first, last, unnest(from_json(told, '${SHAPE}'))
    FROM (
      SELECT s.cluster, a.resource, s.namespace, a.name, a.told, min(a.time) AS first, max(a.time) AS last
      FROM activity a
      LEFT JOIN scope s USING (scope)
      WHERE a.told IS NOT NULL AND NOT starts_with(a.told, '${CREDENTIAL_TOLD}') AND a.result IN ('ok', 'unknown') AND NOT coalesce(list_contains(a.flags, 'dry run'), false)
      GROUP BY ALL
    )`;

/** A ReplicaSet that a Deployment made is called after it and the hash that its pods are labelled with. */
const MADE = `CASE WHEN ownerkind = 'ReplicaSet' AND length(hash) > 0 AND ends_with(owner, '-' || hash)
        THEN nullif(left(owner, length(owner) - length(hash) - 1), '') END`;

const PODS = `
      SELECT
        cluster, namespace, name AS pod, first, last,
        nullif(node, '') AS node,
        nullif(hostip, '') AS hostip,
        coalesce(${MADE}, owner) AS workload,
        CASE WHEN ${MADE} IS NOT NULL THEN 'Deployment' ELSE ownerkind END AS workloadkind,
        ${MADE} AS deployment
      FROM told_object
      WHERE resource = 'pods' AND name IS NOT NULL`;

const CONTAINERS = `
      SELECT
        cluster, namespace, pod, first, last,
        c.name AS container,
        nullif(regexp_extract(c."containerID", '^(?:[a-z-]+://)?([0-9a-f]{12,})$', 1), '') AS containerid,
        nullif(regexp_extract(c."containerID", '${CONTAINER_ID}', 1), '') AS id12,
        nullif(c.image, '') AS image
      FROM (SELECT cluster, namespace, name AS pod, first, last, unnest(containers) AS c FROM told_object WHERE resource = 'pods' AND name IS NOT NULL)
      WHERE c.name IS NOT NULL`;

const address = (type: string) => `list_filter(nodes, lambda n: n.type = '${type}')[1].address`;
const NODES = `
      SELECT cluster, name AS node, first, last, ${address('InternalIP')} AS hostip, ${address('Hostname')} AS host
      FROM told_object
      WHERE resource = 'nodes' AND name IS NOT NULL`;
