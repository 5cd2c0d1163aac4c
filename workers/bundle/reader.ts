/**
 * The bundle reader as the engine sees it: seals an evidence and streams its members as spool parts, in a thread of its own.
 *
 * ```ts
 * const reader = new BundleReader();
 * const sealed = await reader.seal(path, join(caseDir, 'evidence', 'E1'), onProgress, signal);
 * for await (const event of reader.read({ sealed, evidence: 1, firstMember: 1, caseDir, spool }, onProgress, signal)) …
 * await reader.close();
 * ```
 */
import type { Worker } from 'node:worker_threads';
import { type ErrorCode, type ErrorPlace, ExhibitError } from '../contract/errors';
import { startWorker } from '../threads';
import type { Bounds } from './bounds';
import type { ByteAccount } from './framing';
import type { Sealed } from './seal';

export interface ReadRequest {
  readonly sealed: Sealed;
  /** 1 for E1. */
  readonly evidence: number;
  /** Number in the case of its first member; the next ones follow. */
  readonly firstMember: number;
  readonly caseDir: string;
  /** Where parts are written, as `m<member>-<n>.ndjson`; the consumer deletes them, or gives them back (`reuse`). */
  readonly spool: string;
  readonly bounds?: Bounds;
}

/** A complete spool part. Parts of a member come in order, and before its `member` event. */
export interface PartReady {
  readonly type: 'part';
  readonly member: number;
  /** The member's path in %XX form, or the name of the single file: what settings are matched with. */
  readonly name: string;
  readonly format: string;
  /** Absolute path. */
  readonly file: string;
  readonly records: number;
  /** Of the part file. */
  readonly bytes: number;
  /** Its lines may have `w` and `x` (`StageSettings.wrapped`). */
  readonly wrapped: boolean;
}

/** A member was read to its end. */
export interface MemberDone {
  readonly type: 'member';
  readonly number: number;
  /** In %XX form; '' where the evidence is a single file. */
  readonly path: string;
  /** The path, or the name of the single file. */
  readonly name: string;
  /** Its bytes are lines of JSON that stand for the rows of a Parquet file. */
  readonly rows: boolean;
  /** Null where no format takes it; it then has no records. */
  readonly format: string | null;
  /** Ids of the envelopes in which its records came. */
  readonly envelopes: readonly string[];
  /** Of its decompressed bytes. */
  readonly sha256: string;
  readonly bytes: number;
  /** All its records, those too that only the careful path may decide. */
  readonly records: number;
  readonly byLines: boolean;
  readonly lines: number;
  readonly blankLines: number;
  /** Where its bytes went: they sum to `bytes`. Undefined where the format is unknown. */
  readonly account: ByteAccount | undefined;
  /** Where its bytes are read back from, relative to the case folder, in %XX form (`readRange` takes it); null where they are not kept. */
  readonly source: string | null;
  /** Sentences: why it is not read, or only in part. */
  readonly warning: string | null;
}

/** Something of the evidence that gave no member: a link, an encrypted entry, a damaged archive, a bound reached. */
export interface BundleProblem {
  readonly type: 'problem';
  /** In %XX form; '' for the evidence as a whole. */
  readonly path: string;
  readonly why: string;
}

/** A list of checksums that the bundle brings along was compared with its files. */
export interface ListChecked {
  readonly type: 'list';
  /** Of the list, as of a member. */
  readonly path: string;
  readonly ok: boolean;
  /** One sentence. */
  readonly text: string;
  /** Files that are not what the list says, as paths of members. */
  readonly differ: readonly string[];
}

export type ReaderEvent = PartReady | MemberDone | BundleProblem | ListChecked;
/** Bytes done, and in all (null while unknown). At most ten times a second. */
export type OnBytes = (done: number, total: number | null) => void;

/** Parts that may wait for the consumer. */
export const MAX_AHEAD = 3;

export type ToReader =
  | { readonly type: 'seal'; readonly path: string; readonly folder: string }
  | { readonly type: 'read'; readonly request: ReadRequest }
  | { readonly type: 'consumed' }
  | { readonly type: 'reuse'; readonly file: string }
  | { readonly type: 'stop' };
export type FromReader =
  | { readonly type: 'progress'; readonly done: number; readonly total: number | null }
  | { readonly type: 'sealed'; readonly sealed: Sealed }
  | { readonly type: 'event'; readonly event: ReaderEvent }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string; readonly place: ErrorPlace };

type Result = Exclude<FromReader, { type: 'progress' }>;

/** One job at a time; jobs of one reader follow one another. */
export class BundleReader {
  private readonly worker: Worker = startWorker('bundle/reader-thread');

  /**
   * Copies a file or folder to `<folder>/<name>`, hashes it and makes it read-only (`seal` in seal.ts). `folder` must exist and be empty.
   * Throws `unreadable`, or `stopped` on abort; the caller then removes `folder`.
   */
  async seal(path: string, folder: string, onProgress: OnBytes, signal?: AbortSignal): Promise<Sealed> {
    for await (const result of this.job({ type: 'seal', path, folder }, onProgress, signal))
      if (result.type === 'sealed') return result.sealed;
    throw new Error('The reader thread ended without sealing');
  }

  /**
   * Reads all members. At most `MAX_AHEAD` parts are ready before the consumer asks for the next event; a part counts as consumed when the
   * event after it is asked for. Throws `stopped` on abort.
   */
  async *read(request: ReadRequest, onProgress: OnBytes, signal?: AbortSignal): AsyncGenerator<ReaderEvent, void, undefined> {
    for await (const result of this.job({ type: 'read', request }, onProgress, signal)) {
      if (result.type !== 'event') return;
      yield result.event;
      if (result.event.type === 'part') this.post({ type: 'consumed' });
    }
  }

  /** The reading that goes on may write this part's file again. */
  reuse(file: string): void {
    this.post({ type: 'reuse', file });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private post(message: ToReader): void {
    this.worker.postMessage(message);
  }

  private async *job(job: ToReader, onProgress: OnBytes, signal?: AbortSignal): AsyncGenerator<Result, void, undefined> {
    const queue: Result[] = [];
    let wake: (() => void) | undefined;
    let over = false;
    const push = (result: Result) => {
      queue.push(result);
      wake?.();
    };
    const fail = (error: Error) =>
      push({ type: 'error', code: 'failed', message: `The reader thread failed: ${error.message}`, place: {} });
    const onMessage = (message: FromReader) =>
      message.type === 'progress' ? onProgress(message.done, message.total) : push(message);
    const onExit = () => fail(new Error('it ended early'));
    const stop = () => this.post({ type: 'stop' });
    this.worker.on('message', onMessage).on('error', fail).on('exit', onExit);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      this.post(job);
      if (signal?.aborted) stop();
      while (!over) {
        const result = queue.shift();
        if (!result) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        over = result.type !== 'event';
        if (result.type === 'error') throw new ExhibitError(result.code, result.message, result.place);
        yield result;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      // Given up by its consumer: the thread must not go on, and what it says last must not reach the next job.
      if (!over) stop();
      while (!over && queue.every(({ type }) => type === 'event'))
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      this.worker.off('message', onMessage).off('error', fail).off('exit', onExit);
    }
  }
}
