/**
 * Lines of JSON that a terminal broke at its width, and that somebody copied from the screen (`kubectl logs` pasted into a file): each line but the last of a
 * record is as wide as the terminal was, even inside a string, and blanks at its end may have got lost.
 */
import type { Envelope } from '../envelopes/envelope';

const NARROWEST = 40;
const WIDEST = 512;
/** A record of more lines is not looked at when the width is found. */
const MOST_LINES = 4000;

/**
 * @param head the first bytes as text. Undefined where they are not so, which the first line tells as a rule: a break between two tokens is nothing
 * that JSON minds, so there must be a record that only joining makes whole.
 */
export function wrappedAt(head: string): Envelope | undefined {
  const width = head.indexOf('\n');
  if (width < NARROWEST || width > WIDEST || head[0] !== '{' || isObject(head.slice(0, width))) return undefined;
  const lines = head.split('\n', MOST_LINES).map((line) => line.replace(/\r$/, ''));
  const columns = lines.reduce((most, line) => Math.max(most, line.length), 0);
  for (let from = 0; from < lines.length; ) {
    const length = lines.slice(from).findIndex((line) => line.length < columns && line.endsWith('}')) + 1;
    const record = lines.slice(from, from + length);
    if (length === 0 || columns > WIDEST) return undefined;
    if (!isObject(record.join('\n'))) return isObject(joined(record, columns)) ? envelopeOf(columns) : undefined;
    from += length;
  }
  return undefined;
}

const envelopeOf = (columns: number): Envelope => ({
  id: 'wrapped',
  title: 'lines broken at the width of a terminal',
  isPart: (line, first = line) => first.startsWith('{') && (line.length === columns || !line.endsWith('}')),
  line: (text) => (text.includes('\n') ? { text: joined(text.split(/\r?\n/), columns) } : undefined),
});

const joined = (lines: readonly string[], columns: number): string =>
  lines.map((line, i) => (i === lines.length - 1 ? line : line.padEnd(columns))).join('');

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
