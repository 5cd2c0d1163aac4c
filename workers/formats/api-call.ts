/**
 * What sources of API calls share, as SQL: labels of sessions, names of actions, and what the bodies of calls say of pods, services and nodes.
 * Arguments are SQL text of our own.
 */
import { first } from './expressions';
import { Body, type Columns } from './format';

const capital = (text: string): string => `upper(left(${text}, 1)) || substr(${text}, 2)`;

const WORKLOADS = [
  ['deployments', 'Deployment'],
  ['daemonsets', 'DaemonSet'],
  ['statefulsets', 'StatefulSet'],
  ['replicasets', 'ReplicaSet'],
  ['jobs', 'Job'],
  ['cronjobs', 'CronJob'],
] as const;

/** The kind of a resource that is a workload, else NULL. */
export const workloadKindOf = (resource: string): string =>
  `CASE ${resource} ${WORKLOADS.map(([name, kind]) => `WHEN '${name}' THEN '${kind}'`).join(' ')} END`;

/** Calls that open a stream into a pod, or add a container to it. */
export const IS_SESSION = `coalesce(resource = 'pods' AND (subresource IN ('exec', 'attach', 'portforward')
        OR (subresource = 'ephemeralcontainers' AND verb IN ('create', 'update', 'patch'))), false)`;

/** Of a session; `call` is what a kubelet was asked for through the node's proxy, else NULL. kubectl cp runs tar against a pipe. */
export const sessionLabel = (subresource: string, call: string, command: string): string => `CASE
    WHEN ${subresource} = 'ephemeralcontainers' THEN 'ephemeral container'
    WHEN ${subresource} = 'attach' OR ${call} = 'attach' THEN 'kube attach'
    WHEN ${subresource} = 'portforward' OR ${call} = 'portForward' THEN 'port-forward'
    WHEN regexp_extract(${command}[1], '[^/]*$') = 'tar' AND list_contains(${command}, '-')
      AND len(list_filter(${command}, lambda word: regexp_full_match(word, '-?[a-z]*[cx][a-z]*f'))) > 0 THEN 'kube cp'
    ELSE 'kube exec'
  END`;

/** CreatePods, CreatePods_Exec, CreateRoles_WithPodExec. `rules` is the JSON of a role's rules. */
export const actionOf = (rules: string): string =>
  `${capital('verb')} || coalesce(${capital('resource')}, '') || coalesce('_' || ${capital('subresource')}, '')
    || CASE WHEN resource IN ('roles', 'clusterroles') AND regexp_matches(${rules}::VARCHAR, '"pods/(exec|\\*)"') THEN '_WithPodExec' ELSE '' END`;

/** What is read of a user's `extra`. */
export const EXTRA: Columns = {
  'authentication.kubernetes.io/credential-id': 'texts',
  'authentication.kubernetes.io/pod-name': 'texts',
  'authentication.kubernetes.io/node-name': 'texts',
  'scopes.authorization.openshift.io': 'texts',
  arn: 'texts',
  canonicalArn: 'texts',
  oid: 'texts',
};

/** `clouduser` and `identitybasis` of a user and the `EXTRA` beside it. */
export function identityOf(user: string, extra: string): string {
  const of = (name: string) => `${extra}."${name}"`;
  const credential = first(of('authentication.kubernetes.io/credential-id'));
  return `
  coalesce(${first(of('arn'))}, ${first(of('canonicalArn'))}, ${first(of('oid'))}, CASE WHEN starts_with(${user}, 'arn:') THEN ${user} END) AS clouduser,
  CASE
    WHEN starts_with(${credential}, 'X509') THEN 'certificate'
    WHEN ${of('authentication.kubernetes.io/pod-name')} IS NOT NULL THEN 'pod'
    WHEN starts_with(${credential}, 'JTI') OR ${of('scopes.authorization.openshift.io')} IS NOT NULL OR starts_with(${user}, 'system:serviceaccount:') THEN 'token'
    WHEN ${of('arn')} IS NOT NULL THEN 'cloud'
    WHEN ${user} = 'system:anonymous' THEN 'anonymous'
  END AS identitybasis`;
}

