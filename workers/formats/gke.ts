/**
 * GKE's audit entries: Cloud Logging's LogEntry with a google.cloud.audit.AuditLog of the service k8s.io, as `gcloud logging read` and sinks write it, and as
 * rows of a BigQuery sink (payload under another key, bodies as JSON text, dots and slashes of label keys as `_`). Field facts:
 * google/logging/v2/log_entry.proto, google/cloud/audit/audit_log.proto, google/rpc/code.proto; how names are made was read from entries.
 *
 * - `methodName` is the API group reversed (`io.k8s.authorization.rbac`, `com.coreos.database.etcd`), version, resource, subresource, verb. Group, namespace and name are in
 *   `resourceName`, which is the path of what is not a resource.
 * - Entries carry no stage: a long call (exec, attach) gives one that is `first` and one that is `last` of its operation; the last merges into the first, and
 *   its time is the end. The audit id is the operation's id.
 * - The status is of gRPC. A Kubernetes Status in the response says the HTTP code; else it is translated. A stream that was granted ends as UNKNOWN.
 */
import { actionOf, BODY, IS_SESSION, sessionLabel, toldOf, workloadKindOf } from './api-call';
import { flags, instant, precisionOf } from './expressions';
import { Body, type Columns, type Format, isObject, type Leaf, PLACE, share } from './format';

const LABELS = [
  ['decisiontext', 'authorization.k8s.io/decision'],
  ['why', 'authorization.k8s.io/reason'],
  ['commandtext', 'command.gke.io/command'],
  ['dryrun', 'command.gke.io/dryRun'],
  ['truncated', 'audit.k8s.io/truncated'],
] as const;
/** As BigQuery spells a label's key. */
const underscored = (key: string) => key.replace(/[^A-Za-z0-9]/g, '_');

const REQUEST: Columns = { ...BODY, rules: 'json' };
const RESPONSE: Columns = { ...BODY, '@type': 'text', kind: 'text', code: 'integer', reason: 'text' };

const payload: Columns = {
  serviceName: 'text',
  methodName: 'text',
  resourceName: 'text',
  status: new Body({ code: 'integer', message: 'text' }),
  authenticationInfo: new Body({ principalEmail: 'text', principalSubject: 'text', authoritySelector: 'text' }),
  authorizationInfo: 'json',
  // Some exports write callerIP.
  requestMetadata: 'json',
  request: new Body(REQUEST),
  response: new Body(RESPONSE),
  // Text that holds JSON; as `json`, since a text that begins like it would be a suspect.
  requestJson: 'json',
  responseJson: 'json',
};

const columns: Columns = {
  protoPayload: payload,
  protopayload_auditlog: payload,
  insertId: 'text',
  logName: 'text',
  timestamp: 'time',
  labels: new Body(Object.fromEntries(LABELS.flatMap(([, key]) => [key, underscored(key)].map((k) => [k, 'text'] as const)))),
  operation: new Body({ id: 'text', first: 'boolean', last: 'boolean' }),
  resource: new Body({ labels: new Body({ cluster_name: 'text', project_id: 'text', location: 'text' }) }),
};

/** gRPC to HTTP (google/rpc/code.proto); ABORTED is how an object that already exists arrives. */
const HTTP = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401] as const;
/** Verbs of calls that are of no resource: HTTP methods. */
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;

/** Group reversed, version, resource, subresource, verb. */
const METHOD = '^(?:.*[.])?(v[0-9]+(?:(?:alpha|beta)[0-9]+)?)[.]([^.]+)(?:[.](.+))?[.]([^.]+)$';
/** The kubelet's own exec, reached through the API: `core/v1/nodes/NODE/proxy/exec/NAMESPACE/POD/…CONTAINER`. */
const KUBELET =
  '^/?core/v1/nodes/[^/]+/proxy/(?:cri/)?(exec|run|attach|portForward)(?:/([^/]+)/([^/]+)(?:/([^/]+))?(?:/([^/]+))?)?$';

/** A body that is JSON text, as the struct that it would be as an object. */
const parsed = (text: string, columns: Columns): string => `TRY(from_json(${text}, '${JSON.stringify(structure(columns))}'))`;
const structure = (columns: Columns): object =>
  Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, structureOf(column)]));
