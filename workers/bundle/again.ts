/**
 * Reads records of a member again: by their byte ranges where those are what a format reads, else by taking the way of the import a second time.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Context } from '../envelopes/envelope';
import { ENVELOPES } from '../envelopes/index';
import type { Place } from '../formats/format';
import { FORMATS, recognise } from '../formats/index';
import { MAX_RECORD, type RecordSink } from './framing';
import { isPlain, MemberStream } from './member-stream';
import { recogniseHead } from './recognise';

/** A place as the spool names it. */
export interface Wanted {
  readonly r: number;
  readonly i: string | null;
  readonly o: number;
  readonly l: number;
}

export type Found =
  | { readonly bytes: Uint8Array; readonly context?: Context | undefined; readonly content?: Uint8Array | undefined }
  | { readonly fate: string };

const KNOWN = { formats: FORMATS, recognise, envelopes: ENVELOPES };
const CHUNK = 1 << 20;
const HEAD = 512 * 1024;

/** Calls once for each place, undefined where its record is too long or no more there. @param source path of the decompressed bytes */
export function wantedRecords<Span extends Wanted>(
  source: Buffer,
  places: readonly Span[],
  onRecord: (place: Span, found: Found | undefined) => void,
): void {
  const file = openSync(source, 'r');
  try {
    const head = read(file, 0, HEAD);
    const { recipe } = recogniseHead(head, head.length < HEAD, KNOWN);
    // Undefined: the first record is longer than what was looked at; then it is read on as the import did.
    if (recipe && isPlain(recipe)) byRange(file, places, onRecord);
    else byReading(file, places, onRecord);
  } finally {
    closeSync(file);
  }
}

function byRange<Span extends Wanted>(
  file: number,
  places: readonly Span[],
  onRecord: (place: Span, found: Found | undefined) => void,
): void {
  for (const place of places) {
    const { o, l } = place;
    onRecord(place, l > MAX_RECORD ? undefined : { bytes: read(file, o, l) });
  }
}

function byReading<Span extends Wanted>(
  file: number,
  places: readonly Span[],
  onRecord: (place: Span, found: Found | undefined) => void,
): void {
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
    skip: (place, fate) => give(place, () => ({ fate })),
  };
  const stream = new MemberStream(KNOWN, () => sink);
  for (let at = 0, chunk = read(file, at, CHUNK); chunk.length > 0 && wanted.size > 0; chunk = read(file, at, CHUNK)) {
    stream.push(chunk);
    at += chunk.length;
  }
  if (wanted.size > 0) stream.finish();
  for (const place of wanted.values()) onRecord(place, undefined);
}

function read(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (let got = 1; at < length && got > 0; at += got) got = readSync(file, bytes, at, length - at, offset + at);
  return bytes.subarray(0, at);
}
