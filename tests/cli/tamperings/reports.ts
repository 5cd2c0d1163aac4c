/** Tamperings of reports: of what their pages show, of what is attached, of both so that they agree. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { canonical } from '../../../workers/contract/canonical';
import { DATA_LINK } from '../../../workers/report/html';
import { digestOf, type ReportModel } from '../../../workers/report/model';
import { render } from '../../../workers/report/report';
import { AT } from '../handover';
import { behind, type Change, crlf, cut, edit, flip, longer, next, type Tampering, text } from './touch';

const modelOf = (pdf: Buffer) => {
  const at = pdf.indexOf('/Type /EmbeddedFile');
  const start = pdf.indexOf('stream\n', at) + 7;
  const length = Number(/\/Length (\d+)/.exec(pdf.toString('latin1', at, start))?.[1]);
  return { at, start, length, json: inflateSync(pdf.subarray(start, start + length)) };
};
const relabelled = ({ digest: _, ...rest }: ReportModel): ReportModel => ({ ...rest, digest: digestOf(rest) });
/** Puts other data into a PDF, and what says how long they are. */
const attach =
  (change: (model: ReportModel) => ReportModel): Change =>
  (pdf) => {
    const { start, length, json } = modelOf(pdf);
    const forged = deflateSync(Buffer.from(`${canonical(change(JSON.parse(json.toString()) as ReportModel))}\n`));
    const head = pdf.subarray(0, start).toString('latin1');
    const from = head.lastIndexOf(`/Length ${length}`);
    return Buffer.concat([
      Buffer.from(`${head.slice(0, from)}/Length ${forged.length}${head.slice(from + `/Length ${length}`.length)}`, 'latin1'),
      forged,
      pdf.subarray(start + length),
    ]);
  };
/** Streams of a PDF with where they lie. */
function* streamsOf(pdf: Buffer): Iterable<{ readonly start: number; readonly length: number; readonly head: string }> {
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    if (pdf.toString('latin1', at - 3, at) === 'end') continue;
    const head = pdf.toString('latin1', pdf.lastIndexOf(' 0 obj', at), at);
    const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0);
    yield { start: at + 7, length, head };
  }
}
/** Another content of the n-th page, without a word to the rest. */
const repaint =
  (n: number): Change =>
  (pdf) => {
    const pages = [...streamsOf(pdf)].filter(
      ({ start, length, head }) => head.includes('/FlateDecode') && painting(pdf.subarray(start, start + length)),
    );
    const { start, length } = pages[n] ?? { start: 0, length: 0 };
    if (length === 0) throw new Error(`there is no page ${n + 1}`);
    const painted = inflateSync(pdf.subarray(start, start + length)).toString('latin1');
    const other = deflateSync(
      Buffer.from(
        painted.replace(/0 0 0 rg|<[0-9a-f]{8}/, (m) => (m.startsWith('<') ? `<${m.slice(5, 9)}${m.slice(1, 5)}` : '1 1 1 rg')),
        'latin1',
      ),
      { level: 9 },
    );
    const room = Buffer.alloc(Math.max(0, length - other.length), ' ');
    return Buffer.concat([pdf.subarray(0, start), other, room, pdf.subarray(start + other.length + room.length)]);
  };
const painting = (bytes: Buffer): boolean => {
  try {
    return inflateSync(bytes).includes('/Artifact');
  } catch {
    return false;
  }
};
/** An update that is appended, as an editor of PDFs saves one: an object put over another. */
export const update =
  (number: number, object: string, extra = ''): Change =>
  (pdf) => {
    const tail = pdf.toString('latin1').slice(-2048);
    const previous = /startxref\s+(\d+)/.exec(tail)?.[1];
    const root = /\/Root (\d+ 0 R)/.exec(tail)?.[1];
    const size = /\/Size (\d+)/.exec(tail)?.[1];
    const body = `${number} 0 obj\n${object}\nendobj\n${extra}`;
    const at = String(pdf.length).padStart(10, '0');
    return Buffer.concat([
      pdf,
      Buffer.from(
        `${body}xref\n${number} 1\n${at} 00000 n \ntrailer\n<< /Size ${size} /Root ${root} /Prev ${previous} >>\nstartxref\n${pdf.length + body.length}\n%%EOF\n`,
        'latin1',
      ),
    ]);
  };
