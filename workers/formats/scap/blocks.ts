/**
 * A capture as blocks (the frame of pcapng, little-endian): u32 type, u32 length of all of it, body, the length once more. Field facts:
 * falcosecurity/libs userspace/libscap/scap_savefile.h; design, formats-agents section 9.
 *
 * What does not hold together costs itself: the walk goes on at the next place where a known type, a length in bounds and the same length behind the body
 * agree. What comes out depends on the bytes alone, never on how they were cut into chunks.
 */
import type { Place } from '../format';

/** What a block's type stands for; `version` tells the layout. */
export type Sort = 'section' | 'machine' | 'processes' | 'files' | 'event' | 'interfaces' | 'users' | 'foreign';

export interface BlockKind {
  readonly sort: Sort;
  readonly version: number;
  /** Events: 32 bits of flags come first. */
  readonly flagged?: boolean;
  /** Events: lengths of parameters have 32 bits. */
  readonly large?: boolean;
}

const SECTION = 0x0a0d0d0a;
export const SECTION_MAGIC = 0x1a2b3c4d;

/** Those of 0x8…ABCD were used before the first release. */
const KINDS: ReadonlyMap<number, BlockKind> = new Map([
  [SECTION, { sort: 'section', version: 1 }],
  [0x201, { sort: 'machine', version: 1 }],
  [0x8002abcd, { sort: 'machine', version: 1 }],
  [0x202, { sort: 'processes', version: 1 }],
  [0x8000abcd, { sort: 'processes', version: 1 }],
  [0x207, { sort: 'processes', version: 2 }],
  [0x8013abcd, { sort: 'processes', version: 2 }],
  [0x209, { sort: 'processes', version: 3 }],
  [0x8014abcd, { sort: 'processes', version: 3 }],
  [0x210, { sort: 'processes', version: 4 }],
  [0x211, { sort: 'processes', version: 5 }],
  [0x212, { sort: 'processes', version: 6 }],
  [0x213, { sort: 'processes', version: 7 }],
  [0x214, { sort: 'processes', version: 8 }],
  [0x215, { sort: 'processes', version: 9 }],
  [0x203, { sort: 'files', version: 1 }],
  [0x8001abcd, { sort: 'files', version: 1 }],
  [0x218, { sort: 'files', version: 2 }],
  [0x204, { sort: 'event', version: 1 }],
  [0x8010abcd, { sort: 'event', version: 1 }],
  [0x208, { sort: 'event', version: 1, flagged: true }],
  [0x216, { sort: 'event', version: 2 }],
  [0x217, { sort: 'event', version: 2, flagged: true }],
  [0x221, { sort: 'event', version: 2, large: true }],
  [0x222, { sort: 'event', version: 2, large: true, flagged: true }],
  [0x205, { sort: 'interfaces', version: 1 }],
  [0x8011abcd, { sort: 'interfaces', version: 1 }],
  [0x219, { sort: 'interfaces', version: 2 }],
  [0x206, { sort: 'users', version: 1 }],
  [0x8012abcd, { sort: 'users', version: 1 }],
  [0x220, { sort: 'users', version: 2 }],
]);
/** The second byte of any of them: what is no block is passed over quickly. */
const MARKS = new Set([...KINDS.keys()].map((type) => (type >>> 8) & 0xff));
const FOREIGN: BlockKind = { sort: 'foreign', version: 0 };

/** Type and both lengths. */
const FRAME_BYTES = 12;
const LONGEST = 64 * 1024 * 1024;
/** Writers keep events below 64 KiB, large ones apart; options may follow. */
const LONGEST_EVENT = 1024 * 1024;
/** Bytes that are no block are given away in pieces of this size. */
const LONGEST_LOSS = 64 * 1024 * 1024;

export interface BlockReceiver {
  /** @param body holds until the call returns. */
  block(place: Place, kind: BlockKind, type: number, body: Buffer): void;
  /** Bytes that are no sound block. */
  lost(place: Place, why: string): void;
}

export class BlockWalk {
  private parts: Buffer[] = [];
  private held = 0;
  /** Bytes that must be there before the walk can go on. */
  private wanted = FRAME_BYTES;
  /** In the member, of the first byte held. */
  private offset = 0;
  private records = 0;
  /** Where the bytes began that are no block; negative while blocks follow each other. */
  private lostAt = -1;
  /** A block could begin where they began. */
  private cut = false;
  /** Where the block that began there ends, as it states. */
  private statedEnd = 0;

  constructor(private readonly receiver: BlockReceiver) {}

  push(chunk: Buffer): void {
    this.held += chunk.length;
    const enough = this.held >= this.wanted;
    this.parts.push(enough ? chunk : Buffer.from(chunk));
    if (enough) this.walk(false);
  }

