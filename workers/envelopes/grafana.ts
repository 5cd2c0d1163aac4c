/**
 * Logs as Grafana hands them out, whatever data source they are of: Explore's text (milliseconds, time, line, between tabs, behind a heading) and CSV (`Line` or `body` beside `Date`, `tsNs` and the
 * labels; its JSON is read as Loki's, `shipper.ts`), and the frames that the query inspector and the query API answer with. Sources: grafana public/app/features/inspector/utils/download.ts,
 * features/logs/utils.ts, packages/grafana-data (DataFrameJSON).
 */
import type { Context, Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, has, headOf, said, sinceEpoch, textOf, timeOf } from './facts';

/** `Time` is in the zone of whoever looked; the others are not. */
const time = (row: Fields): string | undefined => sinceEpoch(row.tsNs, 'ns') ?? timeOf(row.Date) ?? timeOf(row.date);

function opened(row: Fields): Unwrapped | undefined {
  if (!has(row, 'tsNs') && !has(row, 'Date', 'id')) return undefined;
  const text = textOf(row.Line) ?? textOf(row.line) ?? textOf(row.body);
  return text === undefined ? undefined : { text, context: said({ time: time(row) }) };
}

/** Columns by name: `fields` with their values in them, or `schema` beside `data`. */
function columnsOf(frame: Fields): ReadonlyMap<string, readonly unknown[]> | undefined {
  const schema = fieldsOf(frame.schema);
  const fields = Array.isArray(schema.fields) ? schema.fields : frame.fields;
  const { values } = fieldsOf(frame.data);
  if (!Array.isArray(fields)) return undefined;
  const columns = fields.map(fieldsOf).map((field, i) => [field.name, Array.isArray(values) ? values[i] : field.values] as const);
  const isColumn = (column: readonly [unknown, unknown]): column is readonly [string, readonly unknown[]] =>
    typeof column[0] === 'string' && Array.isArray(column[1]);
  return columns.every(isColumn) ? new Map(columns) : undefined;
}

/** The lines of a frame, as Explore's JSON has them. */
function rowsOf(frame: unknown): readonly object[] {
  const columns = columnsOf(fieldsOf(frame));
  const lines = columns?.get('Line') ?? columns?.get('line') ?? columns?.get('body') ?? [];
  const exact = columns?.get('tsNs');
  const times = columns?.get('Time') ?? columns?.get('timestamp');
  const at = (i: number): Context => said({ time: sinceEpoch(exact?.[i], 'ns') ?? sinceEpoch(times?.[i], 'ms') });
  return lines.map((line, i) => ({ line, timestamp: at(i).time }));
}

/** The frames of an answer of the query API (`results`), or of the inspector (`series`). */
function framesIn(value: Fields): readonly unknown[] | undefined {
  if (Array.isArray(value.series) && has(value, 'state')) return value.series;
  const answers = Object.values(fieldsOf(value.results)).map((answer) => fieldsOf(answer).frames);
  return answers.length > 0 && answers.every(Array.isArray) ? answers.flat() : undefined;
}

const LINE = /^(\d{13})\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t/;
/** What the query was, before the lines. */
const HEADING = /^(?:Common labels|Line limit|Total bytes processed|Limit|Info|Deduplication count|Error): (?:".*"|\{.*\}|\d+)$/;

export const grafana: Envelope = {
  id: 'grafana',
  title: 'logs downloaded from Grafana',
  value: (value) => {
    const frames = framesIn(value);
    return frames ? { text: JSON.stringify(frames.flatMap(rowsOf)) } : opened(value);
  },
  line: (line) => {
    const head = headOf(line);
    const [before, ms] = LINE.exec(head) ?? [];
    if (before === undefined) return HEADING.test(head) ? { ignored: 'a heading of Grafana' } : undefined;
    return { text: line.slice(before.length), context: said({ time: sinceEpoch(ms, 'ms') }) };
  },
};
