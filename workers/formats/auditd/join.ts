/**
 * Joins the records of one event: those with one node, time and serial number. Records of several events lie between one another, out of order, or sorted by type, and the
 * record that ends an event is not kept by auditd, so nothing in a log says that an event is complete. The rule: lines are held until they are more than `HELD_BYTES`, so that
 * a log up to that size is joined as a whole, however it is sorted. In a longer one the first of them show how it was written: where no event's lines lay
 * further apart than `NEAR_BYTES`, `NEAR_BYTES` times four are held from there on. What is held longest is closed first; what is closed comes out by time and serial number.
 * Records without a stamp (`isCarried`) are joined by their order: the kernel writes all of an event in one go. Where no auditd runs the kernel writes them into its own ring as
 * well, so that a journal has them twice: a record takes the stamp of a near one with the same text.
 */
import type { Context } from '../../envelopes/envelope';
import { FOREIGN, writerOf } from '../../envelopes/syslog';
import type { DecodedSink, LineDecoder, Place } from '../format';
import { type AuditEvent, eventJson, PARTS, type Processes } from './event';
import { type AuditLine, isCarried, readLine } from './line';

/** Raw lines that are held at once. */
const HELD_BYTES = 16 * 2 ** 20;
/** In a log that is in order as far as it was seen, lines of one event lie no further apart. */
const NEAR_BYTES = 2 ** 18;
/** Of one event; the kernel writes far fewer. */
const MOST_LINES = 1024;
/** Of the same line in one event, held beside one another. */
const MOST_COPIES = 16;
const PART = 'ignored: a further line of an event that is told at its first';
const APART = 'lines apart';
/** Records between those that are the same, once with a stamp and once without. */
const TWINS = 256;
const AUDIT = /^audi/;

interface Held extends AuditEvent {
  readonly lines: AuditLine[];
  /** That of a twin is taken on. */
  stamp: string;
  readonly context: Context | undefined;
  /** Seconds, and what tells events of one millisecond apart. */
  time: number;
  serial: number;
  place: Place;
  bytes: number;
  /** Of all lines, up to its last. */
  read: number;
  isApart: boolean;
  /** A line that is there already begins the same event again. */
  copy?: Held;
}

export class Joiner implements LineDecoder {
  private readonly events = new Map<string, Held>();
  private readonly running = new Running();
  private last: Held | undefined;
  /** The event of the last record without a stamp. */
  private carried: Held | undefined;
  private orders = 0;
  /** Stamps by the text of their record, and events without one by the text of their first. */
  private readonly stamps = new Recent<string>(TWINS);
  private readonly unstamped = new Recent<readonly [key: string, held: Held]>(TWINS);
  private bytes = 0;
  /** Bytes of all lines so far. */
  private read = 0;
  /** The furthest that two lines of one event lay apart. */
  private reach = 0;

  constructor(
    private readonly sink: DecodedSink,
    private heldBytes = HELD_BYTES,
  ) {}

  /** An envelope may give all lines of an event as one text. */
  line(place: Place, line: Buffer, context?: Context): void {
    const text = line.toString('latin1');
    if (text.indexOf('\n') < 0) this.one(place, text, context);
    else for (const each of text.split('\n')) if (each.trim() !== '') this.one(place, each, context);
    if (this.bytes <= this.heldBytes) return;
    if (this.reach <= NEAR_BYTES) this.heldBytes = Math.min(this.heldBytes, 4 * NEAR_BYTES);
    this.close(this.heldBytes / 2);
  }

  finish(): void {
    this.close(0);
  }

  private one(place: Place, text: string, context: Context | undefined): void {
    const line = readLine(text);
    if (typeof line === 'string') {
      const writer = text.indexOf('audit(') < 0 ? (context?.source ?? writerOf(text)) : undefined;
      this.sink.skip(place, writer === undefined || AUDIT.test(writer) ? line : FOREIGN);
      return;
    }
    const held = isCarried(line.stamp) ? this.inOrder(line, place, context) : this.stamped(line, place, context);
    if (held.lines.length > 0) {
      this.reach = Math.max(this.reach, this.read - held.read);
      this.extend(held, place);
    }
    held.lines.push(line);
    held.bytes += text.length;
    this.bytes += text.length;
    this.read += text.length;
    held.read = this.read;
  }

