/**
 * Calls over a link: `expose` answers them, `remote` makes them. Both sides name the methods that may be called, arguments and results
 * are plain data, and a function among the arguments can be called from the other side until the call is over.
 */
import { expose as answerCalls, type Endpoint, type TransferHandler, transfer, transferHandlers, wrap } from 'comlink';
import { ExhibitError } from '../contract/errors';
import { isTypedArray } from './codec';
import { Callback, type Channel, Link, type Pipe } from './link';
import { fromThrown, isCall, throwing, toThrown } from './wire';

type Fn = (...args: readonly unknown[]) => unknown;
/** Any object with async methods. */
export type Api<Method extends string> = { readonly [M in Method]: (...args: never[]) => Promise<unknown> };

const channels = new WeakMap<Fn, Channel>();

const callbackHandler: TransferHandler<Fn, Callback | Channel> = {
  canHandle: (value): value is Fn => typeof value === 'function',
  serialize: (fn) => [new Callback(fn), []],
  deserialize: (channel) => {
    const remote = wrap<Fn>(channel as unknown as Endpoint);
    const callback: Fn = (...args) => {
      const answer = remote(...args) as Promise<unknown>;
      answer.catch(() => {}); // who does not wait for the answer (progress) need not handle that nobody is there any more
      return answer;
    };
    channels.set(callback, channel as Channel);
    return callback;
  },
};

const comlinksThrow = transferHandlers.get('throw') as TransferHandler<{ value: unknown }, unknown>;
const throwHandler: TransferHandler<{ value: unknown }, ReturnType<typeof toThrown>> = {
  canHandle: comlinksThrow.canHandle,
  serialize: ({ value }) => [toThrown(value), []],
  deserialize: (value) => {
    throw fromThrown(value);
  },
};

transferHandlers.clear(); // Comlink's `proxy` makes ports, which no pipe of ours carries
transferHandlers.set('throw', throwHandler as TransferHandler<unknown, unknown>);
transferHandlers.set('callback', callbackHandler as TransferHandler<unknown, unknown>);

/** A link over a pipe, from which both `expose` and `remote` take named channels. */
export const link = (pipe: Pipe): Link =>
  new Link(pipe, (callback, channel) =>
    answerCalls(
      callback.call,
      guard(channel, (path) => path.length === 0),
    ),
  );

/** Lets only such calls through; anything else is answered with an error. */
function guard(channel: Channel, allows: (path: readonly string[]) => boolean): Endpoint {
  const guarded = new Map<unknown, (event: { readonly data: unknown }) => void>();
  return {
    postMessage: (message, parts) => channel.postMessage(message, parts as ArrayBuffer[] | undefined),
    addEventListener: (type, listener) => {
      const checked = (event: { readonly data: unknown }) => {
        const { data } = event;
        if (isCall(data) && allows(data.path)) (listener as unknown as typeof checked)(event);
        else channel.postMessage({ id: (data as { id?: unknown } | null)?.id, ...throwing(noSuchCall()) });
      };
      guarded.set(listener, checked);
      channel.addEventListener(type, checked);
    },
    removeEventListener: (type, listener) => channel.removeEventListener(type, guarded.get(listener) ?? (() => {})),
  };
}

const noSuchCall = () => new ExhibitError('usage', 'There is no such call, or it is not for this connection.');

/** Buffers that a result owns alone; those of a slice (or of Node's pool) are shared with others and must be copied. */
function ownBuffers(value: unknown, depth = 0): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null || depth > 3) return [];
  if (isTypedArray(value)) return value.byteLength === value.buffer.byteLength ? [value.buffer as ArrayBuffer] : [];
  return Object.values(value).flatMap((inner) => ownBuffers(inner, depth + 1));
}

/**
 * Answers calls of `methods` that arrive on the channel. Typed arrays of a result are given away where the pipe can: a method must not keep
 * those that it returns. `pane` is put in front of every pane, so that two connections never supersede each other.
 */
export function expose<Method extends string>(
  api: Api<Method>,
  channel: Channel,
  methods: readonly Method[],
  pane?: string,
): void {
  const answers = Object.fromEntries(
    methods.map((method) => [
      method,
      async (...args: unknown[]) => {
        try {
          const call = api[method] as (...args: unknown[]) => Promise<unknown>;
          const result = await call.apply(api, pane === undefined ? args : args.map((arg) => inPane(arg, pane)));
          const buffers = [...new Set(ownBuffers(result))];
          return buffers.length > 0 ? transfer(result, buffers) : result;
        } finally {
          for (const arg of args) if (typeof arg === 'function') channels.get(arg as Fn)?.close();
        }
      },
    ]),
  );
  const known = new Set<string>(methods);
  answerCalls(
    answers,
    guard(channel, (path) => path.length === 1 && known.has(path[0] as string)),
  );
}

function inPane(arg: unknown, pane: string): unknown {
  if (typeof arg !== 'object' || arg === null || !('pane' in arg) || arg.pane === undefined) return arg;
  return { ...arg, pane: `${pane}/${String(arg.pane)}` };
}

/** The other side's `expose`d object. A call on a closed link rejects with `unavailable`. */
export function remote<A extends Api<Method>, Method extends string>(
  channel: Channel,
  methods: readonly Method[],
): Pick<A, Method> {
  const calls = wrap<{ readonly [M in Method]: Fn }>(channel as unknown as Endpoint) as unknown as { readonly [M in Method]: Fn };
  const entries = methods.map((method) => [method, (...args: readonly unknown[]) => calls[method](...args)]);
  return Object.fromEntries(entries) as Pick<A, Method>;
}
