/**
 * The report as PDF: tagged, with bookmarks, inner links and embedded fonts, and the model attached as JSON. The same model gives the same
 * bytes, since its dates are those of the model.
 */
import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import type { Block, Spans } from './blocks';
import { facesFor } from './faces';
import { ACCENT, DIM, GRID, INK } from './inks';
import { type Laid, LEADING, Paper, SIZE } from './paper';
import { graphLevels, graphPaths } from './plot';
import { table, tableBeginning } from './table';

export interface PdfOptions {
  readonly title: string;
  readonly digest: string;
  /** RFC 3339; the document's dates. */
  readonly created: string;
  readonly head: readonly [left: string, right: string];
  readonly attachment: { readonly name: string; readonly bytes: Uint8Array };
  readonly fonts: string;
  readonly onPage?: (pages: number) => void;
}

/** Size of a heading, and the distance above it. */
const HEADING = { 1: { size: 12, above: 20 }, 2: { size: 10, above: 12 } } as const;

function heading(paper: Paper, text: string, level: 1 | 2): void {
  const { size, above } = HEADING[level];
  if (!paper.atTop()) paper.y += above;
  if (level === 1) paper.bookmark(text);
  paper.write(paper.element(`H${level + 1}`), paper.lines([{ text, strong: true }], size, paper.width), paper.left, size);
  paper.y += 5;
}

function title(paper: Paper, name: string, subtitle: Spans): void {
  paper.y += 56;
  paper.bookmark(name);
  paper.write(paper.element('P'), paper.lines([{ text: 'Exhibit', strong: true }], 10, paper.width), paper.left, 10);
  paper.y += 26;
  paper.write(paper.element('H1'), paper.lines([{ text: name, strong: true }], 22, paper.width), paper.left, 22);
  paper.y += 4;
  paper.write(paper.element('P'), paper.lines(subtitle, 11, paper.width), paper.left, 11);
  paper.y += 14;
  paper.rule(paper.y, INK, 1);
  paper.y += 14;
}

/** Width of the names of pairs. */
const LABEL = 96;

function pairs(paper: Paper, rows: readonly (readonly [string, Spans])[]): void {
  for (const [name, value] of rows) {
    const lines = paper.lines(value, SIZE, paper.width - LABEL);
    paper.room(Math.min(lines.length, 3) * SIZE * LEADING);
    const p = paper.element('P');
    paper.line(p, paper.lines([{ text: name }], SIZE, LABEL)[0] ?? [], paper.left, paper.y, SIZE, { color: DIM });
    paper.write(p, lines, paper.left + LABEL, SIZE);
    p.end();
    paper.y += 3;
  }
  paper.y += 6;
}

function figure(paper: Paper, value: string, spans: Spans): void {
  const top = paper.y;
  const p = paper.element('P');
  const big = paper.lines([{ text: value, strong: true }], 22, 90)[0] ?? [];
  paper.line(p, big, paper.left + 12, top + 2, 22);
  paper.y = top + 4;
  paper.write(p, paper.lines(spans, SIZE, paper.width - 84), paper.left + 76, SIZE);
  paper.y = Math.max(paper.y, top + 30);
  p.end();
  paper.artifact((doc) => {
    doc.moveTo(paper.left, top).lineTo(paper.left, paper.y).lineWidth(1.5).strokeColor(ACCENT).stroke();
  });
  paper.y += 8;
}

/** Height of the plot alone; `scale` is left of it, its key to the right. */
const GRAPH = { height: 90, scale: 26, key: 70 } as const;
/** How each line of the graph looks, for its key. */
const STROKES: Readonly<Record<string | number, string>> = { marks: '│', 0: '━', 1: '╌', 2: '─' };
const LABEL_SIZE = 7;

