import { createHash } from 'node:crypto';
import type { Place, TruthMember } from './truth';

/** Nanoseconds since the sample's midnight, UTC; a whole number below 2^53. */
export type At = number;
export const SECOND = 1e9;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A record's place, known once its log is written; line 0: it was lost. */
export interface Mark {
  file: string;
  line: number;
}

export const placeOf = (mark: Mark | undefined): Place | undefined =>
  mark && mark.line > 0 ? { file: mark.file, line: mark.line } : undefined;

export const placesOf = (marks: readonly Mark[]): Place[] => marks.flatMap((mark) => placeOf(mark) ?? []);

/** Turns times into what sources write. */
export class Calendar {
  private readonly midnight: number;

  constructor(readonly date: string) {
    this.midnight = Date.parse(`${date}T00:00:00Z`);
  }

  /** RFC 3339 with nine digits. */
  nanos(at: At): string {
    const seconds = Math.floor(at / SECOND);
    const rest = String(Math.floor(at - seconds * SECOND)).padStart(9, '0');
    return `${new Date(this.midnight + seconds * 1000).toISOString().slice(0, 19)}.${rest}Z`;
  }

  micros(at: At): string {
    return `${this.nanos(at).slice(0, 26)}Z`;
  }

  seconds(at: At): string {
    return `${this.nanos(at).slice(0, 19)}Z`;
  }

  /** Nanoseconds since the epoch, as digits. */
  epoch(at: At): string {
    return String(BigInt(this.midnight) * 1_000_000n + BigInt(Math.floor(at)));
  }
}

interface Entry {
  readonly at: At;
  readonly value: object;
  readonly mark: Mark;
}

export interface SampleFile {
  readonly path: string;
  readonly data: Buffer;
}

/** What one program wrote: records in the order of their times, over one file or, where it was rotated, several. */
export class Log {
  private readonly entries: Entry[] = [];

  /** @param parts files in time order; each takes the records before `until`. */
  constructor(
    readonly format: TruthMember['format'],
    readonly parts: readonly { readonly path: string; readonly until: At }[],
    /** True for a record that the program lost. */
    private readonly loses: (at: At) => boolean = () => false,
    /** The last line was still being written when the file was copied. */
    private readonly cutLastLine = false,
  ) {}

  push(at: At, value: object): Mark {
    const mark: Mark = { file: '', line: 0 };
    if (!this.loses(at)) this.entries.push({ at, value, mark });
    return mark;
  }

  /** Writes the files and fills in every mark's line. */
  *files(): Generator<SampleFile & { member: TruthMember }> {
    const sorted = this.entries.map((entry, index) => ({ entry, index }));
    sorted.sort((x, y) => x.entry.at - y.entry.at || x.index - y.index);
    let next = 0;
    for (const [n, part] of this.parts.entries()) {
      const lines: string[] = [];
      while (next < sorted.length && (n === this.parts.length - 1 || sorted[next]!.entry.at < part.until)) {
        const { mark, value } = sorted[next++]!.entry;
        mark.file = part.path;
        mark.line = lines.push(serialise(value, this.format));
      }
      const cut = this.cutLastLine && n === this.parts.length - 1;
      if (cut) lines.push(lines.pop()!.slice(0, 211));
      const data = Buffer.from(lines.join('\n') + (cut ? '' : '\n'));
      const sha256 = createHash('sha256').update(data).digest('hex');
      const { path } = part;
      yield {
        path,
        data,
        member: { path, format: this.format, bytes: data.length, sha256, records: lines.length, unreadable: cut ? 1 : 0 },
      };
    }
  }
}

/** An integer beyond 2^53, written as it is. */
export const integer = (digits: string): string => `@integer:${digits}`;

/** Compact JSON. Go's encoder, which writes audit logs, also escapes & < >; the agents' encoders do not. */
function serialise(value: object, format: TruthMember['format']): string {
  const json = JSON.stringify(value).replace(/"@integer:(\d+)"/g, '$1');
  return format === 'k8s-audit' ? json.replace(/[&<>]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : json;
}
