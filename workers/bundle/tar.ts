/**
 * Reads a tar stream entry by entry (POSIX ustar and pax, GNU long names, base-256 sizes and sparse files, old v7).
 * Our own and not tar-stream, because that discards the readable part of a truncated entry and turns names into text before we see their bytes.
 */
import type { Budget } from './bounds';
import type { ByteSource, Chunks } from './source';
import { filled, gnuSparse, holds, paxSparse } from './tar-sparse';

const BLOCK = 512;
/** Longest name or pax header that is held in memory. */
const MAX_META = 2 ** 20;

export interface TarEntry {
  readonly name: Buffer;
  /** '0' file, '5' folder, '1' '2' links, 'S' a sparse file whose map is damaged, and so on. */
  readonly type: string;
  /** The entry's bytes; what is left unread is skipped. */
  readonly bytes: Chunks;
}

/** True if the 512 bytes are a tar header: its checksum holds. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK || block[0] === 0) return false;
  const stated = octal(block, 148, 8);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : (block[i] as number);
  return stated === sum;
}

/** Entries in order. What is damaged or cut off is complained of in one sentence, and ends the reading. */
export async function* tarEntries(source: ByteSource, budget: Budget, complain: (why: string) => void): AsyncGenerator<TarEntry> {
  let pax = new Map<string, Buffer>();
  let longName: Buffer | undefined;
  for (;;) {
    const header = await source.read(BLOCK);
    if (header.length === 0 || header.every((byte) => byte === 0)) return;
    if (!isTarHeader(header)) {
      return complain(
        header.length < BLOCK
          ? 'The tar archive is cut off inside a header; what comes before was read.'
          : `The tar archive is damaged: no entry begins at byte ${source.position - BLOCK}; what comes before was read.`,
      );
    }
    const type = String.fromCharCode(header[156] || 0x30);
    const size = Number(pax.get('size') ?? number(header, 124, 12));
    if (!Number.isSafeInteger(size) || size < 0)
      return complain('The tar archive is damaged: an entry has no valid size; what comes before was read.');

    if ('xgLK'.includes(type)) {
      if (size > MAX_META)
        return complain(`A name in the tar archive is longer than ${MAX_META} bytes; what comes before was read.`);
      const meta = await source.read(size);
      if (type === 'x') pax = paxRecords(meta);
      if (type === 'L') longName = text(meta, 0, meta.length);
      await source.skip(padding(size));
      continue;
    }
    const listed = type === 'S' ? await gnuSparse(header, source, number) : undefined;
    const end = source.position + size;
    const sparse = listed ?? (await paxSparse(pax, source, size));
    const isWhole = sparse !== undefined && holds(sparse, end - source.position);
    yield {
      name: pax.get('GNU.sparse.name') ?? pax.get('path') ?? longName ?? ownName(header),
      type: isWhole ? '0' : sparse ? 'S' : type,
      bytes: isWhole ? filled(source, sparse, budget, complain) : source.chunks(end - source.position),
    };
    await source.skip(end - source.position);
    if (source.position < end)
      return complain(`The tar archive is cut off: ${end - source.position} bytes of its last entry are missing.`);
    await source.skip(padding(size));
    pax = new Map();
    longName = undefined;
  }
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

function ownName(header: Buffer): Buffer {
  const name = text(header, 0, 100);
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? text(header, 345, 155) : Buffer.alloc(0);
  return prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name;
}

function text(bytes: Buffer, at: number, length: number): Buffer {
  const end = bytes.indexOf(0, at);
  return Buffer.from(bytes.subarray(at, end < 0 || end > at + length ? at + length : end));
}

/** Octal text, or GNU base-256 where the first bit is set. */
function number(header: Buffer, at: number, length: number): number {
  if (((header[at] as number) & 0x80) === 0) return octal(header, at, length);
  let value = (header[at] as number) & 0x7f;
  for (let i = 1; i < length; i++) value = value * 256 + (header[at + i] as number);
  return value;
}

function octal(header: Buffer, at: number, length: number): number {
  const digits = header
    .toString('latin1', at, at + length)
    .replace(/\0.*$/s, '')
    .trim();
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** pax: `<length> <key>=<value>\n`, the length counting itself. */
function paxRecords(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(bytes.toString('latin1', at, space));
    const equals = bytes.indexOf(0x3d, at);
    if (!Number.isSafeInteger(length) || length <= 0 || equals < 0 || equals >= at + length) break;
    records.set(bytes.toString('utf8', space + 1, equals), Buffer.from(bytes.subarray(equals + 1, at + length - 1)));
    at += length;
  }
  return records;
}
