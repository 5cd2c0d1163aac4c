/**
 * Sparse files in tar archives (`tar -S`): the archive has the pieces that hold something and a map of where they lie; between them are zeros. A log that was rotated by
 * copying is sparse: it begins with as many zeros as it had bytes before. Source: GNU tar manual, Storing Sparse Files.
 */
import { BoundReached, type Budget } from './bounds';
import type { ByteSource, Chunks } from './source';

const BLOCK = 512;
/** Pieces of one file. */
const MAX_PIECES = 1_000_000;
const LONGEST_NUMBER = 20;
const ZEROS = Buffer.alloc(2 ** 16);

/** Where a piece begins in the file, and how long it is. */
type Piece = readonly [at: number, length: number];

export interface Sparse {
  readonly pieces: readonly Piece[];
  /** Of the file. */
  readonly size: number;
}

/**
 * The map of an entry of type `S`: four pieces in the header, and 21 in each block that follows while the one before says so.
 * @param number how headers write numbers
 */
export async function gnuSparse(
  header: Buffer,
  source: ByteSource,
  number: (bytes: Buffer, at: number, length: number) => number,
): Promise<Sparse> {
  const pieces: Piece[] = [];
  const take = (block: Buffer, from: number, count: number) => {
    for (let at = from; at < from + count * 24 && block[at] !== 0; at += 24)
      pieces.push([number(block, at, 12), number(block, at + 12, 12)]);
  };
  take(header, 386, 4);
  for (let goesOn = header[482] !== 0; goesOn && pieces.length < MAX_PIECES; ) {
    const block = await source.read(BLOCK);
    if (block.length < BLOCK) break;
    take(block, 0, 21);
    goesOn = block[504] !== 0;
  }
  return { pieces, size: number(header, 483, 12) };
}

/**
 * The map of a file that its pax header calls sparse: in the header (0.1), or before the data (1.0), where it is read. Undefined where the file is not sparse.
 * @param stored bytes of the entry
 */
export async function paxSparse(
  pax: ReadonlyMap<string, Buffer>,
  source: ByteSource,
  stored: number,
): Promise<Sparse | undefined> {
  const size = Number(pax.get('GNU.sparse.realsize') ?? pax.get('GNU.sparse.size'));
  if (String(pax.get('GNU.sparse.major')) === '1') return { pieces: inPairs(await mapBefore(source, stored)), size };
  const map = pax.get('GNU.sparse.map');
  return map && { pieces: inPairs(String(map).split(',').map(Number)), size };
}

/** A number a line, the first of them how many pieces there are, up to the end of a block. */
async function mapBefore(source: ByteSource, stored: number): Promise<readonly number[]> {
  const numbers: number[] = [];
  let wanted = 1;
  for (let read = 0, open = ''; read < stored && numbers.length < wanted && open.length <= LONGEST_NUMBER; read += BLOCK) {
    const lines = (open + (await source.read(Math.min(BLOCK, stored - read))).toString('latin1')).split('\n');
    open = lines.pop() ?? '';
    numbers.push(...lines.map(Number));
    if (numbers.length > 0) wanted = 1 + 2 * Math.min(numbers[0] as number, MAX_PIECES);
  }
  return numbers.slice(1, wanted);
}

const inPairs = (numbers: readonly number[]): Piece[] =>
  numbers.flatMap((at, i) => (i % 2 === 0 ? [[at, numbers[i + 1] ?? Number.NaN] as const] : []));

/** Whether the pieces follow one another inside the file, and are just what the archive has of it. */
export function holds({ pieces, size }: Sparse, stored: number): boolean {
  let end = 0;
  let sum = 0;
  for (const [at, length] of pieces) {
    if (!(at >= end && length >= 0)) return false;
    end = at + length;
    sum += length;
  }
  return Number.isSafeInteger(size) && end <= size && sum === stored;
}

/** The file: its pieces, and the zeros between them. Where the archive is cut off, it ends with what there is. */
export async function* filled(
  source: ByteSource,
  { pieces, size }: Sparse,
  budget: Budget,
  complain: (why: string) => void,
): Chunks {
  const begun = source.position;
  let given = 0;
  try {
    for (const [at, length] of [...pieces, [size, 0] as const]) {
      while (given < at) {
        const zeros = ZEROS.subarray(0, at - given);
        given += zeros.length;
        budget.decompressed(zeros.length, source.position - begun, given);
        yield zeros;
      }
      for await (const chunk of source.chunks(length)) {
        given += chunk.length;
        yield chunk;
      }
      if (given < at + length) return;
    }
  } catch (error) {
    if (!(error instanceof BoundReached)) throw error;
    complain(error.message);
  }
}
