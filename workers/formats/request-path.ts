/**
 * What a Kubernetes API path is a request for, as the API server decides it: kubernetes/apiserver pkg/endpoints/request/requestinfo.go.
 */

export interface RequestPath {
  /** Absent where the path is of no resource; then the verb is the method in lower case. */
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Absent for the core group. */
  readonly apiGroup?: string;
  readonly apiVersion?: string;
  readonly verb: string;
}

const VERBS = new Map([
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);
/** Verbs of old clients, before the rest of the path. */
const IN_PATH = new Set(['proxy', 'redirect', 'watch']);
/** Below a namespace, of the namespace itself. */
const OF_NAMESPACE = new Set(['status', 'finalize']);

/** @param method of HTTP, in capitals */
export function requestPath(uri: string, method: string): RequestPath {
  const [path = '', query = ''] = uri.split('?', 2);
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  const none = { verb: method.toLowerCase() };
  const [root] = segments;
  const grouped = root === 'apis';
  // `/api/v1` and `/apis/<group>/<version>` alone are discovery.
  if (!(root === 'api' && segments.length >= 3) && !(grouped && segments.length >= 4)) return none;
  const group = grouped ? segments[1] : undefined;
  const version = segments[grouped ? 2 : 1];
  let parts = segments.slice(grouped ? 3 : 2);
  const special = parts.length > 1 && IN_PATH.has(parts[0] as string) ? parts[0] : undefined;
  if (special) parts = parts.slice(1);
  const namespace = parts[0] === 'namespaces' ? parts[1] : undefined;
  if (namespace !== undefined && parts[2] !== undefined && !OF_NAMESPACE.has(parts[2])) parts = parts.slice(2);
  const [resource, name, subresource] = parts;
  const verb = special ?? verbOf(VERBS.get(method) ?? none.verb, name, query);
  return {
    verb,
    apiVersion: version,
    ...(group && { apiGroup: group }),
    ...(namespace && { namespace }),
    ...(resource && { resource }),
    ...(name && { name }),
    ...(subresource && { subresource }),
  };
}

/** The object of a request, as an audit event refers to it; undefined where the path is of no resource. */
export function objectRefOf(uri: string): Omit<RequestPath, 'verb'> | undefined {
  const { verb: _, ...ref } = requestPath(uri, 'GET');
  return ref.resource === undefined ? undefined : ref;
}

function verbOf(verb: string, name: string | undefined, query: string): string {
  if (name !== undefined) return verb;
  if (verb === 'delete') return 'deletecollection';
  if (verb !== 'get') return verb;
  return /(?:^|&)watch=(?:true|1)(?:&|$)/.test(query) ? 'watch' : 'list';
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
