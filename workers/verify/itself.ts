/** A report against itself: its data against their digest, and its pages against its data. */
import { sha256 } from '../case/digest';
import { canonical } from '../contract/canonical';
import type { VerifyCheck } from '../contract/verify';
import { bytesOf } from '../report/citations';
import { digestOf, type ReportModel } from '../report/model';
import { VERSION } from '../version';
import type { ReportFile } from './report-file';

export interface Checked {
  readonly checks: readonly VerifyCheck[];
  readonly unchecked: readonly string[];
}

/**
 * @param draw the file of a model; one that this version made must come out byte for byte, since drawing is deterministic
 */
export async function checkItself(file: ReportFile, draw: (model: ReportModel) => Promise<Uint8Array>): Promise<Checked> {
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
  if (file.model.attached.length > 0) checks.push(checkAttached(file.model));
  if (file.format === 'json') return { checks, unchecked: [] };
  const { version } = file.model.case;
  if (version !== VERSION)
    return {
      checks,
      unchecked: [`The pages against the data: Exhibit ${version} drew them, and this is ${VERSION}.`],
    };
  return { checks: [...checks, await checkPages(file, draw)], unchecked: [] };
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

async function checkPages({ model, bytes }: ReportFile, draw: (model: ReportModel) => Promise<Uint8Array>): Promise<VerifyCheck> {
  const what = 'The pages show the report’s data and nothing else';
  try {
    const drawn = Buffer.from(await draw(model));
    if (drawn.equals(bytes)) return { what, ok: true, detail: `Drawn again, the data give the same ${bytes.length} bytes.` };
    const at = drawn.findIndex((byte, i) => byte !== bytes[i]);
    return {
      what,
      ok: false,
      detail: `Drawn again, the data give another file; the first difference is at byte ${at < 0 ? drawn.length : at}.`,
    };
  } catch (error) {
    return { what, ok: false, detail: `The data cannot be drawn: ${(error as Error).message}` };
  }
}
