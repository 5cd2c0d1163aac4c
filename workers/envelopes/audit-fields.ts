/**
 * Kubernetes audit events in another spelling, written down as the API server does: fields by dotted names (a search's CSV, Logs Insights, Kibana, a table made by pandas), objects as texts of JSON
 * in columns (Alibaba's SLS, Kafka sinks), names as Go has them (webhooks that print their structs, Microsoft Defender's CloudAuditEvents), documents of Elastic's Kubernetes integration (`kubernetes.audit`,
 * whose annotations have `_` for each dot), keys with dots as objects in objects (Wazuh), and Datadog's names of HTTP. Sources: kubernetes/apiserver pkg/apis/audit/types.go; elastic/integrations
 * packages/kubernetes, data stream audit_logs; Datadog, standard attributes; Microsoft Defender XDR, CloudAuditEvents; Wazuh, JSON decoder.
 */
import { objectRefOf } from '../formats/request-path';
import { clusterOf } from './aks';
import type { Context, Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, parsed, said, textOf, timeOf } from './facts';

/** By their names in small letters, of fields inside an object behind its name. */
const LEAVES = new Map<string, string>([
  ...[
    'level',
    'auditID',
    'stage',
    'requestURI',
    'verb',
    'user.username',
    'user.uid',
    'user.groups',
    'impersonatedUser.username',
    'impersonatedUser.groups',
    'sourceIPs',
    'userAgent',
    'objectRef.resource',
    'objectRef.namespace',
    'objectRef.name',
    'objectRef.apiGroup',
    'objectRef.apiVersion',
    'objectRef.subresource',
    'responseStatus.code',
    'responseStatus.reason',
    'responseStatus.message',
    'requestReceivedTimestamp',
    'stageTimestamp',
    'requestObject',
    'responseObject',
    'user.extra',
    'annotations',
  ].map((path) => [path.toLowerCase(), path] as const),
  // Datadog's.
  ['http.method', 'verb'],
  ['http.status_code', 'responseStatus.code'],
  ['http.useragent', 'userAgent'],
  ['network.client.ip', 'sourceIPs'],
  ['usr.id', 'user.username'],
  ['usr.name', 'user.username'],
]);
const LISTS = new Set(['user.groups', 'impersonatedUser.groups', 'sourceIPs']);
const TIMES = new Set(['requestReceivedTimestamp', 'stageTimestamp']);
const WHOLE = new Set(['requestObject', 'responseObject']);
const BRANCHES = new Set(
  'user impersonateduser objectref responsestatus kubernetes kubernetes.audit attributes http network network.client usr'.split(
    ' ',
  ),
);
const ANNOTATION = /^annotations\.(.+)$/i;
/** What may stand before each name. */
const PREFIX = /^(?:kubernetes\.audit|jsonPayload|message|log|event|audit|fields|body|data|json|attributes)\./i;
const MOST_FIELDS = 4096;
/** `kubernetes.audit.user` and what is in it. */
const DEEPEST = 4;
/** `authorization.k8s.io/decision` as objects in objects, and its list. */
const DEEPEST_KEY = 8;

