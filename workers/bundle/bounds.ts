/**
 * What an archive may cost (design section 5). Evidence is hostile: a small archive can hold terabytes, a million members or itself.
 * Each bound is said in one sentence where it is reached; what was read up to there stays.
 */
export interface Bounds {
  /** Archives and compressions inside one another. */
  readonly depth: number;
  /** Members of one evidence. */
  readonly members: number;
  /** Decompressed bytes of one evidence. */
  readonly bytes: number;
  /** Decompressed over compressed bytes of one stream, asked beyond `ratioFrom` decompressed bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export const BOUNDS: Bounds = { depth: 8, members: 1_000_000, bytes: 2 ** 40, ratio: 250, ratioFrom: 2 ** 30 };

/** Something of the evidence that could not be read, or only in part. */
export interface Problem {
  /** Member path in %XX form; '' for the evidence as a whole. */
  readonly path: string;
  /** One sentence, without the path. */
  readonly why: string;
}

/** Why a stream was given up; never leaves this folder. */
export class BoundReached extends Error {}

/** Counts over one evidence. */
export class Budget {
  private members = 0;
  private bytes = 0;
  constructor(readonly bounds: Bounds = BOUNDS) {}

  member(): void {
    if (++this.members > this.bounds.members) {
      throw new BoundReached(`It holds more than ${this.bounds.members} members; those beyond were not read.`);
    }
  }

  decompressed(bytes: number, streamIn: number, streamOut: number): void {
    this.bytes += bytes;
    const { ratio, ratioFrom } = this.bounds;
    if (this.bytes > this.bounds.bytes) {
      throw new BoundReached(`The evidence decompresses to more than ${this.bounds.bytes} bytes; the rest was not read.`);
    }
    if (streamOut > ratioFrom && streamOut > ratio * streamIn) {
      throw new BoundReached(`It decompresses to more than ${ratio} times its size; it was read up to ${streamOut} bytes.`);
    }
  }
}
