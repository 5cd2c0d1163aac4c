/** Takes secrets out of what a report prints of evidence and analysts, and lists what was taken. */
import type { RecordPlace } from '../contract/activity';
import type { SecretKind } from '../redact/patterns';
import { Redactor } from '../redact/redactor';
import { visit } from '../redact/visit';

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

/** Attributes that no record tells. */
const OF_ANALYSTS = new Set(['note', 'tag']);

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
      if (!OF_ANALYSTS.has(name)) for (const id of ids) secret.add(id);
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