/** Of a document of Kibana, in the zone of whoever looked: `Mar 17, 2026 @ 09:41:02.345`. */
const KIBANA = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) @ (\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function instant(value: unknown): string | undefined {
  const [, name = '', day = '', year, clock] = KIBANA.exec(textOf(value) ?? '') ?? [];
  const month = MONTHS.indexOf(name) + 1;
  if (year === undefined || month === 0) return timeOf(value);
  return `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}T${clock}`;
}

/** A list as it is, as JSON, or with commas. */
function list(value: unknown): unknown {
  const text = textOf(value);
  if (text === undefined) return value;
  const read = parsed(text);
  return Array.isArray(read) ? read : text.split(/,\s*/);
}

const object = (value: unknown): Fields => fieldsOf(typeof value === 'string' ? parsed(value) : value);
const isObject = (value: unknown): boolean => Object.keys(fieldsOf(value)).length > 0;

/** Keys with dots, of which somebody made objects in objects. */
function joined(fields: Fields, before = '', depth = 0): Fields {
  const entries = Object.entries(fields).slice(0, MOST_FIELDS);
  return Object.fromEntries(
    entries.flatMap(([key, value]) =>
      isObject(value) && depth < DEEPEST_KEY
        ? Object.entries(joined(value as Fields, `${before}${key}.`, depth + 1))
        : [[`${before}${key}`, value] as const],
    ),
  );
}

/** A field as the API server writes it; undefined where it says nothing. */
function written(path: string, value: unknown): unknown {
  if (LISTS.has(path)) return list(value);
  if (TIMES.has(path)) return instant(value);
  if (path === 'user.extra') return joined(object(value));
  if (WHOLE.has(path)) return isObject(object(value)) ? object(value) : undefined;
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === '' || value === '-';

/** The names of annotations, of which an index made other ones. */
const asWritten = (name: string): string =>
  name.replace(/^(\w+?)_k8s_io\//, (_, group: string) => `${group.replaceAll('_', '.')}.k8s.io/`);

class AuditEvent {
  readonly fields = new Map<string, unknown>();
  readonly annotations = new Map<string, unknown>();

  /** @param before the name of the object that holds these fields, with a dot */
  take(record: Fields, before = '', depth = 0): void {
    if (depth > DEEPEST) return;
    for (const [key, value] of Object.entries(record).slice(0, MOST_FIELDS)) {
      const name = `${before}${key}`.replace(PREFIX, '');
      const path = LEAVES.get(name.toLowerCase());
      const annotation = ANNOTATION.exec(name)?.[1];
      if (path === 'annotations') this.take(joined(object(value)), 'annotations.', depth + 1);
      else if (annotation !== undefined) this.annotations.set(asWritten(annotation), written('', value));
      else if (path !== undefined) this.set(path, written(path, value));
      else if (BRANCHES.has(name.toLowerCase())) this.take(object(value), `${name}.`, depth + 1);
    }
  }

  private set(path: string, value: unknown): void {
    if (!isNothing(value) && !this.fields.has(path)) this.fields.set(path, value);
  }

  /** Enough to be a record. */
  get tells(): boolean {
    return ['verb', 'requestURI', 'auditID'].some((path) => typeof this.fields.get(path) === 'string');
  }

  get json(): string {
    const event: Record<string, unknown> = { kind: 'Event', apiVersion: 'audit.k8s.io/v1' };
    for (const [path, value] of this.fields) {
      const [name = '', inner] = path.split('.');
      event[name] = inner === undefined ? value : { ...fieldsOf(event[name]), [inner]: value };
    }
    // What of it was not asked for, the path tells.
    const path = objectRefOf(textOf(event.requestURI) ?? '');
    if (path) event.objectRef = { ...path, ...fieldsOf(event.objectRef) };
    return JSON.stringify(this.annotations.size > 0 ? { ...event, annotations: Object.fromEntries(this.annotations) } : event);
  }
}

/** Datadog's names, and `verb` gone; some of the fields may lie in `attributes`. */
function isOfDatadog({ verb, kind, objectRef, http, attributes }: Fields): boolean {
  const moved = fieldsOf(attributes);
  const { method } = fieldsOf(http ?? moved.http);
  return (
    textOf(verb) === undefined && textOf(method) !== undefined && (kind === 'Event' || isObject(objectRef ?? moved.objectRef))
  );
}

/** What the API server never writes: a dot in a name, an object as text or in an annotation, a great letter, the names of Elastic and Datadog. */
export const isRespelled = (record: Fields): boolean =>
  isObject(fieldsOf(record.kubernetes).audit) ||
  isOfDatadog(record) ||
  (record.verb !== undefined && Object.values(fieldsOf(record.annotations)).some(isObject)) ||
  Object.entries(record).some(
    ([key, value]) =>
      /(?:^|\.)(?:objectRef\.resource|user\.username|audit\.(?:verb|auditID))$/i.test(key) ||
      /^(?:AuditID|RequestURI)$/.test(key) ||
      (/^(?:user|objectRef)$/i.test(key) && typeof value === 'string' && value.startsWith('{')),
  );

/** An entry of GKE, of which the integration moved some fields. */
function entryOf(audit: Fields): Unwrapped | undefined {
  const payload = fieldsOf(audit.protoPayload);
  if (!isObject(payload)) return undefined;
  const { logName, resource, operation, auditID: insertId, stageTimestamp: timestamp } = audit;
  const labels = Object.fromEntries(Object.entries(fieldsOf(audit.annotations)).map(([name, value]) => [asWritten(name), value]));
  const protoPayload = { status: { code: fieldsOf(audit.responseStatus).code }, ...payload };
  return { text: JSON.stringify({ protoPayload, insertId, timestamp, labels, logName, resource, operation }) };
}

function opened(record: Fields): Unwrapped | undefined {
  if (!isRespelled(record)) return undefined;
  const entry = entryOf(fieldsOf(fieldsOf(record.kubernetes).audit));
  if (entry) return entry;
  const event = new AuditEvent();
  event.take(record);
  const context: Context = said({
    cluster:
      textOf(fieldsOf(fieldsOf(record.orchestrator).cluster).name) ??
      textOf(record['orchestrator.cluster.name']) ??
      clusterOf(record.AzureResourceId),
    time: instant(record['@timestamp']) ?? instant(record.TimeGenerated),
  });
  return event.tells ? { text: event.json, context } : undefined;
}

export const auditFields: Envelope = {
  id: 'audit-fields',
  title: 'audit events in another spelling (dotted fields, columns, Go’s names, those of Elastic, Datadog and Defender)',
  limits: [
    'Audit events that were taken apart into fields hold what was asked for: bodies may be left out, and lists are read by their commas.',
  ],
  list: (value) => {
    const holder = fieldsOf(value);
    return holder.kind === 'EventList' && Array.isArray(holder.Items) ? { path: ['Items'] } : undefined;
  },
  value: opened,
};
