/**
 * Rows, hits and messages of whatever system kept records in one of their fields: Athena and Data Explorer tables, a search's CSV, an index with a field for the original, what log shippers parsed on
 * the way (Fluent Bit's `Merge_Log_Key`, Filebeat's `json`, ContainerLogV2's `LogMessage`). The last that is tried. A text counts where it alone is an object, an object only under a name that
 * carriers use and records do not; where several texts are objects the name decides, and where none has one, nobody can say which of them is the record.
 */
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, looksLikeObject, said, textOf, timeOf } from './facts';

const MOST_FIELDS = 256;
const SHORTEST = 32;
const TIMES = ['@timestamp', 'timestamp', 'time', 'Time', 'TimeGenerated', '_time', 'eventTime', 'Timestamp'];

/** Fields that hold what was logged, beside others that hold labels and the like. */
const TEXTS = [
  '_raw',
  'message',
  'Message',
  'LogMessage',
  'Line',
  'line',
  'log',
  'content',
  'Content',
  'body',
  'raw',
  'original',
  'event',
  'RawEventData',
];
const OBJECTS = [
  'log_processed',
  'json',
  'message',
  'LogMessage',
  'msg',
  'record',
  'audit',
  'audit_event',
  'body',
  'Body',
  'data',
  'details',
  'payload',
  'content',
  'logContent',
  'input',
  'map',
  'line',
  'RawEventData',
  'properties',
];

function textIn(row: Fields): string | undefined {
  const names = Object.keys(row);
  if (names.length > MOST_FIELDS) return undefined;
  const objects = names.filter((name) => looksLikeObject(row[name]) && (row[name] as string).length >= SHORTEST);
  const name = objects.length > 1 ? TEXTS.find((each) => objects.includes(each)) : objects[0];
  return name === undefined ? textOf(originalOf(row)) : (row[name] as string);
}

/** What ECS keeps of an event as it was, where asked to. */
function originalOf(row: Fields): unknown {
  const { original } = fieldsOf(row.event);
  return looksLikeObject(original) ? original : row['event.original'];
}

function opened(row: Fields): Unwrapped | undefined {
  const time = TIMES.map((name) => timeOf(textOf(row[name]))).find((each) => each !== undefined);
  const context = said({ time });
  const text = textIn(row);
  if (text !== undefined) return { text, context };
  const name = OBJECTS.find((each) => Object.keys(fieldsOf(row[each])).length > 0);
  return name === undefined ? undefined : { path: [name], context };
}

export const cell: Envelope = {
  id: 'cell',
  title: 'rows with a record in one field',
  value: opened,
};
