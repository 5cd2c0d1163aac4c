/**
 * Kubernetes audit Events (audit.k8s.io v1, v1beta1, v1alpha1): the API server's log, webhook EventLists, and what merely adds keys
 * to an event (OpenShift's ClusterLogForwarder, Panther). Field facts: kubernetes/apiserver pkg/apis/audit/v1/types.go.
 *
 * One request is told by one to three records (stages), which the import merges. The time is when the request was received; older
 * and cut versions fall back to the stage's time, `timestamp`, `metadata.creationTimestamp`, and say so. A record with neither id nor time,
 * as some SIEM exports leave it, is kept undated.
 */
import { first, flags, instant, precisionOf, texts } from './expressions';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';

const GROUP = 'audit.k8s.io/';
const metadata = { name: 'text' } as const;
const annotation = (name: string) => `e.annotations."${name}"`;
const extra = (name: string) => `e."user".extra."${name}"`;

const columns: Columns = {
  apiVersion: 'text',
  level: 'text',
  auditID: 'text',
  stage: 'text',
  requestURI: 'text',
  verb: 'text',
  user: {
    username: 'text',
    groups: 'texts',
    extra: new Body({
      'authentication.kubernetes.io/credential-id': 'texts',
      'authentication.kubernetes.io/pod-name': 'texts',
      'scopes.authorization.openshift.io': 'texts',
      arn: 'texts',
      canonicalArn: 'texts',
      oid: 'texts',
    }),
  },
  impersonatedUser: { username: 'text', groups: 'texts' },
  sourceIPs: 'texts',
  userAgent: 'text',
  objectRef: { resource: 'text', namespace: 'text', name: 'text', apiGroup: 'text', apiVersion: 'text', subresource: 'text' },
  responseStatus: new Body({ code: 'integer', reason: 'text', message: 'text' }),
  requestReceivedTimestamp: 'time',
  stageTimestamp: 'time',
  timestamp: 'time',
  metadata: new Body({ creationTimestamp: 'time' }),
  annotations: new Body({
    'authorization.k8s.io/decision': 'text',
    'authorization.k8s.io/reason': 'text',
    'audit.k8s.io/truncated': 'text',
  }),
  requestObject: new Body({ metadata: new Body(metadata), rules: 'json' }),
  responseObject: new Body({ metadata: new Body(metadata) }),
  k8s_audit_level: 'text',
  openshift_audit_level: 'text',
  openshift: new Body({ cluster_id: 'text' }),
};

/** The API server treats `+` as a blank and decodes keys too; what is no UTF-8 stays as it was written. */
const decoded = (text: string) => `coalesce(TRY(url_decode(replace(${text}, '+', ' '))), ${text})`;
const parameter = (...keys: readonly string[]) =>
  `list_transform(
        list_filter(parameters, lambda p: ${decoded("split_part(p, '=', 1)")} IN (${keys.map((key) => `'${key}'`).join(', ')})),
        lambda p: ${decoded("CASE WHEN contains(p, '=') THEN substr(p, strpos(p, '=') + 1) ELSE '' END")}
      )`;

const PATH = `split_part(e."requestURI", '?', 1)`;
/** `/api/v1/nodes/NODE/proxy/exec/NAMESPACE/POD[/UID]/CONTAINER`: the kubelet's own exec, run, attach and port forward. */
const KUBELET =
  '^/api/v1/(?:proxy/nodes/[^/?]+|nodes/[^/?]+/proxy)/(?:cri/)?(exec|run|attach|portForward)(?:/([^/?]+)/([^/?]+)(?:/([^/?]+))?(?:/([^/?]+))?)?';

const WORKLOADS = [
  ['deployments', 'Deployment'],
  ['daemonsets', 'DaemonSet'],
  ['statefulsets', 'StatefulSet'],
  ['replicasets', 'ReplicaSet'],
  ['jobs', 'Job'],
  ['cronjobs', 'CronJob'],
] as const;

