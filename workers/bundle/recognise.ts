/**
 * Looks at the first bytes of a member: how its text is encoded, what cuts it into records, which envelopes are around them, and which format reads them.
 */
import type { Envelope, HeldList, Unwrapped } from '../envelopes/envelope';
import { parsed } from '../envelopes/facts';
import type { Format, Place, Sample } from '../formats/format';
import { isObject } from '../formats/format';
import { CsvSplitter, separatorOf } from './csv';
import type { RecordSink } from './framing';
import { looksLike } from './known';
import { isByLines } from './layout';
import { LineSplitter } from './lines';
import { Splitter } from './split';
import { type Utf16, utf16Of } from './utf16';
import type { ListOf } from './values';
import { wrappedAt } from './wrapped';

/** How a member is read. */
export interface Recipe {
  readonly format: Format;
  readonly cut: 'lines of JSON' | 'values of JSON' | 'lines of text' | 'rows' | 'blocks';
  /** Of rows. */
  readonly separator?: string;
  readonly encoding?: Utf16;
  /** Its lines end with a carriage return alone (a table that Excel saved “for Macintosh”). */
  readonly returns?: true;
  readonly envelopes: readonly Envelope[];
  /** Those whose lists hold the records; they may say something of each. */
  readonly lists: readonly Envelope[];
  readonly listOf: ListOf;
  /** Lists lie deeper than in the value itself (`ValueReader`). */
  readonly deep: boolean;
  readonly isPart?: (line: string, first?: string) => boolean;
}

export interface Recognised {
  readonly recipe: Recipe | undefined;
  /** Nothing was found so far, and the first value has not ended: more bytes may tell. */
  readonly needsMore: boolean;
  /** Why it is not read, as a sentence; null where it is. */
  readonly warning: string | null;
}

/** The formats and envelopes that may be found, and how the surest format is picked (`formats/index.ts`; tests bring their own). */
export interface Formats {
  readonly formats: readonly Format[];
  readonly recognise: (sample: Sample) => Format | undefined;
  readonly envelopes: readonly Envelope[];
}

/** Records that decide; those in envelopes come after many that are none (other streams of a log group). */
const SAMPLE = 100;
const CARRIED = 1000;
/** The share of a member's records, at least, for which it is read and the others are rejected. */
const LEAST = 0.05;
const MAX_DEPTH = 4;

/** @param head the first bytes of the member, `complete` where they are all of it. */
export function recogniseHead(head: Buffer, complete: boolean, known: Formats): Recognised {
  const encoding = utf16Of(head);
  if (encoding) return recogniseUtf16(head, complete, known, encoding);
  const binary = known.formats.find((format) => format.binary?.is(head));
  if (binary) return found({ format: binary, cut: 'blocks', envelopes: [], lists: [], listOf: () => undefined, deep: false });
  const bytes = head.subarray(markOf(head));
  if (bytes.includes(0x0d) && !bytes.includes(0x0a)) {
    const lined = recogniseHead(withNewlines(bytes), complete, known);
    return lined.recipe ? found({ ...lined.recipe, returns: true }) : lined;
  }
  const text = isText(bytes.subarray(0, 4096)) ? bytes : undefined;
  const wrapped = text && wrappedAt(text.toString('utf8'));
  const unbroken = wrapped && new Sampler({ ...known, envelopes: [wrapped, ...known.envelopes] }).lines(text, complete);
  if (unbroken) return found(unbroken);
  const seen = new Sampler(known);
  const recipe = recipeOf(seen, bytes, text, complete) ?? recipeOf(new Sampler(known, true), bytes, text, complete);
  if (recipe) return found(recipe);
  const open = seen.sampled.length === 0 && (bytes[0] === 0x7b || bytes[0] === 0x5b || !bytes.includes(0x0a));
  return { recipe: undefined, needsMore: text !== undefined && open && !complete, warning: looksLike(head, seen.sampled) };
}

function recipeOf(seen: Sampler, bytes: Buffer, text: Buffer | undefined, complete: boolean): Recipe | undefined {
  const values = seen.values(bytes, complete);
  // A few objects among lines of text: what is around most of the lines may be around them all.
  const lines = text && (!values || seen.isSparse) ? seen.lines(text, complete) : undefined;
  return lines ?? values ?? (text && seen.rows(text, complete));
}

const found = (recipe: Recipe): Recognised => ({ recipe, needsMore: false, warning: null });

function recogniseUtf16(head: Buffer, complete: boolean, known: Formats, encoding: Utf16): Recognised {
  const text = new TextDecoder(encoding).decode(head.subarray(0, head.length & ~1));
  const inner = recogniseHead(Buffer.from(text), complete, { ...known, formats: known.formats.filter(({ binary }) => !binary) });
  return inner.recipe ? found({ ...inner.recipe, encoding }) : inner;
}

/**
 * Text may have zeros: a log that was rotated by copying begins with as many as it had bytes before, one whose machine lost its power ends with them. Among other
 * bytes they are damage where they are few, and binary where they are many.
 */
