/** A report as the engine makes it: the model collected here, the drawing in a thread of its own. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../case/digest';
import type { Detail } from '../case/journal';
import { ExhibitError } from '../contract/errors';
import type { Report, ReportRequest } from '../contract/report';
import { formatTime } from '../contract/time';
import type { Job } from '../jobs';
import { startWorker } from '../threads';
import { buildModel, type ReportModel, type ReportSource } from './model';
import type { ReportMessage, ReportWork } from './report-thread';

const MIME: Readonly<Record<ReportRequest['format'], string>> = {
  pdf: 'application/pdf',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
};

/** `resources/fonts` beside the sources and beside the build alike. */
const FONTS = ['../../resources/fonts', '../resources/fonts']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync);

/** Rejects with `usage` for a time, zone or id that is none, `not-found` for an unknown session, `stopped`. */
export async function makeReport(
  source: ReportSource,
  request: ReportRequest,
  job: Job,
): Promise<Omit<Report, 'journaled' | 'journal'>> {
  assertZone(request.zone);
  const created = createdAt(request.created);
  job.report({ phase: 'reporting', detail: 'collecting what it cites', done: 0, total: null, unit: 'steps' });
  const model = await buildModel(source, { ...request, created });
  const bytes = await drawReport(model, request.format, job);
  return {
    name: fileName(model, request.format),
    mime: MIME[request.format],
    bytes,
    sha256: sha256(bytes),
  };
}

/** The bytes of a report, drawn in a thread of its own. Rejects with `failed`, and `stopped`. */
export function drawReport(model: ReportModel, format: ReportRequest['format'], { signal, report }: Job): Promise<Uint8Array> {
  if (FONTS === undefined)
    throw new ExhibitError('failed', 'The fonts of the reports are missing beside the program; install it again.');
  const worker = startWorker('report/report-thread', { workerData: { model, format, fonts: FONTS } satisfies ReportWork });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  return new Promise<Uint8Array>((resolve, reject) => {
    worker.on('message', (message: ReportMessage) => {
      if ('bytes' in message) resolve(message.bytes);
      else report({ phase: 'reporting', detail: 'drawing pages', done: message.pages, total: null, unit: 'pages' });
    });
    worker.on('error', (error) => reject(new ExhibitError('failed', `The report could not be drawn: ${error.message}`)));
    worker.on('exit', () => reject(new ExhibitError('stopped', 'The report was stopped; nothing was written.')));
  }).finally(() => {
    signal.removeEventListener('abort', stop);
    stop();
  });
}

function createdAt(text: string | undefined): string {
  const time = text === undefined ? Date.now() : Date.parse(text);
  if (Number.isNaN(time)) throw new ExhibitError('usage', `“${text}” is not a time; write one like 2026-03-18T08:00:00Z.`);
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function assertZone(zone: string | undefined): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone ?? 'UTC' });
  } catch {
    throw new ExhibitError('usage', `“${zone}” is not a time zone; write one like Europe/Berlin or UTC.`);
  }
}

/** What the journal says of a report: what was asked, and what was not as usual. */
export const entryOf = (
  { ids, board, list, questions, redact, withRecords }: ReportRequest,
  { name, sha256 }: Pick<Report, 'name' | 'sha256'>,
): Detail => ({
  name,
  sha256,
  ids: [...ids],
  ...(board && { board }),
  ...(questions && { questions: questions.filter ?? '' }),
  ...(list && {
    filter: list.filter ?? '',
    ...(list.from !== undefined && { from: formatTime(list.from) }),
    ...(list.to !== undefined && { to: formatTime(list.to) }),
    ...(list.kinds && { kinds: [...list.kinds] }),
  }),
  ...(redact === 'none' && { redaction: 'none' }),
  ...(withRecords && { records: 'attached' }),
});

/** `trace-S-14.pdf` */
export const fileName = (model: ReportModel, format: string): string =>
  model.traces.length === 0
    ? `${model.answers !== null ? 'questions' : model.list === null ? 'board' : 'list'}.${format}`
    : `trace-${model.traces
        .map((t) => t.label)
        .join('-')
        .slice(0, 80)}.${format}`;
