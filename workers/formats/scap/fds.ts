/** What a process's descriptors are: seeded from the capture's tables, kept by what opens, copies and closes them. */
import { Cursor } from './cursor';
import type { Told } from './told';

/** A connection that an activity told, by however many descriptors it is held. */
export interface Connection {
  readonly merge: string;
  /** What was told of its two ends. */
  readonly ends: Partial<Told>;
  holders: number;
}

/** Never changed, so that tables can share them; a socket that learns its peer becomes another one. */
export interface Descriptor {
  /** Path of a file or of a local socket. */
  readonly path?: string;
  readonly l4proto?: string;
  /** Peers that an activity named already. */
  readonly told?: readonly string[];
  readonly connection?: Connection;
}

/** Of one process; the oldest go first. */
const MOST_DESCRIPTORS = 65_536;
const KEPT = 0.75;
const DESCRIPTOR_WEIGHT = 200;

export class Descriptors {
  private map = new Map<number, Descriptor>();
  private shared = false;
  private connections = 0;

  get = (fd: number): Descriptor | undefined => this.map.get(fd);

  set(fd: number, descriptor: Descriptor): void {
    this.own();
    if (descriptor.connection) this.hold(descriptor.connection, 1);
    this.delete(fd);
    if (this.map.size >= MOST_DESCRIPTORS) this.forget();
    this.map.set(fd, descriptor);
  }

  /** Answers what it was. */
  delete(fd: number): Descriptor | undefined {
    const descriptor = this.map.get(fd);
    if (descriptor === undefined) return undefined;
    this.own();
    this.map.delete(fd);
    if (descriptor.connection) this.hold(descriptor.connection, -1);
    return descriptor;
  }

  /** Many at once: a map that loses its first entry again and again is slow. */
  private forget(): void {
    for (const fd of this.map.keys()) {
      if (this.map.size <= MOST_DESCRIPTORS * KEPT) break;
      this.delete(fd);
    }
  }

  private hold(connection: Connection, by: 1 | -1): void {
    connection.holders += by;
    this.connections += by;
  }

  deleteRange(first: number, last: number): void {
    for (const fd of [...this.map.keys()]) if (fd >= first && fd <= last) this.delete(fd);
  }

  /** About what they take, shared or not. */
  get weight(): number {
    return this.map.size * DESCRIPTOR_WEIGHT;
  }

  /** For a child: the same descriptors, copied when either changes. */
  fork(): Descriptors {
    const child = new Descriptors();
    child.map = this.map;
    child.shared = true;
    child.connections = this.connections;
    this.shared = true;
    this.holdAll(1);
    return child;
  }

  /** Of a process that ended. */
  release(): void {
    this.holdAll(-1);
    this.map = new Map();
    this.connections = 0;
  }

  private holdAll(by: 1 | -1): void {
    if (this.connections === 0) return;
    for (const { connection } of this.map.values()) if (connection) connection.holders += by;
  }

  private own(): void {
    if (!this.shared) return;
    this.map = new Map(this.map);
    this.shared = false;
  }
}

/** Numbers of the descriptor table, not those of IANA. */
const L4: readonly (string | undefined)[] = [undefined, undefined, 'tcp', 'udp', 'icmp', 'raw'];
const TYPE = { ipv4: 3, ipv6: 4, listening4: 5, listening6: 6, unix: 8, file: 16 } as const;

/** Reads a descriptor table: u64 thread, then entries (version 2: each with its length first). `of` gives what receives that thread's. */
export function readDescriptors(body: Buffer, version: number, of: (thread: number) => Descriptors): void {
  const cursor = new Cursor(body);
  const descriptors = of(cursor.i64());
  while (cursor.left >= 4) {
    const entry = version === 1 ? cursor : cursor.part(cursor.u32() - 4);
    const fd = entry.i64();
    entry.skip(8);
    descriptors.set(fd, readDescriptor(entry, entry.u8()));
  }
}

function readDescriptor(cursor: Cursor, type: number): Descriptor {
  switch (type) {
    case TYPE.ipv4:
      return readSocket(cursor, 12);
    case TYPE.ipv6:
      return readSocket(cursor, 36);
    case TYPE.listening4:
      return readSocket(cursor, 6);
    case TYPE.listening6:
      return readSocket(cursor, 18);
    case TYPE.unix:
      cursor.skip(16);
      return { path: cursor.text() };
    case TYPE.file:
      cursor.skip(4);
      return { path: cursor.text() };
    default:
      return { path: cursor.text() };
  }
}

/** Addresses and ports, then the protocol. */
function readSocket(cursor: Cursor, length: number): Descriptor {
  cursor.skip(length);
  return { l4proto: L4[cursor.u8()] };
}
