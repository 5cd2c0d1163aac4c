/** How envelopes read single facts out of values that evidence chose: every one may be of any type and any length. */

import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { CONTEXT, type Context } from './envelope';

export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};
/** An object as it is, anything else as an empty one. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NONE;

/** A text that is not empty. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

export const has = (record: Fields, ...keys: readonly string[]): boolean => keys.every((key) => Object.hasOwn(record, key));

/** Whether the record has no other keys than these. */
export const only = (record: Fields, keys: ReadonlySet<string>): boolean => Object.keys(record).every((key) => keys.has(key));

/** No name of a cluster, a host or a stream is longer; what is, says nothing. */
const LONGEST = 1024;

/** What is said, without what is not: an absent name must not hide that of an outer envelope. */
export function said(context: Context): Context {
  const told: { [name in (typeof CONTEXT)[number]]?: string } = {};
  for (const name of CONTEXT) {
    const text = context[name];
    if (typeof text === 'string' && text !== '' && text.length <= LONGEST) told[name] = text;
  }
  return told;
}

const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?$/;

/** RFC 3339, as it was written but for a colon that lacks in its offset; undefined for anything else. */
export function timeOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && INSTANT.test(text) ? text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2') : undefined;
}

const DIGITS = { s: 0, ms: 3, us: 6, ns: 9 };

/** A time since 1970 as RFC 3339 with the digits of its unit: a whole number as JSON or as text; of seconds also one with a fraction, which is kept as written. */
export function sinceEpoch(value: unknown, unit: keyof typeof DIGITS): string | undefined {
  const exact = typeof value === 'number' && (Number.isSafeInteger(value) || unit === 's');
  const text = exact ? String(value) : textOf(value);
  const [, whole, fraction = ''] = /^(\d{1,19})(\.\d{1,9})?$/.exec(text ?? '') ?? [];
  if (whole === undefined || (fraction !== '' && unit !== 's')) return undefined;
  const digits = DIGITS[unit];
  const all = whole.padStart(digits + 1, '0');
  const end = all.length - digits;
  const seconds = new Date(Number(all.slice(0, end)) * 1000);
  if (Number.isNaN(seconds.getTime()) || seconds.getUTCFullYear() > 9999) return undefined;
  return `${seconds.toISOString().slice(0, 19)}${digits > 0 ? `.${all.slice(end)}` : fraction}Z`;
}

/** The most that a compressed payload may hold. */
const LARGEST = 64 * 2 ** 20;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** The text in base64, unpacked where it is gzip; undefined where it is not that. */
export function decodeBase64(value: unknown): string | undefined {
  if (typeof value !== 'string' || !BASE64.test(value)) return undefined;
  try {
    const bytes = Buffer.from(value, 'base64');
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes;
    return isUtf8(plain) ? plain.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** The character of a code point; that for what cannot be read where there is none, or U+0000, which no column holds. */
export const character = (code: number): string =>
  code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd';

/** JSON as a value; undefined where it is none. */
export function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The head of a line, to look for a prefix in: lines are as long as 64 MiB, prefixes are not. */
export const headOf = (line: string): string => (line.length > 4096 ? line.slice(0, 4096) : line);

/** A text that is a JSON object by its first and last character. */
export const looksLikeObject = (text: unknown): text is string =>
  typeof text === 'string' && /^\s*\{/.test(text) && /\}\s*$/.test(text.slice(-64));
