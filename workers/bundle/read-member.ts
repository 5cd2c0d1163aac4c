/**
 * Reads one member: hashes its bytes, recognises it, splits it into records and writes them to spool parts.
 */
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ExhibitError } from '../contract/errors';
import type { Format } from '../formats/format';
import { Cuts } from './cuts';
import type { ByteAccount } from './framing';
import { MAX_MANIFEST, mayBeManifest } from './manifest';
import { MemberStream } from './member-stream';
import type { Formats } from './recognise';
import { type Part, type PartSizes, SpoolWriter } from './spool';

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
  readonly sizes?: PartSizes;
  /** The next part is written while the consumer loads this one; awaited when it is too far behind. */
  readonly onPart: (format: Format, part: Part) => Promise<void>;
  /** More of the member was read. */
  readonly onProgress?: () => void;
  readonly signal?: AbortSignal;
}

export interface MemberRead {
  readonly format: Format | undefined;
  readonly sha256: string;
  readonly bytes: number;
  /** Ids of the envelopes in which its records came. */
  readonly envelopes: readonly string[];
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
  /** Its bytes where it begins like a list of checksums, and is nothing else. */
  readonly list: Buffer | undefined;
}

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
  private readonly stream: MemberStream;
  private bytes = 0;
  private writer: SpoolWriter | undefined;
  private keeping: number | undefined;
  private readonly parts: Part[] = [];
  private list: Buffer[] | undefined;

  constructor(
    private readonly member: MemberSource,
    private readonly context: ReadContext,
  ) {
    this.digest = member.sha256 === undefined ? createHash('sha256') : undefined;
    this.stream = new MemberStream(context, (recipe, head) => this.begin(recipe.format, head));
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.digest?.update(chunk);
    if (this.bytes === 0 && mayBeManifest(chunk)) this.list = [];
    this.bytes += chunk.length;
    if (this.bytes > MAX_MANIFEST) this.list = undefined;
    this.list?.push(Buffer.from(chunk));
    if (this.keeping !== undefined) this.keep(chunk);
    this.stream.push(chunk);
    this.context.onProgress?.();
    await this.handOver();
  }

  async finish(): Promise<MemberRead> {
    this.stream.finish();
    this.writer?.finish();
    await this.handOver();
    this.closeKept();
    const { recipe, framing, warning } = this.stream;
    return {
      format: recipe?.format,
      envelopes: this.stream.envelopes,
      sha256: this.member.sha256 ?? (this.digest?.digest('hex') as string),
      bytes: this.bytes,
      records: this.writer?.records ?? 0,
      byLines: recipe === undefined || !['values of JSON', 'blocks'].includes(recipe.cut),
      lines: framing?.lines ?? 0,
      blankLines: framing?.blankLines ?? 0,
      account: framing?.account,
      warning,
      kept: this.member.keepAt !== undefined && recipe !== undefined,
      list: recipe || !this.list ? undefined : Buffer.concat(this.list),
    };
  }

  abandon(): void {
    this.writer?.abandon();
    if (this.keeping === undefined) return;
    closeSync(this.keeping);
    this.keeping = undefined;
    rmSync(this.member.keepAt as string, { force: true });
  }

  /** It is known how the member is read: what was looked at for that goes on first. */
  private begin(format: Format, head: Buffer): SpoolWriter {
    const { spool, spare, sizes } = this.context;
    this.writer = new SpoolWriter(
      spool,
      this.member.number,
      (part) => this.parts.push(part),
      spare,
      sizes,
      new Cuts(format.columns),
    );
    if (this.member.keepAt !== undefined) {
      this.keeping = openSync(this.member.keepAt, 'wx', 0o600);
      this.keep(head);
    }
    return this.writer;
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
    const { recipe } = this.stream;
    for (const part of this.parts.splice(0)) if (recipe) await this.context.onPart(recipe.format, part);
  }
}

/** Where the decompressed bytes of a member lie, relative to the case folder. */
export const keptSource = (evidence: number, member: number): string => join('members', `E${evidence}`, String(member));