const structureOf = (column: Leaf | Columns | Body): object | string => {
  if (column instanceof Body) return structure(column.columns);
  if (typeof column === 'object') return structure(column);
  return column === 'json' || column === 'texts' ? 'JSON' : 'VARCHAR';
};

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE WHEN auditid IS NOT NULL
    THEN concat_ws(chr(31), 'gke', coalesce(cluster, ''), coalesce(e.resource.labels.project_id, ''), coalesce(e.resource.labels.location, ''),
      auditid, coalesce(method, ''), coalesce(path, ''), coalesce("user", ''))
  END AS merge,
  CASE WHEN tail THEN 1 ELSE 0 END::UTINYINT AS rank,
  auditid IS NOT NULL AND time IS NOT NULL AS keyed,
  CASE
    WHEN p."serviceName" = 'k8s.io' OR (p."serviceName" IS NULL AND starts_with(p."methodName", 'io.k8s.')) THEN NULL
    WHEN coalesce(p."serviceName", e."logName") IS NOT NULL THEN 'ignored: an entry of another Google Cloud service'
    ELSE 'rejected: not an audit entry of Google Cloud'
  END AS skip,

  time,
  ${precisionOf('e.timestamp')} AS precision,
  CASE WHEN tail THEN time END AS "end",
  CASE WHEN session THEN 'exec' ELSE 'api' END AS kind,
  CASE WHEN session THEN ${sessionLabel('subresource', 'kubelet.call', 'command')} END AS label,
  CASE
    WHEN decision = 'forbid' OR code IN (401, 403) THEN 'refused'
    WHEN code >= 400 THEN 'failed'
    WHEN code >= 100 THEN 'ok'
    ELSE 'unknown'
  END AS result,
  ${flags(
    ['time IS NULL', 'undated'],
    ['auditid IS NULL', 'incomplete record'],
    ['tail', 'start not recorded'],
    ['bodyname IS NOT NULL', 'name from the body'],
    ['inferred', 'HTTP status inferred'],
    [`truncated = 'true'`, 'bodies cut by the server'],
    [`dryrun = 'true'`, 'dry run'],
  )} AS flags,

  cluster,
  coalesce(nullif(kubelet.namespace, ''), namespace) AS namespace,
  CASE WHEN kubelet.pod <> '' THEN kubelet.pod WHEN resource = 'pods' THEN name END AS pod,
  coalesce(nullif(kubelet.fourth, ''), nullif(kubelet.third, '')) AS container,
  CASE WHEN resource = 'nodes' THEN name END AS node,
  CASE WHEN owner IS NOT NULL THEN name END AS workload,
  CASE WHEN name IS NOT NULL THEN owner END AS workloadkind,
  CASE WHEN resource = 'deployments' THEN name END AS deployment,

  "user",
  CASE WHEN selector <> "user" THEN selector END AS impersonated,
  CASE WHEN contains("user", '@') THEN "user" END AS clouduser,
  CASE
    WHEN contains("user", '@') OR starts_with("user", 'principal') THEN 'cloud'
    WHEN starts_with("user", 'system:serviceaccount:') THEN 'token'
    WHEN "user" = 'system:anonymous' THEN 'anonymous'
  END AS identitybasis,
  p."requestMetadata" ->> '$.callerSuppliedUserAgent' AS useragent,
  CASE WHEN address IS NOT NULL THEN [address] END AS sourceaddresses,

  verb, resource, subresource, name, apigroup,
  command, code,
  coalesce(response.reason, nullif(p.status.message, '')) AS reason,
  decision, nullif(why, '') AS decisionreason,
  ${actionOf('request.rules')} AS action,
  CASE WHEN resource IS NULL THEN '/' || ltrim(path, '/') END AS requesturi,
  auditid,
  ${toldOf(['response', 'request'])} AS told
