/**
 * AdmissionReviews (admission.k8s.io v1 and v1beta1): what an API server asks a webhook, written down by a webhook that only watches. Where no audit log can be had (managed
 * clusters), they stand in for it. Field facts: k8s.io/api/admission/v1/types.go; kube-audit-rest puts the time at which it wrote a review at the top.
 *
 * - Only writes and CONNECT (exec, attach, port forward, proxy) pass admission; what they asked for is in `object`: a command as its argv.
 * - The user is the one that was authorized: who impersonated whom is lost. A review tells neither the time nor the outcome.
 * - `uid` is of the review, not of the request. Dumps of Python programs write "None" where an object lacks.
 */
import { actionOf, BODY, EXTRA, IS_SESSION, identityOf, sessionLabel, toldOf, workloadKindOf } from './api-call';
import { flags, instant, precisionOf, texts } from './expressions';
import { Body, type Columns, type Format, isObject, PLACE, share } from './format';

const OPTIONS: Columns = { kind: 'text', command: 'json', container: 'text' };

const columns: Columns = {
  apiVersion: 'text',
  kind: 'text',
  requestReceivedTimestamp: 'time',
  request: {
    uid: 'text',
    resource: new Body({ group: 'text', version: 'text', resource: 'text' }),
    subResource: 'text',
    name: 'text',
    namespace: 'text',
    operation: 'text',
    userInfo: new Body({ username: 'text', groups: 'texts', extra: new Body(EXTRA) }),
    object: new Body({ ...BODY, ...OPTIONS, rules: 'json' }),
    oldObject: new Body(BODY),
    dryRun: 'boolean',
  },
  response: new Body({ uid: 'text' }),
};

const project = `
SELECT
  ${PLACE},
  1::UTINYINT AS k,
  CASE WHEN auditid IS NOT NULL THEN concat_ws(chr(31), 'admission', coalesce(cluster, ''), auditid) END AS merge,
  0::UTINYINT AS rank,
  auditid IS NOT NULL AS keyed,
  CASE
    WHEN e.request IS NULL AND e.response.uid IS NOT NULL THEN 'ignored: the answer of a webhook'
    WHEN auditid IS NULL AND verb IS NULL THEN 'rejected: not an AdmissionReview request'
  END AS skip,

  time,
  ${precisionOf('e."requestReceivedTimestamp"')} AS precision,
  CASE WHEN session THEN 'exec' ELSE 'api' END AS kind,
  CASE WHEN session THEN ${sessionLabel('subresource', 'NULL::VARCHAR', 'command')} END AS label,
  'unknown' AS result,
  ${flags(
    ['time IS NULL', 'undated'],
    ['time IS NOT NULL', 'time is that of the webhook'],
    [`e.request."dryRun" = 'true'`, 'dry run'],
    ['bodyname IS NOT NULL', 'name from the body'],
  )} AS flags,

  cluster,
  namespace,
  CASE WHEN resource = 'pods' THEN name END AS pod,
  CASE WHEN session THEN nullif(e.request.object.container, '') END AS container,
  CASE WHEN resource = 'nodes' THEN name END AS node,
  CASE WHEN owner IS NOT NULL THEN name END AS workload,
  CASE WHEN name IS NOT NULL THEN owner END AS workloadkind,
  CASE WHEN resource = 'deployments' THEN name END AS deployment,

  "user",
  ${texts('e.request."userInfo".groups')} AS groups,
  ${identityOf('"user"', 'e.request."userInfo".extra')},

  verb, resource, subresource, name, apigroup,
  command,
  ${actionOf('e.request.object.rules')} AS action,
  auditid,
  ${toldOf(['e.request.object', 'e.request."oldObject"'])} AS told
FROM (
  SELECT
    *,
    CASE WHEN session THEN nullif(TRY(from_json(e.request.object.command, '["VARCHAR"]')), []) END AS command
  FROM (
    SELECT
      *,
      ${IS_SESSION} AS session,
      coalesce(nullif(e.request.name, ''), bodyname) AS name
    FROM (
      SELECT
        ${PLACE}, f, e, zone, cluster,
        ${instant('e."requestReceivedTimestamp"')} AS time,
        nullif(e.request.uid, '') AS auditid,
        nullif(lower(e.request.operation), '') AS verb,
        nullif(e.request.resource.resource, '') AS resource,
        nullif(e.request.resource."group", '') AS apigroup,
        nullif(e.request."subResource", '') AS subresource,
        nullif(e.request.namespace, '') AS namespace,
        nullif(e.request."userInfo".username, '') AS "user",
        ${workloadKindOf('e.request.resource.resource')} AS owner,
        CASE WHEN coalesce(e.request.name, '') = '' THEN coalesce(e.request.object.metadata.name, e.request."oldObject".metadata.name) END AS bodyname
      FROM record
    )
  )
)`;

const isReview = (record: Readonly<Record<string, unknown>>): boolean =>
  record.kind === 'AdmissionReview' &&
  [record.request, record.response].some((part) => isObject(part) && typeof part.uid === 'string');

export const admissionReview: Format = {
  id: 'admission-review',
  title: 'AdmissionReview requests',
  version: 1,
  recognisedBy: 'kind AdmissionReview with a request that has a uid',
  limits: [
    'A webhook sees writes and opened streams alone: no get, list or watch ever reaches it.',
    'No source address, no user agent, no request URI and no audit id: the id is that of the review.',
    'Whether the call was carried out, and how it ended, is not known: other webhooks may have refused it after this one.',
    'The user is the one that the call was authorized for; who acted in whose name is lost.',
    'A review has no time of its own: without that of the webhook (kube-audit-rest) it is undated, and with it the time is when the webhook wrote it.',
    'Which calls are sent to the webhook is decided by its configuration; where it failed open, calls are missing.',
    'The exit code of a command, what was typed into a terminal and what it printed are never in a review.',
  ],
  columns,
  detect: ({ records }) => share(records, isReview),
  project,
};