function isText(head: Buffer): boolean {
  const inner = head.subarray(head.findIndex(isSet), head.findLastIndex(isSet) + 1);
  return inner.reduce((zeros, byte) => zeros + (byte === 0 ? 1 : 0), 0) * 50 <= inner.length;
}

const isSet = (byte: number): boolean => byte !== 0;

/** A copy with newlines for carriage returns. */
export function withNewlines(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(0x0d); at >= 0; at = copy.indexOf(0x0d, at + 1)) copy[at] = 0x0a;
  return copy;
}

/** Bytes of a byte order mark. */
export function markOf(head: Buffer): number {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 3;
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff) ? 2 : 0;
}

/** One record as it was cut: a JSON value, or a text. */
type Unit = { readonly value: unknown } | { readonly text: string };

class Sampler {
  /** JSON values that were seen. */
  sampled: readonly unknown[] = [];
  /** Fewer of them than half of what was cut. */
  isSparse = false;
  private readonly lists = new Set<Envelope>();

  /** @param mixed records of several kinds: what reads some of them will do */
  constructor(
    private readonly known: Formats,
    private readonly mixed = false,
  ) {}

  values(head: Buffer, complete: boolean): Recipe | undefined {
    const byLines = isByLines(head, complete);
    const sink = new SampleSink((bytes) => unitOf(bytes, true));
    const splitter = new Splitter(sink, byLines, (value) => this.listOf(value));
    splitter.push(head);
    if (complete || sink.units.length === 0) splitter.finish();
    this.sampled = sink.units.flatMap((unit) => ('value' in unit ? [unit.value] : []));
    this.isSparse = this.sampled.length * 2 < sink.seen;
    const units = this.sampled.flatMap((value) => this.items(value));
    const inner = this.decide(units, []);
    if (!inner) return undefined;
    const deep = units.length !== sink.units.length || units.some((unit, i) => 'value' in unit && unit.value !== this.sampled[i]);
    const recipe = { ...this.recipe(inner, byLines ? 'lines of JSON' : 'values of JSON'), deep };
    // Records that are cut into several lines are put together as text.
    return byLines && recipe.isPart ? { ...recipe, cut: 'lines of text' } : recipe;
  }

  lines(head: Buffer, complete: boolean): Recipe | undefined {
    const sink = new SampleSink((bytes) => unitOf(bytes, false));
    const splitter = new LineSplitter(sink, isPartOf(this.known.envelopes));
    splitter.push(head);
    if (complete || sink.units.length === 0) splitter.finish();
    const inner = this.decide(sink.units, []);
    return inner && this.recipe(inner, 'lines of text');
  }

  rows(head: Buffer, complete: boolean): Recipe | undefined {
    const separator = separatorOf(head.toString('utf8', 0, 65_536));
    if (separator === undefined) return undefined;
    const sink = new SampleSink((bytes) => unitOf(bytes, true));
    const splitter = new CsvSplitter(sink, separator);
    splitter.push(head);
    if (complete) splitter.finish();
    const inner = this.decide(sink.units, []);
    return inner && { ...this.recipe(inner, 'rows'), separator };
  }

  private recipe({ format, envelopes }: Decided, cut: Recipe['cut']): Recipe {
    const lists = [...this.lists];
    const parted = envelopes.filter(({ isPart, line }) => isPart && line);
    return {
      format,
      cut,
      envelopes: [...new Set(envelopes)],
      lists,
      deep: false,
      listOf: (value) => listIn(value, [format], lists),
      ...(parted.length > 0 && { isPart: isPartOf(parted) }),
    };
  }

  /** The surest format for the units as they are; else for what is in them. */
  private decide(all: readonly Unit[], around: readonly Envelope[]): Decided | undefined {
    const units = this.withoutNoise(all);
    const format = this.formatOf(units) ?? (around.at(-1)?.shared ? this.amongOthers(units) : undefined);
    if (format) return { format, envelopes: [...around, ...this.passedOver(units, around)] };
    if (around.length >= MAX_DEPTH) return undefined;
    for (const envelope of this.known.envelopes) {
      const opened = units.map((unit) => openUnit(envelope, unit));
      if (opened.filter((each) => each).length * 2 < units.length) continue;
      const inner = opened.flatMap((each, i) => (each ? this.unitsIn(each, units[i] as Unit) : []));
      const decided = inner.length > 0 ? this.decide(inner, [...around, envelope]) : undefined;
      const left = units.filter((_, i) => !opened[i]);
      if (decided) return { ...decided, envelopes: [...decided.envelopes, ...this.passedOver(left, decided.envelopes)] };
    }
    return undefined;
  }

  /** Without what programs say of themselves, which tells nothing of the lines between. */
  private withoutNoise(units: readonly Unit[]): readonly Unit[] {
    const noise = this.known.envelopes.filter((envelope) => envelope.noise);
    return units.filter((unit) => !('text' in unit && noise.some((envelope) => envelope.line?.(unit.text))));
  }

