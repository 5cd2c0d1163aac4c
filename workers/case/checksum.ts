/**
 * The checksum that DuckDB writes before its blocks and the entries of its journal (`common/checksum.cpp`): each word of 64 bits times a constant, all of them combined
 * by XOR; of up to seven bytes that are left, a hash (`ChecksumRemainder`). Words are taken in halves: a bigint for each would take minutes.
 */

const FACTOR_LOW = 0x1ce4e5b9;
const FACTOR_HIGH = 0xbf58476d;
const SEED = 5381;

export class Checksum {
  private low = SEED;
  private high = 0;

  /** @param words of 32 bits, an even number of them */
  add(words: Uint32Array): void {
    let { low, high } = this;
    for (let i = 0; i < words.length; i += 2) {
      const word = words[i] as number;
      low ^= Math.imul(word, FACTOR_LOW);
      high ^= upper(word) + Math.imul(word, FACTOR_HIGH) + Math.imul(words[i + 1] as number, FACTOR_LOW);
    }
    this.low = low;
    this.high = high;
  }

  /** The one to seven last bytes. */
  addRest(bytes: Uint8Array): void {
    const hash = restHash(bytes);
    this.low ^= Number(hash & 0xffffffffn);
    this.high ^= Number(hash >> 32n);
  }

  is(low: number, high: number): boolean {
    return this.low >>> 0 === low && this.high >>> 0 === high;
  }
}

/** The upper 32 bits of a word times the lower half of the factor. */
function upper(word: number): number {
  const [a, b] = [word >>> 16, word & 0xffff];
  const [c, d] = [FACTOR_LOW >>> 16, FACTOR_LOW & 0xffff];
  const middle = a * d + ((b * d) >>> 16);
  return a * c + Math.floor(middle / 0x10000) + ((b * c + (middle & 0xffff)) >>> 16);
}

const REST_FACTOR = 0xc6a4a7935bd1e995n;
const REST_SEED = 0xe17a1465n;
const REST_SHIFT = 47n;
const times = (hash: bigint): bigint => BigInt.asUintN(64, hash * REST_FACTOR);

/** MurmurHash64A of fewer than eight bytes. */
function restHash(bytes: Uint8Array): bigint {
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let hash = times(REST_SEED ^ times(BigInt(bytes.length)) ^ value);
  hash = times(hash ^ (hash >> REST_SHIFT));
  return hash ^ (hash >> REST_SHIFT);
}
