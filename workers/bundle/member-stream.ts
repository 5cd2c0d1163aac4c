/**
 * The bytes of one member into the records of a sink: looks at the head, decides how it is read, and reads on. The import reads a member so, and whoever needs
 * records of it again later gets the very same ones.
 */
import type { DecodedSink, LineDecoder, Place } from '../formats/format';
import { CsvSplitter } from './csv';
import { type ByteAccount, type Framing, MAX_RECORD, type RecordSink } from './framing';
import { LineSplitter } from './lines';
import { type Formats, markOf, type Recipe, recogniseHead, withNewlines } from './recognise';
import { Splitter } from './split';
import { Unwrapper } from './unwrap';
import { Utf16Framing, Utf16Places } from './utf16';

/** What is looked at: enough to see 100 records of most sources; more only while no record has ended. However a member is chunked, it is decided on the same bytes. */
export const HEAD = 512 * 1024;
const MAX_HEAD = 64 * 2 ** 20;

export class MemberStream {
  /** Undefined until it was decided, and where no format reads the member. */
  recipe: Recipe | undefined;
  warning: string | null = null;
  framing: Framing | undefined;
  private unwrapper: Unwrapper | undefined;
  /** Of a source in lines of text: it may hold records back to the end. */
  private decoder: LineDecoder | undefined;
  private decided = false;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private wanted = HEAD;

  /** @param open makes the sink, once it is known how the member is read; called before any byte goes on, with those that came until then */
  constructor(
    private readonly formats: Formats,
    private readonly open: (recipe: Recipe, held: Buffer) => RecordSink,
  ) {}

  /** Ids of the envelopes in which records came, so far. */
  get envelopes(): readonly string[] {
    return [...(this.unwrapper?.carried ?? [])].map(({ id }) => id);
  }

  push(chunk: Uint8Array): void {
    if (this.decided) {
      this.take(chunk);
      return;
    }
    this.held.push(Buffer.from(chunk));
    this.heldBytes += chunk.length;
    while (!this.decided && this.heldBytes >= this.wanted) this.decide(false);
  }

  private take(bytes: Uint8Array): void {
    this.framing?.push(this.recipe?.returns ? withNewlines(bytes) : bytes);
  }

  finish(): void {
    if (!this.decided) this.decide(true);
    this.framing?.finish();
    this.decoder?.finish();
  }

  private decide(complete: boolean): void {
    const held = Buffer.concat(this.held);
    const found = recogniseHead(held.subarray(0, this.wanted), complete, this.formats);
    if (found.needsMore && this.wanted < MAX_HEAD) {
      this.wanted = Math.min(4 * this.wanted, MAX_HEAD);
      this.held = [held];
      return;
    }
    this.decided = true;
    this.held = [];
    this.recipe = found.recipe;
    this.warning = found.warning;
    if (found.recipe) this.begin(found.recipe, held);
  }

  private begin(recipe: Recipe, held: Buffer): void {
    const sink = this.open(recipe, held);
    this.decoder = recipe.format.text?.open(decodedInto(sink));
    this.framing = this.framingOf(recipe, sink);
    const mark = recipe.cut === 'blocks' ? 0 : markOf(held);
    if (mark > 0) this.framing.skipMark(mark);
    this.take(held.subarray(mark));
  }

  private framingOf(recipe: Recipe, sink: RecordSink): Framing {
    const { format, cut, encoding, envelopes, lists, listOf } = recipe;
    if (format.binary) return new BlockFraming(format.binary.open, sink);
    const places = encoding ? new Utf16Places() : undefined;
    this.unwrapper = new Unwrapper(sink, {
      from: cut === 'lines of text' ? 'lines' : 'values',
      envelopes,
      lists,
      listOf,
      decoder: this.decoder,
      noise: this.formats.envelopes,
    });
    const framing = cutterOf(recipe, places ? places.sink(this.unwrapper) : this.unwrapper);
    return encoding && places ? new Utf16Framing(encoding, places, framing) : framing;
  }
}

/** Plain JSON in UTF-8: a record's bytes in the member are what its format reads, and nothing around it says more of it. */
export const isPlain = ({ format, cut, envelopes, lists, encoding, returns }: Recipe): boolean =>
  envelopes.length + lists.length === 0 &&
  !encoding &&
  !returns &&
  !format.text &&
  (cut === 'lines of JSON' || cut === 'values of JSON');

function cutterOf({ cut, separator, listOf, deep, isPart }: Recipe, sink: RecordSink): Framing {
  if (cut === 'lines of text') return new LineSplitter(sink, isPart);
  if (cut === 'rows') return new CsvSplitter(sink, separator as string);
  return new Splitter(sink, cut === 'lines of JSON', listOf, MAX_RECORD, deep);
}

const decodedInto = (sink: RecordSink): DecodedSink => ({
  record: (place, json, content, context) => {
    const bytes = Buffer.from(json);
    sink.record(place, bytes, 0, bytes.length, true, context, content);
  },
  skip: (place, ...rest) => sink.skip(place, ...rest),
});

class BlockFraming implements Framing {
  readonly lines = 0;
  readonly blankLines = 0;
  private bytes = 0;
  private records = 0;
  private readonly decoder;

  constructor(open: NonNullable<Recipe['format']['binary']>['open'], sink: RecordSink) {
    const into = decodedInto(sink);
    const counted = (place: Place): Place => {
      this.records += place.length;
      return place;
    };
    this.decoder = open({
      record: (place, ...rest) => into.record(counted(place), ...rest),
      skip: (place, ...rest) => into.skip(counted(place), ...rest),
    });
  }

  get account(): ByteAccount {
    return { records: this.records, envelope: this.bytes - this.records, blank: 0 };
  }
  skipMark(): void {}
  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.decoder.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  }
  finish(): void {
    this.decoder.finish();
  }
}
