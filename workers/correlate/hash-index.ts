/** A map from 64-bit keys (two 32-bit words) to row numbers, in typed arrays: millions of entries without an object each. */
export class HashIndex {
  private readonly mask: number;
  private readonly low: Uint32Array;
  private readonly high: Uint32Array;
  private readonly value: Int32Array;

  constructor(capacity: number) {
    let slots = 16;
    while (slots < capacity * 2) slots *= 2;
    this.mask = slots - 1;
    this.low = new Uint32Array(slots);
    this.high = new Uint32Array(slots);
    this.value = new Int32Array(slots).fill(-1);
  }

  /** The value; -1 where there is none. */
  get(low: number, high: number): number {
    return this.value[this.slot(low, high)] as number;
  }

  set(low: number, high: number, value: number): void {
    const slot = this.slot(low, high);
    this.low[slot] = low;
    this.high[slot] = high;
    this.value[slot] = value;
  }

  private slot(low: number, high: number): number {
    let slot = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) >>> 0;
    slot = (slot ^ (slot >>> 15)) & this.mask;
    while (this.value[slot] !== -1 && (this.low[slot] !== low >>> 0 || this.high[slot] !== high >>> 0))
      slot = (slot + 1) & this.mask;
    return slot;
  }
}
