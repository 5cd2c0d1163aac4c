/** The 32-bit hash of LZ4 frames, over bytes that come in any cut. Source: xxHash fast digest algorithm, specification 0.1.1 (XXH32), seed 0. */

const PRIME1 = 0x9e3779b1;
const PRIME2 = 0x85ebca77;
const PRIME3 = 0xc2b2ae3d;
const PRIME4 = 0x27d4eb2f;
const PRIME5 = 0x165667b1;
const STRIPE = 16;

const rotated = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const round = (lane: number, word: number): number => Math.imul(rotated((lane + Math.imul(word, PRIME2)) | 0, 13), PRIME1);

export class XxHash32 {
  private lane1 = (PRIME1 + PRIME2) | 0;
  private lane2 = PRIME2 | 0;
  private lane3 = 0;
  private lane4 = -PRIME1 | 0;
  private size = 0;
  /** Bytes of a stripe that is not whole yet. */
  private held = Buffer.alloc(0);

  update(bytes: Buffer): void {
    this.size += bytes.length;
    const all = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    const whole = all.length - (all.length % STRIPE);
    const words = new DataView(all.buffer, all.byteOffset, whole);
    let { lane1, lane2, lane3, lane4 } = this;
    for (let at = 0; at < whole; at += STRIPE) {
      lane1 = round(lane1, words.getInt32(at, true));
      lane2 = round(lane2, words.getInt32(at + 4, true));
      lane3 = round(lane3, words.getInt32(at + 8, true));
      lane4 = round(lane4, words.getInt32(at + 12, true));
    }
    Object.assign(this, { lane1, lane2, lane3, lane4 });
    this.held = Buffer.from(all.subarray(whole));
  }

  digest(): number {
    const { held } = this;
    let hash =
      this.size < STRIPE
        ? PRIME5
        : rotated(this.lane1, 1) + rotated(this.lane2, 7) + rotated(this.lane3, 12) + rotated(this.lane4, 18);
    hash = (hash + this.size) | 0;
    let at = 0;
    for (; at + 4 <= held.length; at += 4)
      hash = Math.imul(rotated((hash + Math.imul(held.readInt32LE(at), PRIME3)) | 0, 17), PRIME4);
    for (; at < held.length; at++) hash = Math.imul(rotated((hash + Math.imul(held[at] as number, PRIME5)) | 0, 11), PRIME1);
    hash = Math.imul(hash ^ (hash >>> 15), PRIME2);
    hash = Math.imul(hash ^ (hash >>> 13), PRIME3);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}

export function xxh32(bytes: Buffer): number {
  const hash = new XxHash32();
  hash.update(bytes);
  return hash.digest();
}
