/**
 * Pages under the blocks: tagged lines, rules, anchors, heads and feet. Everything drawn is either content of a structure
 * element or an artifact.
 */
import { deflateSync } from 'node:zlib';
import { visible } from '../contract/visible';
import type { Spans } from './blocks';
import type { Writing } from './faces';
import { ACCENT, DIM, INK, RULE } from './inks';
import type { PdfOptions } from './pdf';
import { type Element, StructureTree } from './structure';
import { type Faces, type Line, type Run, setLines } from './type';

const A4 = { width: 595.28, height: 841.89 } as const;
const MARGIN = { left: 60, right: 60, top: 64, bottom: 70 } as const;
export const SIZE = 9;
export const LEADING = 1.38;

const widthOfLine = (line: Line): number => line.reduce((sum, run) => sum + run.width, 0);

/** A page's content as pdfkit has it, which would deflate it at twice the time for a tenth of the bytes. */
interface Stream {
  readonly data: { Filter?: string };
  compress: boolean;
  write(bytes: Uint8Array): void;
}
const FAST = 2;

type Part = readonly [Run, ...Run[]];

/** A line at its links, each of which is a part of its own. */
function parted(line: Line): readonly Part[] {
  const parts: [Run, ...Run[]][] = [];
  for (const run of line) {
    const last = parts.at(-1);
    if (last && run.span.cite === undefined && last[0].span.cite === undefined) last.push(run);
    else parts.push([run]);
  }
  return parts;
}

/** Lines that were set once, by their spans: the second run draws what the first one set. */
export type Laid = Map<Spans, { readonly size: number; readonly width: number; readonly lines: readonly Line[] }>;

/** Ends at `right`, where that is given, in place of beginning at x. */
interface Align {
  readonly right?: number;
  readonly color?: string;
}

export class Paper {
  y: number = MARGIN.top;
  private readonly tree: StructureTree;
  readonly left = MARGIN.left;
  readonly width = A4.width - MARGIN.left - MARGIN.right;
  private readonly foot = A4.height - MARGIN.bottom;
  /** Pages begun so far. */
  pages = 0;
  /** Content of the page, written when it ends: pdfkit would make an array of each operator. */
  private content: string[] = [];

  /** `total`: how many pages there will be; null for a rehearsal, which only counts them and draws nothing. */
  constructor(
    private readonly doc: PDFKit.PDFDocument,
    private readonly faces: Faces,
    private readonly options: PdfOptions,
    private readonly total: number | null,
    private readonly laid: Laid,
  ) {
    if (total !== null)
      doc.addContent = (operators: string) => {
        this.content.push(operators);
        return doc;
      };
    this.tree = new StructureTree(doc);
    this.page();
  }

  page(): void {
    this.y = MARGIN.top;
    this.pages++;
    if (this.total === null) return;
    this.flush();
    this.doc.addPage();
    this.tree.page();
    this.headAndFoot(this.total);
    this.options.onPage?.(this.pages);
  }

  end(): void {
    this.flush();
    this.tree.end();
  }

  private flush(): void {
    if (this.content.length === 0) return;
    const { content } = this.doc.page as unknown as { readonly content: Stream };
    content.data.Filter = 'FlateDecode';
    content.compress = false;
    content.write(deflateSync(Buffer.from(this.content.join('\n'), 'latin1'), { level: FAST }));
    this.content = [];
    this.tree.endPage();
  }

  /** Begins a new page unless so much room is left. */
  room(height: number): void {
    if (!this.fits(height)) this.page();
  }

  fits(height: number): boolean {
    return this.y + height <= this.foot;
  }

  atTop(): boolean {
    return this.y === MARGIN.top;
  }

  lines(spans: Spans, size: number, width: number): readonly Line[] {
    const known = this.laid.get(spans);
    if (known?.size === size && known.width === width) return known.lines;
    const lines = setLines(spans, this.faces, size, width);
    this.laid.set(spans, { size, width, lines });
    return lines;
  }

  /** Draws lines as the content of `element`; a line that does not fit goes to the next page. */
  write(element: Element, lines: readonly Line[], x: number, size: number, align: Align = {}): void {
    for (const line of lines) {
      this.room(size * LEADING);
      this.line(element, line, x, this.y, size, align);
      this.y += size * LEADING;
    }
  }

  line(element: Element, line: Line, x: number, y: number, size: number, align: Align = {}): void {
    this.block(element, [line], x, y, size, align);
  }

