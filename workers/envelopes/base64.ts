/**
 * Payloads in base64, gzip inside where they come from CloudWatch: a Lambda event (`awslogs.data`), Kinesis and Firehose records, Google Pub/Sub messages (pushed, pulled
 * by `gcloud pubsub subscriptions pull --format json`). Sources: AWS Lambda developer guide (CloudWatch Logs, Kinesis, Firehose), API_GetRecords; Pub/Sub reference, PubsubMessage.
 */
import type { Envelope } from './envelope';
import { decodeBase64, type Fields, fieldsOf, has, only } from './facts';

/** A record as Firehose posts it to an endpoint. */
const FIREHOSE = new Set(['data']);

/** Undefined: carries none. */
function payload(value: Fields): unknown {
  const lambda = fieldsOf(value.awslogs);
  if (has(lambda, 'data')) return lambda.data;
  const kinesis = fieldsOf(value.kinesis);
  if (has(kinesis, 'data')) return kinesis.data;
  if (has(value, 'Data', 'SequenceNumber')) return value.Data;
  if (has(value, 'data', 'recordId') || (has(value, 'data') && only(value, FIREHOSE))) return value.data;
  const message = fieldsOf(value.message);
  if (has(message, 'data') && (has(message, 'messageId') || has(message, 'message_id') || has(message, 'publishTime')))
    return message.data;
  return has(value, 'data', 'messageId') ? value.data : undefined;
}

export const base64: Envelope = {
  id: 'base64',
  title: 'base64 payloads (Lambda, Kinesis, Pub/Sub)',
  list: (value) => {
    const list = fieldsOf(value);
    const name = ['Records', 'records', 'receivedMessages'].find((key) => Array.isArray(list[key]));
    return name !== undefined && payload(fieldsOf((list[name] as unknown[])[0])) !== undefined ? { path: [name] } : undefined;
  },
  value: (value) => {
    const data = payload(value);
    if (data === undefined) return undefined;
    const text = decodeBase64(data);
    return text === undefined ? { rejected: 'the payload is not text in base64, nor gzip of it' } : { text };
  },
};