/**
 * What a call that opens a session says of the token or certificate that it came with, and a request for a token of the one that it was given: JSON, for the identity
 * chain; NULL where neither is said. The server writes both ids alike (`JTI=…`), so that one leads to the other (kubernetes/enhancements 4193).
 */
export function credentialOf(extra: string, issued: string): string {
  const of = (name: string) => first(`${extra}."authentication.kubernetes.io/${name}"`);
  const [used, pod, node] = [of('credential-id'), of('pod-name'), of('node-name')];
  return `CASE WHEN coalesce(${used}, ${pod}, ${issued}) IS NOT NULL
    THEN json_object('credential', ${used}, 'pod', ${pod}, 'node', ${node}, 'issued', ${issued})::VARCHAR END`;
}
/** What `credentialOf` makes begins so; what bodies say does not. */
export const CREDENTIAL_TOLD = '{"credential":';

/** What is read of a request's or response's object beside `metadata.name`. */
export const BODY: Columns = {
  metadata: new Body({ name: 'text', ownerReferences: 'json', labels: new Body({ 'pod-template-hash': 'text' }) }),
  spec: new Body({ nodeName: 'text', clusterIP: 'text', clusterIPs: 'json' }),
  status: new Body({
    hostIP: 'text',
    podIP: 'text',
    podIPs: 'json',
    containerStatuses: 'json',
    ephemeralContainerStatuses: 'json',
    addresses: 'json',
  }),
  target: new Body({ name: 'text' }),
};

/**
 * `told` of an activity: what its bodies say of the object, as JSON, for `correlate/complete.ts`; NULL where they say nothing. The response is the whole object, the
 * request may be a patch of it. `resource` and `subresource` are columns; `bodies` are SQL of `BODY`s, the best first.
 */
export function toldOf(bodies: readonly string[]): string {
  const of = (path: string) => {
    const values = bodies.map((body) => `${body}.${path}`);
    return values.length === 1 ? String(values[0]) : `coalesce(${values.join(', ')})`;
  };
  const owner = of('metadata."ownerReferences"');
  const statuses = of('status."containerStatuses"');
  const containers = ['containerStatuses', 'ephemeralContainerStatuses'].map(
    (name) => `TRY(from_json(${of(`status."${name}"`)}, '[{"name":"VARCHAR","containerID":"VARCHAR","image":"VARCHAR"}]'))`,
  );
  const pod = [of('spec."nodeName"'), of('status."hostIP"'), of('status."podIP"'), of('target.name'), owner, statuses];
  return `CASE resource
    WHEN 'pods' THEN CASE WHEN coalesce(${pod.map((value) => `${value}::VARCHAR`).join(', ')}) IS NOT NULL THEN json_object(
      'node', CASE WHEN subresource = 'binding' THEN ${of('target.name')} ELSE ${of('spec."nodeName"')} END,
      'hostip', ${of('status."hostIP"')},
      'addresses', list_concat([${of('status."podIP"')}], ${of('status."podIPs"')} ->> '$[*].ip'),
      'owner', CASE WHEN ${owner} ->> '$[0].controller' = 'true' THEN ${owner} ->> '$[0].name' END,
      'ownerkind', CASE WHEN ${owner} ->> '$[0].controller' = 'true' THEN ${owner} ->> '$[0].kind' END,
      'hash', ${of('metadata.labels."pod-template-hash"')},
      'containers', list_concat(${containers.join(', ')})
    )::VARCHAR END
    WHEN 'services' THEN CASE WHEN ${of('spec."clusterIP"')} IS NOT NULL
      THEN json_object('addresses', list_concat([${of('spec."clusterIP"')}], ${of('spec."clusterIPs"')} ->> '$[*]'))::VARCHAR END
    WHEN 'nodes' THEN CASE WHEN ${of('status.addresses')} IS NOT NULL
      THEN json_object('nodes', TRY(from_json(${of('status.addresses')}, '[{"type":"VARCHAR","address":"VARCHAR"}]')))::VARCHAR END
  END`;
}
