/**
 * Kubernetes audit events as OCSF's API Activity (class 6003), as Amazon Security Lake and log pipelines write them, put together again. The path of the request tells the resource: `resources`
 * lacks subresources. Sources: schema.ocsf.io, class api_activity; ocsf/examples, mappings of EKS Audit Logs 1.1.0 to 1.5.0.
 */
import { objectRefOf } from '../formats/request-path';
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, parsed, sinceEpoch, textOf, timeOf } from './facts';

const API_ACTIVITY = 6003;
const KUBERNETES = /kubernetes|k8s/i;
const STAGE = /^(?:RequestReceived|ResponseStarted|ResponseComplete|Panic)$/;

/** A call to a cluster; CloudTrail's calls to the service EKS are of the same class. */
export function isKubernetesCall(event: Fields): boolean {
  if (Number(event.class_uid) !== API_ACTIVITY) return false;
  const product = fieldsOf(fieldsOf(event.metadata).product);
  const names = [product.version, product.name, fieldsOf(product.feature).name, fieldsOf(fieldsOf(event.api).service).name];
  return names.some((name) => KUBERNETES.test(textOf(name) ?? ''));
}

/** In UTC; tables leave the zone out, and some pipelines write microseconds where OCSF has milliseconds. */
function time(text: unknown, epoch: unknown): string | undefined {
  const written = timeOf(text);
  if (written !== undefined) return /(?:Z|[+-]\d\d:\d\d)$/.test(written) ? written : `${written}Z`;
  return sinceEpoch(epoch, Number(epoch) >= 1e14 ? 'us' : 'ms');
}

/** What OCSF has no field for, as it was or by dotted names: all members of one of its objects. */
function unmapped(event: Fields, name: string): Fields {
  const rest = fieldsOf(event.unmapped);
  const dotted = Object.entries(rest).flatMap(([key, value]) =>
    key.startsWith(`${name}.`) ? [[key.slice(name.length + 1), value] as const] : [],
  );
  const nested = name.split('.').reduce<unknown>((holder, key) => fieldsOf(holder)[key], rest);
  return { ...fieldsOf(nested), ...Object.fromEntries(dotted) };
}

const list = (...values: readonly unknown[]): readonly unknown[] | undefined => {
  const texts = values.flat().filter((value) => textOf(value) !== undefined);
  return texts.length > 0 ? texts : undefined;
};

function uriOf(event: Fields): string | undefined {
  const url = fieldsOf(fieldsOf(event.http_request).url);
  const [path, query] = [textOf(url.path), textOf(url.query_string)];
  return path === undefined || query === undefined || path.includes('?') ? path : `${path}?${query}`;
}

function objectRef(event: Fields, uri: string | undefined): object | undefined {
  const path = uri === undefined ? undefined : objectRefOf(uri);
  // Of what is no resource nothing is told.
  if (uri !== undefined && path === undefined) return undefined;
  const [first] = Array.isArray(event.resources) ? event.resources : [];
  const { type, name, namespace, subresource } = fieldsOf(first);
  const { group, version } = fieldsOf(event.api);
  const told = { resource: type, subresource, name, namespace, apiGroup: fieldsOf(group).name, apiVersion: version };
  return { ...Object.fromEntries(Object.entries(told).filter(([, value]) => textOf(value) !== undefined)), ...path };
}

/** The account is the caller's ARN in mappings of EKS, and a number elsewhere. */
function extra(event: Fields): object {
  const account = textOf(fieldsOf(fieldsOf(event.cloud).account).uid);
  const { issuer } = fieldsOf(fieldsOf(event.actor).session);
  return {
    arn: account?.startsWith('arn:') ? [account] : undefined,
    canonicalArn: list(issuer),
    ...unmapped(event, 'user.extra'),
  };
}

function impersonatedUser(event: Fields): object | undefined {
  const { username, groups } = unmapped(event, 'impersonatedUser');
  if (textOf(username) === undefined) return undefined;
  return { username, groups: typeof groups === 'string' ? groups.split(/,\s*/) : groups };
}

const body = (data: unknown, rest: Fields): unknown => parsed(data) ?? (typeof rest.kind === 'string' ? rest : undefined);

function opened(event: Fields): Unwrapped | undefined {
  if (!isKubernetesCall(event)) return undefined;
  const api = fieldsOf(event.api);
  const [request, response] = [fieldsOf(api.request), fieldsOf(api.response)];
  const user = fieldsOf(fieldsOf(event.actor).user);
  const source = fieldsOf(event.src_endpoint);
  const requestURI = uriOf(event);
  const reason = textOf(fieldsOf(event.policy).name);
  const audit = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: fieldsOf(event.metadata).log_level,
    auditID: request.uid,
    stage: STAGE.test(textOf(event.message) ?? '') ? event.message : undefined,
    requestURI,
    verb: api.operation,
    user: {
      username: user.name,
      uid: user.uid,
      groups: Array.isArray(user.groups) ? list(user.groups.map((group) => fieldsOf(group).name ?? group)) : undefined,
      extra: extra(event),
    },
    impersonatedUser: impersonatedUser(event),
    sourceIPs: list(source.ip, source.intermediate_ips),
    userAgent: fieldsOf(event.http_request).user_agent,
    objectRef: objectRef(event, requestURI),
    responseStatus: { code: response.code, reason: textOf(response.error), message: textOf(response.message) },
    requestObject: body(request.data, unmapped(event, 'requestObject')),
    responseObject: body(response.data, unmapped(event, 'responseObject')),
    requestReceivedTimestamp: time(event.start_time_dt, event.start_time),
    stageTimestamp: time(event.time_dt, event.time),
    annotations: { ...(reason && { 'authorization.k8s.io/reason': reason }), ...unmapped(event, 'annotations') },
  };
  return { text: JSON.stringify(audit) };
}

export const ocsfApi: Envelope = {
  id: 'ocsf-api',
  title: 'Kubernetes audit events as OCSF API Activity',
  limits: [
    'Audit events that were translated to OCSF have lost what their translation had no field for, and bodies as far as they were kept.',
  ],
  value: opened,
};
