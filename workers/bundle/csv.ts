/**
 * Rows of a table with a first line of names (RFC 4180; `,`, `;` or a tab) as JSON objects of texts. A row is a record; its number is that of its first physical line.
 * What lacks at the end of a row is empty; a row with more fields than there are names, or with less than half as many, is rejected. Of a name that comes twice the first
 * counts.
 */
import { isUtf8 } from 'node:buffer';
import type { Place } from '../formats/format';
import { type Framing, MAX_RECORD, type RecordSink } from './framing';
import { Window } from './window';

/** Said of each row, for formats to which a table is not what lines of JSON are. */
const ROWS = { source: 'rows' };
/** A line of more words is no line of names. */
const MOST_COLUMNS = 10_000;
const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** A first line that says the separator to Excel. */
const SAYS_SEPARATOR = /^sep=([,;\t])\r?$/;

/** The separator of a table's first line; undefined where it does not look like names. */
export function separatorOf(head: string): string | undefined {
  const [first = '', second = ''] = head.split('\n', 2);
  const told = SAYS_SEPARATOR.exec(first)?.[1];
  const line = told === undefined ? first : second;
  const names = (told === undefined ? [',', ';', '\t'] : [told]).map((separator) => ({
    separator,
    names: fieldsOf(line.trimEnd(), separator),
  }));
  const best = names.reduce((a, b) => (b.names.length > a.names.length ? b : a));
  const looks =
    best.names.length >= 2 &&
    best.names.length <= MOST_COLUMNS &&
    best.names.every((name) => name.length > 0 && name.length < 200 && !/[{}\n]/.test(name));
  return looks && new Set(best.names).size > best.names.length / 2 ? best.separator : undefined;
}

export class CsvSplitter implements Framing {
  lines = 0;
  blankLines = 0;
  readonly account = { records: 0, envelope: 0, blank: 0 };
  private readonly window = new Window();
  private held: Buffer = Buffer.alloc(0);
  private base = 0;
  private searched = 0;
  /** Inside a quoted field at `searched`. */
  private quoted = false;
  /** Line ends inside the row that is open. */
  private inner = 0;
  /** Of each column: its name as the beginning of a member of JSON; undefined where the name came before. */
  private keys: readonly (string | undefined)[] | undefined;

  constructor(
    private readonly sink: RecordSink,
    private readonly separator: string,
    private readonly maxRecord = MAX_RECORD,
  ) {}

  skipMark(length: number): void {
    this.base += length;
    this.account.envelope += length;
  }

  push(chunk: Uint8Array): void {
    this.held = this.window.append(this.held, chunk);
    this.drain();
  }

  finish(): void {
    this.drain();
    if (this.held.length > 0) this.physicalRow(this.held.length, this.held.length);
  }

  private drain(): void {
    for (;;) {
      const end = this.rowEnd();
      if (end < 0) break;
      this.physicalRow(end, end + 1);
    }
    // A quote without its end would hold the rest of the member: its line is given up.
    if (this.held.length <= this.maxRecord) return;
    const newline = this.held.indexOf(NEWLINE);
    const end = newline < 0 ? this.held.length : newline;
    this.inner = 0;
    this.physicalRow(end, newline < 0 ? end : end + 1, 'a quote that does not end');
  }

  /** The line end behind the row that is open, in `held`; -1 where it is not there yet. */
  private rowEnd(): number {
    const { held } = this;
    for (let at = this.searched; at < held.length; at++) {
      const c = held[at];
      if (c === QUOTE) this.quoted = !this.quoted;
      else if (c === NEWLINE && !this.quoted) return at;
      else if (c === NEWLINE) this.inner++;
    }
    this.searched = held.length;
    return -1;
  }

  private physicalRow(end: number, next: number, why?: string): void {
    const { held } = this;
    const record = this.lines + 1;
    this.lines += 1 + this.inner;
    this.inner = 0;
    const to = held[end - 1] === 0x0d ? end - 1 : end;
    if (to === 0) {
      this.blankLines++;
      this.account.blank += next;
    } else if (this.keys === undefined) {
      const names = held.toString('utf8', 0, to);
      if (record > 1 || !SAYS_SEPARATOR.test(names)) this.keys = keysOf(fieldsOf(names, this.separator));
      this.account.envelope += next;
    } else {
      this.account.records += to;
      this.account.envelope += next - to;
      const place = { record, item: '', offset: this.base, length: to };
      this.row(place, held.subarray(0, to), why ?? (this.quoted ? 'a quote that does not end' : undefined));
    }
    this.quoted = false;
    this.base += next;
    this.held = held.subarray(next);
    this.searched = 0;
  }

  private row(place: Place, bytes: Buffer, why: string | undefined): void {
    const keys = this.keys as NonNullable<typeof this.keys>;
    const fields = fieldsOf(bytes.toString('utf8'), this.separator);
    const odd = fields.length > keys.length || fields.length < keys.length / 2;
    const wrong = why ?? (odd ? `${fields.length} fields where the first line names ${keys.length}` : undefined);
    if (wrong) {
      this.sink.skip(place, `rejected: ${wrong}`);
      return;
    }
    const members = keys.flatMap((key, i) => (key === undefined ? [] : key + JSON.stringify(fields[i] ?? '')));
    const json = Buffer.from(`{${members.join(',')}}`);
    this.sink.record(place, json, 0, json.length, isUtf8(bytes), ROWS);
  }
}

function keysOf(names: readonly string[]): readonly (string | undefined)[] {
  const seen = new Set<string>();
  return names.map((name) => {
    if (seen.has(name)) return undefined;
    seen.add(name);
    return `${JSON.stringify(name)}:`;
  });
}

function fieldsOf(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator);
  const fields: string[] = [];
  for (let at = 0; at <= row.length; ) {
    if (row[at] === '"') {
      let text = '';
      let from = at + 1;
      for (;;) {
        const quote = row.indexOf('"', from);
        if (quote < 0) return [...fields, text + row.slice(from)];
        text += row.slice(from, quote);
        at = quote + 1;
        if (row[at] !== '"') break;
        text += '"';
        from = at + 1;
      }
      const end = row.indexOf(separator, at);
      fields.push(text + row.slice(at, end < 0 ? row.length : end));
      at = end < 0 ? row.length + 1 : end + 1;
    } else {
      const end = row.indexOf(separator, at);
      fields.push(row.slice(at, end < 0 ? row.length : end));
      at = end < 0 ? row.length + 1 : end + 1;
    }
  }
  return fields;
}