  /** Envelopes that are around nothing here, but know some of the values as noise: action lines of a bulk file, a component's own log. Lines of text are looked at anyway. */
  private passedOver(units: readonly Unit[], around: readonly Envelope[]): readonly Envelope[] {
    const ignores = (envelope: Envelope) =>
      units.some((unit) => 'value' in unit && 'ignored' in (openUnit(envelope, unit) ?? {}));
    return this.known.envelopes.filter((envelope) => !around.includes(envelope) && ignores(envelope));
  }

  private formatOf(units: readonly Unit[]): Format | undefined {
    const records = units.flatMap((unit) => ('value' in unit ? [unit.value] : [])).slice(0, SAMPLE);
    const format = records.length > 0 ? this.known.recognise({ records }) : undefined;
    if (format) return format;
    const some = this.mixed ? this.ofSome(records) : undefined;
    if (some) return some;
    const lines = units.flatMap((unit) => ('text' in unit ? [unit.text] : [])).slice(0, SAMPLE);
    if (lines.length === 0) return undefined;
    const sure = this.known.formats.map((each) => ({ each, certainty: each.text?.detect(lines) ?? 0 }));
    const best = sure.reduce((a, b) => (b.certainty > a.certainty ? b : a));
    return best.certainty >= 0.5 ? best.each : undefined;
  }

  /** The format of most of the records that are of any, where they are not too few. */
  private ofSome(records: readonly unknown[]): Format | undefined {
    const counts = new Map<Format, number>();
    for (const record of records) {
      const format = this.known.recognise({ records: [record] });
      if (format) counts.set(format, (counts.get(format) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    return most && most[1] >= records.length * LEAST ? most[0] : undefined;
  }

  /** The text format of which some line is, among those of other programs. */
  private amongOthers(units: readonly Unit[]): Format | undefined {
    const lines = units.flatMap((unit) => ('text' in unit ? [unit.text] : []));
    return this.known.formats.find(({ text }) => text && lines.some((line) => text.detect([line]) >= 0.5));
  }

  private unitsIn(opened: Unwrapped, unit: Unit): Unit[] {
    if ('ignored' in opened || 'rejected' in opened) return [];
    if ('text' in opened) {
      const value = /^\s*[[{]/.test(opened.text) ? parsed(opened.text) : undefined;
      return value === undefined ? [{ text: opened.text }] : this.items(value);
    }
    return 'value' in unit ? this.items(at(unit.value, opened.path)) : [];
  }

  /** A list, an envelope around one, or a record. */
  private items(value: unknown): Unit[] {
    const path = Array.isArray(value) ? [] : this.listOf(value)?.path;
    const list = path && at(value, path);
    return Array.isArray(list) ? list.slice(0, SAMPLE).flatMap((item) => this.items(item)) : [{ value }];
  }

  private listOf(value: unknown): ReturnType<ListOf> {
    const list = listIn(value, this.known.formats, this.known.envelopes);
    if (list?.envelope) this.lists.add(list.envelope);
    return list;
  }
}

const isPartOf =
  (envelopes: readonly Envelope[]) =>
  (line: string, first?: string): boolean =>
    envelopes.some((envelope) => envelope.isPart?.(line, first));

interface Decided {
  readonly format: Format;
  readonly envelopes: readonly Envelope[];
}

function listIn(
  value: unknown,
  formats: readonly Format[],
  envelopes: readonly Envelope[],
): (HeldList & { readonly envelope?: Envelope }) | undefined {
  for (const format of formats) {
    const path = format.envelope?.(value);
    if (path) return { path };
  }
  for (const envelope of envelopes) {
    const list = envelope.list?.(value);
    if (list) return { ...list, envelope };
  }
  return undefined;
}

const openUnit = (envelope: Envelope, unit: Unit): Unwrapped | undefined =>
  'text' in unit ? envelope.line?.(unit.text) : isObject(unit.value) ? envelope.value?.(unit.value) : undefined;

function at(value: unknown, path: readonly string[]): unknown {
  let inner = value;
  for (const key of path) inner = isObject(inner) ? inner[key] : undefined;
  return inner;
}

function unitOf(bytes: string, isJson: boolean): Unit | undefined {
  if (!isJson) return { text: bytes };
  // Nothing but an object or a list is a record; to try each line of a text costs an exception. A broken record tells nothing about the format.
  const value = bytes.startsWith('{') || bytes.startsWith('[') ? parsed(bytes) : undefined;
  return value === undefined ? undefined : { value };
}

class SampleSink implements RecordSink {
  readonly units: Unit[] = [];
  /** Of any kind. */
  seen = 0;

  constructor(private readonly unitOf: (bytes: string) => Unit | undefined) {}

  record(_place: Place, bytes: Buffer, from: number, to: number): void {
    if (this.units.length >= CARRIED) return;
    this.seen++;
    const unit = this.unitOf(bytes.toString('utf8', from, to));
    if (unit) this.units.push(unit);
  }

  oversize(): void {}
  skip(): void {}
}
