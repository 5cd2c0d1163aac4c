/** Brings something up to date, one run at a time. Who asks while a run waits for its turn shares it: it will see what they changed. */
export class Renewal {
  private running: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;

  constructor(private readonly renew: () => Promise<void>) {}

  /** Settles when a run that began after this call has ended. */
  run(): Promise<void> {
    if (this.waiting) return this.waiting;
    const before = this.running.catch(() => undefined);
    const run = before.then(() => {
      this.waiting = undefined;
      return this.renew();
    });
    this.waiting = run;
    this.running = run;
    return run;
  }
}
