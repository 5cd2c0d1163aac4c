/**
 * Internet addresses as numbers: 128 bits, IPv4 as its mapped form (::ffff:a.b.c.d), so that both spellings of one address are equal.
 * Text forms: RFC 4291 section 2.2; dotted IPv4 with four decimal parts and no leading zeros (RFC 6943 section 3.1.1
 * says why others are ambiguous).
 */

/** Inclusive on both sides. */
export interface AddressRange {
  readonly low: bigint;
  readonly high: bigint;
}

const MAPPED = 0xffff_0000_0000n;
const PART = /^(0|[1-9][0-9]{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0n;
  for (const part of parts) {
    if (!PART.test(part) || Number(part) > 255) return undefined;
    number = (number << 8n) | BigInt(part);
  }
  return number;
}

/** Groups of one side of `::`; a dotted IPv4 may stand for the last two. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts[parts.length - 1] as string;
  const numbers: number[] = [];
  if (last.includes('.')) {
    const dotted = parseIpv4(last);
    if (dotted === undefined) return undefined;
    parts.pop();
    numbers.push(Number(dotted >> 16n), Number(dotted & 0xffffn));
  }
  if (!parts.every((part) => GROUP.test(part))) return undefined;
  return [...parts.map((part) => Number.parseInt(part, 16)), ...numbers];
}

function parseIpv6(text: string): bigint | undefined {
  const sides = text.split('::');
  if (sides.length > 2) return undefined;
  const head = groups(sides[0] as string);
  const tail = sides.length === 2 ? groups(sides[1] as string) : [];
  // A dotted part stands only at the very end.
  if (!head || !tail || (sides.length === 2 && (sides[0] as string).includes('.'))) return undefined;
  const missing = 8 - head.length - tail.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return all.reduce((number, group) => (number << 16n) | BigInt(group), 0n);
}

/** The address as 128 bits; undefined where the text is none. Brackets and a zone (`fe80::1%eth0`) are taken off. */
export function parseAddress(text: string): bigint | undefined {
  if (text.length > 100) return undefined;
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const zone = bare.indexOf('%');
  const plain = zone > 0 && bare.includes(':') ? bare.slice(0, zone) : bare;
  if (plain.includes(':')) return parseIpv6(plain);
  const number = parseIpv4(plain);
  return number === undefined ? undefined : MAPPED | number;
}

/** `10.0.0.0/8`, `fd00::/8`; host bits are ignored. A lone address is a range of one. Undefined where the text is neither. */
export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  const base = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (base === undefined) return undefined;
  if (slash < 0) return { low: base, high: base };
  const digits = text.slice(slash + 1);
  const dotted = !text.slice(0, slash).includes(':');
  if (!PART.test(digits) || Number(digits) > (dotted ? 32 : 128)) return undefined;
  const free = BigInt((dotted ? 32 : 128) - Number(digits));
  const low = (base >> free) << free;
  return { low, high: low | ((1n << free) - 1n) };
}

/**
 * Addresses that never name a host on the public internet: RFC 1918, shared (RFC 6598), loopback and link-local of both families,
 * unique local (RFC 4193), and the unspecified address.
 */
export const PRIVATE_RANGES: readonly AddressRange[] = [
  '0.0.0.0',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/127',
  'fc00::/7',
  'fe80::/10',
].map((text) => parseRange(text) as AddressRange);
