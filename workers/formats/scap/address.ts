/** Socket addresses as captures hold them: a byte for the family, addresses in network order, ports in that of the machine. */

export interface Address {
  /** Undefined where it is all zero: any or not known. */
  readonly ip: string | undefined;
  readonly port: number;
}

/** Source and destination of a socket; of a local socket its path. */
export interface Tuple {
  readonly source: Address | undefined;
  readonly destination: Address | undefined;
  readonly path: string | undefined;
}

const UNIX = 1;
const INET = 2;
const INET6 = 10;

/** Of a `tuple` parameter; undefined where it is of no family read here. */
export function tupleOf(bytes: Buffer | undefined): Tuple | undefined {
  const family = bytes?.[0];
  if (bytes === undefined || family === undefined) return undefined;
  if (family === UNIX && bytes.length >= 17) {
    return { source: undefined, destination: undefined, path: pathOf(bytes.subarray(17)) };
  }
  if (family === INET && bytes.length >= 13) {
    return { source: addressAt(bytes, 1, 4), destination: addressAt(bytes, 7, 4), path: undefined };
  }
  if (family === INET6 && bytes.length >= 37) {
    return { source: addressAt(bytes, 1, 16), destination: addressAt(bytes, 19, 16), path: undefined };
  }
  return undefined;
}

/** Of an `addr` parameter: what a call asked for, as the destination. */
export function peerOf(bytes: Buffer | undefined): Tuple | undefined {
  const family = bytes?.[0];
  if (bytes === undefined || family === undefined) return undefined;
  const source = undefined;
  if (family === UNIX) return { source, destination: undefined, path: pathOf(bytes.subarray(1)) };
  if (family === INET && bytes.length >= 7) return { source, destination: addressAt(bytes, 1, 4), path: undefined };
  if (family === INET6 && bytes.length >= 19) return { source, destination: addressAt(bytes, 1, 16), path: undefined };
  return undefined;
}

/** Path of a local socket; one without a name is none, an abstract one begins with `@`. */
function pathOf(bytes: Buffer): string | undefined {
  const abstract = bytes.length > 1 && bytes[0] === 0;
  const from = abstract ? 1 : 0;
  const nul = bytes.indexOf(0, from);
  const text = bytes.toString('utf8', from, nul < 0 ? bytes.length : nul);
  return text === '' ? undefined : abstract ? `@${text}` : text;
}

const addressAt = (bytes: Buffer, at: number, length: 4 | 16): Address => ({
  ip: ipAt(bytes, at, length),
  port: bytes.readUInt16LE(at + length),
});

/** An address as text; undefined where all its bytes are zero. IPv4 in IPv6 is written as IPv4, IPv6 as in RFC 5952. */
export function ipAt(bytes: Buffer, at: number, length: 4 | 16): string | undefined {
  const all = bytes.subarray(at, at + length);
  if (all.every((byte) => byte === 0)) return undefined;
  if (length === 4) return all.join('.');
  const mapped = all.readUInt32BE(8) === 0xffff && all.subarray(0, 8).every((byte) => byte === 0);
  if (mapped) return all.subarray(12).join('.');
  return shortest(Array.from({ length: 8 }, (_, i) => all.readUInt16BE(i * 2)));
}

/** The longest run of two or more zero groups, the first of equal ones, is left out. */
function shortest(groups: readonly number[]): string {
  let [from, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (groups[end] === 0) end++;
    if (end - i > length) [from, length] = [i, end - i];
  }
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return from < 0 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + length))}`;
}
