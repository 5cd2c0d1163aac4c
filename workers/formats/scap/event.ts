/** One event: u16 cpu, u32 flags in some, header (u64 ns, u64 thread, u32 length, u16 type, u32 parameters in version 2), lengths, values. */
import type { BlockKind } from './blocks';
import { i64, textAt, textsAt } from './cursor';
import type { Layout } from './event-table';

/** No event has as many. */
const MOST_PARAMETERS = 64;
/** Old captures state lengths of these that are too long by three. */
const MISSTATED = new Set([280, 286]);

const NOTHING: Buffer = Buffer.alloc(0);

/** Read again and again into the same object; texts that it gives are copies. Where it ends a call, what began the call fills in what it lacks. */
export class CaptureEvent {
  type = 0;
  /** Id of the thread on the host. */
  thread = 0;
  layout: Layout | undefined;
  private bytes = NOTHING;
  private at = 0;
  private end = 0;
  private version = 2;
  private large = false;
  private count = 0;
  private began: CaptureEvent | undefined;

  /** @param starts where each parameter begins, and the last one ends */
  constructor(private readonly starts = new Int32Array(MOST_PARAMETERS + 1)) {}

  /** The header. Throws `RangeError` where the event does not fit its block. */
  read(body: Buffer, kind: BlockKind): void {
    const at = kind.flagged ? 6 : 2;
    const header = kind.version === 1 ? 22 : 26;
    if (body.length < at + header) throw new RangeError('an event without a whole header');
    this.bytes = body;
    this.at = at;
    this.version = kind.version;
    this.large = kind.large === true;
    this.thread = i64(body, at + 8);
    this.type = body.readUInt16LE(at + 20);
    this.end = at + body.readUInt32LE(at + 16);
    this.layout = undefined;
    this.began = undefined;
    if (this.end > body.length && !MISSTATED.has(this.type)) throw new RangeError('an event that is longer than its block');
    if (this.end < at + header) throw new RangeError('an event that is shorter than its header');
  }

  /** Nanoseconds since the epoch. */
  get time(): bigint {
    return this.bytes.readBigUInt64LE(this.at);
  }

  /** Finds the parameters. Throws `RangeError` where their lengths do not fit the event. */
  open(layout: Layout): void {
    this.layout = layout;
    const header = this.at + (this.version === 1 ? 22 : 26);
    if (this.version === 1) {
      let count = layout.params.size;
      while (count >= 0 && !this.measure(header, count, true)) count--;
      if (count < 0) throw new RangeError('an event whose parameters do not add up to its length');
      return;
    }
    const count = this.bytes.readUInt32LE(this.at + 22);
    if (count > MOST_PARAMETERS || !this.measure(header, count, false)) {
      throw new RangeError('an event whose parameters reach beyond it');
    }
  }

  /** Whether that many parameters fit: exactly, where nothing states their number. */
  private measure(header: number, count: number, exactly: boolean): boolean {
    const width = this.large ? 4 : 2;
    let at = header + count * width;
    if (at > this.end) return false;
    for (let i = 0; i < count; i++) {
      this.starts[i] = at;
      const place = header + i * width;
      at += this.large ? this.bytes.readUInt32LE(place) : this.bytes.readUInt16LE(place);
      if (at > this.end) return false;
    }
    this.starts[count] = at;
    this.count = count;
    return !exactly || at === this.end;
  }

  private start = 0;
  private stop = 0;
  /** Finds a parameter; false where this event lacks it or it is empty. */
  private find(name: string): boolean {
    const place = this.layout?.params.get(name);
    if (place === undefined || place >= this.count) return false;
    this.start = this.starts[place] as number;
    this.stop = this.starts[place + 1] as number;
    return this.stop > this.start;
  }

  /** What is needed of the beginning of a call until its end comes. */
  copy(): CaptureEvent {
    const from = this.starts[0] as number;
    const starts = this.starts.slice(0, this.count + 1);
    for (let i = 0; i < starts.length; i++) starts[i] = (starts[i] as number) - from;
    const copy = new CaptureEvent(starts);
    copy.type = this.type;
    copy.layout = this.layout;
    copy.count = this.count;
    copy.bytes = Buffer.from(this.bytes.subarray(from, this.starts[this.count]));
    return copy;
  }

  /** The event that began this call; any other is none. */
  completes(began: CaptureEvent | undefined): void {
    this.began = began?.type === this.type - 1 ? began : undefined;
  }

  /** Unsigned but for those of 64 bits (results, descriptors, process ids). */
  int(name: string): number | undefined {
    if (!this.find(name)) return this.began?.int(name);
    const length = this.stop - this.start;
    if (length === 8) return i64(this.bytes, this.start);
    return length <= 6 ? this.bytes.readUIntLE(this.start, length) : undefined;
  }

  /** Undefined where it is empty or the writer could not read it. */
  text(name: string): string | undefined {
    if (!this.find(name)) return this.began?.text(name);
    const text = textAt(this.bytes, this.start, this.stop);
    return text === '' || text === '<NA>' || text === '(NULL)' ? undefined : text;
  }

  texts(name: string): string[] {
    return this.find(name) ? textsAt(this.bytes, this.start, this.stop) : [];
  }

  /** The bytes themselves, not a copy. */
  raw(name: string): Buffer | undefined {
    return this.find(name) ? this.bytes.subarray(this.start, this.stop) : this.began?.raw(name);
  }
}