const firstPageContent = (pdf: Buffer): number => Number(/\/Contents (\d+) 0 R/.exec(pdf.toString('latin1'))?.[1]);
const inHtml =
  (change: (json: string) => string): Change =>
  (html) => {
    const page = html.toString('latin1');
    const start = page.indexOf(DATA_LINK) + DATA_LINK.length;
    const end = page.indexOf('"', start);
    const json = gunzipSync(Buffer.from(page.slice(start, end), 'base64')).toString();
    return Buffer.from(
      page.slice(0, start) + gzipSync(Buffer.from(change(json)), { level: 9 }).toString('base64') + page.slice(end),
      'latin1',
    );
  };
const inModel = (change: (model: ReportModel) => ReportModel) => (json: string) =>
  `${canonical(relabelled(change(JSON.parse(json) as ReportModel)))}\n`;
/** Another spelling of a word, wherever it stands. */
const alike = (m: ReportModel, from: string, to: string): ReportModel =>
  JSON.parse(JSON.stringify(m).replaceAll(from, to)) as ReportModel;
const retitled = (m: ReportModel): ReportModel => ({ ...m, title: 'Another title' });
export const older = (m: ReportModel): ReportModel => ({ ...m, case: { ...m.case, version: '9.9.9' } });
const pages = /page 1|pages show/i;
/** As one who knows how all hashes are made would: other data, their digest in the file, and a version that draws otherwise. */
export const underAnotherVersion: Change = (pdf) => {
  const was = JSON.parse(modelOf(pdf).json.toString()) as ReportModel;
  const now = relabelled(older(retitled(was)));
  return Buffer.from(
    attach(() => now)(pdf)
      .toString('latin1')
      .replace(`(${was.digest})`, `(${now.digest})`),
    'latin1',
  );
};
const FONTS = join(import.meta.dirname, '../../../resources/fonts');
/** As one who has Exhibit's own code would. */
export async function drawnAnew(path: string, change: (model: ReportModel) => ReportModel): Promise<void> {
  const model = relabelled(change(JSON.parse(modelOf(readFileSync(path)).json.toString()) as ReportModel));
  writeFileSync(path, await render(model, 'pdf', FONTS));
}

