/** Writes small captures of system calls, block by block, as libscap lays them out. */
import type { Place } from '../../workers/formats/format';
import { ScapDecoder } from '../../workers/formats/scap/decode';
import { LAYOUTS } from '../../workers/formats/scap/event-table';

/** A number is written in 64 bits; `u8`, `u16`, `u32` and texts say otherwise. */
export type Value = number | bigint | string | readonly string[] | Buffer;

const number = (bytes: 1 | 2 | 4) => (value: number) => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
};
export const u8 = number(1);
export const u16 = number(2);
export const u32 = number(4);
export const i64 = (value: number | bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(value));
  return buffer;
};
/** With its length in 16 bits in front. */
export const prefixed = (value: string | readonly string[]): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value) : listOf(value);
  return Buffer.concat([u16(bytes.length), bytes]);
};
const listOf = (texts: readonly string[]): Buffer => Buffer.from(texts.map((text) => `${text}\0`).join(''));

const bytesOf = (value: Value): Buffer => {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') return Buffer.from(`${value}\0`);
  return typeof value === 'number' || typeof value === 'bigint' ? i64(value) : listOf(value);
};

export interface Block {
  readonly type: number;
  readonly bytes: Buffer;
}

/** A block of any type; its body is padded to four bytes. */
export function block(type: number, ...parts: readonly Buffer[]): Block {
  const body = Buffer.concat(parts);
  const padding = Buffer.alloc((4 - (body.length % 4)) % 4);
  const length = u32(body.length + padding.length + 12);
  return { type, bytes: Buffer.concat([u32(type), length, body, padding, length]) };
}

export const captured = (...blocks: readonly Block[]): Buffer => Buffer.concat(blocks.map(({ bytes }) => bytes));

/** @param options as pcapng writes them, for comments */
export const section = (options: Buffer = Buffer.alloc(0)): Block =>
  block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(2), i64(-1), options);

export function machine(host: string): Block {
  const name = Buffer.alloc(128);
  name.write(host);
  return block(0x201, u32(2), i64(4_000_000_000), i64(32_768), name, i64(0), i64(0), i64(0), i64(0));
}

export const users = (names: Readonly<Record<number, string>>): Block =>
  block(
    0x220,
    ...Object.entries(names).map(([uid, name]) => {
      const entry = Buffer.concat([u8(0), u32(Number(uid)), u32(0), prefixed(name), prefixed('/home'), prefixed('/bin/sh')]);
      return Buffer.concat([u32(entry.length + 4), entry]);
    }),
  );

export const interfaces = (addresses: Readonly<Record<string, readonly number[]>>): Block =>
  block(
    0x219,
    ...Object.entries(addresses).map(([name, address]) => {
      const entry = Buffer.concat([u16(1), u16(name.length), Buffer.from(address), u32(0), u32(0), i64(0), Buffer.from(name)]);
      return Buffer.concat([u32(entry.length), entry]);
    }),
  );

export interface Process {
  readonly pid: number;
  readonly tid?: number;
  readonly parent?: number;
  readonly sid?: number;
  readonly comm?: string;
  readonly exe?: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly uid?: number;
  readonly vpid?: number;
  readonly cgroups?: readonly string[];
  readonly tty?: number;
  readonly loginuid?: number;
}

const PROCESS_TYPES = [0x202, 0x207, 0x209, 0x210, 0x211, 0x212, 0x213, 0x214, 0x215] as const;

/** The process table of a version; `tail` of version 9: as writers before and since libs 0.10 have it, or with nothing behind the root. */
export function processes(version: number, list: readonly Process[], tail: 'none' | 'old' | 'new' = 'new'): Block {
  const entries = list.map((process) => {
    const entry = Buffer.concat(entryOf(version, process, tail));
    return version < 9 ? entry : Buffer.concat([u32(entry.length + 4), entry]);
  });
  return block(PROCESS_TYPES[version - 1] as number, ...entries);
}

function entryOf(version: number, process: Process, tail: 'none' | 'old' | 'new'): Buffer[] {
  const since = (first: number, ...parts: readonly Buffer[]) => (version >= first ? parts : []);
  return [
    i64(process.tid ?? process.pid),
    i64(process.pid),
    i64(process.parent ?? 0),
    ...since(6, i64(process.sid ?? -1)),
    ...since(8, i64(0)),
    prefixed(process.comm ?? ''),
    prefixed(process.comm ?? ''),
    ...since(7, prefixed(process.exe ?? '')),
    prefixed(process.args ?? []),
    prefixed(process.cwd ?? ''),
    i64(1024),
    u32(0),
    u32(process.uid ?? 0),
    u32(0),
    ...since(2, u32(1), u32(1), u32(1), i64(0), i64(0)),
    ...since(3, prefixed(['HOME=/'])),
    ...since(4, i64(process.vpid ?? process.pid), i64(process.vpid ?? process.pid), prefixed(process.cgroups ?? ['cpu=/'])),
    ...since(5, prefixed('/')),
    ...since(9, ...tailOf(process, tail)),
  ];
}

