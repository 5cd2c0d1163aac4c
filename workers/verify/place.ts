/** Where a report's file differs from what its data give, in a reader's words: the page, the attachment, what was appended. */
import type { ReportFile } from './report-file';

/** @param drawn the file as it should be */
export function placeOf(format: ReportFile['format'], drawn: Buffer, bytes: Buffer): string {
  const found = drawn.findIndex((byte, i) => byte !== bytes[i]);
  if (found < 0)
    return `${bytes.length - drawn.length} bytes were appended behind its end, such as an update that shows other pages`;
  const where = format === 'pdf' ? inPdf(drawn, found) : `line ${lineAt(drawn, found)}, below “${headingAt(drawn, found)}”`;
  const cut = bytes.length <= found ? ', where the file ends' : '';
  return `they differ from byte ${found} on, in ${where}${cut}`;
}

const lineAt = (html: Buffer, at: number): number => html.toString('latin1', 0, at).split('\n').length;

/** The heading above a place in a page of ours. */
const headingAt = (html: Buffer, at: number): string =>
  [...html.toString('utf8', 0, at).matchAll(/<(?:h[123]|title)>([^<]*)/g)].at(-1)?.[1] ?? 'its head';

/** What a PDF of ours has in an object, by the object that names it. */
const NAMED: readonly (readonly [what: string, by: RegExp])[] = [
  ['the attached report.json', /\/EF <<\s*\/F (\d+) 0 R/g],
  ['the name of the attached report.json', /\(report\.json\) (\d+) 0 R/g],
  ['the names of citations and of the attachment', /\/Names (\d+) 0 R/g],
  ['the title, the dates or the digest of the document', /\/Info (\d+) 0 R/g],
  ['the catalog, which names pages and attachments', /\/Root (\d+) 0 R/g],
];

function inPdf(pdf: Buffer, at: number): string {
  const text = pdf.toString('latin1');
  if (at >= text.lastIndexOf('\nxref\n')) return 'its table of objects';
  const [head = '', number = ''] =
    /^(\d+) 0 obj\n/.exec(text.slice(text.lastIndexOf('\n', text.lastIndexOf(' 0 obj\n', at)) + 1)) ?? [];
  if (head === '') return 'its head';
  const pages = [...text.matchAll(/(?:^|\n)(\d+) 0 obj\n<<\n\/Type \/Page\n[\s\S]*?endobj/g)];
  const isOf = (page: RegExpMatchArray) => page[1] === number || /\/Contents (\d+) 0 R/.exec(page[0])?.[1] === number;
  const page = pages.findIndex(isOf);
  if (page >= 0) return `page ${page + 1}`;
  const named = NAMED.find(([, by]) => [...text.matchAll(by)].some(([, of]) => of === number));
  return named?.[0] ?? `object ${number}, of the fonts, links or structure`;
}
