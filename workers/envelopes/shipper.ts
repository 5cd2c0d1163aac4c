/**
 * Records of log shippers around a line that is JSON itself: Filebeat and Logstash (`message`), Vector (`message`), Fluentd and Fluent Bit (`log`), Loki (`line` of logcli, `stream` and `values` of its API, also as they are pushed),
 * LogDNA and IBM Log Analysis (`_line`), Graylog (GELF, `short_message`), Google Cloud Logging (`jsonPayload`, `textPayload`). A pod named by them is the one that wrote the log, so only its host is taken
 * on. Sources: the shippers' documentation of their output (Mezmo: log parsing, line format; Loki HTTP API; Cloud Logging LogEntry).
 */
import type { Context, Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, has, looksLikeObject, only, said, sinceEpoch, textOf, timeOf } from './facts';

function context(value: Fields): Context {
  const kubernetes = fieldsOf(value.kubernetes);
  const node = textOf(fieldsOf(kubernetes.node).name) ?? textOf(kubernetes.node_name) ?? textOf(kubernetes.host);
  const host = fieldsOf(value.host);
  return said({
    host: textOf(host.name) ?? textOf(host.hostname) ?? node,
    node,
    time:
      timeOf(value['@timestamp']) ??
      timeOf(value.time) ??
      timeOf(value.timestamp) ??
      sinceEpoch(has(value, 'line') ? value.timestamp : undefined, 'ns'),
  });
}

/** Google Cloud Logging's entry of a container or a host; audit logs (`protoPayload`) are records of their own. */
function logEntry(value: Fields): Unwrapped | undefined {
  if (!has(value, 'logName') || has(value, 'protoPayload')) return undefined;
  const labels = fieldsOf(fieldsOf(value.resource).labels);
  const node = textOf(fieldsOf(value.labels)['compute.googleapis.com/resource_name']);
  const told = said({ cluster: textOf(labels.cluster_name), node, host: node, time: timeOf(value.timestamp) });
  if (Object.keys(fieldsOf(value.jsonPayload)).length > 0) return { path: ['jsonPayload'], context: told };
  return textOf(value.textPayload) === undefined ? undefined : { text: value.textPayload as string, context: told };
}

/** What is pushed to Loki, and what it sends to who follows a query. */
const isPushed = ({ streams }: Fields): boolean =>
  Array.isArray(streams) && streams.length > 0 && streams.every((stream) => has(fieldsOf(stream), 'stream', 'values'));

/** `values` of a Loki stream: pairs of nanoseconds and line. */
function lokiStream(value: Fields): Unwrapped | undefined {
  if (!has(value, 'stream', 'values') || !Array.isArray(value.values)) return undefined;
  const lines = value.values.map((pair) => {
    if (!Array.isArray(pair)) return {};
    const timestamp = sinceEpoch(pair[0], 'ns');
    return sidekickAlert(fieldsOf(value.stream), pair[1], timestamp) ?? { line: pair[1], timestamp };
  });
  return { text: JSON.stringify(lines) };
}

/** Falcosidekick writes the text of an alert as the line, and its rule into the labels (falcosecurity/falcosidekick, outputs/loki.go). */
function sidekickAlert(labels: Fields, line: unknown, time: string | undefined): Fields | undefined {
  const { rule, priority, source, hostname } = labels;
  if (typeof line !== 'string' || looksLikeObject(line) || !textOf(rule) || !textOf(priority)) return undefined;
  return { time, rule, priority, source, hostname, tags: textOf(labels.tags)?.split(',') ?? [], output: line };
}

function line(value: Fields): Unwrapped | undefined {
  const alert = only(value, LOKI) ? sidekickAlert(fieldsOf(value.labels), value.line, timeOf(value.timestamp)) : undefined;
  if (alert) return { text: JSON.stringify(alert) };
  if (textOf(value._line) !== undefined && (has(value, '_ts') || has(value, '_app') || has(value, '_host'))) {
    return {
      text: value._line as string,
      context: said({ host: textOf(value._host), source: textOf(value._app), time: sinceEpoch(value._ts, 'ms') }),
    };
  }
  if (textOf(value.short_message) !== undefined && has(value, 'version', 'host')) {
    const context = said({ host: textOf(value.host), time: sinceEpoch(value.timestamp, 's') });
    return { text: textOf(value.full_message) ?? (value.short_message as string), context };
  }
  const text = carried(value);
  return text === undefined ? undefined : { text, context: context(value) };
}

const LOKI = new Set(['line', 'timestamp', 'labels']);
/** What Grafana downloads as JSON. */
const EXPLORE = new Set(['line', 'timestamp', 'fields', 'date']);

/** The line in it: JSON wherever it stands where a line is expected, other text only where nothing but a shipper writes such a record. */
function carried(value: Fields): string | undefined {
  const { line: loki, log, message } = value;
  const isLoki = only(value, LOKI) || (has(value, 'timestamp') && (only(value, EXPLORE) || looksLikeObject(loki)));
  if (typeof loki === 'string' && isLoki) return loki;
  if (typeof log === 'string' && (has(value, 'kubernetes') || has(value, 'stream') || looksLikeObject(log))) return log;
  if (typeof message !== 'string' || has(value, 'process') || has(value, 'auditd')) return undefined;
  const isLine = has(value, 'source_type') || textOf(fieldsOf(value.input).type) !== undefined;
  return isLine || ((has(value, '@timestamp') || has(value, 'kubernetes')) && looksLikeObject(message)) ? message : undefined;
}

export const shipper: Envelope = {
  id: 'shipper',
  title: 'records of log shippers',
  value: (value) => {
    if (fieldsOf(value.data).resultType === 'streams') return { path: ['data', 'result'] };
    if (isPushed(value)) return { path: ['streams'] };
    return lokiStream(value) ?? logEntry(value) ?? line(value);
  },
};
