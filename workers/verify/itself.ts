/** A report against itself: its data against their digest, and its pages against its data. */
import { sha256 } from '../case/digest';
import { canonical } from '../contract/canonical';
import type { VerifyCheck } from '../contract/verify';
import { bytesOf, type Citation } from '../report/citations';
import { digestOf, type ReportModel } from '../report/model';
import { VERSION } from '../version';
import { placeOf } from './place';
import { carries, type ReportFile } from './report-file';

export interface Checked {
  readonly checks: readonly VerifyCheck[];
  readonly unchecked: readonly string[];
}

/**
 * @param draw the file of a model; one that this version made must come out byte for byte, since drawing is deterministic
 * @param namedBy what names this very file by its hash and is no part of it: then another version may have drawn its pages
 */
export async function checkItself(
  file: ReportFile,
  draw: (model: ReportModel) => Promise<Uint8Array>,
  namedBy?: string,
): Promise<Checked> {
  const { digest, ...rest } = file.model;
  const now = digestOf(rest);
  const isCanonical = file.json.equals(Buffer.from(`${canonical(file.model)}\n`));
  const checks: VerifyCheck[] = [
    {
      what: 'The report’s data agree with their digest',
      ok: now === digest,
      detail: now === digest ? `SHA-256 ${digest}.` : `The digest in it is ${digest}; that of the data is ${now}.`,
    },
    {
      what: 'The report’s data are written as Exhibit writes them',
      ok: isCanonical,
      detail: isCanonical ? `${file.json.length} bytes of canonical JSON.` : 'They were written by something else, or changed.',
    },
  ];
  checks.push(checkPlaces(file.model));
  if (file.model.attached.length > 0) checks.push(checkAttached(file.model));
  if (file.format === 'json') return { checks, unchecked: [] };
  const isOf = carries(file);
  checks.push({
    what: 'The file carries the data whose digest it names',
    ok: isOf,
    detail: isOf
      ? `${file.json.length} bytes, attached once.`
      : `The attached data (report.json) are not those of the pages: the file does not name their digest ${digest} once, or has other data attached, too.`,
  });
  const pages = await checkPages(file, draw);
  if (pages.ok || !isForeign(file.model)) return { checks: [...checks, pages], unchecked: [] };
  const drawn = `Exhibit ${file.model.case.version} is said to have drawn them, and this is ${VERSION}`;
  return namedBy === undefined
    ? { checks: [...checks, { ...pages, detail: `${drawn}: ${UNNAMED}` }], unchecked: [] }
    : { checks, unchecked: [`The pages against the data: ${drawn}; ${namedBy} names this very file.`] };
}

/** Any version can be claimed, so what another one drew or counted is only believed of a file that something else names. */
export const isForeign = ({ case: { version } }: ReportModel): boolean => version !== VERSION;
export const UNNAMED =
  'what it comes to there cannot be told here, and nothing that was given names this very file. Check it with that version, with the case whose journal names it (--case), or with what was signed with it (--anchor, --key).';

/** Each citation names a record of an evidence of the report, by the id that it is printed under. */
function checkPlaces({ citations, case: { evidence } }: ReportModel): VerifyCheck {
  const known = new Set(evidence.map(({ id }) => id));
  // A single file has no path of its own.
  const isRight = ({ id, evidence: of, member, record }: Citation): boolean =>
    known.has(of) && [`${of}/${member}:${record}`, `${of}:${record}`].includes(id);
  const wrong = citations.filter((citation) => !isRight(citation)).map(({ id, evidence: of }) => `${id} (in ${of})`);
  return {
    what: 'Each citation names a record of the evidence in the report',
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? `${citations.length} citations.` : `These do not: ${wrong.slice(0, 5).join(', ')}.`,
  };
}

/** Attached records against what they are cited by. */
function checkAttached({ attached, citations }: ReportModel): VerifyCheck {
  const byNumber = new Map(citations.map((c) => [c.n, c]));
  const wrong = attached.filter((record) => sha256(bytesOf(record)) !== byNumber.get(record.n)?.sha256);
  const named = wrong.slice(0, 5).map(({ n }) => byNumber.get(n)?.id ?? `[${n}]`);
  return {
    what: 'The attached records are those cited, byte for byte',
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? `${attached.length} records.` : `${wrong.length} are not: ${named.join(', ')}.`,
  };
}

async function checkPages(
  { model, bytes, format }: ReportFile,
  draw: (model: ReportModel) => Promise<Uint8Array>,
): Promise<VerifyCheck> {
  const what = 'The pages show the report’s data and nothing else';
  try {
    const drawn = Buffer.from(await draw(model));
    if (drawn.equals(bytes)) return { what, ok: true, detail: `Drawn again, the data give the same ${bytes.length} bytes.` };
    return { what, ok: false, detail: `The data give another file when they are drawn again: ${placeOf(format, drawn, bytes)}.` };
  } catch (error) {
    return { what, ok: false, detail: `The data cannot be drawn: ${(error as Error).message}` };
  }
}