function graph(paper: Paper, { series, ticks, flags, caption }: Extract<Block, { type: 'graph' }>): void {
  const { height, scale, key } = GRAPH;
  const left = paper.left + scale;
  const width = paper.width - scale - key;
  const top = paper.y + (flags.length > 0 ? LABEL_SIZE : 0);
  const levels = graphLevels(series, height);
  const alt = `${caption} ${series.map((s) => `${s.name}: ${s.values.reduce((a, b) => a + b, 0).toLocaleString('en')}`).join('; ')}.`;
  paper.picture(alt, (doc) => {
    doc.save().translate(left, top);
    for (const { y } of levels) doc.moveTo(0, y).lineTo(width, y).lineWidth(0.4).strokeColor(GRID).stroke();
    doc.moveTo(0, height).lineTo(width, height).lineWidth(0.5).strokeColor(DIM).stroke();
    for (const p of graphPaths(series, width, height)) {
      if (p.path === '') continue;
      doc
        .path(p.path)
        .lineWidth(p.marks ? 1 : 0.6)
        .strokeColor(p.marks ? ACCENT : p.index === 2 ? DIM : INK);
      if (!p.marks && p.index === 1) doc.dash(3, { space: 1.5 });
      if (!p.marks && p.index >= 3) doc.dash(1, { space: 1.5 });
      doc.stroke().undash();
    }
    for (const { at } of flags)
      doc
        .moveTo(at * width, 0)
        .lineTo(at * width, height)
        .lineWidth(0.5)
        .strokeColor(ACCENT)
        .stroke();
    doc.restore();
  });
  const set = (text: string) => paper.lines([{ text }], LABEL_SIZE, key)[0] ?? [];
  for (const { y, label } of levels) paper.furnish(set(label), left, top + y - 4, LABEL_SIZE, { right: left - 4, color: DIM });
  for (const t of ticks)
    paper.furnish(set(t.label), left + t.at * width - (t.at === 0 ? 0 : 10), top + height + 3, LABEL_SIZE, { color: DIM });
  for (const { at, label } of flags)
    paper.furnish(set(label), left + at * width + 2, top - LABEL_SIZE - 1, LABEL_SIZE, { color: ACCENT });
  const p = paper.element('P');
  for (const [i, s] of series.entries())
    paper.line(p, set(`${STROKES[s.marks ? 'marks' : i] ?? '┈'} ${s.name}`), left + width + 8, top + 10 + i * 12, LABEL_SIZE, {
      color: s.marks ? ACCENT : INK,
    });
  paper.y = top + height + 16;
  paper.write(p, paper.lines([{ text: caption }], 7.5, paper.width), paper.left, 7.5, { color: DIM });
  p.end();
  paper.y += 6;
}

const textSize = (small: boolean | undefined): number => (small ? 7.5 : SIZE);

function text(paper: Paper, spans: Spans, small: boolean | undefined): void {
  const size = textSize(small);
  paper.write(paper.element('P'), paper.lines(spans, size, paper.width), paper.left, size, small ? { color: DIM } : {});
  paper.y += 6;
}

/** An item of a list is not parted by a page where it has no more lines. */
const WHOLE = 4;

function list(paper: Paper, items: readonly Spans[]): void {
  const element = paper.element('L');
  for (const item of items) {
    const body = paper.element('LBody', paper.element('LI', element));
    const lines = paper.lines(item, SIZE, paper.width - 12);
    paper.room(Math.min(lines.length, WHOLE) * SIZE * LEADING);
    paper.line(body, paper.lines([{ text: '•' }], SIZE, 12)[0] ?? [], paper.left + 2, paper.y, SIZE);
    paper.write(body, lines, paper.left + 12, SIZE);
    paper.y += 3;
  }
  paper.y += 4;
}

/**
 * Height of what is not parted by a page where a block begins: a heading and what begins below it, a sentence and the table or list that it is of, the
 * beginning of a table, a drawing; and the report's last sentence from what it stands below.
 */
function beginning(paper: Paper, blocks: readonly Block[], i: number): number {
  const block = blocks[i];
  const next = () => beginning(paper, blocks, i + 1);
  switch (block?.type) {
    case 'heading':
      return HEADING[block.level].above + HEADING[block.level].size * 2 + next();
    case 'text': {
      const size = textSize(block.small);
      const height = paper.lines(block.spans, size, paper.width).length * size * LEADING + 6;
      return ['table', 'list'].includes(blocks[i + 1]?.type ?? '') ? height + next() : Math.min(height, 60);
    }
    case 'pairs': {
      const lines = block.rows.slice(0, 3).map(([, value]) => paper.lines(value, SIZE, paper.width - LABEL).length);
      const height = lines.reduce((sum, n) => sum + Math.min(n, 3) * SIZE * LEADING + 3, 0);
      return block.rows.length > 3 ? height : height + 6 + next();
    }
    case 'table': {
      const height = tableBeginning(paper, block.columns, block.rows);
      return i === blocks.length - 2 ? height + 8 + next() : height;
    }
    case 'list':
      return 2 * SIZE * LEADING;
    case 'figure':
      return 50;
    case 'graph':
      return GRAPH.height + 50;
    default:
      return 0;
  }
}

