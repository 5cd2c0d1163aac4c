/**
 * Reads records of a member again: by their byte ranges where those are what a format reads, else by taking the way of the import a second time.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Context } from '../envelopes/envelope';
import type { Place } from '../formats/format';
import { MAX_RECORD, type RecordSink } from './framing';
import { KNOWN } from './known-formats';
import { HEAD, isPlain, MemberStream } from './member-stream';
import type { RecordSpan } from './spool-line';

export type Found =
  | { readonly bytes: Uint8Array; readonly context?: Context | undefined; readonly content?: Uint8Array | undefined }
  | { readonly fate: string; readonly records?: number | undefined };

/** Places to ask for in one go: a member with envelopes is read from its beginning each time. */
export const MAX_PLACES = 50_000;

/** Calls once for each place, undefined where its record is too long or no more there. @param source path of the decompressed bytes */
export function wantedRecords(
  source: Buffer,
  places: readonly RecordSpan[],
  onRecord: (place: RecordSpan, found: Found | undefined) => void,
): void {
  const file = openSync(source, 'r');
  try {
    const left = byReading(file, places, onRecord);
    for (const place of left) onRecord(place, place.l > MAX_RECORD ? undefined : { bytes: read(file, place.o, place.l) });
  } finally {
    closeSync(file);
  }
}

/** Reads on until all were found, or it turns out that the rest need not be looked for: those are answered. */
function byReading(
  file: number,
  places: readonly RecordSpan[],
  onRecord: (place: RecordSpan, found: Found | undefined) => void,
): Iterable<RecordSpan> {
  const wanted = new Map(places.map((place) => [`${place.r}.${place.i ?? ''}`, place]));
  const give = ({ record, item }: Place, found: () => Found | undefined): void => {
    const key = `${record}.${item}`;
    const place = wanted.get(key);
    if (!place) return;
    wanted.delete(key);
    onRecord(place, found());
  };
  const sink: RecordSink = {
    record: (place, bytes, from, to, _clean, context, content) =>
      give(place, () => ({ bytes: bytes.subarray(from, to), context, content })),
    oversize: (place) => give(place, () => undefined),
    skip: (place, fate, records) => give(place, () => ({ fate, records })),
  };
  const stream = new MemberStream(KNOWN, () => sink);
  for (let at = 0, chunk = read(file, at, HEAD); chunk.length > 0 && wanted.size > 0; chunk = read(file, at, HEAD)) {
    stream.push(chunk);
    if (stream.recipe && isPlain(stream.recipe)) return wanted.values();
    at += chunk.length;
  }
  if (wanted.size > 0) stream.finish();
  for (const place of wanted.values()) onRecord(place, undefined);
  return [];
}

function read(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (let got = 1; at < length && got > 0; at += got) got = readSync(file, bytes, at, length - at, offset + at);
  return bytes.subarray(0, at);
}
