/**
 * Opens the envelopes around records: what a framing cut out of a member goes in, what a format reads comes out. A record that is no envelope's goes
 * through as it is, so that a member may mix carried and bare records.
 */
import { isUtf8 } from 'node:buffer';
import type { Context, Envelope, Unwrapped } from '../envelopes/envelope';
import { type Fields, fieldsOf, parsed } from '../envelopes/facts';
import type { LineDecoder, Place } from '../formats/format';
import type { Cuts } from './cuts';
import { firstOfKeys, valueAt } from './envelope';
import type { RecordSink } from './framing';
import { Scanner } from './scan';
import { type ListOf, ValueReader } from './values';

const END = Buffer.alloc(1);
const REPEATED = 'duplicate key in the envelope';
/** Envelopes inside one another. */
const MAX_DEPTH = 8;

export interface Opening {
  /** What the framing gives: JSON values or lines of text. */
  readonly from: 'values' | 'lines';
  /** Those found in the member. */
  readonly envelopes: readonly Envelope[];
  /** Those whose lists hold the records. */
  readonly lists: readonly Envelope[];
  readonly listOf: ListOf;
  /** Of a format that reads lines of text. */
  readonly decoder: LineDecoder | undefined;
  /** All that are known: a line of text among JSON may be known as noise. */
  readonly noise: readonly Envelope[];
}

interface Span {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

export class Unwrapper implements RecordSink {
  private readonly scanner: Scanner;
  /** Those that carried a record, so far. */
  readonly carried: Set<Envelope>;
  private readonly valued: readonly Envelope[];
  private readonly lined: readonly Envelope[];

  constructor(
    private readonly sink: RecordSink,
    private readonly opening: Opening,
  ) {
    this.scanner = new Scanner(sink.cuts);
    this.carried = new Set(opening.lists);
    this.valued = opening.envelopes.filter(({ value }) => value);
    this.lined = opening.envelopes.filter(({ line }) => line);
  }

  /** Where the records come from envelopes, the scanner here sees them last. */
  get cuts(): Cuts | undefined {
    return this.sink.cuts;
  }

  record(place: Place, bytes: Buffer, from: number, to: number, clean: boolean, context?: Context, content?: Uint8Array): void {
    if (this.opening.from === 'lines') this.line(place, bytes.subarray(from, to), clean, context);
    else if (!clean && bytes[from] !== 0x7b && this.isNoise(place, bytes, from, to)) return;
    else this.value(place, bytes, from, to, clean, context, 0, content);
  }

  oversize(place: Place): void {
    this.sink.oversize(place);
  }

  skip(place: Place, fate: string, records?: number): void {
    this.sink.skip(place, fate, records);
  }

  private line(place: Place, line: Buffer, clean: boolean, context?: Context): void {
    const { decoder } = this.opening;
    if (this.lined.length === 0 && decoder) decoder.line(place, line, context);
    else if (!clean) this.sink.skip(place, 'rejected: not UTF-8');
    else if (line[0] === 0x7b) this.object(place, line, context);
    else this.text(place, line.toString('utf8'), context, 0);
  }

  /** A line that is an object, perhaps an envelope: of equal keys the first is to count in it, too. */
  private object(place: Place, line: Buffer, context: Context | undefined): void {
    const bytes = Buffer.concat([line, END]);
    const isOdd = this.scanner.scan(bytes, 0, line.length) === line.length && this.scanner.suspect;
    const read = isOdd ? firstOfKeys(bytes, 0, line.length, this.scanner) : undefined;
    if (read?.repeated) this.text(place, JSON.stringify(read.value), { ...context, odd: REPEATED }, 0);
    else this.text(place, line.toString('utf8'), context, 0);
  }