function tailOf(process: Process, tail: 'none' | 'old' | 'new'): Buffer[] {
  if (tail === 'none') return [];
  const login = u32(process.loginuid ?? 0xffff_ffff);
  const common = [login, u8(0), i64(0), i64(0), i64(0)];
  return tail === 'old' ? common : [i64(0), u32(process.tty ?? 0), ...common, u8(0), i64(0), i64(0), i64(0)];
}

/** The descriptors of a thread, each as type and the bytes that follow it. */
export const descriptors = (
  version: 1 | 2,
  thread: number,
  list: Readonly<Record<number, readonly [type: number, ...Buffer[]]>>,
): Block =>
  block(
    version === 1 ? 0x203 : 0x218,
    i64(thread),
    ...Object.entries(list).map(([fd, [type, ...rest]]) => {
      const entry = Buffer.concat([i64(Number(fd)), i64(0), u8(type), ...rest]);
      return version === 1 ? entry : Buffer.concat([u32(entry.length + 4), entry]);
    }),
  );

export interface EventOptions {
  /** 1: without the number of parameters. */
  readonly version?: 1 | 2;
  readonly flagged?: boolean;
  readonly large?: boolean;
  /** Behind the event, inside its block. */
  readonly options?: Buffer;
}

/** An event of a type, with the values of its parameters in order. */
export function event(
  type: number,
  time: bigint,
  thread: number,
  values: readonly Value[] = [],
  { version = 2, flagged = false, large = false, options = Buffer.alloc(0) }: EventOptions = {},
): Block {
  const bytes = values.map(bytesOf);
  const lengths = bytes.map(({ length }) => (large ? u32(length) : u16(length)));
  const rest = Buffer.concat([...(version === 1 ? [] : [u32(values.length)]), ...lengths, ...bytes]);
  const header = [i64(time), i64(thread), u32(22 + rest.length), u16(type)];
  const types = version === 1 ? (flagged ? 0x208 : 0x204) : large ? (flagged ? 0x222 : 0x221) : flagged ? 0x217 : 0x216;
  return block(types, u16(0), ...(flagged ? [u32(0)] : []), ...header, rest, options);
}

/** The end of a call by the names of its parameters; those in between are empty. */
export function ended(
  type: number,
  time: bigint,
  thread: number,
  values: Readonly<Record<string, Value>>,
  options?: EventOptions,
): Block {
  const names = [...(LAYOUTS[type]?.params.keys() ?? [])];
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`event ${type} has no parameter ${unknown}`);
  const last = names.findLastIndex((name) => name in values);
  return event(
    type,
    time,
    thread,
    names.slice(0, last + 1).map((name) => values[name] ?? Buffer.alloc(0)),
    options,
  );
}

/** IPv4 socket tuple: source and destination as `[a, b, c, d, port]`. */
export const tuple4 = (source: readonly number[], destination: readonly number[]): Buffer =>
  Buffer.concat([u8(2), end4(source), end4(destination)]);
export const address4 = (end: readonly number[]): Buffer => Buffer.concat([u8(2), end4(end)]);
const end4 = ([a, b, c, d, port]: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from([a ?? 0, b ?? 0, c ?? 0, d ?? 0]), u16(port ?? 0)]);
export const unixTuple = (path: string): Buffer => Buffer.concat([u8(1), i64(0), i64(1), Buffer.from(`${path}\0`)]);

export interface Decoded {
  readonly told: readonly (Readonly<Record<string, unknown>> & { readonly record: number })[];
  /** By reason, how many blocks told nothing. */
  readonly fates: Readonly<Record<string, number>>;
  /** Of what was told, and of runs of blocks that told nothing. */
  readonly places: readonly (Place & { readonly records: number })[];
}

/** What the decoder makes of these bytes, given in chunks of the lengths that come round and round. */
export function decoded(bytes: Buffer, chunks: readonly number[] = [bytes.length]): Decoded {
  const told: { record: number }[] = [];
  const fates: Record<string, number> = {};
  const places: (Place & { records: number })[] = [];
  const decoder = new ScapDecoder({
    record: (place, json) => {
      places.push({ ...place, records: 1 });
      told.push({ record: place.record, ...JSON.parse(json) });
    },
    skip: (place, fate, records = 1) => {
      places.push({ ...place, records });
      fates[fate] = (fates[fate] ?? 0) + records;
    },
  });
  inChunks(bytes, chunks, (chunk) => decoder.push(chunk));
  decoder.finish();
  return { told, fates, places };
}

/** Gives bytes in chunks of the lengths that come round and round; each is spoilt afterwards, so that whoever kept it would see. */
export function inChunks(bytes: Buffer, lengths: readonly number[], push: (chunk: Buffer) => void): void {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const next = at + Math.max(1, lengths[turn % lengths.length] ?? bytes.length);
    const chunk = Buffer.from(bytes.subarray(at, next));
    push(chunk);
    chunk.fill(0xee);
    at = next;
  }
}