  /** Lines below each other, none of them broken by a page: one piece of the element's content, but for links. */
  block(element: Element, lines: readonly Line[], x: number, y: number, size: number, align: Align = {}): void {
    if (this.total === null) return;
    const { tree, content } = this;
    let open = false;
    const close = () => {
      if (open) content.push('EMC');
      open = false;
    };
    lines.forEach((line, i) => {
      const top = y + i * size * LEADING;
      let at = align.right === undefined ? x : align.right - widthOfLine(line);
      for (const part of parted(line)) {
        const { cite } = part[0].span;
        const width = widthOfLine(part);
        if (cite === undefined) {
          if (!open) content.push(tree.begin(element));
          open = true;
          this.runs(part, at, top, size, align.color);
        } else {
          close();
          const link = tree.element('Link', element);
          content.push(tree.begin(link));
          this.runs(part, at, top, size, ACCENT);
          content.push('EMC');
          const bottom = A4.height - top;
          tree.link(link, [at, bottom - size * LEADING, at + width, bottom], `r${cite}`, `record ${cite}`);
        }
        at += width;
      }
    });
    close();
  }

  /** A line that the structure has elsewhere: a table's head on a further page, the scale of a drawing that is told in words. */
  furnish(line: Line, x: number, y: number, size: number, align: Align = {}): void {
    if (this.total === null) return;
    this.content.push('/Artifact <</Type /Pagination>> BDC');
    this.runs(line, align.right === undefined ? x : align.right - widthOfLine(line), y, size, align.color);
    this.content.push('EMC');
  }

  /** Runs beside each other, simple ones as one text object. */
  private runs(runs: readonly Run[], x: number, y: number, size: number, color = INK): void {
    let at = x;
    let text: string[] = [];
    const show = () => {
      if (text.length > 0) this.doc.addContent(`q 1 0 0 -1 0 ${A4.height} cm BT ${text.join(' ')} ET Q`);
      text = [];
    };
    for (const run of runs) {
      const face = run.face as Writing;
      const top = y + (size - run.size) * 0.8;
      const ink = run.span.dim ? DIM : color;
      const operators = face.operators(run.text, at, top, run.size, ink);
      if (operators !== undefined) text.push(operators);
      else {
        show();
        face.shape(run.text, at, top, run.size, ink);
      }
      at += run.width;
    }
    show();
  }

  element(type: string, parent: Element = this.tree.root): Element {
    return this.total === null ? parent : this.tree.element(type, parent);
  }

  /** Something that only decorates. */
  artifact(draw: (doc: PDFKit.PDFDocument) => void): void {
    if (this.total === null) return;
    this.content.push('/Artifact <</Type /Layout>> BDC');
    draw(this.doc);
    this.content.push('EMC');
  }

  /** A drawing, with words that say what it shows. */
  picture(alt: string, draw: (doc: PDFKit.PDFDocument) => void): void {
    if (this.total === null) return;
    this.content.push(this.tree.begin(this.tree.element('Figure', this.tree.root, alt)));
    draw(this.doc);
    this.content.push('EMC');
  }

  rule(y: number, color = RULE, weight = 0.5, from = 0): void {
    this.artifact((doc) => {
      doc
        .moveTo(this.left + from, y)
        .lineTo(this.left + this.width, y)
        .lineWidth(weight)
        .strokeColor(color)
        .stroke();
    });
  }

  bookmark(text: string): void {
    if (this.total !== null) this.doc.outline.addItem(text);
  }

  anchor(name: string): void {
    if (this.total !== null) this.doc.addNamedDestination(name, 'XYZ', 0, this.y, null as unknown as number);
  }

  private headAndFoot(total: number): void {
    const { doc, options } = this;
    const { head, digest } = options;
    this.content.push('/Artifact <</Type /Pagination>> BDC');
    if (this.pages > 1) {
      this.furniture(head[0], 36, false);
      this.furniture(head[1], 36, true);
    }
    const y = A4.height - 46;
    doc
      .moveTo(this.left, y - 8)
      .lineTo(this.left + this.width, y - 8)
      .lineWidth(0.5)
      .strokeColor(DIM)
      .stroke();
    this.furniture(
      `Digest of this report’s data: sha256 ${digest.slice(0, 8)} … ${digest.slice(-8)} (whole on the last page)`,
      y,
      false,
    );
    this.furniture(`page ${this.pages} of ${total}`, y, true);
    this.content.push('EMC');
  }

  private furniture(text: string, y: number, right: boolean): void {
    const line = this.lines([{ text: visible(text) }], 7, this.width)[0] ?? [];
    this.runs(line, right ? this.left + this.width - widthOfLine(line) : this.left, y, 7, DIM);
  }
}
