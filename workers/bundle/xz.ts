/**
 * xz, also several streams one after another, by XZ Embedded (tukaani.org/xz/embedded.html) as the package xz-decompress has it in WebAssembly. It checks CRC-32 and
 * CRC-64, and keeps at most 64 MiB of what was read (`xz -9`).
 */
import * as xzDecompress from 'xz-decompress';
import { BoundReached, type Budget } from './bounds';
import type { Complain } from './decompress';
import type { ByteSource, Chunks } from './source';

/** src/native/xz-decompress.c of the package. */
interface Decoder {
  readonly memory: { readonly buffer: ArrayBuffer };
  create_context(): number;
  supply_input(context: number, bytes: number): void;
  get_next_output(context: number): number;
}

interface Library {
  readonly XzReadableStream: {
    _moduleInstance: { readonly exports: Decoder };
    _getModuleInstance(): Promise<void>;
  };
}

/** CommonJS: Node has it under `default`, Vite as it is. */
const { XzReadableStream } = ('default' in xzDecompress ? xzDecompress.default : xzDecompress) as Library;

/**
 * The package's own stream cannot be used: it lets one be read at a time, so that an .xz in a .tar.xz would wait for ever, and waits for a cut-off one. Each
 * stream has an instance of its own here, whose memory goes with it.
 */
async function newDecoder(): Promise<Decoder> {
  await XzReadableStream._getModuleInstance();
  return XzReadableStream._moduleInstance.exports;
}

/** `xz_ret` of linux/xz.h. */
const OK = 0;
const STREAM_END = 1;
const WHY: ReadonlyMap<number, string> = new Map([
  [2, 'a kind of checksum that is not known here'],
  [3, 'not enough memory'],
  [4, 'it needs more than 64 MiB of memory'],
  [6, 'filters that are not known here'],
]);

/** The decoder's two buffers: sizes, places and how far they are filled, as 32-bit words from the context on. */
class Context {
  private readonly at: number;
  readonly capacity: number;
  private readonly input: number;

  constructor(private readonly decoder: Decoder) {
    this.at = decoder.create_context();
    this.capacity = this.words[0] as number;
    this.input = this.words[1] as number;
  }

  /** The memory moves when it grows. */
  private get words(): Uint32Array {
    return new Uint32Array(this.decoder.memory.buffer, this.at, 7);
  }

  get isHungry(): boolean {
    const { words } = this;
    return words[2] === words[3];
  }

  /** No bytes: there are no more. */
  supply(bytes: Uint8Array): void {
    new Uint8Array(this.decoder.memory.buffer, this.input, bytes.length).set(bytes);
    this.decoder.supply_input(this.at, bytes.length);
  }

  next(): { readonly result: number; readonly bytes: Uint8Array } {
    const result = this.decoder.get_next_output(this.at);
    const { words } = this;
    const bytes = Uint8Array.from(new Uint8Array(this.decoder.memory.buffer, words[4], words[5]));
    words[5] = 0;
    return { result, bytes };
  }
}

export async function* unxz(source: ByteSource, budget: Budget, complain: Complain): Chunks {
  const context = new Context(await newDecoder());
  let read = 0;
  let written = 0;
  let ended = false;
  try {
    for (let result = OK; result === OK; ) {
      if (context.isHungry && !ended) {
        const step = await source.read(context.capacity);
        ended = step.length === 0;
        read += step.length;
        context.supply(step);
      }
      const next = context.next();
      result = next.result;
      written += next.bytes.length;
      budget.decompressed(next.bytes.length, read, written);
      if (next.bytes.length > 0) yield next.bytes;
      if (result !== OK && result !== STREAM_END) complain(sentence(result, ended, written));
    }
  } catch (error) {
    if (!(error instanceof BoundReached)) throw error;
    complain(error.message);
  }
}

const sentence = (result: number, ended: boolean, written: number): string =>
  WHY.has(result)
    ? `The xz data cannot be read here (${WHY.get(result)}): unpack it with xz and import what comes out; ${written} decompressed bytes could be read.`
    : `The xz data is ${ended ? 'cut off' : 'damaged'}; ${written} decompressed bytes could be read.`;