  /** A text that may be carried by a line envelope, be JSON, or a line of a text format. */
  private text(place: Place, text: string, context: Context | undefined, depth: number): void {
    const opened = depth < MAX_DEPTH ? this.open(this.lined, (envelope) => envelope.line?.(text, context)) : undefined;
    if (opened) this.opened(place, opened, undefined, context, depth);
    else if (this.opening.decoder) this.opening.decoder.line(place, Buffer.from(text), context);
    else if (/^\s*[[{]/.test(text)) this.json(place, Buffer.from(`${text}\0`), context, depth);
    else if (!this.isKnownNoise(place, text)) this.sink.skip(place, 'ignored: text that is no record');
  }

  /** @param bytes end with a zero behind the JSON (`Scanner`) */
  private json(place: Place, bytes: Buffer, context: Context | undefined, depth: number): void {
    const reader = new ValueReader(this.scanner, this.opening.listOf, (_record, item, from, to, clean, inner) =>
      this.value(
        { ...place, item: joined(place.item, item) },
        bytes,
        from,
        to,
        clean && bytes[from] === 0x7b && !inner?.odd,
        inner,
        depth + 1,
      ),
    );
    reader.read(bytes, place.record, 0, bytes.length - 1, context);
  }

  private value(
    place: Place,
    bytes: Buffer,
    from: number,
    to: number,
    clean: boolean,
    context: Context | undefined,
    depth: number,
    content?: Uint8Array,
  ): void {
    const read = this.valued.length > 0 && depth < MAX_DEPTH ? this.read(bytes, from, to, clean) : undefined;
    const opened = read && this.open(this.valued, (envelope) => envelope.value?.(read.value, context));
    const outer = opened && read.repeated ? { ...context, odd: REPEATED } : context;
    if (opened) this.opened(place, opened, { bytes, from, to }, outer, depth);
    else this.sink.record(place, bytes, from, to, clean, context, content);
  }

  private opened(place: Place, opened: Unwrapped, value: Span | undefined, outer: Context | undefined, depth: number): void {
    const context = 'context' in opened && opened.context ? { ...outer, ...opened.context } : outer;
    if ('ignored' in opened) this.sink.skip(place, `ignored: ${opened.ignored}`);
    else if ('rejected' in opened) this.sink.skip(place, `rejected: ${opened.rejected}`);
    else if ('text' in opened) this.text(place, opened.text, context, depth + 1);
    else if (value) this.inside(place, value, opened.path, context, depth);
  }

  private inside(
    place: Place,
    { bytes, from, to }: Span,
    path: readonly string[],
    context: Context | undefined,
    depth: number,
  ): void {
    const at = valueAt(bytes, from, to, path, this.scanner);
    if (at < 0) this.sink.record(place, bytes, from, to, false, context);
    else this.json(place, Buffer.concat([bytes.subarray(at, this.scanner.scan(bytes, at, to)), END]), context, depth);
  }

  /** An object that may be an envelope; of equal keys the first counts. */
  private read(
    bytes: Buffer,
    from: number,
    to: number,
    clean: boolean,
  ): { readonly value: Fields; readonly repeated: boolean } | undefined {
    if (bytes[from] !== 0x7b || !(clean || isUtf8(bytes.subarray(from, to)))) return undefined;
    if (clean) return { value: fieldsOf(parsed(bytes.toString('utf8', from, to))), repeated: false };
    if (this.scanner.scan(bytes, from, to) !== to) return undefined;
    const { value, repeated } = firstOfKeys(bytes, from, to, this.scanner);
    return { value: fieldsOf(value), repeated };
  }

  private open(envelopes: readonly Envelope[], how: (envelope: Envelope) => Unwrapped | undefined): Unwrapped | undefined {
    for (const envelope of envelopes) {
      const opened = how(envelope);
      if (!opened) continue;
      if ('text' in opened || 'path' in opened) this.carried.add(envelope);
      return opened;
    }
    return undefined;
  }

  private isNoise(place: Place, bytes: Buffer, from: number, to: number): boolean {
    return bytes[from] !== 0x5b && this.isKnownNoise(place, bytes.toString('utf8', from, to));
  }

  private isKnownNoise(place: Place, text: string): boolean {
    const known = this.open(this.opening.noise, (envelope) => envelope.line?.(text));
    if (!known || !('ignored' in known)) return false;
    this.sink.skip(place, `ignored: ${known.ignored}`);
    return true;
  }
}

const joined = (outer: string, inner: string): string => (outer === '' ? inner : inner === '' ? outer : `${outer}.${inner}`);