FROM (
  SELECT
    *,
    CASE
      WHEN answer IS NOT NULL THEN answer
      WHEN streamed THEN 101
      WHEN grpc = 0 THEN CASE WHEN verb = 'create' THEN 201 ELSE 200 END
      ELSE [${HTTP.join(', ')}][grpc + 1]
    END AS code,
    answer IS NULL AND (streamed OR grpc > 0) AS inferred
  FROM (
    SELECT
      *,
      -- What opens a stream ends as UNKNOWN (2), at times as OK.
      session AND subresource IN ('exec', 'attach', 'portforward') AND grpc IN (0, 2) AND decision IS DISTINCT FROM 'forbid' AS streamed,
      CASE WHEN response."@type" LIKE '%.Status' OR response.kind = 'Status' THEN TRY_CAST(response.code AS INTEGER) END AS answer,
      CASE WHEN session AND commandtext <> ''
        THEN CASE WHEN starts_with(commandtext, '[') THEN coalesce(TRY(from_json(commandtext, '["VARCHAR"]')), [commandtext]) ELSE [commandtext] END
      END AS command
    FROM (
      SELECT
        *,
        kubelet IS NOT NULL OR ${IS_SESSION} AS session,
        ${workloadKindOf('resource')} AS owner,
        coalesce(pathname, bodyname) AS name
      FROM (
        SELECT
          *,
          CASE WHEN pathname IS NULL AND verb = 'create' THEN coalesce(response.metadata.name, request.metadata.name) END AS bodyname
        FROM (
          SELECT
            *,
            nullif(called.resource, '') AS resource,
            nullif(called.subresource, '') AS subresource,
            CASE WHEN called.verb <> '' THEN called.verb WHEN list_contains([${METHODS.map((method) => `'${method}'`).join(', ')}], word) THEN word END AS verb,
            CASE WHEN namespaced THEN nullif(parts[4], '') END AS namespace,
            CASE WHEN called.resource <> '' THEN nullif(CASE WHEN namespaced THEN parts[6] ELSE parts[4] END, '') END AS pathname,
            CASE WHEN called.resource <> '' THEN nullif(nullif(parts[1], 'core'), '') END AS apigroup
          FROM (
            SELECT *, called.resource <> '' AND parts[3] = 'namespaces' AND called.resource <> 'namespaces' AS namespaced
            FROM (
              SELECT
                ${PLACE}, f, e, p, zone, decisiontext, why, commandtext, dryrun, truncated,
                ${instant('e.timestamp')} AS time,
                coalesce(e.resource.labels.cluster_name, cluster) AS cluster,
                coalesce(nullif(e.operation.id, ''), nullif(e."insertId", '')) AS auditid,
                coalesce(e.operation.last = 'true' AND e.operation.first IS DISTINCT FROM 'true', false) AS tail,
                p."methodName" AS method,
                regexp_extract(p."methodName", '[^.]*$') AS word,
                regexp_extract(p."methodName", '${METHOD}', ['version', 'resource', 'subresource', 'verb']) AS called,
                p."resourceName" AS path,
                string_split(ltrim(p."resourceName", '/'), '/') AS parts,
                CASE WHEN contains(p."resourceName", '/proxy/') AND regexp_matches(p."resourceName", '${KUBELET}')
                  THEN regexp_extract(p."resourceName", '${KUBELET}', ['call', 'namespace', 'pod', 'third', 'fourth']) END AS kubelet,
                coalesce(TRY_CAST(p.status.code AS INTEGER), 0) AS grpc,
                coalesce(nullif(p."authenticationInfo"."principalEmail", ''), nullif(p."authenticationInfo"."principalSubject", ''),
                  nullif(p."authenticationInfo"."authoritySelector", '')) AS "user",
                p."authenticationInfo"."authoritySelector" AS selector,
                coalesce(p."requestMetadata" ->> '$.callerIp', p."requestMetadata" ->> '$.callerIP') AS address,
                coalesce(decisiontext, CASE p."authorizationInfo" ->> '$[0].granted' WHEN 'true' THEN 'allow' WHEN 'false' THEN 'forbid' END) AS decision,
                coalesce(p.request, ${parsed(`p."requestJson" ->> '$'`, REQUEST)}) AS request,
                coalesce(p.response, ${parsed(`p."responseJson" ->> '$'`, RESPONSE)}) AS response
              FROM record
            )
          )
        )
      )
    )
  )
)`;

/** Of the service k8s.io; where an export left the service out, the method tells. */
function isOfCluster(record: Readonly<Record<string, unknown>>): boolean {
  const payload = record.protoPayload ?? record.protopayload_auditlog;
  if (!isObject(payload)) return false;
  const { serviceName, methodName } = payload;
  return (
    serviceName === 'k8s.io' || (serviceName === undefined && typeof methodName === 'string' && methodName.startsWith('io.k8s.'))
  );
}
const isEntry = (record: Readonly<Record<string, unknown>>): boolean =>
  isOfCluster(record) || (typeof record.logName === 'string' && 'timestamp' in record);

export const gke: Format = {
  id: 'gke',
  title: 'GKE audit entries (Cloud Logging)',
  version: 2,
  recognisedBy:
    'protoPayload.serviceName (or protopayload_auditlog.serviceName) k8s.io; container.googleapis.com is the control plane of Google, not the cluster',
  limits: [
    'Reads (get, list, watch) are there only where Data Access logging was switched on; it is off by default.',
    'GKE records no stages, no audit level, no groups, no user id and no request URI; the audit id is chosen by the client.',
    'The HTTP status is inferred from a gRPC code unless the response is recorded: an exec that was granted ends as UNKNOWN and counts as 101, which says that the stream was opened, not that the command ran.',
    'The command of an exec is there only where GKE wrote the label command.gke.io/command, as one text; the container never is.',
    'Google may leave out the caller of a refused read, and hide the address of a caller inside Google.',
    'Who a caller wanted to act as (authoritySelector) is what was asked for; it was allowed only if the call was.',
    'The exit code of a command, what was typed into a terminal and what it printed are never in an audit entry.',
  ],
  columns,
  shared: {
    p: [['protoPayload'], ['protopayload_auditlog']],
    ...Object.fromEntries(LABELS.map(([name, key]) => [name, [key, underscored(key)].map((k) => ['labels', k])])),
  },
  // One export often holds the entries of several services.
  detect: ({ records }) => {
    const own = share(records, isOfCluster);
    return own > 0 && share(records, isEntry) === 1 ? Math.max(own, 0.6) : own;
  },
  project,
};
