/**
 * One queue a pane. A newer request makes the older ones of its pane obsolete: those that wait are dropped, the one that runs is interrupted, and all reject
 * with `superseded`. Panes do not wait for each other: each has a connection while it has work.
 */
import type { Connection, Database } from '../case/database';
import { ExhibitError } from '../contract/errors';
import type { Kept } from './kept';
import type { Source } from './source';

/** `interrupt` before a statement starts is lost, so it is repeated until the obsolete work has ended. */
const INTERRUPT_EVERY_MS = 2;

export type Work<T> = (source: Source) => Promise<T>;

export class Panes {
  private readonly panes = new Map<string, Pane>();
  /** Work of no pane, each by itself. */
  private readonly alone = new Set<Pane>();
  private readonly idle: Connection[] = [];
  private closed = false;

  constructor(
    private readonly database: Database,
    readonly kept: Kept,
  ) {}

  /** Runs the newest work of a pane. Work without a pane is never superseded. Rejects with `no-case` once the case is closed. */
  async run<T>(pane: string | undefined, work: Work<T>): Promise<T> {
    if (this.closed) throw closedError();
    if (pane !== undefined) return this.runIn(this.paneOf(pane), work);
    const alone = new Pane();
    this.alone.add(alone);
    try {
      return await this.runIn(alone, work);
    } finally {
      this.alone.delete(alone);
    }
  }

  private paneOf(name: string): Pane {
    const known = this.panes.get(name);
    if (known) return known;
    const pane = new Pane();
    this.panes.set(name, pane);
    return pane;
  }

  private async runIn<T>(pane: Pane, work: Work<T>): Promise<T> {
    try {
      return await pane.run((started) =>
        this.withConnection((connection) => {
          started(connection);
          return work({ connection, kept: this.kept, apart: (long) => this.run(undefined, long) });
        }),
      );
    } catch (error) {
      throw this.closed ? closedError() : error;
    }
  }

  private async withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.idle.pop() ?? (await this.database.connect());
    try {
      return await work(connection);
    } finally {
      this.idle.push(connection);
    }
  }

  /** Ends everything that runs, and closes the connections: closing a database under a running statement ends the process. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.panes.values(), ...this.alone].map((pane) => pane.stop()));
    for (const connection of this.idle.splice(0)) connection.close();
  }
}

const closedError = (): ExhibitError => new ExhibitError('no-case', 'The case was closed.');

class Pane {
  /** Of the newest request; a request whose number is smaller is obsolete. */
  private generation = 0;
  /** Settles when what runs has ended, however it ended. */
  private tail: Promise<unknown> = Promise.resolve();
  private running: Connection | undefined;

  run<T>(work: (started: (connection: Connection) => void) => Promise<T>): Promise<T> {
    const mine = ++this.generation;
    const before = this.tail;
    const ended = this.interruptUntil(before);
    const result = ended.then(async () => {
      this.check(mine);
      try {
        const value = await work((connection) => {
          this.running = connection;
          this.check(mine);
        });
        this.check(mine);
        return value;
      } catch (error) {
        this.check(mine);
        throw error;
      } finally {
        this.running = undefined;
      }
    });
    this.tail = result.catch(() => undefined);
    return result;
  }

  async stop(): Promise<void> {
    this.generation++;
    await this.interruptUntil(this.tail);
  }

  private check(mine: number): void {
    if (mine !== this.generation) throw new ExhibitError('superseded', 'A newer request of the same pane took its place.');
  }

  private async interruptUntil(end: Promise<unknown>): Promise<void> {
    this.running?.interrupt();
    const timer = setInterval(() => this.running?.interrupt(), INTERRUPT_EVERY_MS);
    try {
      await end;
    } finally {
      clearInterval(timer);
    }
  }
}