const capital = (text: string) => `upper(left(${text}, 1)) || substr(${text}, 2)`;

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE WHEN auditid IS NOT NULL AND stage IS NOT NULL
    THEN concat_ws(chr(31), coalesce(cluster, ''), auditid, coalesce(received, ''), coalesce(verb, ''), coalesce(requesturi, ''), coalesce("user", ''))
  END AS merge,
  CASE stage WHEN 'ResponseComplete' THEN 0 WHEN 'Panic' THEN 1 WHEN 'ResponseStarted' THEN 2 ELSE 3 END::UTINYINT AS rank,
  auditid IS NOT NULL AND stage IS NOT NULL AND staged IS NOT NULL AS keyed,
  CASE WHEN verb IS NULL AND auditid IS NULL AND requesturi IS NULL AND NOT coalesce(starts_with(e."apiVersion", '${GROUP}'), false)
    THEN 'rejected: not a Kubernetes audit event' END AS skip,

  time,
  ${precisionOf('timetext')} AS precision,
  CASE WHEN stage IN ('ResponseComplete', 'Panic') THEN staged END AS "end",
  CASE WHEN stage = 'ResponseStarted' THEN staged END AS ready,
  CASE WHEN session THEN 'exec' ELSE 'api' END AS kind,
  CASE
    WHEN NOT session THEN NULL
    WHEN subresource = 'ephemeralcontainers' THEN 'ephemeral container'
    WHEN subresource = 'attach' OR kubelet.call = 'attach' THEN 'kube attach'
    WHEN subresource = 'portforward' OR kubelet.call = 'portForward' THEN 'port-forward'
    WHEN regexp_extract(command[1], '[^/]*$') = 'tar' AND list_contains(command, '-')
      AND len(list_filter(command, lambda word: regexp_full_match(word, '-?[a-z]*[cx][a-z]*f'))) > 0 THEN 'kube cp'
    ELSE 'kube exec'
  END AS label,
  CASE
    WHEN decision = 'forbid' OR code IN (401, 403) THEN 'refused'
    WHEN stage = 'Panic' OR code >= 400 THEN 'failed'
    WHEN message = 'Connection closed early' THEN 'unknown'
    WHEN code >= 100 THEN 'ok'
    ELSE 'unknown'
  END AS result,
  ${flags(
    ['timetext IS NULL', 'undated'],
    ['auditid IS NULL OR stage IS NULL', 'incomplete record'],
    [
      'e."requestReceivedTimestamp" IS NULL AND coalesce(e."stageTimestamp", e.metadata."creationTimestamp") = timetext AND e.timestamp IS DISTINCT FROM timetext',
      'time is not that of the request',
    ],
    ['bodyname IS NOT NULL', 'name from the body'],
    [`${annotation('audit.k8s.io/truncated')} = 'true'`, 'bodies cut by the server'],
    [`ends_with(e."userAgent", '...TRUNCATED')`, 'user agent cut by the server'],
    [`message = 'Connection closed early'`, 'connection closed early'],
  )} AS flags,

  cluster,
  coalesce(nullif(kubelet.namespace, ''), namespace) AS namespace,
  CASE WHEN kubelet.pod <> '' THEN kubelet.pod WHEN resource = 'pods' THEN name END AS pod,
  coalesce(nullif(kubelet.fourth, ''), nullif(kubelet.third, ''), container[-1]) AS container,
  CASE WHEN resource = 'nodes' THEN name END AS node,
  CASE WHEN owner IS NOT NULL THEN name END AS workload,
  CASE WHEN name IS NOT NULL THEN owner END AS workloadkind,
  CASE WHEN resource = 'deployments' THEN name END AS deployment,

  "user",
  ${texts('e."user".groups')} AS groups,
  e."impersonatedUser".username AS impersonated,
  ${texts('e."impersonatedUser".groups')} AS impersonatedgroups,
  coalesce(${first(extra('arn'))}, ${first(extra('canonicalArn'))}, ${first(extra('oid'))}, CASE WHEN starts_with("user", 'arn:') THEN "user" END) AS clouduser,
  CASE
    WHEN starts_with(credential, 'X509') THEN 'certificate'
    WHEN ${extra('authentication.kubernetes.io/pod-name')} IS NOT NULL THEN 'pod'
    WHEN starts_with(credential, 'JTI') OR ${extra('scopes.authorization.openshift.io')} IS NOT NULL OR starts_with("user", 'system:serviceaccount:') THEN 'token'
    WHEN ${extra('arn')} IS NOT NULL THEN 'cloud'
    WHEN "user" = 'system:anonymous' THEN 'anonymous'
  END AS identitybasis,
  e."userAgent" AS useragent,
  ${texts('e."sourceIPs"')} AS sourceaddresses,

  verb, resource, subresource, name, apigroup,
  nullif(command, []) AS command,
  code, coalesce(e."responseStatus".reason, message) AS reason, decision,
  nullif(${annotation('authorization.k8s.io/reason')}, '') AS decisionreason,
  ${capital('verb')} || coalesce(${capital('resource')}, '') || coalesce('_' || ${capital('subresource')}, '')
    || CASE WHEN resource IN ('roles', 'clusterroles') AND regexp_matches(e."requestObject".rules::VARCHAR, '"pods/(exec|\\*)"') THEN '_WithPodExec' ELSE '' END AS action,
  requesturi, auditid, level, stage
