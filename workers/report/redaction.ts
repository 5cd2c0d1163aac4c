/** Takes secrets out of what a report prints of evidence and analysts, and lists what was taken. */
import type { RecordPlace } from '../contract/engine';
import type { SecretKind } from '../redact/patterns';
import { type Redactable, Redactor } from '../redact/redactor';

/** One secret of a report. */
export interface Redaction {
  readonly kind: SecretKind;
  /** As printed in its place, `[redacted:…]`; null where the case has no key. */
  readonly fingerprint: string | null;
  readonly times: number;
  /** Attributes, or other parts of the report, that it was taken out of. */
  readonly from: readonly string[];
  /** Numbers of the cited records that tell it. */
  readonly records: readonly number[];
}

/** Names of values that are ours: ids, places, times, hashes. */
const OURS = new Set(
  'id session process records evidence member record sha256 hash previous mark target on at time end start first last kind precision format confidence'.split(
    ' ',
  ),
);

type OnValue = (value: Redactable, name: string, records: readonly RecordPlace[]) => Redactable;

/** Every text of a value, with the name that it has there and the records that tell it. */
function visit(value: unknown, name: string, records: readonly RecordPlace[], on: OnValue): unknown {
  if (typeof value === 'string') return OURS.has(name) ? value : on(value, name, records);
  if (Array.isArray(value)) {
    if (OURS.has(name)) return value;
    if (name === 'command' && value.every((word) => typeof word === 'string')) return on(value, name, records);
    return value.map((one) => visit(one, name, records, on));
  }
  if (value === null || typeof value !== 'object') return value;
  const own = (value as { readonly records?: unknown }).records;
  const told = Array.isArray(own) && typeof own[0] === 'object' ? (own as readonly RecordPlace[]) : records;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, visit(one, key, told, on)]));
}

export interface Redacted<T> {
  readonly value: T;
  readonly isSecret: (id: string, bytes: Uint8Array) => boolean;
  /** To be asked when all is cited. */
  readonly list: (numberOf: (id: string) => number | undefined) => readonly Redaction[];
}

/** @param idOf names the place of a record */
export function redacted<T extends object>(
  value: T,
  key: Uint8Array | undefined,
  idOf: (place: RecordPlace) => string,
): Redacted<T> {
  const redactor = new Redactor<string>(key);
  visit(value, '', [], (text) => {
    redactor.learn(text);
    return text;
  });
  const secret = new Set<string>();
  const places = new Map<string, { readonly name: string; readonly id: string | undefined }>();
  const out = visit(value, '', [], (text, name, records) => {
    const ids = records.map(idOf);
    const place = JSON.stringify([name, ids[0] ?? null]);
    const clean = typeof text === 'string' ? redactor.text(text, place) : redactor.words(text, place);
    if (typeof text === 'string' ? clean !== text : text.some((word, i) => word !== clean[i])) {
      for (const id of ids) secret.add(id);
      places.set(place, { name, id: ids[0] });
    }
    return clean;
  });
  return {
    value: out as T,
    isSecret: (id, bytes) => secret.has(id) || redactor.isIn(bytes),
    list: (numberOf) =>
      redactor.list().map(({ places: taken, ...rest }) => {
        const from = taken.map((place) => places.get(place)).filter((place) => place !== undefined);
        const numbers = from.map(({ id }) => (id === undefined ? undefined : numberOf(id))).filter((n) => n !== undefined);
        return {
          ...rest,
          from: [...new Set(from.map(({ name }) => name))].sort(),
          records: [...new Set(numbers)].sort((a, b) => a - b),
        };
      }),
  };
}

/** As `redacted`, where nothing is to be taken out. */
export const unredacted = <T extends object>(value: T): Redacted<T> => ({ value, isSecret: () => false, list: () => [] });

/** Whether a text of a report had a secret in it. */
export const hasRedaction = (text: string): boolean => /\[redacted(?::[0-9a-f]{10})?\]/.test(text);
