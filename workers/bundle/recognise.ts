/**
 * Looks at the first bytes of a member: which text encoding, by lines or by place, and which format reads it.
 */
import type { Format, Sample } from '../formats/format';
import { looksLike } from './known';
import { isByLines } from './layout';
import { type Envelope, type RecordSink, Splitter } from './split';

export interface Recognised {
  readonly byLines: boolean;
  /** Undefined where no format takes it. */
  readonly format: Format | undefined;
  /** Records that were looked at; none found in a long enough head says that this is no JSON. */
  readonly sampled: number;
  /** Why it is not read, as a sentence; null where a format was found. */
  readonly warning: string | null;
}

const SAMPLE = 100;

/** The formats that may be found, and how the surest of them is picked (`formats/index.ts`; tests bring their own). */
export interface Formats {
  readonly formats: readonly Format[];
  readonly recognise: (sample: Sample) => Format | undefined;
}

/** @param head the first bytes of the member as UTF-8, without a byte order mark; `complete` where they are all of it. */
export function recogniseHead(head: Buffer, complete: boolean, fileName: string, { formats, recognise }: Formats): Recognised {
  const byLines = isByLines(head, complete);
  const sample = new SampleSink();
  const envelope: Envelope = (value) => {
    for (const format of formats) {
      const path = format.envelope?.(value);
      if (path) return path;
    }
    return undefined;
  };
  const splitter = new Splitter(sample, byLines, envelope);
  splitter.push(head);
  if (complete || sample.values.length === 0) splitter.finish();
  const format = sample.values.length === 0 ? undefined : recognise({ fileName, records: sample.values });
  const warning = format ? null : looksLike(head, sample.values);
  return { byLines, format, sampled: sample.values.length, warning };
}

class SampleSink implements RecordSink {
  readonly values: unknown[] = [];

  record(_record: number, _item: string, bytes: Buffer, from: number, to: number): void {
    if (this.values.length >= SAMPLE) return;
    try {
      this.values.push(JSON.parse(bytes.toString('utf8', from, to)));
    } catch {
      // A broken record tells nothing about the format.
    }
  }

  oversize(): void {}
}