  /** The event that a line is to join. What repeats a line, or has more lines than any kernel writes, begins another. */
  private eventOf(line: AuditLine, place: Place, context: Context | undefined): Held {
    const node = line.node || context?.node || context?.host || '';
    let held = this.last;
    if (held?.stamp !== line.stamp || held.node !== node) {
      const key = `${line.stamp} ${node}`;
      held = this.events.get(key);
      if (!held) {
        held = begin(line.stamp, node, place, context);
        this.events.set(key, held);
      }
      this.last = held;
    }
    let copies = 0;
    while (held.lines.length >= MOST_LINES || has(held.lines, line)) {
      if (++copies > MOST_COPIES) return this.restart(held, node, place, context);
      held.copy ??= begin(line.stamp, node, place, context);
      held = held.copy;
    }
    return held;
  }

  /** A record with a stamp gives it to the event whose first record it is once more. */
  private stamped(line: AuditLine, place: Place, context: Context | undefined): Held {
    if (this.orders > 0 || context?.source === 'kernel') {
      const text = textOf(line);
      const [key, twin] = this.unstamped.take(text) ?? [];
      const own = `${line.stamp} ${twin?.node}`;
      if (key !== undefined && twin && this.events.get(key) === twin && !this.events.has(own)) {
        this.events.delete(key);
        this.events.set(own, twin);
        Object.assign(twin, partsOf(line.stamp));
      } else this.stamps.put(text, line.stamp);
    }
    return this.eventOf(line, place, context);
  }

  /** The event that a record without a stamp is to join: that of the one before it, of which it is a part. */
  private inOrder(line: AuditLine, place: Place, context: Context | undefined): Held {
    const node = line.node || context?.node || context?.host || '';
    const open = this.carried;
    if (open?.node === node && open.lines.length < MOST_LINES && continues(open.lines, line)) return open;
    const order = ++this.orders;
    const text = textOf(line);
    const stamp = this.stamps.take(text);
    const key = `${stamp ?? `~${order}`} ${node}`;
    const held: Held = {
      ...begin(stamp ?? line.stamp, node, place, context),
      ...(stamp === undefined && { time: 0, serial: order }),
    };
    const first = this.events.get(key);
    if (first) lastCopy(first).copy = held;
    else this.events.set(key, held);
    if (stamp === undefined) this.unstamped.put(text, [key, held]);
    this.carried = held;
    return held;
  }

  private restart(held: Held, node: string, place: Place, context: Context | undefined): Held {
    const key = `${held.stamp} ${node}`;
    const first = this.events.get(key);
    if (first) for (const each of this.take(key, first)) this.emit(each);
    const next = begin(held.stamp, node, place, context);
    this.events.set(key, next);
    this.last = next;
    return next;
  }

  /** An event and what repeats it, no longer held. */
  private take(key: string, first: Held): Held[] {
    const taken: Held[] = [];
    this.events.delete(key);
    for (let each: Held | undefined = first; each; each = each.copy) {
      this.bytes -= each.bytes;
      taken.push(each);
    }
    return taken;
  }

  /** A line beside those before widens the place; any other is a place of its own. */
  private extend(held: Held, place: Place): void {
    const { record, item, offset, length } = held.place;
    if (place.offset === offset && place.item === item) return;
    const gap = place.offset - offset - length;
    const lines = held.lines.length;
    if (!held.isApart && item === '' && place.item === '' && place.record === record + lines && gap >= 0 && gap <= 2)
      held.place = { record, item, offset, length: place.offset + place.length - offset };
    else {
      held.isApart = true;
      this.sink.skip(place, PART);
    }
  }

