/** A table on paper: a row is whole where it can be, and the head stands on every page. */
import type { TableColumn, TableRow } from './blocks';
import { DIM, INK, RULE } from './inks';
import { LEADING, type Paper, SIZE } from './paper';
import type { Line } from './type';

/** Of the heads of a table's columns. */
const HEAD = { size: 7.5, height: 17 } as const;
/** A row of a table is broken when it has more lines, and such pieces of it stay whole. */
const PIECE = 40;
/** So many rows are not parted from each other. */
const FEW = 3;
const GUTTER = 8;

const widthsOf = (paper: Paper, columns: readonly TableColumn[]): readonly number[] =>
  columns.map((c, i) => c.width * paper.width - (i === columns.length - 1 ? 0 : GUTTER));

const rowLines = (paper: Paper, row: TableRow, widths: readonly number[]): readonly (readonly Line[])[] =>
  row.kind === 'gap'
    ? [paper.lines(row.cells[0] ?? [], 8, paper.width)]
    : row.cells.map((cell, i) => paper.lines(cell, SIZE, widths[i] ?? 0));

const deepestOf = (set: readonly (readonly Line[])[]): number => Math.max(1, ...set.map((lines) => lines.length));
const pieceHeight = (lines: number): number => Math.min(lines, PIECE) * SIZE * LEADING + 6;

/** Height of what no page parts: the head with the first row, or with all of them where they are few. */
export function tableBeginning(paper: Paper, columns: readonly TableColumn[], rows: readonly TableRow[]): number {
  const widths = widthsOf(paper, columns);
  const together = rows.slice(0, rows.length <= FEW ? FEW : 1);
  return together.reduce<number>((sum, row) => sum + pieceHeight(deepestOf(rowLines(paper, row, widths))), HEAD.height);
}

/** The head is drawn again on each further page, there as an artifact: the structure has one table, with one head. */
export function table(paper: Paper, columns: readonly TableColumn[], rows: readonly TableRow[]): void {
  const xs = columns.map((_, i) => paper.left + columns.slice(0, i).reduce((sum, c) => sum + c.width, 0) * paper.width);
  const widths = widthsOf(paper, columns);
  const element = paper.element('Table');
  const edge = (i: number) => (columns[i]?.align === 'right' ? { right: (xs[i] ?? 0) + (widths[i] ?? 0) } : {});

  const heads = columns.map((c, i) => paper.lines([{ text: c.head }], HEAD.size, widths[i] ?? 0)[0] ?? []);
  const header = (draw: (head: Line, i: number) => void) => {
    heads.forEach(draw);
    paper.rule(paper.y + HEAD.height - 4, INK, 1);
    paper.y += HEAD.height;
  };
  const look = (i: number) => ({ ...edge(i), color: DIM });

  const first = paper.element('TR', element);
  header((head, i) => paper.line(paper.element('TH', first), head, xs[i] ?? 0, paper.y, HEAD.size, look(i)));
  first.end();

  const heightOf = (row: TableRow | undefined) => (row ? pieceHeight(deepestOf(rowLines(paper, row, widths))) : 0);
  for (const [i, row] of rows.entries()) {
    const gap = row.kind === 'gap';
    const set = rowLines(paper, row, widths);
    // What heads others stays with the first of them, and the last row with the one before.
    const next = row.kind !== undefined || i === rows.length - 2 ? heightOf(rows[i + 1]) : 0;
    const deepest = deepestOf(set);
    let from = 0;
    const tr = paper.element('TR', element);
    const tds = set.map(() => paper.element('TD', tr));
    while (from < deepest) {
      const n = Math.min(deepest - from, PIECE);
      const height = pieceHeight(n);
      if (!paper.fits(from + n === deepest ? height + next : height)) {
        paper.page();
        header((head, i) => paper.furnish(head, xs[i] ?? 0, paper.y, HEAD.size, look(i)));
      }
      if (gap) hatch(paper, height);
      else if (from === 0 && row.anchor !== undefined) paper.anchor(`r${row.anchor}`);
      set.forEach((lines, i) => {
        const td = tds[i];
        if (td)
          paper.block(td, lines.slice(from, from + n), gap ? paper.left + 56 : (xs[i] ?? 0), paper.y, SIZE, gap ? {} : edge(i));
      });
      paper.y += height;
      from += n;
    }
    paper.rule(paper.y - 3, row.kind === 'accent' ? INK : RULE, row.kind === 'accent' ? 0.8 : 0.5);
    tr.end();
  }
  element.end();
  paper.y += 8;
}

function hatch(paper: Paper, height: number): void {
  paper.artifact((doc) => {
    doc.save();
    doc.rect(paper.left, paper.y - 2, paper.width, height - 2).clip();
    for (let x = -height; x < paper.width; x += 5)
      doc.moveTo(paper.left + x, paper.y + height).lineTo(paper.left + x + height, paper.y - 4);
    doc.lineWidth(0.4).strokeColor('#dee2e6').stroke();
    doc.restore();
  });
}