  finish(): void {
    this.walk(true);
    this.giveUp(this.offset, this.cut ? 'the capture ends within this block' : 'no block of a capture');
  }

  /** Takes what is whole; keeps the rest, and what it waits for. */
  private walk(last: boolean): void {
    const bytes = this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts);
    let at = 0;
    for (;;) {
      const step = this.lostAt < 0 ? this.follow(bytes, at, last) : this.seek(bytes, at, last);
      at = step.at;
      if (step.wanted !== undefined) {
        this.wanted = step.wanted;
        break;
      }
    }
    this.parts = at < bytes.length ? [Buffer.from(bytes.subarray(at))] : [];
    this.held = bytes.length - at;
    this.offset += at;
  }

  /** One block where one must begin. `wanted`: how many bytes from `at` on are needed; 0 at the end. */
  private follow(bytes: Buffer, at: number, last: boolean): { at: number; wanted?: number } {
    const left = bytes.length - at;
    if (left === 0) return { at, wanted: last ? 0 : FRAME_BYTES };
    if (left < FRAME_BYTES) return last ? this.lose(at, true) : { at, wanted: FRAME_BYTES };
    const kind = kindAt(bytes, at) ?? FOREIGN;
    const length = lengthAt(bytes, at, kind);
    if (length === 0) return this.lose(at, false);
    if (left < length) return last ? this.lose(at, true) : { at, wanted: length };
    if (bytes.readUInt32LE(at + length - 4) === length) {
      this.receiver.block(this.place(at, length), kind, bytes.readUInt32LE(at), bytes.subarray(at + 8, at + length - 4));
      return { at: at + length };
    }
    return this.lose(at, false, length);
  }

  /** @param length as stated in front */
  private lose(at: number, cut: boolean, length = 0): { at: number } {
    this.lostAt = this.offset + at;
    this.cut = cut;
    this.statedEnd = this.lostAt + length;
    return { at: at + 1 };
  }

  /** The next sound block of a known kind. */
  private seek(bytes: Buffer, from: number, last: boolean): { at: number; wanted?: number } {
    for (let at = from; ; at++) {
      if (this.offset + at - this.lostAt >= LONGEST_LOSS) {
        this.giveUp(this.offset + at, 'no block of a capture');
        this.lostAt = this.offset + at;
      }
      const left = bytes.length - at;
      if (left < FRAME_BYTES) return last ? { at: bytes.length, wanted: 0 } : { at, wanted: FRAME_BYTES };
      if (!MARKS.has(bytes[at + 1] as number) || !begins(bytes, at)) continue;
      const length = bytes.readUInt32LE(at + 4);
      if (left < length && !last) return { at, wanted: length };
      if (left < length || bytes.readUInt32LE(at + length - 4) !== length) continue;
      this.giveUp(this.offset + at, 'no block of a capture');
      return { at };
    }
  }

  /** Ends the bytes that are no block, in front of `end` (in the member). */
  private giveUp(end: number, why: string): void {
    if (this.lostAt >= 0 && end > this.lostAt) {
      const reason = end === this.statedEnd ? 'the two lengths of this block differ' : why;
      this.receiver.lost({ record: ++this.records, item: '', offset: this.lostAt, length: end - this.lostAt }, reason);
    }
    this.lostAt = -1;
  }

  private place(at: number, length: number): Place {
    return { record: ++this.records, item: '', offset: this.offset + at, length };
  }
}

const kindAt = (bytes: Buffer, at: number): BlockKind | undefined => KINDS.get(bytes.readUInt32LE(at));

/** The length that a block states; 0 where it cannot be one. */
function lengthAt(bytes: Buffer, at: number, kind: BlockKind): number {
  const length = bytes.readUInt32LE(at + 4);
  const longest = kind.sort === 'event' && !kind.large ? LONGEST_EVENT : LONGEST;
  return length >= FRAME_BYTES && length <= longest && length % 4 === 0 ? length : 0;
}

/** Whether a block of a known kind seems to begin here. */
function begins(bytes: Buffer, at: number): boolean {
  const kind = kindAt(bytes, at);
  if (kind === undefined || lengthAt(bytes, at, kind) === 0) return false;
  return kind.sort !== 'section' || bytes.readUInt32LE(at + 8) === SECTION_MAGIC;
}

/** Whether these first bytes are of a capture of system calls: a section, and behind it no block that packets need. */
export function isCapture(head: Buffer): boolean {
  if (head.length < FRAME_BYTES || head.readUInt32LE(0) !== SECTION || head.readUInt32LE(8) !== SECTION_MAGIC) return false;
  const next = head.readUInt32LE(4);
  return next + 4 > head.length || !PACKETS.has(head.readUInt32LE(next));
}

/** Interface, packets, names, statistics: what a pcapng file of packets goes on with. */
const PACKETS = new Set([1, 2, 3, 4, 5, 6]);
