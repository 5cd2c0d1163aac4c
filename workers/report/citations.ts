/** The records that a report rests on, numbered by first mention, each with what its bytes can be checked by. */
import { createHmac } from 'node:crypto';
import type { RecordPlace } from '../contract/activity';
import type { CaseInfo } from '../contract/case';
import type { RecordBytes } from '../contract/detail';
import { escapeMember, parseId, placeId, recordText } from '../contract/id';

export interface Citation extends RecordPlace {
  readonly n: number;
  /** `E1/node-1/audit.log:1042` of contract section 1. */
  readonly id: string;
  /** The same place outside the case: `sha256:<first 16 digits of the evidence>/<member>:<record>`. */
  readonly outside: string;
  readonly offset: number;
  readonly length: number;
  /** Of the record's exact bytes; null where they hold a secret, since whoever guesses it could then make sure. */
  readonly sha256: string | null;
  /** HMAC-SHA256 of the bytes under the case's key, where they hold a secret; null also where the case has no key. */
  readonly hmac: string | null;
}

/** The bytes of a cited record: as text where they are UTF-8, else as base64. */
export interface AttachedRecord {
  readonly n: number;
  readonly text?: string;
  readonly base64?: string;
}

export interface Secrecy {
  readonly key: Uint8Array | undefined;
  /** Whether the bytes of a record hold a secret. */
  readonly isSecret: (id: string, bytes: Uint8Array) => boolean;
}

export interface Cited {
  readonly citations: readonly Citation[];
  readonly attached: readonly AttachedRecord[];
}

/** So many records are read at once: memory is that of a batch, and looking for them reads tables of all records once a batch. */
const BATCH = 1_000;

/** HMAC-SHA256 of a record that holds a secret. */
const hmacOf = (key: Uint8Array, bytes: Uint8Array): string => createHmac('sha256', key).update(bytes).digest('hex');

/** How places are named in this case: those of a single file have no member part. */
export function placeNamer({ evidence }: Pick<CaseInfo, 'evidence'>): (place: RecordPlace) => string {
  const singles = new Set(evidence.filter((e) => e.kind === 'file').map((e) => e.id));
  return (place) => placeId(place, singles.has(place.evidence));
}

/** Where the record of an activity lies. */
export function placeOf(id: string, { evidence }: Pick<CaseInfo, 'evidence'>): RecordPlace {
  const { evidence: number, member, record, item } = parseId(id);
  const own = `E${number}`;
  const name = evidence.find((e) => e.id === own)?.name ?? '';
  return { evidence: own, member: member === '' ? escapeMember(Buffer.from(name)) : member, record: recordText(record, item) };
}

/** @param attach whether the bytes are wanted too; those that hold a secret are left out */
export async function cite(
  places: readonly RecordPlace[],
  info: Pick<CaseInfo, 'evidence'>,
  read: (places: readonly RecordPlace[]) => Promise<RecordBytes['places']>,
  { key, isSecret }: Secrecy,
  attach: boolean,
): Promise<Cited> {
  const idOf = placeNamer(info);
  const hashes = new Map(info.evidence.map((e) => [e.id, e.sha256]));
  const all = [...new Map(places.map((place) => [idOf(place), place])).values()];
  const citations: Citation[] = [];
  const attached: AttachedRecord[] = [];
  for (let at = 0; at < all.length; at += BATCH) {
    for (const { bytes, evidence, member, record, offset, length, sha256 } of await read(all.slice(at, at + BATCH))) {
      const n = citations.length + 1;
      const id = idOf({ evidence, member, record });
      const outside = id.replace(/^E\d+/, `sha256:${hashes.get(evidence)?.slice(0, 16)}`);
      const secret = isSecret(id, bytes);
      const hashed = secret ? { sha256: null, hmac: key ? hmacOf(key, bytes) : null } : { sha256, hmac: null };
      citations.push({ evidence, member, record, n, id, outside, offset, length, ...hashed });
      if (attach && !secret) attached.push({ n, ...contentOf(bytes) });
    }
  }
  return { citations, attached };
}

function contentOf(bytes: Uint8Array): { readonly text: string } | { readonly base64: string } {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  return Buffer.from(text, 'utf8').equals(buffer) ? { text } : { base64: buffer.toString('base64') };
}

/** The bytes of an attached record. */
export const bytesOf = ({ text, base64 }: AttachedRecord): Buffer =>
  text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text, 'utf8');
