/**
 * Datadog's logs: files of an archive (`_id`, `date`) and what its API answers (`type` log, all in `attributes`). A line that was JSON lies parsed in `attributes`, any other is
 * the `message`. Sources: Datadog, Log Archives; API reference, Search logs (LogAttributes).
 */
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, has, looksLikeObject, said, textOf, timeOf } from './facts';

const isLog = (value: Fields): boolean =>
  has(value, 'attributes') && (has(value, '_id', 'date') || (has(value, 'timestamp') && has(value, 'tags')));

function opened(value: Fields): Unwrapped | undefined {
  const context = said({
    host: textOf(value.host),
    source: textOf(value.service),
    time: timeOf(value.date) ?? timeOf(value.timestamp),
  });
  if (looksLikeObject(value.message)) return { text: value.message, context };
  if (Object.keys(fieldsOf(value.attributes)).length > 0) return { path: ['attributes'], context };
  return textOf(value.message) === undefined ? undefined : { text: value.message as string, context };
}

export const datadog: Envelope = {
  id: 'datadog',
  title: 'Datadog logs',
  value: (value) => {
    if (isLog(value)) return opened(value);
    return value.type === 'log' && isLog(fieldsOf(value.attributes)) ? { path: ['attributes'] } : undefined;
  },
};
