/**
 * OTLP log exports (`resourceLogs`, `scopeLogs`, `logRecords`), the record in `body`, as OpenShift's ClusterLogForwarder and OpenTelemetry collectors write them. Attributes of the resource say which
 * cluster, node and API server; a pod or container among them is the one that wrote the log. Source: opentelemetry-proto logs.proto (JSON encoding).
 */
import type { Envelope } from './envelope';
import { type Fields, fieldsOf, has, said, sinceEpoch, textOf } from './facts';

/** OTLP's AnyValue as a plain one. A 64-bit number is text in it and stays so. */
function plain(value: unknown, depth = 0): unknown {
  const any = fieldsOf(value);
  if (depth > 64) return null;
  const list = fieldsOf(any.kvlistValue ?? any.arrayValue).values;
  if (!Array.isArray(list)) return any.stringValue ?? any.intValue ?? any.boolValue ?? any.doubleValue ?? any.bytesValue ?? null;
  if (any.kvlistValue === undefined) return list.map((each) => plain(each, depth + 1));
  return Object.fromEntries(list.map(fieldsOf).map((pair) => [String(pair.key), plain(pair.value, depth + 1)]));
}

function attributes(holder: unknown): ReadonlyMap<string, string> {
  const list = fieldsOf(holder).attributes;
  const pairs = (Array.isArray(list) ? list : []).map(fieldsOf);
  return new Map(
    pairs.flatMap(({ key, value }) =>
      typeof key === 'string' && textOf(fieldsOf(value).stringValue) ? [[key, String(fieldsOf(value).stringValue)]] : [],
    ),
  );
}

const isRecord = (value: Fields): boolean =>
  has(value, 'body') &&
  (has(value, 'timeUnixNano') || has(value, 'observedTimeUnixNano') || has(value, 'severityText') || has(value, 'attributes'));

export const otlp: Envelope = {
  id: 'otlp',
  title: 'OTLP log records',
  list: (value) => {
    const holder = fieldsOf(value);
    if (Array.isArray(holder.resourceLogs)) return { path: ['resourceLogs'] };
    if (Array.isArray(holder.logRecords) && isRecord(fieldsOf(holder.logRecords[0]))) return { path: ['logRecords'] };
    if (!Array.isArray(holder.scopeLogs)) return undefined;
    const of = attributes(holder.resource);
    const context = said({
      cluster: of.get('openshift.cluster.uid') ?? of.get('k8s.cluster.name') ?? of.get('k8s.cluster.uid'),
      server: of.get('openshift.log.type') === 'audit' ? of.get('openshift.log.source') : undefined,
      node: of.get('k8s.node.name'),
      host: of.get('host.name') ?? of.get('k8s.node.name'),
    });
    return { path: ['scopeLogs'], context };
  },
  value: (value) => {
    if (!isRecord(value)) return undefined;
    const body = plain(value.body);
    const time = sinceEpoch(value.timeUnixNano, 'ns') ?? sinceEpoch(value.observedTimeUnixNano, 'ns');
    if (typeof body === 'string') return body.trim() === '' ? { ignored: 'empty body' } : { text: body, context: said({ time }) };
    return typeof body === 'object' && body !== null ? { text: JSON.stringify(body), context: said({ time }) } : undefined;
  },
};
