/** Numbers of a generator that gives the same ones for the same seed (splitmix32). Times and delays are in seconds. */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  share(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let word = this.state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return ((word ^ (word >>> 15)) >>> 0) / 2 ** 32;
  }

  within = (low: number, high: number): number => low + (high - low) * this.share();
  /** A whole number, both ends inclusive. */
  whole = (low: number, high: number): number => low + Math.floor(this.share() * (high - low + 1));
  holds = (probability: number): boolean => this.share() < probability;
  of = <T>(list: readonly T[]): T => list[this.whole(0, list.length - 1)] as T;
  hex = (digits: number): string => Array.from({ length: digits }, () => this.whole(0, 15).toString(16)).join('');

  /** By Box and Muller. */
  logNormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.share()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.share()));
  }

  /** In place, by Fisher and Yates. */
  shuffle(list: unknown[]): void {
    for (let i = list.length - 1; i > 0; i--) {
      const other = this.whole(0, i);
      [list[i], list[other]] = [list[other], list[i]];
    }
  }
}