FROM (
  SELECT
    *,
    ${parameter('container', 'containerName')} AS container,
    CASE WHEN session THEN ${parameter('command', 'cmd')} END AS command
  FROM (
    SELECT
      *,
      ${instant('timetext')} AS time,
      ${instant('e."stageTimestamp"')} AS staged,
      epoch_ns(${instant('coalesce(e."requestReceivedTimestamp", e.timestamp, e.metadata."creationTimestamp")')})::VARCHAR AS received,
      kubelet IS NOT NULL OR coalesce(resource = 'pods' AND (subresource IN ('exec', 'attach', 'portforward')
        OR (subresource = 'ephemeralcontainers' AND verb IN ('create', 'update', 'patch'))), false) AS session,
      CASE WHEN resource IN ('pods', 'nodes') AND (kubelet IS NOT NULL OR subresource IS NOT NULL) AND contains(requesturi, '?')
        THEN string_split(substr(requesturi, strpos(requesturi, '?') + 1), '&') END AS parameters
    FROM (
      SELECT
        ${PLACE}, f, e, zone,
        coalesce(e.openshift.cluster_id, cluster) AS cluster,
        coalesce(e."requestReceivedTimestamp", e."stageTimestamp", e.timestamp, e.metadata."creationTimestamp") AS timetext,
        e."auditID" AS auditid,
        e.stage AS stage,
        coalesce(e.k8s_audit_level, e.openshift_audit_level, e.level) AS level,
        e.verb AS verb,
        e."requestURI" AS requesturi,
        nullif(e."user".username, '') AS "user",
        ${first(extra('authentication.kubernetes.io/credential-id'))} AS credential,
        nullif(e."objectRef".resource, '') AS resource,
        nullif(e."objectRef".subresource, '') AS subresource,
        CASE e."objectRef".resource ${WORKLOADS.map(([resource, kind]) => `WHEN '${resource}' THEN '${kind}'`).join(' ')} END AS owner,
        nullif(e."objectRef".namespace, '') AS namespace,
        CASE WHEN e."objectRef".name IS NULL THEN coalesce(e."responseObject".metadata.name, e."requestObject".metadata.name) END AS bodyname,
        coalesce(nullif(e."objectRef".name, ''), e."responseObject".metadata.name, e."requestObject".metadata.name) AS name,
        -- v1alpha1 joins group and version: "rbac.authorization.k8s.io/v1beta1", "/v1".
        nullif(coalesce(e."objectRef"."apiGroup", regexp_extract(e."objectRef"."apiVersion", '^(.*)/', 1)), '') AS apigroup,
        TRY_CAST(e."responseStatus".code AS INTEGER) AS code,
        e."responseStatus".message AS message,
        ${annotation('authorization.k8s.io/decision')} AS decision,
        CASE WHEN contains(e."requestURI", '/nodes/') AND regexp_matches(${decoded(PATH)}, '${KUBELET}')
          THEN regexp_extract(${decoded(PATH)}, '${KUBELET}', ['call', 'namespace', 'pod', 'third', 'fourth']) END AS kubelet
      FROM record
    )
  )
)`;

const isAudit = (record: Readonly<Record<string, unknown>>): boolean => {
  if (typeof record.apiVersion === 'string' && record.apiVersion.startsWith(GROUP)) return record.kind !== 'EventList';
  if (typeof record.verb !== 'string') return false;
  if (typeof record.auditID === 'string' && typeof record.stage === 'string') return true;
  // Trimmed on its way (SIEM exports): never a core/v1 Event, which has neither verb nor request.
  return isObject(record.objectRef) || (typeof record.requestURI === 'string' && isObject(record.user));
};

/** A Kubernetes object of which nothing is left but its kind: taken, so that it becomes a reject with a reason instead of a file not read. */
const isBare = (record: Readonly<Record<string, unknown>>): boolean => {
  const keys = Object.keys(record);
  return keys.includes('kind') && keys.every((key) => key === 'kind' || key === 'apiVersion');
};

export const k8sAudit: Format = {
  id: 'k8s-audit',
  title: 'Kubernetes audit events',
  version: 1,
  recognisedBy: 'auditID, stage and verb (kind alone is not enough: core events are also called Event)',
  limits: [
    'The exit code of a command, what was typed into a terminal and what it printed are never in an audit event.',
    'A status of 101 says that the stream was opened, not that the command ran.',
    'Which requests are logged, and with which bodies, is decided by the audit policy of the server.',
    'The audit id and the user agent are chosen by the client; of the source addresses only the last was seen by the server.',
  ],
  columns,
  detect: ({ records }) => Math.max(share(records, isAudit), share(records, isBare) / 2),
  envelope: (value) =>
    isObject(value) && value.kind === 'EventList' && Array.isArray(value.items) && isAuditList(value) ? ['items'] : undefined,
  project,
};

function isAuditList(list: Readonly<Record<string, unknown>>): boolean {
  if (typeof list.apiVersion === 'string' && list.apiVersion.startsWith(GROUP)) return true;
  const [item] = list.items as readonly unknown[];
  return isObject(item) && typeof item.auditID === 'string';
}
