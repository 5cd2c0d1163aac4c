/**
 * Reads one member: hashes its bytes, recognises it, splits it into records and writes them to spool parts.
 */
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ExhibitError } from '../contract/errors';
import type { Format } from '../formats/format';
import { type Formats, recogniseHead } from './recognise';
import { type ByteAccount, Splitter } from './split';
import { type Part, SpoolWriter } from './spool';

export interface MemberSource {
  /** Its number in the case. */
  readonly number: number;
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where already known: the SHA-256 of its bytes. */
  readonly sha256?: string;
  /** Where its bytes must be kept, since they lie compressed or in an archive: an absolute path. */
  readonly keepAt?: string;
}

export interface ReadContext extends Formats {
  readonly spool: string;
  /** Parts whose files may be written again. */
  readonly spare?: string[];
  /** The next part is written while the consumer loads this one; awaited when it is too far behind. */
  readonly onPart: (format: Format, part: Part) => Promise<void>;
  /** Bytes of the member read so far. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

export interface MemberRead {
  readonly format: Format | undefined;
  readonly sha256: string;
  readonly bytes: number;
  /** 0 where the format is unknown. */
  readonly records: number;
  readonly byLines: boolean;
  readonly lines: number;
  readonly blankLines: number;
  /** Undefined where the format is unknown. */
  readonly account: ByteAccount | undefined;
  readonly warning: string | null;
  /** Whether its bytes were kept at `keepAt`. */
  readonly kept: boolean;
}

/** Enough to see 100 records of most sources; more is looked at only while no record has ended. */
const HEAD = 512 * 1024;
const MAX_HEAD = 64 * 2 ** 20;

export async function readMember(member: MemberSource, context: ReadContext): Promise<MemberRead> {
  const reading = new Reading(member, context);
  try {
    for await (const chunk of member.bytes) {
      if (context.signal?.aborted) throw new ExhibitError('stopped', 'The import was stopped; nothing of it was kept.');
      await reading.push(chunk);
    }
    return await reading.finish();
  } catch (error) {
    reading.abandon();
    throw error;
  }
}

class Reading {
  private readonly digest;
  private bytes = 0;
  private head: Buffer[] = [];
  private headBytes = 0;
  private wanted = HEAD;
  private decided = false;
  private format: Format | undefined;
  private warning: string | null = null;
  private byLines = true;
  private splitter: Splitter | undefined;
  private writer: SpoolWriter | undefined;
  private keeping: number | undefined;
  private readonly parts: Part[] = [];

  constructor(
    private readonly member: MemberSource,
    private readonly context: ReadContext,
  ) {
    this.digest = member.sha256 === undefined ? createHash('sha256') : undefined;
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.digest?.update(chunk);
    this.bytes += chunk.length;
    if (this.decided) this.consume(chunk);
    else {
      this.head.push(Buffer.from(chunk));
      this.headBytes += chunk.length;
      if (this.headBytes >= this.wanted) this.decide(false);
    }
    this.context.onProgress?.(this.bytes);
    await this.handOver();
  }

  async finish(): Promise<MemberRead> {
    if (!this.decided) this.decide(true);
    this.splitter?.finish();
    this.writer?.finish();
    await this.handOver();
    this.closeKept();
    const { format, byLines, splitter, warning } = this;
    return {
      format,
      sha256: this.member.sha256 ?? (this.digest?.digest('hex') as string),
      bytes: this.bytes,
      records: this.writer?.records ?? 0,
      byLines,
      lines: splitter?.lines ?? 0,
      blankLines: splitter?.blankLines ?? 0,
      account: splitter?.account,
      warning,
      kept: this.member.keepAt !== undefined && format !== undefined,
    };
  }

  abandon(): void {
    this.writer?.abandon();
    if (this.keeping === undefined) return;
    closeSync(this.keeping);
    this.keeping = undefined;
    rmSync(this.member.keepAt as string, { force: true });
  }

  private decide(complete: boolean): void {
    const head = Buffer.concat(this.head);
    const mark = head.length >= 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
    const found = recogniseHead(head.subarray(mark), complete, this.member.name, this.context);
    if (found.sampled === 0 && !complete && this.wanted < MAX_HEAD && isText(head)) {
      this.wanted *= 4;
      this.head = [head];
      return;
    }
    this.decided = true;
    this.head = [];
    this.format = found.format;
    this.byLines = found.byLines;
    this.warning = found.warning;
    if (!found.format) return;
    this.writer = new SpoolWriter(
      this.context.spool,
      `m${this.member.number}`,
      (part) => this.parts.push(part),
      this.context.spare,
    );
    this.splitter = new Splitter(this.writer, found.byLines, found.format.envelope);
    this.splitter.skipMark(mark);
    if (this.member.keepAt !== undefined) {
      this.keeping = openSync(this.member.keepAt, 'wx', 0o600);
      this.keep(head.subarray(0, mark));
    }
    this.consume(head.subarray(mark));
  }

  private consume(chunk: Uint8Array): void {
    this.keep(chunk);
    this.splitter?.push(chunk);
  }

  private keep(chunk: Uint8Array): void {
    if (this.keeping === undefined) return;
    for (let at = 0; at < chunk.length; ) at += writeSync(this.keeping, chunk, at);
  }

  private closeKept(): void {
    if (this.keeping === undefined) return;
    closeSync(this.keeping);
    this.keeping = undefined;
    chmodSync(this.member.keepAt as string, 0o400);
  }

  private async handOver(): Promise<void> {
    for (const part of this.parts.splice(0)) await this.context.onPart(this.format as Format, part);
  }
}

const isText = (head: Buffer): boolean => !head.subarray(0, 4096).includes(0);

/** Where the decompressed bytes of a member lie, relative to the case folder. */
export const keptSource = (evidence: number, member: number): string => join('members', `E${evidence}`, String(member));
