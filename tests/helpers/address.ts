/** Addresses one at a time: the measure for what is read from text and asked in SQL. */
import { type AddressRange, PRIVATE_RANGES } from '../../workers/contract/address';

export const inRange = (number: bigint, range: AddressRange): boolean => number >= range.low && number <= range.high;

export const isPrivate = (number: bigint): boolean => PRIVATE_RANGES.some((range) => inRange(number, range));

/** Dotted for mapped IPv4, else RFC 5952: lower case, the longest run of two or more zero groups (the first of equals) as `::`. */
export function printAddress(number: bigint): string {
  if (number >> 32n === 0xffffn) return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 0xffn)).join('.');
  const parts = Array.from({ length: 8 }, (_, i) => ((number >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && parts[at + length] === '0') length++;
    if (length > best.length) best = { at, length };
  }
  if (best.at < 0) return parts.join(':');
  return `${parts.slice(0, best.at).join(':')}::${parts.slice(best.at + best.length).join(':')}`;
}
