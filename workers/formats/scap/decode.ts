/** A capture, block by block, into one JSON object for each event that tells an activity. */
import type { BlockDecoder, DecodedSink, Place } from '../format';
import { type BlockKind, type BlockReceiver, BlockWalk, SECTION_MAGIC } from './blocks';
import { CALLS, EVENTS } from './calls/index';
import { Capture } from './capture';
import { BEYOND } from './cursor';
import { CaptureEvent } from './event';
import { LAYOUTS, quiet } from './event-table';
import { tell } from './told';

const TABLES = 'ignored: tables at the start of the capture';
/** Where a run of ignored blocks lies stays to be found by looking through few of them. */
const LONGEST_RUN = 10_000;
const LONGEST_RUN_BYTES = 64 * 1024 * 1024;
/** Block types of pcapng, and of programs that add their own to it. */
const STANDARD = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xbad, 0x4000_0bad]);

export class ScapDecoder implements BlockDecoder, BlockReceiver {
  private capture = new Capture();
  private readonly event = new CaptureEvent();
  private readonly walk = new BlockWalk(this);
  private run: { readonly place: Place; readonly fate: string; records: number; length: number } | undefined;

  constructor(private readonly sink: DecodedSink) {}

  push(chunk: Buffer): void {
    this.walk.push(chunk);
  }

  finish(): void {
    this.walk.finish();
    this.endRun();
  }

  lost(place: Place, why: string): void {
    this.skip(place, `rejected: ${why}`);
  }

  block(place: Place, kind: BlockKind, type: number, body: Buffer): void {
    try {
      if (kind.sort === 'event') this.takeEvent(place, kind, body);
      else this.skip(place, this.takeTable(kind, type, body));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.skip(place, `rejected: ${'code' in error ? BEYOND : error.message}`);
    }
  }

  private takeTable({ sort, version }: BlockKind, type: number, body: Buffer): string {
    switch (sort) {
      case 'section':
        if (body.length < 4 || body.readUInt32LE(0) !== SECTION_MAGIC) throw new RangeError('a section of another byte order');
        this.capture = new Capture();
        return TABLES;
      case 'machine':
        this.capture.readMachine(body);
        return TABLES;
      case 'interfaces':
        this.capture.readInterfaces(body, version);
        return TABLES;
      case 'users':
        this.capture.users.read(body, version);
        return TABLES;
      case 'processes':
        this.capture.readProcesses(body, version);
        return TABLES;
      case 'files':
        this.capture.readDescriptors(body, version);
        return TABLES;
      default:
        return STANDARD.has(type) ? 'ignored: a block that is not of system calls' : 'rejected: a block of an unknown type';
    }
  }

  private takeEvent(place: Place, kind: BlockKind, body: Buffer): void {
    const { event, capture } = this;
    event.read(body, kind);
    const layout = LAYOUTS[event.type];
    if (layout === undefined) {
      this.skip(place, quiet(event.type));
      return;
    }
    event.open(layout);
    const handler = layout.ends ? CALLS.get(layout.call) : EVENTS.get(layout.call);
    const thread = capture.tasks.of(event.thread);
    if (handler === undefined) {
      thread.began = event.copy();
      this.skip(place, quiet(event.type));
      return;
    }
    if (layout.ends) {
      event.completes(thread.began);
      thread.began = undefined;
    }
    const told = handler(event, capture, thread);
    if (typeof told === 'string') this.skip(place, told);
    else {
      this.endRun();
      this.sink.record(place, tell(capture, event, thread, told), body);
    }
  }

  /** What is ignored for one reason, block after block, is given away as one run. */
  private skip(place: Place, fate: string): void {
    const { run } = this;
    if (run?.fate === fate && fate.startsWith('ignored') && run.records < LONGEST_RUN && run.length < LONGEST_RUN_BYTES) {
      run.records++;
      run.length += place.length;
      return;
    }
    this.endRun();
    this.run = { place, fate, records: 1, length: place.length };
  }

  private endRun(): void {
    const { run } = this;
    if (run) this.sink.skip({ ...run.place, length: run.length }, run.fate, run.records);
    this.run = undefined;
  }
}
