/**
 * What the spool can do without: values of keys that a format reads nothing of (request bodies, managed fields), which are most of the bytes of some sources. The
 * scanner notes them on its way through a record; the spool has `0` in their place, so that neither we write nor DuckDB reads them.
 */
import { Body, type Columns, type Leaf } from '../formats/format';

/** `child` where the key is not one of the format's: its value may be cut. */
export const UNKNOWN = -2;
/** The value is read as a whole, or lies in one that is. */
export const WHOLE = -1;
/** The value is read as one text: an object or a list in its place is for the careful path (`columns.ts`). */
export const TEXT = -3;
/** The node of the record itself. */
export const ROOT = 0;

/** Cutting less is not worth the trouble. */
const MIN_CUT = 24;
/** Of one record. */
export const MAX_CUTS = 256;

export class Cuts {
  /** Pairs of positions: each [from, to) is a value that is cut. */
  readonly bounds = new Int32Array(2 * MAX_CUTS);
  private count = 0;
  private bytes: Uint8Array | undefined;
  private from = 0;
  private to = 0;
  private readonly slots: number;
  private readonly nodes: Int32Array;
  private readonly hashes: Int32Array;
  private readonly children: Int32Array;

  constructor(columns: Columns) {
    const entries = entriesOf(columns);
    this.slots = 2 ** Math.ceil(Math.log2(4 * entries.length + 4));
    this.nodes = new Int32Array(this.slots).fill(-1);
    this.hashes = new Int32Array(this.slots);
    this.children = new Int32Array(this.slots);
    for (const { node, key, child } of entries) {
      const hash = hashOf(key);
      const slot = this.find(node, hash);
      this.nodes[slot] = node;
      this.hashes[slot] = hash;
      this.children[slot] = child;
    }
  }

  /**
   * The node of the value below a key, or `WHOLE`, `TEXT` or `UNKNOWN`.
   * @param hash of the key's bytes, as `hashOf` makes it. Another key of equal hash only keeps what could be cut.
   */
  child(node: number, hash: number): number {
    const slot = this.find(node, hash);
    return this.nodes[slot] === -1 ? UNKNOWN : (this.children[slot] as number);
  }

  /** A scan begins: what was noted is void. */
  begin(): void {
    this.bytes = undefined;
    this.count = 0;
  }

  cut(from: number, to: number): void {
    if (to - from < MIN_CUT || this.count === MAX_CUTS) return;
    this.bounds[2 * this.count] = from;
    this.bounds[2 * this.count + 1] = to;
    this.count++;
  }

  /** A whole value was scanned at [from, to). */
  end(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /** How many cuts there are in a record: none unless the last value that was scanned is this very one. */
  of(bytes: Uint8Array, from: number, to: number): number {
    return this.bytes === bytes && this.from === from && this.to === to ? this.count : 0;
  }

  /** How many bytes they are. */
  bytesOf(bytes: Uint8Array, from: number, to: number): number {
    let sum = 0;
    for (let k = 0; k < 2 * this.of(bytes, from, to); k += 2) sum += (this.bounds[k + 1] as number) - (this.bounds[k] as number);
    return sum;
  }

  private find(node: number, hash: number): number {
    let slot = (Math.imul(hash ^ Math.imul(node + 1, 0x9e3779b1), 0x85ebca6b) >>> 7) & (this.slots - 1);
    while (this.nodes[slot] !== -1 && (this.nodes[slot] !== node || this.hashes[slot] !== hash))
      slot = (slot + 1) & (this.slots - 1);
    return slot;
  }
}

/** As `Scanner` hashes keys. */
function hashOf(key: string): number {
  let hash = 0;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash, 31) + byte;
  return hash | 0;
}

interface Entry {
  readonly node: number;
  readonly key: string;
  readonly child: number;
}

function entriesOf(columns: Columns): Entry[] {
  const entries: Entry[] = [];
  let nodes = 0;
  const add = (node: number, tree: Columns): void => {
    for (const [key, column] of Object.entries(tree)) {
      const inner = insideOf(column);
      const child = inner ? ++nodes : column === 'json' || column === 'texts' ? WHOLE : TEXT;
      entries.push({ node, key, child });
      if (inner) add(child, inner);
    }
  };
  add(ROOT, columns);
  return entries;
}

const insideOf = (column: Leaf | Columns | Body): Columns | undefined =>
  column instanceof Body ? column.columns : typeof column === 'object' ? column : undefined;