  private close(down: number): void {
    const closed: Held[] = [];
    for (const [key, held] of this.events) {
      if (this.bytes <= down) break;
      closed.push(...this.take(key, held));
    }
    this.last = undefined;
    this.carried = undefined;
    closed.sort((a, b) => a.time - b.time || a.serial - b.serial);
    for (const held of closed) this.emit(held);
  }

  private emit(held: Held): void {
    const json = eventJson(held, this.running.of(held.node), held.isApart ? [APART] : []);
    // In an order of its own: a copy of the event may have its lines in another.
    const text = held.lines
      .map(({ type, body, names }) => `${type} ${held.stamp}${body}${names}`)
      .sort()
      .join('\n');
    this.sink.record(held.place, json, Buffer.from(`${held.node}\n${text}`, 'latin1'), held.context);
  }
}

/** Records that an event may have several of. */
const REPEATED = new Set(['PATH', 'EXECVE', 'OBJ_PID']);
const pidOf = (line: AuditLine | undefined): string | undefined => line && / pid=(\d+)/.exec(line.body)?.[1];

/** Security modules judge before the call ends; what tells more of the call follows it. */
function continues(lines: readonly AuditLine[], line: AuditLine): boolean {
  const called = lines.some(({ type }) => type === 'SYSCALL');
  if (line.type === 'SYSCALL') return !called && lines[0]?.type === 'AVC' && pidOf(lines[0]) === pidOf(line);
  if (!called || !PARTS.has(line.type)) return false;
  return REPEATED.has(line.type) ? !has(lines, line) : lines.every(({ type }) => type !== line.type);
}

function has(lines: readonly AuditLine[], line: AuditLine): boolean {
  for (const each of lines) if (each.type === line.type && each.body === line.body) return true;
  return false;
}

const textOf = ({ type, body }: AuditLine): string => type + body;

function lastCopy(first: Held): Held {
  let last = first;
  while (last.copy) last = last.copy;
  return last;
}

/** The latest of many, by a text. */
class Recent<T> {
  private readonly kept = new Map<string, T>();

  constructor(private readonly most: number) {}

  put(text: string, value: T): void {
    this.kept.delete(text);
    this.kept.set(text, value);
    if (this.kept.size > this.most) this.kept.delete(this.kept.keys().next().value as string);
  }

  take(text: string): T | undefined {
    const value = this.kept.get(text);
    this.kept.delete(text);
    return value;
  }
}

function begin(stamp: string, node: string, place: Place, context: Context | undefined): Held {
  const { time, serial } = partsOf(stamp);
  return { stamp, time, serial, node, place, context, lines: [], bytes: 0, read: 0, isApart: false };
}

function partsOf(stamp: string): Pick<Held, 'stamp' | 'time' | 'serial'> {
  const colon = stamp.indexOf(':');
  return { stamp, time: Number(stamp.slice(0, colon)), serial: Number(stamp.slice(colon + 1)) };
}

/** The exec that each process runs. Of those whose end is not logged the oldest are forgotten. */
class Running {
  private readonly execs = new Map<string, { readonly stamp: string; readonly exe: string | undefined }>();
  private static readonly MOST = 1 << 16;
  private last: { readonly node: string; readonly processes: Processes } | undefined;

  of(node: string): Processes {
    if (this.last?.node !== node) this.last = { node, processes: this.on(node) };
    return this.last.processes;
  }

  private on(node: string): Processes {
    const key = (pid: string) => `${pid} ${node}`;
    return {
      started: (pid, stamp, exe) => {
        this.execs.delete(key(pid));
        this.execs.set(key(pid), { stamp, exe });
        if (this.execs.size > Running.MOST) this.execs.delete(this.execs.keys().next().value as string);
      },
      ended: (pid, exe) => {
        const exec = this.execs.get(key(pid));
        if (exec === undefined || exec.exe !== exe) return undefined;
        this.execs.delete(key(pid));
        return exec.stamp;
      },
    };
  }
}
