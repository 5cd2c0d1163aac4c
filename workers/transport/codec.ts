/**
 * One frame of bytes for a value: JSON, followed by the bytes of its typed arrays (aligned to 8, so that they are read where they
 * lie). Layout: u32 length of the JSON (little-endian), JSON, padding, arrays. What JSON lacks is a tagged object `{"$": tag, …}`:
 * `n` bigint (up to 40 digits), `f` NaN and the infinities, `b` a typed array, `o` an object that has a `$` of its own.
 */
import { ExhibitError } from '../contract/errors';

const ARRAYS = { Uint8Array, Float64Array, Float32Array, Int32Array, Uint32Array, BigInt64Array } as const;
type ArrayName = keyof typeof ARRAYS;
export type TypedArray = InstanceType<(typeof ARRAYS)[ArrayName]>;
const NAMES = Object.keys(ARRAYS) as readonly ArrayName[];

const HEAD = 4;
const align = (n: number): number => (n + 7) & ~7;

/** True for the arrays that cross as bytes; a Node Buffer is a Uint8Array. */
export const isTypedArray = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && NAMES.some((name) => value instanceof ARRAYS[name]);

export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  let size = 0;
  const pack = (array: TypedArray) => {
    const at = size;
    arrays.push({ at, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) });
    size = align(size + array.byteLength);
    return { $: 'b', t: NAMES.find((name) => array instanceof ARRAYS[name]), at, length: array.length };
  };
  const json = JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key, shown: unknown) {
    const raw = this[key]; // as it is: `shown` is what a Buffer's toJSON has made of it
    if (typeof raw === 'bigint') return { $: 'n', v: String(raw) };
    if (typeof raw === 'number' && !Number.isFinite(raw)) return { $: 'f', v: String(raw) };
    if (isTypedArray(raw)) return pack(raw);
    if (typeof raw === 'object' && raw !== null && Object.hasOwn(raw, '$')) return { $: 'o', v: Object.entries(raw) };
    return shown;
  });
  const text = new TextEncoder().encode(json);
  const start = align(HEAD + text.length);
  const frame = new Uint8Array(start + size);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, HEAD);
  for (const { at, bytes } of arrays) frame.set(bytes, start + at);
  return frame;
}

/** The value of a frame. Throws `failed` for bytes that are none: they may come from anyone who can reach the socket. */
export function decode(bytes: Uint8Array): unknown {
  // A frame that does not begin on 8 bytes (a view into a socket's buffer) is moved first.
  const frame = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  try {
    const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
    if (HEAD + length > frame.length) throw new RangeError('it is cut short');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(frame.subarray(HEAD, HEAD + length));
    const arrays = frame.subarray(Math.min(align(HEAD + length), frame.length));
    // Most large answers have no tag at all, and a reviver takes several times as long as parsing.
    if (!text.includes('"$"')) return JSON.parse(text);
    return JSON.parse(text, (_key, value: unknown) =>
      typeof value === 'object' && value !== null && '$' in value ? untag(value as Tagged, arrays) : value,
    );
  } catch (cause) {
    const why = (cause as Error).message;
    throw new ExhibitError('failed', `A message between the workbench and its engine is damaged (${why}).`);
  }
}

interface Tagged {
  readonly $: unknown;
  readonly v?: unknown;
  readonly t?: unknown;
  readonly at?: unknown;
  readonly length?: unknown;
}

function untag({ $: tag, v, t, at, length }: Tagged, arrays: Uint8Array): unknown {
  if (tag === 'n' && typeof v === 'string' && /^-?\d{1,40}$/.test(v)) return BigInt(v);
  if (tag === 'f') return Number(v);
  if (tag === 'o' && Array.isArray(v)) return Object.fromEntries(v as [string, unknown][]);
  const name = NAMES.find((known) => known === t);
  if (tag !== 'b' || !name) throw new TypeError('it has an unknown tag');
  const [from, size] = [Number(at), Number(length) * ARRAYS[name].BYTES_PER_ELEMENT];
  if (!(from >= 0 && size >= 0 && from + size <= arrays.length)) throw new RangeError('an array lies outside of it');
  return new ARRAYS[name](arrays.buffer as ArrayBuffer, arrays.byteOffset + from, Number(length));
}
