/** A report file as what it carries: the JSON that it was drawn from. A report is hostile input here: whoever hands it over may have changed it. */
import { readFile, stat } from 'node:fs/promises';
import { gunzipSync, inflateSync } from 'node:zlib';
import { ExhibitError } from '../contract/errors';
import { DATA_LINK } from '../report/html';
import type { ReportModel } from '../report/model';

export interface ReportFile {
  readonly format: 'pdf' | 'html' | 'json';
  /** The whole file. */
  readonly bytes: Buffer;
  /** The JSON in it, as it lies there. */
  readonly json: Buffer;
  readonly model: ReportModel;
}

const MAX_FILE = 512 * 1024 * 1024;
const BOUNDED = { maxOutputLength: 1024 * 1024 * 1024 } as const;

/** Throws `unreadable` where there is no file, or none with the data of a report in it. */
export async function readReport(path: string): Promise<ReportFile> {
  const refuse = (why: string) => new ExhibitError('unreadable', `${path} cannot be checked: ${why}.`, { at: path });
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw refuse('it is no file');
  if (found.size > MAX_FILE) throw refuse('it is larger than any report');
  const bytes = await readFile(path);
  const format = formatOf(bytes);
  const json = format === 'pdf' ? attached(bytes) : format === 'html' ? linked(bytes) : bytes;
  if (json === undefined) throw refuse(`the data that a report of Exhibit has attached (report.json) are not in it, or damaged`);
  const model = modelIn(json);
  if (model === undefined) throw refuse('it does not hold the data of a report of Exhibit');
  return { format, bytes, json, model };
}

/** What a file of that format must hold of its data, once: their mark and the digest that it names. Whatever version made it. */
export const carries = ({ format, bytes, model }: ReportFile): boolean => {
  const marks = { pdf: [ATTACHED, `\n(${model.digest})\nendobj`], html: [DATA_LINK, `left out): ${model.digest}`], json: [] }[
    format
  ];
  return marks.every((mark) => bytes.indexOf(mark) >= 0 && bytes.indexOf(mark) === bytes.lastIndexOf(mark));
};

const formatOf = (bytes: Buffer): ReportFile['format'] => {
  const begin = bytes.subarray(0, 15).toString('latin1');
  if (begin.startsWith('%PDF-')) return 'pdf';
  return begin.toLowerCase() === '<!doctype html>' ? 'html' : 'json';
};

/** Begins what a PDF has attached. */
const ATTACHED = '/Type /EmbeddedFile';

/** The data that the first link to `report.json` in a page holds: one of ours has no other. Undefined where there is none. */
function linked(html: Buffer): Buffer | undefined {
  const at = html.indexOf(DATA_LINK);
  if (at < 0) return undefined;
  const start = at + DATA_LINK.length;
  const end = html.indexOf('"', start);
  return end < 0 ? undefined : unpacked(() => gunzipSync(Buffer.from(html.toString('latin1', start, end), 'base64'), BOUNDED));
}

/** Undefined where the data are damaged, or larger than any report's. */
function unpacked(unpack: () => Buffer): Buffer | undefined {
  try {
    return unpack();
  } catch {
    return undefined;
  }
}

/** The first file that a PDF has attached (ISO 32000-1, 7.11.4): one of ours has no other. Undefined where there is none. */
function attached(pdf: Buffer): Buffer | undefined {
  const at = pdf.indexOf(ATTACHED);
  if (at < 0) return undefined;
  const head = pdf.toString('latin1', at, at + 4096).split('stream', 1)[0] as string;
  const start = at + head.length + 'stream\n'.length;
  const length = Number(/\/Length (\d{1,10})\b/.exec(head)?.[1] ?? Number.NaN);
  if (!(start + length <= pdf.length)) return undefined;
  const bytes = pdf.subarray(start, start + length);
  return head.includes('/Filter /FlateDecode') ? unpacked(() => inflateSync(bytes, BOUNDED)) : bytes;
}

function modelIn(json: Buffer): ReportModel | undefined {
  try {
    const value: unknown = JSON.parse(json.toString());
    return isModel(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Of the shape that checking relies on; what only drawing relies on shows when it is drawn again. */
function isModel(value: unknown): value is ReportModel {
  if (!isObject(value) || value.report !== 'exhibit-trace' || value.version !== 3 || typeof value.digest !== 'string')
    return false;
  const { case: of, traces, periods, marks, citations, list, answers, redaction, custody, attached } = value;
  return (
    isObject(of) &&
    isObject(of.journal) &&
    typeof of.journal.head === 'string' &&
    Number.isSafeInteger(of.journal.entries) &&
    Array.isArray(of.evidence) &&
    of.evidence.every(
      (e) => isObject(e) && typeof e.id === 'string' && typeof e.sha256 === 'string' && typeof e.name === 'string',
    ) &&
    Array.isArray(traces) &&
    traces.every((trace) => isObject(trace) && typeof trace.session === 'string') &&
    Array.isArray(periods) &&
    Array.isArray(marks) &&
    Array.isArray(citations) &&
    citations.every(isCitation) &&
    Array.isArray(custody) &&
    Array.isArray(attached) &&
    attached.every((record) => isObject(record) && Number.isSafeInteger(record.n)) &&
    isObject(redaction) &&
    (list === null || (isObject(list) && typeof list.filter === 'string')) &&
    (answers === null || (isObject(answers) && typeof answers.filter === 'string' && Array.isArray(answers.answers)))
  );
}

const isCitation = (value: unknown): boolean =>
  isObject(value) &&
  ['id', 'evidence', 'member', 'record'].every((name) => typeof value[name] === 'string') &&
  ['sha256', 'hmac'].every((name) => value[name] === null || typeof value[name] === 'string') &&
  ['offset', 'length'].every((name) => Number.isSafeInteger(value[name]) && (value[name] as number) >= 0);
