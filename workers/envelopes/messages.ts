/**
 * Messages of brokers and event buses: SNS notifications, SQS messages (as received, and as Lambda gets them), EventBridge events, CloudEvents in JSON, and what `kcat -J` prints of a
 * Kafka topic. Sources: AWS, SNS HTTP/HTTPS notification JSON format, SQS API_Message, Lambda with SQS, EventBridge event structure; CloudEvents JSON format 1.0;
 * edenhill/kcat json.c.
 */
import type { Context, Envelope, Unwrapped } from './envelope';
import { decodeBase64, type Fields, fieldsOf, has, said, sinceEpoch, textOf, timeOf } from './facts';

const inside = (path: string, value: unknown, context: Context): Unwrapped | undefined => {
  if (textOf(value) !== undefined) return { text: value as string, context };
  return Object.keys(fieldsOf(value)).length > 0 ? { path: [path], context } : undefined;
};

function opened(value: Fields): Unwrapped | undefined {
  if (value.Type === 'Notification' && has(value, 'TopicArn', 'Message'))
    return inside('Message', value.Message, said({ time: timeOf(value.Timestamp) }));
  if (has(value, 'Body', 'MessageId')) return inside('Body', value.Body, {});
  if (has(value, 'body', 'messageId', 'eventSource')) return inside('body', value.body, {});
  if (has(value, 'detail-type', 'detail', 'source')) return inside('detail', value.detail, said({ time: timeOf(value.time) }));
  if (has(value, 'specversion', 'type', 'source')) return cloudEvent(value);
  if (has(value, 'topic', 'partition', 'offset', 'payload'))
    return inside('payload', value.payload, said({ time: sinceEpoch(value.ts, 'ms') }));
  return undefined;
}

function cloudEvent(value: Fields): Unwrapped | undefined {
  const context = said({ time: timeOf(value.time) });
  if (!has(value, 'data_base64')) return inside('data', value.data, context);
  const text = decodeBase64(value.data_base64);
  return text === undefined ? { rejected: 'the data is not text in base64, nor gzip of it' } : { text, context };
}

export const messages: Envelope = {
  id: 'messages',
  title: 'messages of brokers (SNS, SQS, EventBridge, CloudEvents, Kafka)',
  list: (value) => {
    const holder = fieldsOf(value);
    const name = ['Messages', 'Records'].find((key) => Array.isArray(holder[key]));
    return name !== undefined && opened(fieldsOf((holder[name] as unknown[])[0])) ? { path: [name] } : undefined;
  },
  value: opened,
};
