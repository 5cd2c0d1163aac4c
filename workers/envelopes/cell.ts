/**
 * Rows and hits of whatever system kept records as text in one of their fields: Athena and Data Explorer tables, a search's CSV, an index with a field for the original. The last that is tried,
 * and only where one field alone holds an object: where several do, nobody can say which of them is the record.
 */
import type { Envelope } from './envelope';
import { type Fields, looksLikeObject, said, textOf, timeOf } from './facts';

const MOST_FIELDS = 256;
const SHORTEST = 32;
const TIMES = ['@timestamp', 'timestamp', 'time', 'Time', 'TimeGenerated', '_time', 'eventTime', 'Timestamp'];

function onlyObject(row: Fields): string | undefined {
  const names = Object.keys(row);
  if (names.length > MOST_FIELDS) return undefined;
  const texts = names.map((name) => row[name]).filter(looksLikeObject);
  return texts.length === 1 && (texts[0] as string).length >= SHORTEST ? texts[0] : undefined;
}

export const cell: Envelope = {
  id: 'cell',
  title: 'rows with a record in one field',
  value: (row) => {
    const text = onlyObject(row);
    if (text === undefined) return undefined;
    const time = TIMES.map((name) => timeOf(textOf(row[name]))).find((each) => each !== undefined);
    return { text, context: said({ time }) };
  },
};
