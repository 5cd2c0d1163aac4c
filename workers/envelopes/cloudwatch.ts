/**
 * Log events of Amazon CloudWatch: subscription payloads (as Lambda, Firehose and Kinesis hand them on, once unpacked), `aws logs filter-log-events` and `get-log-events`, the console's
 * CSV of log events, and what `aws logs tail` prints. Of an EKS cluster's log group only the streams kube-apiserver-audit-* hold audit records; the cluster is the third
 * name in the group's (`/aws/eks/<cluster>/cluster`). Sources: AWS CloudWatch Logs user guide (subscriptions), API_FilteredLogEvent, EKS user guide (control plane logs); aws/aws-cli,
 * customizations/logs/tail.py.
 */
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, has, headOf, only, said, sinceEpoch, textOf, timeOf } from './facts';

/** Of an event, in all spellings. */
const EVENT_KEYS = new Set([
  'id',
  'timestamp',
  'message',
  'ingestionTime',
  'eventId',
  'logStreamName',
  'logGroupName',
  'extractedFields',
  'ptr',
]);
const NOT_AUDIT = /^(?:kube-apiserver|authenticator|kube-controller-manager|cloud-controller-manager|kube-scheduler)-[0-9a-f]+$/;

/** The name of the EKS cluster that a log group belongs to; `@log` of Logs Insights has the account before it. */
export const eksCluster = (group: unknown): string | undefined =>
  /^(?:\d+:)?\/aws\/eks\/([^/]+)\/cluster$/.exec(textOf(group) ?? '')?.[1];

/** Whether a stream of an EKS control plane holds something else than audit records. */
export const isOtherStream = (stream: unknown): boolean => NOT_AUDIT.test(textOf(stream) ?? '');

export const NOT_AN_AUDIT_STREAM = 'not an audit stream';

const isEvent = (value: Fields): boolean =>
  typeof value.message === 'string' && has(value, 'timestamp') && only(value, EVENT_KEYS);

function event(value: Fields, outer: string | undefined): Unwrapped | undefined {
  if (!isEvent(value)) return undefined;
  const stream = textOf(value.logStreamName) ?? outer;
  if (isOtherStream(stream)) return { ignored: NOT_AN_AUDIT_STREAM };
  const time = sinceEpoch(value.timestamp, 'ms') ?? timeOf(value.timestamp);
  return { text: value.message as string, context: said({ cluster: eksCluster(value.logGroupName), source: stream, time }) };
}

/** `aws logs tail --format detailed` (time, stream, message); with `json` a message that is JSON follows on lines of its own, indented. */
const TAIL = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ([^\s:{}"]{1,512})(?: (?=\S)| ?\n(?=\{))/;
const BEFORE_JSON = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?\+00:00 [^\s:{}"]{1,512}$/;

export const cloudwatch: Envelope = {
  id: 'cloudwatch',
  title: 'CloudWatch log events',
  list: (value) => {
    const list = fieldsOf(value);
    if (list.messageType === 'DATA_MESSAGE' && Array.isArray(list.logEvents)) {
      return { path: ['logEvents'], context: said({ cluster: eksCluster(list.logGroup), source: textOf(list.logStream) }) };
    }
    return Array.isArray(list.events) && isEvent(fieldsOf(list.events[0])) ? { path: ['events'] } : undefined;
  },
  value: (value, outer) => {
    if (value.messageType === 'CONTROL_MESSAGE' && has(value, 'logEvents')) return { ignored: 'control message' };
    return event(value, outer?.source);
  },
  isPart: (line, first) =>
    first === undefined ? BEFORE_JSON.test(line) : BEFORE_JSON.test(first) && (line === '{' || line.startsWith('    ')),
  line: (line) => {
    const found = TAIL.exec(headOf(line));
    if (!found) return undefined;
    const [prefix, time, stream] = found;
    if (isOtherStream(stream)) return { ignored: NOT_AN_AUDIT_STREAM };
    const text = line.slice(prefix.length);
    return text.startsWith('{') ? { text, context: said({ time: timeOf(time), source: stream }) } : undefined;
  },
};
