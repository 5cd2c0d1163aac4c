/** Holds what a framing has not taken yet. Room grows by half, so that a long record is not copied once for each chunk of it. */
export class Window {
  private room = Buffer.alloc(0);
  private end = 0;

  /** @param spare how many bytes every answer has beyond what it holds, for whoever writes a stop there */
  constructor(private readonly spare = 0) {}

  /**
   * `held`, and the chunk behind it.
   * @param held what is left of the answer before, from some place in it to its end; that answer holds no longer
   */
  append(held: Buffer, chunk: Uint8Array): Buffer {
    const needed = held.length + chunk.length + this.spare;
    let from = this.end - held.length;
    if (from + needed > this.room.length) {
      const room = needed * 1.5 > this.room.length ? Buffer.allocUnsafeSlow(Math.ceil(needed * 1.5)) : this.room;
      this.room.copy(room, 0, from, this.end);
      this.room = room;
      from = 0;
    }
    this.room.set(chunk, from + held.length);
    this.end = from + held.length + chunk.length;
    return this.room.subarray(from, from + needed);
  }
}