const DRAW: { readonly [T in Block['type']]: (paper: Paper, block: Extract<Block, { type: T }>) => void } = {
  title: (paper, b) => title(paper, b.title, b.subtitle),
  heading: (paper, b) => heading(paper, b.text, b.level),
  text: (paper, b) => text(paper, b.spans, b.small),
  pairs: (paper, b) => pairs(paper, b.rows),
  table: (paper, b) => table(paper, b.columns, b.rows),
  list: (paper, b) => list(paper, b.items),
  figure: (paper, b) => figure(paper, b.value, b.spans),
  graph,
  page: (paper) => paper.page(),
};

function drawAll(paper: Paper, blocks: readonly Block[]): void {
  blocks.forEach((block, i) => {
    paper.room(beginning(paper, blocks, i));
    (DRAW[block.type] as (paper: Paper, block: Block) => void)(paper, block);
  });
}

function open(options: PdfOptions): PDFKit.PDFDocument {
  const date = new Date(options.created);
  return new PDFDocument({
    size: 'A4',
    margins: { top: 0, bottom: 0, left: 0, right: 0 },
    autoFirstPage: false,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: 'en',
    info: {
      Title: options.title,
      Creator: 'Exhibit',
      Producer: 'Exhibit',
      Keywords: options.digest,
      CreationDate: date,
      ModDate: date,
    },
  });
}

const lastWord = (digest: string): Block => ({
  type: 'text',
  small: true,
  spans: [
    { text: 'Digest of this report’s data (SHA-256 of the canonical JSON in the attachment, its member digest left out): ' },
    { text: digest, evidence: true },
  ],
});

/**
 * The whole file. Deterministic: the same blocks and options give the same bytes. Set twice: the first time only counts the pages, so that
 * each page can be written and forgotten when the next begins (keeping hundreds of them open costs most of the time).
 */
export async function pdf(blocks: readonly Block[], options: PdfOptions): Promise<Uint8Array> {
  const doc = open(options);
  const written = collect(doc);
  const faces = facesFor(doc, options.fonts);
  const all = [...blocks, lastWord(options.digest)];
  const laid: Laid = new Map();
  const rehearsal = new Paper(open(options), faces, options, null, laid);
  drawAll(rehearsal, all);
  const paper = new Paper(doc, faces, options, rehearsal.pages, laid);
  drawAll(paper, all);
  paper.end();
  const date = new Date(options.created);
  doc.file(Buffer.from(options.attachment.bytes), {
    name: options.attachment.name,
    type: 'application/json',
    description: 'The data of this report',
    creationDate: date,
    modifiedDate: date,
    hidden: false,
  });
  doc.end();
  return written;
}

/** Objects of a hundred thousand small pieces: joined to chunks of this many characters. */
const CHUNK = 1 << 20;

/**
 * What the document writes, once it has ended. pdfkit hands each line of each object to its stream as an array of its own, which is most of what a long report would
 * make the garbage collector do; here they are joined first.
 */
async function collect(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  const begun = doc.read() as Uint8Array | null;
  const chunks: Uint8Array[] = begun === null ? [] : [begun];
  const written = doc as unknown as { _write(data: string | Uint8Array): void; _offset: number };
  let pending: string[] = [];
  let length = 0;
  const flush = () => {
    if (length > 0) chunks.push(Buffer.from(`${pending.join('\n')}\n`, 'latin1'));
    pending = [];
    length = 0;
  };
  written._write = (data) => {
    if (typeof data === 'string') {
      pending.push(data);
      length += data.length + 1;
      written._offset += data.length + 1;
      if (length > CHUNK) flush();
    } else {
      flush();
      chunks.push(data);
      written._offset += data.length;
    }
  };
  doc.resume();
  await once(doc, 'end');
  flush();
  return Buffer.concat(chunks);
}
