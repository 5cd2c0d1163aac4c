/** Socket addresses as the kernel got them from a program (struct sockaddr): hex of a family in the machine's byte order, then what the family says. */
export interface Socket {
  /** ipv4, ipv6, unix, netlink, or `family N`. */
  readonly family: string;
  readonly address?: string;
  readonly port?: string;
  /** As bytes, one character each. An abstract name begins with `@`. */
  readonly path?: string;
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'unspecified'],
  [1, 'unix'],
  [2, 'ipv4'],
  [10, 'ipv6'],
  [16, 'netlink'],
  [17, 'packet'],
  [38, 'alg'],
  [40, 'vsock'],
]);

/** @param bytes one character a byte; undefined where there is no address in them */
export function readSocket(bytes: string | undefined): Socket | undefined {
  if (bytes === undefined || bytes.length < 2) return undefined;
  const low = bytes.charCodeAt(0);
  // A machine that puts the high byte first writes 0002.
  const number = low === 0 ? bytes.charCodeAt(1) : low + 256 * bytes.charCodeAt(1);
  const family = NAMES.get(number) ?? `family ${number}`;
  const at = (i: number) => bytes.charCodeAt(i);
  const port = bytes.length >= 4 ? String(at(2) * 256 + at(3)) : undefined;
  if (number === 2 && bytes.length >= 8) return { family, address: `${at(4)}.${at(5)}.${at(6)}.${at(7)}`, ...(port && { port }) };
  if (number === 10 && bytes.length >= 24) return { family, address: ipv6(bytes.slice(8, 24)), ...(port && { port }) };
  if (number === 1) {
    const path = unixPath(bytes.slice(2));
    return path === undefined ? { family } : { family, path };
  }
  return { family };
}

function unixPath(bytes: string): string | undefined {
  const abstract = bytes.charCodeAt(0) === 0;
  const name = bytes.slice(abstract ? 1 : 0).split('\0', 1)[0];
  return name ? `${abstract ? '@' : ''}${name}` : undefined;
}

/** RFC 5952; mapped addresses as IPv4 behind `::ffff:`. */
function ipv6(bytes: string): string {
  const words = Array.from({ length: 8 }, (_, i) => bytes.charCodeAt(2 * i) * 256 + bytes.charCodeAt(2 * i + 1));
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff)
    return `::ffff:${[12, 13, 14, 15].map((i) => bytes.charCodeAt(i)).join('.')}`;
  const text = words.map((word) => word.toString(16)).join(':');
  const zeros = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].reduce((a, b) => (b[0].length > a.length ? b[0] : a), '');
  if (zeros === '') return text;
  const cut = text.indexOf(zeros);
  return `${text.slice(0, cut)}::${text.slice(cut + zeros.length).replace(/^:/, '')}`;
}
