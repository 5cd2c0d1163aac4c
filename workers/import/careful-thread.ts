/**
 * The careful path's thread: takes records of a member by their place, cleans each with `clean` of formats/careful.ts, and writes
 * what is left as a spool part that takes the same way as any other. Requests come one batch at a time (`careful.ts`).
 */
import { hash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { wantedRecords } from '../bundle/again';
import { fateLine, lineBefore, type RecordSpan } from '../bundle/spool-line';
import type { Context } from '../envelopes/envelope';
import { fieldsOf, parsed } from '../envelopes/facts';
import { ENVELOPES } from '../envelopes/index';
import { clean } from '../formats/careful';
import type { Format } from '../formats/format';
import { FORMATS } from '../formats/index';
import type { CarefulBatch, CarefulResult, Reject, SpellingBatch } from './careful';
import { canonicalText } from './spelling';

const port = parentPort;
if (!port) throw new Error('careful-thread runs as a worker thread only');

const FLUSH = 4 * 2 ** 20;

port.on('message', (batch: CarefulBatch | SpellingBatch) => port.postMessage(batch.kind === 'clean' ? run(batch) : spell(batch)));

function spell({ source, places }: SpellingBatch): readonly (string | null)[] {
  const spelled = new Map<RecordSpan, string>();
  wantedRecords(Buffer.from(source), places, (place, found) => {
    const text = found && 'bytes' in found ? canonicalText(found.bytes) : undefined;
    if (text !== undefined) spelled.set(place, hash('sha256', text, 'hex').slice(0, 32));
  });
  return places.map((place) => spelled.get(place) ?? null);
}

function run(batch: CarefulBatch): CarefulResult {
  const format = FORMATS.find(({ id }) => id === batch.format);
  if (!format) throw new Error(`No format ${batch.format}`);
  const part = new CarefulPart(format, batch.out, batch.member);
  try {
    wantedRecords(Buffer.from(batch.source), batch.places, (place, found) => {
      if (found === undefined) part.reject(place, 'too long to be read, or not found again in its member');
      else if ('fate' in found) part.skip(place, found.fate, found.records);
      else part.record(place, found.bytes, found.context, found.content);
    });
    return part.finish();
  } finally {
    part.close();
  }
}

/** The part that is written. */
class CarefulPart {
  private readonly out;
  private readonly rejects: Reject[] = [];
  private lines: string[] = [];
  private held = 0;
  private records = 0;
  private wrapped = false;

  constructor(
    private readonly format: Format,
    file: string,
    private readonly member: number,
  ) {
    this.out = openSync(file, 'wx', 0o600);
  }

  record(place: RecordSpan, bytes: Uint8Array, context: Context | undefined, content: Uint8Array | undefined): void {
    const made = clean(bytes, this.format.columns);
    const noise = 'reject' in made || made.clean === '{}' ? noiseOf(bytes) : undefined;
    if (noise !== undefined) this.skip(place, `ignored: ${noise}`);
    else if ('reject' in made) this.reject(place, made.reject);
    else {
      if (context) this.wrapped = true;
      const flags = context?.odd ? [...made.flags, context.odd] : made.flags;
      this.line(`${lineBefore(place, content ?? bytes, this.member, context, flags)}${made.clean}}\n`);
    }
  }

  skip(place: RecordSpan, fate: string, records = 1): void {
    this.wrapped = true;
    this.line(fateLine(place, this.member, fate, records));
  }

  reject(place: RecordSpan, why: string): void {
    this.rejects.push({ ...place, why });
  }

  finish(): CarefulResult {
    this.flush();
    return { records: this.records, rejects: this.rejects, wrapped: this.wrapped };
  }

  close(): void {
    closeSync(this.out);
  }

  private line(line: string): void {
    this.lines.push(line);
    this.held += line.length;
    this.records++;
    if (this.held > FLUSH) this.flush();
  }

  private flush(): void {
    const bytes = Buffer.from(this.lines.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(this.out, bytes, at);
    this.lines = [];
    this.held = 0;
  }
}

/** Why an object of which the format reads nothing is passed over, where it is what envelopes know as noise: where it lies among the first records, the reader does so itself. */
function noiseOf(bytes: Uint8Array): string | undefined {
  const value = fieldsOf(parsed(Buffer.from(bytes).toString()));
  for (const envelope of ENVELOPES) {
    const opened = envelope.value?.(value);
    if (opened) return 'ignored' in opened ? opened.ignored : undefined;
  }
  return undefined;
}
