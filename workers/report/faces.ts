/** The embedded fonts of a report: what they can draw, how wide it is, and the operators that write it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCENT, DIM, INK } from './inks';
import { type Face, type Faces, ONE_TO_ONE } from './type';

/** Files of `resources/fonts`, in the order in which they are asked for a character. */
const FILES = {
  words: 'Inter-Regular.ttf',
  strong: 'Inter-SemiBold.ttf',
  mono: 'JetBrainsMono-Regular.ttf',
  monoStrong: 'JetBrainsMono-SemiBold.ttf',
  wideMono: 'DejaVuSansMono.ttf',
  wide: 'DejaVuSans.ttf',
  cjk: 'NotoSansCJK-subset.otf',
} as const;

interface Glyph {
  readonly advanceWidth: number;
}
interface Position {
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
  readonly advanceWidth: number;
}
interface Layout {
  readonly glyphs: readonly Glyph[];
  readonly positions: readonly Position[];
  readonly advanceWidth: number;
}
/** What pdfkit's embedded fonts are made of; its types leave `_font` out. */
interface Embedded {
  readonly font: {
    readonly unitsPerEm: number;
    hasGlyphForCodePoint(code: number): boolean;
    glyphForCodePoint(code: number): Glyph;
  };
  readonly id: string;
  readonly ascender: number;
  ref(): unknown;
  layout(text: string, features?: unknown, onlyWidth?: boolean): Layout;
  /** Codes of the glyphs in the font's subset, as hex. */
  encode(text: string): readonly [codes: readonly string[], positions: readonly Position[]];
}

/**
 * Sets simple scripts without the shaper, which would take two thirds of the time of a long report and keep every string it ever saw.
 * Anything else is shaped as before.
 */
function setQuickly(embedded: Embedded): void {
  const shaped = embedded.layout.bind(embedded);
  const known = new Map<string, { readonly glyph: Glyph; readonly position: Position }>();
  const character = (c: string) => {
    const found = known.get(c);
    if (found) return found;
    const glyph = embedded.font.glyphForCodePoint(c.codePointAt(0) as number);
    const advance = (glyph.advanceWidth * 1000) / embedded.font.unitsPerEm;
    const set = { glyph, position: { xAdvance: advance, yAdvance: 0, xOffset: 0, yOffset: 0, advanceWidth: advance } };
    known.set(c, set);
    return set;
  };
  embedded.layout = (text, features, onlyWidth) => {
    if (!ONE_TO_ONE.test(text)) return shaped(text, features, onlyWidth);
    const set = Array.from(text, character);
    return {
      glyphs: set.map((s) => s.glyph),
      positions: set.map((s) => s.position),
      advanceWidth: set.reduce((sum, s) => sum + s.position.advanceWidth, 0),
    };
  };
}

/** A face that can write text to the current page. */
export interface Writing extends Face {
  /** Operators that show text at a baseline; undefined where it must be shaped, which `shape` does. */
  operators(text: string, x: number, y: number, size: number, color: string): string | undefined;
  shape(text: string, x: number, y: number, size: number, color: string): void;
}

/** PDF's colour operands of `#rrggbb`. */
const inked = (color: string): string =>
  [1, 3, 5].map((i) => (Number.parseInt(color.slice(i, i + 2), 16) / 255).toFixed(3)).join(' ');
const COLORS = new Map([INK, DIM, ACCENT].map((color) => [color, inked(color)]));

/**
 * Writes simple scripts as a few operators; pdfkit's own way takes a dozen, which is most of the time of a long report. What must be shaped goes
 * pdfkit's way.
 */
function writer(doc: PDFKit.PDFDocument, name: string, embedded: Embedded): Pick<Writing, 'operators' | 'shape'> {
  /** By code point. */
  const codes: string[] = [];
  const codeOf = (character: string): string => embedded.encode(character)[0].join('');
  return {
    operators(text, x, y, size, color) {
      if (!ONE_TO_ONE.test(text)) return undefined;
      const page = doc.page as unknown as { readonly fonts: Record<string, unknown>; readonly height: number };
      page.fonts[embedded.id] ??= embedded.ref();
      const baseline = page.height - y - (embedded.ascender * size) / 1000;
      let shown = '';
      for (const character of text) shown += codes[character.codePointAt(0) as number] ??= codeOf(character);
      return `${COLORS.get(color) ?? inked(color)} rg 1 0 0 1 ${x.toFixed(2)} ${baseline.toFixed(2)} Tm /${embedded.id} ${size.toFixed(2)} Tf <${shown}> Tj`;
    },
    shape(text, x, y, size, color) {
      doc.font(name, size).fillColor(color).text(text, x, y, { lineBreak: false });
    },
  };
}

/** Registers the fonts with the document. */
export function facesFor(doc: PDFKit.PDFDocument, folder: string): Faces {
  const face = (file: keyof typeof FILES): Writing => {
    doc.registerFont(file, readFileSync(join(folder, FILES[file])) as unknown as Buffer);
    const embedded = (doc.font(file) as unknown as { _font: Embedded })._font;
    setQuickly(embedded);
    const { font } = embedded;
    const known = new Map<number, number | undefined>();
    const advance = (code: number): number | undefined => {
      if (known.has(code)) return known.get(code);
      const found = font.hasGlyphForCodePoint(code)
        ? (font.glyphForCodePoint(code).advanceWidth * 1000) / font.unitsPerEm
        : undefined;
      known.set(code, found);
      return found;
    };
    const ascii = Float64Array.from({ length: 128 }, (_, code) => advance(code) ?? 0);
    const widths = new Map<string, number>();
    const shaped = (text: string): number => {
      const width = widths.get(text) ?? embedded.layout(text, undefined, true).advanceWidth;
      widths.set(text, width);
      return width;
    };
    return { name: file, ascii, advance, shaped, ...writer(doc, file, embedded) };
  };
  const [words, strong, mono, monoStrong] = [face('words'), face('strong'), face('mono'), face('monoStrong')];
  const [wideMono, wide, cjk] = [face('wideMono'), face('wide'), face('cjk')];
  const others = [wideMono, wide, cjk];
  return {
    words: [words, ...others],
    strong: [strong, words, ...others],
    evidence: [mono, ...others],
    evidenceStrong: [monoStrong, mono, ...others],
    rightToLeft: [wide, wideMono, words],
  };
}
