/**
 * The bytes of one member into the records of a sink: looks at the head, decides how it is read, and reads on. The import reads a member so, and whoever needs
 * records of it again later gets the very same ones.
 */
import type { DecodedSink, Place } from '../formats/format';
import { CsvSplitter } from './csv';
import { type ByteAccount, type Framing, MAX_RECORD, type RecordSink } from './framing';
import { LineSplitter } from './lines';
import { type Formats, markOf, type Recipe, recogniseHead } from './recognise';
import { Splitter } from './split';
import { Unwrapper } from './unwrap';
import { Utf16Framing, Utf16Places } from './utf16';

/** Enough to see 100 records of most sources; more is looked at only while no record has ended. */
const HEAD = 512 * 1024;
const MAX_HEAD = 64 * 2 ** 20;

export class MemberStream {
  /** Undefined until it was decided, and where no format reads the member. */
  recipe: Recipe | undefined;
  warning: string | null = null;
  framing: Framing | undefined;
  private decided = false;
  private head: Buffer[] = [];
  private headBytes = 0;
  private wanted = HEAD;

  /** @param open makes the sink, once it is known how the member is read; called before any byte goes on */
  constructor(
    private readonly formats: Formats,
    private readonly open: (recipe: Recipe, head: Buffer) => RecordSink,
  ) {}

  /** True once it is decided: from then on chunks go straight through. */
  push(chunk: Uint8Array): void {
    if (this.decided) {
      this.framing?.push(chunk);
      return;
    }
    this.head.push(Buffer.from(chunk));
    this.headBytes += chunk.length;
    if (this.headBytes >= this.wanted) this.decide(false);
  }

  finish(): void {
    if (!this.decided) this.decide(true);
    this.framing?.finish();
  }

  private decide(complete: boolean): void {
    const head = Buffer.concat(this.head);
    const found = recogniseHead(head, complete, this.formats);
    if (found.needsMore && this.wanted < MAX_HEAD) {
      this.wanted *= 4;
      this.head = [head];
      return;
    }
    this.decided = true;
    this.head = [];
    this.recipe = found.recipe;
    this.warning = found.warning;
    if (!found.recipe) return;
    this.framing = framingOf(found.recipe, this.open(found.recipe, head), this.formats);
    const mark = found.recipe.cut === 'blocks' ? 0 : markOf(head);
    if (mark > 0) this.framing.skipMark(mark);
    this.framing.push(head.subarray(mark));
  }
}

/** Plain JSON in UTF-8: a record's bytes in the member are what its format reads. */
export const isPlain = ({ format, cut, envelopes, encoding }: Recipe): boolean =>
  envelopes.length === 0 && !encoding && !format.text && (cut === 'lines of JSON' || cut === 'values of JSON');

function framingOf(recipe: Recipe, sink: RecordSink, { envelopes }: Formats): Framing {
  const { format, cut, encoding } = recipe;
  if (format.binary) return new BlockFraming(format.binary.open, sink);
  const places = encoding ? new Utf16Places() : undefined;
  const decoder = format.text?.open(decodedInto(sink));
  const opening = {
    from: cut === 'lines of text' ? ('lines' as const) : ('values' as const),
    envelopes: recipe.envelopes,
    listOf: recipe.listOf,
    decoder,
    noise: envelopes,
  };
  const unwrapper = new Unwrapper(sink, opening);
  const inner = places ? places.sink(unwrapper) : unwrapper;
  const framing = cutterOf(recipe, inner);
  const decoded = decoder ? new Finishing(framing, () => decoder.finish()) : framing;
  return encoding && places ? new Utf16Framing(encoding, places, decoded) : decoded;
}

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

/** A framing whose decoder may hold records back to the end. */
class Finishing implements Framing {
  constructor(
    private readonly framing: Framing,
    private readonly last: () => void,
  ) {}
  get lines(): number {
    return this.framing.lines;
  }
  get blankLines(): number {
    return this.framing.blankLines;
  }
  get account(): ByteAccount {
    return this.framing.account;
  }
  skipMark(length: number): void {
    this.framing.skipMark(length);
  }
  push(chunk: Uint8Array): void {
    this.framing.push(chunk);
  }
  finish(): void {
    this.framing.finish();
    this.last();
  }
}

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
