/**
 * Activity ids (contract section 1): `E<n>[/<member>]:<record>[.<item>…][#<k>]`. `member` stays in its %XX form: `%`, `:`, `#`, `!` and bytes that
 * are not UTF-8 are escaped when a member is named, so the last `:` always begins the record.
 */

import type { RecordPlace } from './activity';
import { ExhibitError } from './errors';

export interface ActivityId {
  /** The number of E1, E2… */
  readonly evidence: number;
  /** In %XX form; empty where the evidence is a single file. */
  readonly member: string;
  readonly record: bigint;
  /** `2.1`: places in nested envelopes, from 1. */
  readonly item?: string;
  /** 1 for the first activity of a record. */
  readonly k: number;
}

const PATTERN = /^E([1-9]\d{0,8})(?:\/(.+))?:([1-9]\d{0,17})((?:\.[1-9]\d{0,17})*)(?:#([1-9]\d{0,2}))?$/s;

export function tryParseId(text: string): ActivityId | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, evidence, member = '', record, items, k = '1'] = match;
  const id = { evidence: Number(evidence), member, record: BigInt(record as string), k: Number(k) };
  return items ? { ...id, item: items.slice(1) } : id;
}

/** Throws `usage` where the text is no id. */
export function parseId(text: string): ActivityId {
  const id = tryParseId(text);
  if (id) return id;
  throw new ExhibitError('usage', `“${text.slice(0, 200)}” is not an activity id; ids look like E1/node-1/audit.log:1042.`, {
    at: text.slice(0, 200),
  });
}

export const recordText = (record: bigint, item: string | null | undefined): string =>
  item ? `${record}.${item}` : String(record);

export function printId(id: ActivityId): string {
  const member = id.member === '' ? '' : `/${id.member}`;
  return `E${id.evidence}${member}:${recordText(id.record, id.item)}${id.k > 1 ? `#${id.k}` : ''}`;
}

/** The id under which a record can be asked for; `single`: the evidence is a single file, whose ids have no member. */
export const placeId = (place: RecordPlace, single: boolean): string =>
  single ? `${place.evidence}:${place.record}` : `${place.evidence}/${place.member}:${place.record}`;

/** `%`, `:`, `#`, `!` and bytes that are not UTF-8 as %XX. Takes the bytes of a path, since a path need not be text. */
export function escapeMember(path: Uint8Array): string {
  let text = '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0; at < path.length; ) {
    const size = characterSize(path, at, decoder);
    const char = size > 0 ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(path.subarray(at, at + size)) : undefined;
    text += char === undefined || '%:#!'.includes(char) ? `%${hex(path[at] as number)}` : char;
    at += Math.max(size, 1);
  }
  return text;
}

/** The bytes of the path again. */
export function unescapeMember(text: string): Uint8Array {
  const parts = text.split(/(%[0-9A-F]{2})/);
  const encoder = new TextEncoder();
  const chunks = parts.map((part, i) => (i % 2 === 1 ? Uint8Array.of(Number.parseInt(part.slice(1), 16)) : encoder.encode(part)));
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** Bytes of the UTF-8 character at `at`; 0 where there is none. */
function characterSize(bytes: Uint8Array, at: number, decoder: InstanceType<typeof TextDecoder>): number {
  const lead = bytes[at] as number;
  const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + size > bytes.length) return 0;
  try {
    decoder.decode(bytes.subarray(at, at + size));
    return size;
  } catch {
    return 0;
  }
}
