/**
 * The reader thread: seals an evidence and reads its members, one job at a time, for `BundleReader` (reader.ts).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { sealedSource } from '../case/store';
import { ExhibitError } from '../contract/errors';
import type { Problem } from './bounds';
import { KNOWN } from './known-formats';
import { checkLists, type OwnList } from './lists';
import { parseManifest } from './manifest';
import { walkMembers } from './members';
import { keptSource, readMember } from './read-member';
import { type FromReader, MAX_AHEAD, type ReaderEvent, type ReadRequest, type ToReader } from './reader';
import { seal } from './seal';
import { PartSizes } from './spool';

const port = parentPort;
if (!port) throw new Error('reader-thread runs as a worker thread only');

let abort = new AbortController();
let ahead = 0;
let spare: string[] = [];
let consumed: (() => void) | undefined;

const tell = (message: FromReader): void => port.postMessage(message);
const emit = (event: ReaderEvent): void => tell({ type: 'event', event });

port.on('message', (message: ToReader) => {
  if (message.type === 'stop') {
    abort.abort();
    consumed?.();
  } else if (message.type === 'consumed') {
    ahead--;
    consumed?.();
  } else if (message.type === 'reuse') spare.push(message.file);
  else void run(message);
});

async function run(message: Exclude<ToReader, { type: 'stop' | 'consumed' | 'reuse' }>): Promise<void> {
  abort = new AbortController();
  ahead = 0;
  spare = [];
  const progress = every(100, (done: number, total: number | null) => tell({ type: 'progress', done, total }));
  try {
    if (message.type === 'seal')
      tell({ type: 'sealed', sealed: await seal(message.path, message.folder, progress, abort.signal) });
    else {
      await read(message.request, progress);
      tell({ type: 'end' });
    }
  } catch (error) {
    const { code, place } = error instanceof ExhibitError ? error : { code: 'failed' as const, place: {} };
    tell({ type: 'error', code, message: (error as Error).message, place });
  }
}

async function read(request: ReadRequest, progress: (done: number, total: number | null) => void): Promise<void> {
  const { sealed, evidence, caseDir, spool } = request;
  const problems: Problem[] = [];
  const lists: OwnList[] = [];
  const sizes = new PartSizes();
  const isFolder = sealed.kind === 'folder';
  let number = request.firstMember;
  await mkdir(join(caseDir, 'members', `E${evidence}`), { recursive: true });

  const members = walkMembers(sealed.path, isFolder, {
    bounds: request.bounds,
    temporary: spool,
    onProblem: (problem) => problems.push(problem),
  });
  for await (const member of members) {
    const kept = keptSource(evidence, number);
    const ownSource = [sealedSource(evidence, sealed.name), ...(isFolder ? [member.path] : [])].join('/');
    const name = member.path === '' ? sealed.name : member.path;
    const result = await readMember(
      {
        number,
        name,
        bytes: member.bytes,
        sha256: member.file && sealed.files.get(member.file.toString('latin1')),
        keepAt: member.file ? undefined : join(caseDir, kept),
      },
      {
        ...KNOWN,
        spool,
        spare,
        sizes,
        signal: abort.signal,
        onProgress: () => progress(Math.min(member.read(), sealed.bytes), sealed.bytes),
        onPart: async (format, part) => {
          emit({ type: 'part', member: number, name, format: format.id, ...part });
          ahead++;
          while (ahead >= MAX_AHEAD && !abort.signal.aborted) await new Promise<void>((resolve) => (consumed = resolve));
        },
      },
    );
    const own = problems.filter((problem) => problem.path === member.path).map((problem) => problem.why);
    problems.splice(0, problems.length, ...problems.filter((problem) => problem.path !== member.path));
    const { format, kept: isKept, warning, list, ...read } = result;
    const manifest = list && parseManifest(list);
    if (manifest) lists.push({ path: member.path, manifest });
    emit({
      type: 'member',
      ...read,
      number,
      path: member.path,
      name,
      rows: member.rows === true,
      format: format?.id ?? null,
      source: member.file ? ownSource : isKept ? kept : null,
      warning: [...own, ...(warning ? [warning] : [])].join(' ') || null,
    });
    for (const problem of problems.splice(0)) emit({ type: 'problem', ...problem });
    number++;
  }
  for (const problem of problems) emit({ type: 'problem', ...problem });
  for (const checked of await checkLists(sealed, lists)) emit({ type: 'list', ...checked });
}

/** Calls through at most once in so many milliseconds. */
function every(ms: number, call: (done: number, total: number | null) => void): typeof call {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < ms && done !== total) return;
    last = now;
    call(done, total);
  };
}
