/**
 * Kubernetes audit Events (audit.k8s.io v1, v1beta1, v1alpha1): the API server's log, webhook EventLists, and what merely adds keys
 * to an event (OpenShift's ClusterLogForwarder, Panther). Field facts: kubernetes/apiserver pkg/apis/audit/v1/types.go.
 *
 * One request is told by one to three records (stages), which the import merges. The time is when the request was received; older
 * and cut versions fall back to the stage's time, `timestamp`, `metadata.creationTimestamp`, at last to that of the envelope, and say so. A record with
 * no time at all, as some SIEM exports leave it, is kept undated. API servers behind one another share audit ids (OpenShift): the envelope says which one wrote.
 */
import { isRespelled } from '../envelopes/audit-fields';
import { actionOf, BODY, credentialOf, EXTRA, IS_SESSION, identityOf, sessionLabel, toldOf, workloadKindOf } from './api-call';
import { flags, instant, precisionOf, texts } from './expressions';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';

const GROUP = 'audit.k8s.io/';
const annotation = (name: string) => `e.annotations."${name}"`;

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
    extra: new Body(EXTRA),
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
    'authentication.kubernetes.io/issued-credential-id': 'text',
    // OpenShift's oauth-server, of logins: allow, deny or error; who they were for.
    'authentication.openshift.io/decision': 'text',
    'authentication.openshift.io/username': 'text',
  }),
  requestObject: new Body({ ...BODY, rules: 'json' }),
  responseObject: new Body(BODY),
  k8s_audit_level: 'text',
  openshift_audit_level: 'text',
  openshift: new Body({ cluster_id: 'text' }),
  log_source: 'text',
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

const OWN_TIME = 'coalesce(e."requestReceivedTimestamp", e."stageTimestamp", e.timestamp, e.metadata."creationTimestamp")';

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE WHEN auditid IS NOT NULL AND stage IS NOT NULL
    THEN concat_ws(chr(31), coalesce(cluster, ''), coalesce(server, ''), auditid, coalesce(received, ''), coalesce(verb, ''), coalesce(requesturi, ''), coalesce("user", ''))
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
  CASE WHEN session THEN ${sessionLabel('subresource', 'kubelet.call', 'command')} END AS label,
  CASE
    WHEN decision IN ('forbid', 'deny') OR code IN (401, 403) THEN 'refused'
    WHEN decision = 'error' OR stage = 'Panic' OR code >= 400 THEN 'failed'
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
    ['owntime IS NULL AND timetext IS NOT NULL', 'time is that of the envelope'],
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
  ${identityOf('"user"', 'e."user".extra')},
  ${annotation('authentication.openshift.io/username')} AS loginname,
  e."userAgent" AS useragent,
  ${texts('e."sourceIPs"')} AS sourceaddresses,

  verb, resource, subresource, name, apigroup,
  nullif(command, []) AS command,
  code, coalesce(e."responseStatus".reason, message) AS reason, decision,
  nullif(${annotation('authorization.k8s.io/reason')}, '') AS decisionreason,
  ${actionOf('e."requestObject".rules')} AS action,
  requesturi, auditid, level, stage,
  coalesce(
    ${toldOf(['e."responseObject"', 'e."requestObject"'])},
    CASE WHEN session OR (resource = 'serviceaccounts' AND subresource = 'token')
      THEN ${credentialOf('e."user".extra', annotation('authentication.kubernetes.io/issued-credential-id'))} END
  ) AS told
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
      kubelet IS NOT NULL OR ${IS_SESSION} AS session,
      CASE WHEN resource IN ('pods', 'nodes') AND (kubelet IS NOT NULL OR subresource IS NOT NULL) AND contains(requesturi, '?')
        THEN string_split(substr(requesturi, strpos(requesturi, '?') + 1), '&') END AS parameters
    FROM (
      SELECT
        ${PLACE}, f, e, zone,
        coalesce(e.openshift.cluster_id, cluster) AS cluster,
        coalesce(w.server, e.log_source) AS server,
        ${OWN_TIME} AS owntime,
        coalesce(${OWN_TIME}, CASE WHEN TRY_CAST(w.time AS TIMESTAMP_NS) IS NOT NULL THEN w.time END) AS timetext,
        e."auditID" AS auditid,
        e.stage AS stage,
        coalesce(e.k8s_audit_level, e.openshift_audit_level, e.level) AS level,
        e.verb AS verb,
        e."requestURI" AS requesturi,
        nullif(e."user".username, '') AS "user",
        nullif(e."objectRef".resource, '') AS resource,
        nullif(e."objectRef".subresource, '') AS subresource,
        ${workloadKindOf('e."objectRef".resource')} AS owner,
        nullif(e."objectRef".namespace, '') AS namespace,
        CASE WHEN e."objectRef".name IS NULL THEN coalesce(e."responseObject".metadata.name, e."requestObject".metadata.name) END AS bodyname,
        coalesce(nullif(e."objectRef".name, ''), e."responseObject".metadata.name, e."requestObject".metadata.name) AS name,
        -- v1alpha1 joins group and version: "rbac.authorization.k8s.io/v1beta1", "/v1".
        nullif(coalesce(e."objectRef"."apiGroup", regexp_extract(e."objectRef"."apiVersion", '^(.*)/', 1)), '') AS apigroup,
        TRY_CAST(e."responseStatus".code AS INTEGER) AS code,
        e."responseStatus".message AS message,
        coalesce(${annotation('authentication.openshift.io/decision')}, ${annotation('authorization.k8s.io/decision')}) AS decision,
        CASE WHEN contains(e."requestURI", '/nodes/') AND regexp_matches(${decoded(PATH)}, '${KUBELET}')
          THEN regexp_extract(${decoded(PATH)}, '${KUBELET}', ['call', 'namespace', 'pod', 'third', 'fourth']) END AS kubelet
      FROM record
    )
  )
)`;

const isAudit = (record: Readonly<Record<string, unknown>>): boolean => {
  // An envelope puts it together.
  if (isRespelled(record)) return false;
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
  version: 2,
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
