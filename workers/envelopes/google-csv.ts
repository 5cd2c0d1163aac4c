/**
 * Audit entries of Google Cloud Logging as tables: the Logs Explorer's CSV, whose columns are paths (`protoPayload.methodName`), and `gcloud logging read --format csv(…)`, whose
 * columns are the last names of the paths that were asked for (`method_name`). A row becomes an entry again, as far as its columns go. Sources: Cloud Logging,
 * download logs; gcloud topic formats, csv; gcloud topic projections.
 */
import type { Envelope } from './envelope';
import { type Fields, has, parsed, textOf } from './facts';

/** Names that gcloud gives to columns, and the paths they stand for. */
const PATHS = new Map([
  ['method_name', 'protoPayload.methodName'],
  ['resource_name', 'protoPayload.resourceName'],
  ['service_name', 'protoPayload.serviceName'],
  ['principal_email', 'protoPayload.authenticationInfo.principalEmail'],
  ['authority_selector', 'protoPayload.authenticationInfo.authoritySelector'],
  ['caller_ip', 'protoPayload.requestMetadata.callerIp'],
  ['caller_supplied_user_agent', 'protoPayload.requestMetadata.callerSuppliedUserAgent'],
  ['code', 'protoPayload.status.code'],
  ['insert_id', 'insertId'],
  ['log_name', 'logName'],
  ['timestamp', 'timestamp'],
  ['cluster_name', 'resource.labels.cluster_name'],
  ['project_id', 'resource.labels.project_id'],
  ['location', 'resource.labels.location'],
]);
const ROOT = /^(?:protoPayload|resource|operation)\.|^(?:insertId|logName|timestamp)$/;
/** What follows is one key, dots and all. */
const LABELS = /^(labels|resource\.labels)\.(.+)$/s;
const MAX_DEPTH = 16;

type Tree = Map<string, Tree | unknown>;

function put(tree: Tree, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return void tree.set(key, value);
  const inner = tree.get(key);
  const next: Tree = inner instanceof Map ? inner : new Map();
  tree.set(key, next);
  put(next, rest, value);
}

/** Keys are the evidence's, so they never become properties. */
function json(tree: Tree): string {
  const fields = [...tree].map(
    ([key, value]) => `${JSON.stringify(key)}:${value instanceof Map ? json(value) : JSON.stringify(value)}`,
  );
  return `{${fields.join(',')}}`;
}

/** Undefined: of a column that is none of an entry's. */
function pathOf(name: string): readonly string[] | undefined {
  const path = PATHS.get(name) ?? name;
  const [, root, label] = LABELS.exec(path) ?? [];
  if (root !== undefined && label !== undefined) return [...root.split('.'), label];
  const keys = ROOT.test(path) ? path.split('.') : undefined;
  return keys && keys.length <= MAX_DEPTH ? keys : undefined;
}

/** All rows of a table have the same columns. */
const MOST_KNOWN = 1000;
const known = new Map<string, readonly string[] | undefined>();

function pathOfColumn(name: string): readonly string[] | undefined {
  if (known.has(name)) return known.get(name);
  if (known.size >= MOST_KNOWN) known.clear();
  const path = pathOf(name);
  known.set(name, path);
  return path;
}

/** Lists and objects stand in a cell as JSON. */
const cell = (text: string): unknown => (/^\s*[[{]/.test(text) ? (parsed(text) ?? text) : text);

function entry(row: Fields): string {
  const tree: Tree = new Map();
  for (const [name, value] of Object.entries(row)) {
    const path = textOf(value) === undefined ? undefined : pathOfColumn(name);
    if (path) put(tree, path, cell(value as string));
  }
  return json(tree);
}

export const googleCsv: Envelope = {
  id: 'google-csv',
  title: 'rows of Cloud Logging',
  value: (value) => {
    const listed = has(value, 'method_name') && (has(value, 'timestamp') || has(value, 'insert_id'));
    return listed || has(value, 'protoPayload.methodName') ? { text: entry(value) } : undefined;
  },
};