export function* ofReports(): Iterable<Tampering> {
  const pdf = (title: string, change: Change, names: RegExp, more: readonly string[] = []): Tampering => ({
    title: `PDF: ${title}`,
    touch: edit(AT.pdf, change),
    asked: [AT.pdf, ...more],
    names,
  });
  for (const i of Array.from({ length: 12 }, (_, k) => (k + next()) / 12))
    yield pdf(`one bit, at ${i.toFixed(2)}`, flip(i), /report\.pdf|in (page \d|object \d|its |the )/);
  yield pdf('cut short', (bytes) => bytes.subarray(0, bytes.length >> 1), /report\.pdf/);
  yield pdf('its head taken off', (bytes) => bytes.subarray(1), /report\.pdf/);
  yield pdf('bytes behind its end', longer, /end/);
  for (const n of [0, 1, 2]) yield pdf(`page ${n + 1} painted otherwise`, repaint(n), new RegExp(`page ${n + 1}\\b`));
  yield pdf(
    'the first page put over by an update',
    (bytes) =>
      update(
        firstPageContent(bytes),
        '<< /Length 44 >>\nstream\nBT /F1 24 Tf 72 700 Td (Nothing here) Tj ET\n\nendstream',
      )(bytes),
    /appended|behind its end|update/,
  );
  yield pdf(
    'a second attachment put in by an update',
    (bytes) => update(9000, '<< /Type /EmbeddedFile /Length 2 >>\nstream\n{}\nendstream')(bytes),
    /appended|behind its end|update/,
  );
  yield pdf(
    '/Names taken out',
    text((t) => t.replace('/Names', '/Nemas')),
    /catalog|attachment|Names/,
  );
  yield pdf(
    '/AF taken out',
    text((t) => t.replace('/AF ', '/XX ')),
    /catalog|attachment|AF/,
  );
  yield pdf(
    'its attachment renamed',
    text((t) => t.replaceAll('(report.json)', '(repost.json)')),
    /attach|report\.json/,
  );
  yield pdf(
    'its attachment taken out',
    (bytes) => {
      const { start, length } = modelOf(bytes);
      return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)]);
    },
    /attach/,
  );
  yield pdf(
    'its attachment changed',
    attach((m) => ({ ...m, title: 'Another title' })),
    /data|attach/,
  );
  yield pdf(
    'its attachment changed, with its digest',
    attach((m) => relabelled(retitled(m))),
    pages,
  );
  yield pdf(
    'its attachment changed, with its digest and version',
    attach((m) => relabelled(older(retitled(m)))),
    /version|page|attach/,
  );
  yield pdf('forged with every hash, under another version', underAnotherVersion, /pages show.*9\.9\.9/);
  yield pdf('forged with every hash, under another version, against the case', underAnotherVersion, /journal names this report/, [
    '--case',
    AT.case,
  ]);
  for (const [way, change] of [
    ['its version', text((t) => t.replace('%PDF-1.7', '%PDF-1.4'))],
    ['its language', text((t) => t.replace('/Lang (en)', '/Lang (de)'))],
    ['where a link leads', text((t) => t.replace('/Dest(r1)', '/Dest(r2)'))],
    ['a script in its catalog', text((t) => t.replace('/Type /Catalog', '/Type /Catalog\n/OpenAction <</S/JavaScript/JS(1)>>'))],
    ['a page turned', text((t) => t.replace('/Type /Page\n', '/Type /Page\n/Rotate 180\n'))],
    ['two pages swapped', text((t) => t.replace(/\/Kids \[(\d+ 0 R) (\d+ 0 R)/, '/Kids [$2 $1'))],
    ['a remark between its objects', text((t) => t.replace('\nendobj\n', '\nendobj\n% all is well\n'))],
    ['what a drawing shows, in words', text((t) => t.replace(/\/Alt <feff..../, '/Alt <feff0058'))],
    ['its outline taken out', text((t) => t.replace('/Outlines', '/Outlined'))],
    ['an attachment hidden by its spelling', update(9000, '<</Type/EmbeddedFile/Length 2>>\nstream\n{}\nendstream')],
    ['an object stream appended', update(9001, '<</Type/ObjStm/N 1/First 4/Length 12>>\nstream\n1 0 <</A 1>>\nendstream')],
  ] as const)
    yield pdf(way, change, /pages show/);
  yield pdf(
    'its attachment changed, with its digest, against the case',
    attach((m) => relabelled({ ...m, marks: [] })),
    /marks/,
    ['--case', AT.case],
  );
  yield {
    title: 'PDF: attachments of two swapped',
    touch: (dir) => {
      const other = modelOf(readFileSync(join(dir, AT.signed))).json.toString();
      edit(
        AT.pdf,
        attach(() => JSON.parse(other) as ReportModel),
      )(dir);
    },
    asked: [AT.pdf],
    names: pages,
  };
  yield {
    title: 'PDF: another than the signed one',
    touch: (dir) => cpSync(join(dir, AT.pdf), join(dir, AT.signed)),
    asked: [AT.signed, '--anchor', 'signed.pdf.anchor.txt', '--key', AT.key],
    names: /stated with this report/,
  };

  const html = (title: string, change: Change, names: RegExp): Tampering => ({
    title: `HTML: ${title}`,
    touch: edit(AT.html, change),
    asked: [AT.html],
    names,
  });
  for (const i of Array.from({ length: 6 }, (_, k) => (k + next()) / 6))
    yield html(`one bit, at ${i.toFixed(2)}`, flip(i), /report\.html|line \d+, below/);
  yield html('cut short', (bytes) => bytes.subarray(0, bytes.length >> 1), /report\.html/);
  for (const [title, from, to] of [
    ['a number', /<td class="n">\d+/, '<td class="n">77'],
    ['a name', /johndoe|ann/, 'zoe'],
    ['a mark', /CHG-4711/, 'CHG-4712'],
    ['a citation', /href="#r1"/, 'href="#r2"'],
    ['a hash', /[0-9a-f]{64}/, 'f'.repeat(64)],
    ['a script put in', /<\/body>/, '<script>1</script></body>'],
    ['its style', /max-width:820px/, 'max-width:821px'],
    ['its numbers hidden', /\.n\{/, '.n{display:none;'],
    ['a page that leads elsewhere', /<title>/, '<meta http-equiv="refresh" content="0;url=//198.51.100.7"><title>'],
    ['its policy taken out', /<meta http-equiv="Content-Security-Policy"[^>]*>/, ''],
    ['a handler put in', /<body>/, '<body onload="1">'],
    ['a base for its links', /<title>/, '<base href="//198.51.100.7"><title>'],
    ['a letter that looks alike', /deleted by hand/, 'deleted by h\u00e1nd'],
    ['a mark that nobody sees', /deleted by hand/, 'deleted by\u00ad hand'],
    ['a remark behind its end', /<\/html>\n$/, '</html>\n<!-- all is well -->\n'],
  ] as const)
    yield html(
      title,
      text((t) => t.replace(from, to)),
      /line|pages show/,
    );
  yield html(
    'its data changed',
    inHtml((json) => json.replace('CHG-4711', 'CHG-4712')),
    /data/,
  );
  yield html('its data changed, with their digest', inHtml(inModel(retitled)), pages);
  yield html(
    'forged with every hash, under another version',
    (bytes) => {
      const was = /left out\): ([0-9a-f]{64})/.exec(bytes.toString('latin1'))?.[1] ?? '';
      let now = was;
      const forged = inHtml((json) => {
        const model = relabelled(older(retitled(JSON.parse(json) as ReportModel)));
        now = model.digest;
        return `${canonical(model)}\n`;
      })(bytes);
      return Buffer.from(forged.toString('latin1').replace(was, now), 'latin1');
    },
    /pages show.*9\.9\.9/,
  );

  const json = (title: string, change: Change, names: RegExp, more: readonly string[] = []): Tampering => ({
    title: `JSON: ${title}`,
    touch: edit(AT.json, change),
    asked: [AT.json, ...more],
    names,
  });
  for (const i of Array.from({ length: 6 }, (_, k) => (k + next()) / 6))
    yield json(`one bit, at ${i.toFixed(2)}`, flip(i), /report\.json|report’s data/);
  yield json('cut short', cut, /report\.json/);
  yield json(
    'written otherwise',
    (bytes) => Buffer.from(JSON.stringify(JSON.parse(bytes.toString()), null, 1)),
    /report\.json|written/,
  );
  for (const [way, change] of [
    ['with a byte order mark', behind('\ufeff')],
    ['with line ends of another system', crlf],
    ['without its line end', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['with a number written otherwise', text((t) => t.replace('"version":3', '"version":3.0'))],
    ['with an escape for a letter', text((t) => t.replace('"report":"e', '"report":"\\u0065'))],
    [
      'in another order',
      (bytes: Buffer) => {
        const { title, ...rest } = JSON.parse(bytes.toString()) as ReportModel;
        return Buffer.from(`${JSON.stringify({ title, ...rest })}\n`);
      },
    ],
  ] as const)
    yield json(way, change, /written as Exhibit writes them|cannot be checked/);
  yield json(
    'a name twice',
    text((t) => t.replace('{', '{"title":"x",')),
    /written/,
  );
  const forge =
    (change: (m: ReportModel) => ReportModel): Change =>
    (bytes) =>
      Buffer.from(inModel(change)(bytes.toString()));
  yield json('forged with its digest, against the case', forge(retitled), /journal names this report/, ['--case', AT.case]);
  yield json(
    'forged with its digest and version, against the case',
    forge((m) => older({ ...m, marks: m.marks.slice(1) })),
    /journal names this report/,
    ['--case', AT.case],
  );
  for (const [way, change, names] of [
    ['a letter that looks alike in a mark', (m: ReportModel) => alike(m, 'deleted', 'del\u0435ted'), /report’s marks/],
    ['a mark that nobody sees', (m: ReportModel) => alike(m, 'deleted', 'de\u200bleted'), /report’s marks/],
    ['under another version, a number', (m: ReportModel) => older({ ...m, marks: m.marks.slice(1) }), /report’s marks/],
  ] as const)
    yield json(`${way}, against the case`, forge(change), names, ['--case', AT.case]);
  const cited = (change: object) =>
    forge((m) => ({ ...m, citations: m.citations.map((c, i) => (i === 0 ? { ...c, ...change } : c)) }));
  yield json('a cited record’s place forged, against the bundle', cited({ offset: 3 }), /E1:2/, ['--evidence', AT.file]);
  yield json('a cited record’s hash forged, against the bundle', cited({ sha256: 'f'.repeat(64) }), /E1:2/, [
    '--evidence',
    AT.file,
  ]);
  yield json('a cited record’s evidence forged, against the bundle', cited({ evidence: 'E2' }), /E1:2/, [
    '--evidence',
    AT.archive,
  ]);
  yield json('a cited record’s evidence forged to none', cited({ evidence: 'E7' }), /E1:2 \(in E7\)/, ['--evidence', AT.file]);
}
