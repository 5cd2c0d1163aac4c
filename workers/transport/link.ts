/**
 * A link carries many conversations over one pipe: the engine, the shell, and one channel for every callback that is passed along.
 * A channel is an `Endpoint` as Comlink wants it, so that Comlink runs the same way over threads, windows and sockets, and the order
 * of everything that crosses is kept.
 */
import { ExhibitError } from '../contract/errors';
import { isAnswer, isCall, throwing, type WireValue } from './wire';

/** Carries whole frames, both ways, in order. */
export interface Pipe {
  /** `transfer`: buffers in the frame that the sender gives away; a pipe that copies bytes ignores them. */
  send(frame: Frame, transfer: readonly ArrayBuffer[]): void;
  /** Called once. `onClose` follows once, whichever side closed. */
  listen(onFrame: (frame: unknown) => void, onClose: () => void): void;
  close(): void;
}

/** A named channel exists on both sides; a number is a callback's. Without `message`: that channel is closed. */
export interface Frame {
  readonly channel: string | number;
  readonly message?: unknown;
}

/** A function on its way to the other side. */
export class Callback {
  constructor(readonly call: (...args: readonly unknown[]) => unknown) {}
}

type Listener = (event: { readonly data: unknown }) => void;
type Answering = (callback: Callback, channel: Channel) => void;

export class Channel {
  private readonly listeners = new Set<Listener>();
  private readonly pending = new Set<string>();
  private closed = false;

  constructor(
    private readonly link: Link,
    private readonly id: string | number,
  ) {}

  postMessage(message: unknown, transfer: readonly ArrayBuffer[] = []): void {
    const call = isCall(message);
    if (!call && !isAnswer(message)) return; // Comlink's release of what the collector found: channels end by `close`
    if (call) this.pending.add(message.id);
    if (this.closed) queueMicrotask(() => this.fail());
    else this.link.send(this.id, message, transfer);
  }

  addEventListener(_type: string, listener: Listener): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Listener): void {
    this.listeners.delete(listener);
  }

  receive(message: unknown): void {
    if (isAnswer(message)) this.pending.delete(message.id);
    for (const listener of this.listeners) listener({ data: message });
  }

  /** Ends the channel on both sides; what waits for an answer is rejected. */
  close(): void {
    this.link.drop(this.id);
  }

  end(): void {
    this.closed = true;
    this.fail();
  }

  private fail(): void {
    const error = new ExhibitError('unavailable', 'The connection to the engine was closed before it answered.');
    for (const id of this.pending) this.receive({ id, ...throwing(error) });
  }
}

export class Link {
  /** Resolves when the pipe is closed, by either side. */
  readonly closed: Promise<void>;
  private readonly channels = new Map<string | number, Channel>();
  private open = true;
  private callbacks = 0;

  /** `answer` exposes a callback on the channel that was made for it. */
  constructor(
    private readonly pipe: Pipe,
    private readonly answer: Answering,
  ) {
    this.closed = new Promise((resolve) => {
      pipe.listen(
        (frame) => this.receive(frame),
        () => {
          this.open = false;
          for (const channel of this.channels.values()) channel.end();
          this.channels.clear();
          resolve();
        },
      );
    });
  }

  /** The channel of that name; both sides ask for it. */
  channel(id: string | number): Channel {
    const channel = this.channels.get(id) ?? new Channel(this, id);
    if (this.open) this.channels.set(id, channel);
    else channel.end();
    return channel;
  }

  close(): void {
    this.pipe.close();
  }

  send(channel: string | number, message: unknown, transfer: readonly ArrayBuffer[]): void {
    this.pipe.send({ channel, message: this.outgoing(message) }, transfer);
  }

  drop(channel: string | number): void {
    if (!this.channels.delete(channel)) return;
    if (this.open) this.pipe.send({ channel }, []);
  }

  /** A frame that is none of ours ends the link: whoever sends it does not speak this language. */
  private receive(frame: unknown): void {
    try {
      const { channel: theirs, message } = frame as Frame;
      if (typeof theirs !== 'number' && typeof theirs !== 'string') throw new TypeError('A frame has a channel.');
      const id = typeof theirs === 'number' ? -theirs : theirs; // a callback's number is positive where its function lives
      const channel = this.channels.get(id);
      if (message !== undefined) channel?.receive(this.incoming(message));
      else if (typeof id === 'number' && this.channels.delete(id)) channel?.end();
    } catch {
      this.close();
    }
  }

  private outgoing(message: unknown): unknown {
    return isCall(message) ? { ...message, argumentList: message.argumentList.map((value) => this.lend(value)) } : message;
  }

  private lend(value: WireValue): WireValue {
    if (!(value.value instanceof Callback)) return value;
    const number = ++this.callbacks;
    this.answer(value.value, this.channel(number));
    return { ...value, value: { callback: number } };
  }

  private incoming(message: unknown): unknown {
    return isCall(message) ? { ...message, argumentList: message.argumentList.map((value) => this.borrow(value)) } : message;
  }

  private borrow(value: WireValue): WireValue {
    if (value.type === 'RAW') return value;
    const { callback } = value.value as { readonly callback: number };
    if (!Number.isSafeInteger(callback) || callback <= 0) throw new TypeError('A callback has a positive number.');
    return { ...value, value: this.channel(-callback) };
  }
}
