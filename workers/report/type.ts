/**
 * Setting text: which font can draw which character, how wide it is, where lines break, and in which order right-to-left text is drawn.
 * Widths come from the fonts' own advances, cached by character, since pdfkit's measuring is far too slow for ten thousand rows.
 */
import bidiFactory from 'bidi-js';
import { visible } from '../contract/visible';
import type { Span, Spans } from './blocks';

const bidi = bidiFactory();
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const isAscii = (text: string): boolean => !/[^\x20-\x7e]/.test(text);

/** A font that is registered with the document under `name`. */
export interface Face {
  readonly name: string;
  /** Advances of the first 128 characters; 0 where the font lacks one. */
  readonly ascii: Float64Array;
  /** Advance of a character in thousandths of the size; undefined where the font lacks it. */
  advance(codePoint: number): number | undefined;
  /** Advance of a text whose letters join or carry marks. */
  shaped(text: string): number;
}
/** The face of a text, then those that are asked for what it lacks. */
type Own = readonly [Face, ...Face[]];
export interface Faces {
  readonly words: Own;
  readonly strong: Own;
  readonly evidence: Own;
  readonly evidenceStrong: Own;
  /** For Arabic and Hebrew, which no face of ours has beside Latin. */
  readonly rightToLeft: Own;
}

export interface Run {
  readonly text: string;
  readonly face: Face;
  readonly size: number;
  readonly width: number;
  readonly span: Span;
}
export type Line = readonly Run[];

/** How evidence text looks beside words: mono is wider, so a little smaller. */
const EVIDENCE_SCALE = 0.9;
const DIM_SCALE = 0.88;

/** Characters that no font has are written as their code, as every control is. */
function drawable(text: string, faces: readonly Face[]): string {
  if (isAscii(text)) return text;
  return [...text]
    .map((c) => {
      const code = c.codePointAt(0) as number;
      return faces.some((f) => f.advance(code) !== undefined) ? c : `\\u{${code.toString(16)}}`;
    })
    .join('');
}

/** Latin, Greek, Cyrillic and everything from CJK punctuation to Hangul: one character, one glyph, left to right. */
export const ONE_TO_ONE =
  /^[\u0020-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2070-\u2bff\u3000-\ud7a3\uff01-\uff60]*$/;

/** A character with the marks on it. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;

interface Faced {
  readonly text: string;
  readonly face: Face;
}

/** Splits by the first face that has a character with its marks, else the character alone; letters keep to one face where they can, so that shaping works. */
function byFace(text: string, faces: Own): readonly Faced[] {
  const [first] = faces;
  if (isAscii(text)) return [{ text, face: first }];
  const has = (face: Face, cluster: string) => [...cluster].every((c) => face.advance(c.codePointAt(0) as number) !== undefined);
  const runs: { text: string; face: Face }[] = [];
  for (const [cluster] of text.matchAll(CLUSTER)) {
    const base = String.fromCodePoint(cluster.codePointAt(0) as number);
    const face = faces.find((f) => has(f, cluster)) ?? faces.find((f) => has(f, base)) ?? first;
    const last = runs.at(-1);
    if (last?.face === face) last.text += cluster;
    else runs.push({ text: cluster, face });
  }
  return runs;
}

/** Width of printable ASCII, in thousandths of the size; undefined for any other text. What nearly all evidence is made of, so this is what setting it costs. */
function asciiWidth(text: string, { ascii }: Face): number | undefined {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) return undefined;
    sum += ascii[code] as number;
  }
  return sum;
}

const widthOf = (text: string, face: Face, size: number): number => {
  if (!ONE_TO_ONE.test(text)) return (face.shaped(text) * size) / 1000;
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128) sum += face.ascii[code] as number;
    else {
      sum += face.advance(text.codePointAt(i) as number) ?? 0;
      if (code >= 0xd800 && code < 0xdc00) i++;
    }
  }
  return (sum * size) / 1000;
};

/** Letters that join and are drawn from the right, with their marks. */
const LETTERS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\p{M}]+|[\s\S]/gu;

/**
 * The runs of a line in drawing order, by embedding levels of the bidi algorithm, each evidence span isolated with the direction of its first letter. Within a piece that runs
 * from the right, words and what stands between them follow each other from the right; the shaper turns the letters of a word.
 */
function inOrder(text: string, own: Own, { rightToLeft }: Faces, base: Direction): readonly Faced[] {
  if (!RIGHT_TO_LEFT.test(text)) return byFace(text, own);
  return pieces(text, base).flatMap((piece) => {
    if (piece.level % 2 === 0) return byFace(piece.text, own);
    const parts = piece.text.match(LETTERS) ?? [];
    return parts
      .reverse()
      .flatMap((part) =>
        RIGHT_TO_LEFT.test(part) ? byFace(part, rightToLeft).toReversed() : byFace(bidi.getMirroredCharacter(part) ?? part, own),
      );
  });
}

type Direction = 'ltr' | 'rtl';

/** What the whole of a span is laid out by, on each of its lines; our own words run from the left. */
function directionOf({ text, evidence }: Span): Direction {
  if (!evidence || !RIGHT_TO_LEFT.test(text)) return 'ltr';
  return bidi.getEmbeddingLevels(text, 'auto').paragraphs[0]?.level === 1 ? 'rtl' : 'ltr';
}

/** Stretches of one level, in drawing order. */
function pieces(text: string, base: Direction): readonly { readonly text: string; readonly level: number }[] {
  const levels = bidi.getEmbeddingLevels(text, base).levels;
  const found: { text: string; level: number }[] = [];
  for (let i = 0; i < text.length; i++) {
    const level = levels[i] as number;
    const last = found.at(-1);
    if (last?.level === level) last.text += text[i];
    else found.push({ text: text[i] as string, level });
  }
  const top = Math.max(...found.map((p) => p.level));
  for (let level = top; level > 0; level--) {
    for (let i = 0; i < found.length; ) {
      let j = i;
      while (j < found.length && (found[j]?.level ?? 0) >= level) j++;
      if (j > i) found.splice(i, j - i, ...found.slice(i, j).reverse());
      i = Math.max(j, i + 1);
    }
  }
  return found;
}

function facesOf(span: Span, faces: Faces): Own {
  if (span.evidence && !span.prose) return span.strong ? faces.evidenceStrong : faces.evidence;
  return span.strong || span.cite !== undefined ? faces.strong : faces.words;
}

/** Breaks after spaces, slashes and the like, but within no redaction mark; a piece longer than the line is cut where it must be. */
const BREAKS = /(?<=[\s/,;:=&?|])(?<!\[redacted:)(?=\S)|(?<=[\u3000-\u9fff\uac00-\ud7a3])/u;

/** Lines of spans within a width; `\n` in our own words (never in evidence) ends a line. */
export function setLines(spans: Spans, faces: Faces, size: number, width: number): readonly Line[] {
  const lines: Run[][] = [[]];
  let x = 0;
  const put = (text: string, span: Span, own: Own, size: number, base: Direction) => {
    const line = lines[lines.length - 1] as Run[];
    const plain = asciiWidth(text, own[0]);
    const runs = plain === undefined ? inOrder(text, own, faces, base) : [{ text, face: own[0] }];
    for (const { text, face } of runs) {
      const width = plain === undefined ? widthOf(text, face, size) : (plain * size) / 1000;
      line.push({ text, face, size, width, span });
      x += width;
    }
  };
  const next = () => {
    lines.push([]);
    x = 0;
  };
  for (const span of spans) {
    const own = facesOf(span, faces);
    const base = directionOf(span);
    const scaled = size * (span.evidence && !span.prose ? EVIDENCE_SCALE : 1) * (span.dim ? DIM_SCALE : 1);
    // A space before the end of a line keeps its words apart for whoever reads the text alone.
    const paragraphs = span.evidence ? [visible(span.text)] : span.text.replaceAll('\n', ' \n').split('\n');
    paragraphs.forEach((paragraph, i) => {
      if (i > 0) next();
      for (const line of fill(
        drawable(paragraph, own),
        (s) => measure(s, own, faces, scaled),
        () => width - x,
        width,
      )) {
        if (line === null) next();
        else put(line, span, own, scaled, base);
      }
    });
  }
  return lines;
}

function measure(text: string, own: Own, faces: Faces, size: number): number {
  const plain = asciiWidth(text, own[0]);
  if (plain !== undefined) return (plain * size) / 1000;
  return inOrder(text, own, faces, 'ltr').reduce((sum, run) => sum + widthOf(run.text, run.face, size), 0);
}

/** Yields the text of each line, and null where a new one begins. */
function* fill(text: string, measure: (text: string) => number, room: () => number, width: number): Generator<string | null> {
  if (measure(text) <= room()) {
    if (text !== '') yield text;
    return;
  }
  let pending = '';
  let used = 0;
  for (const piece of text.split(BREAKS)) {
    const w = measure(piece);
    if (used + measure(piece.trimEnd()) <= room()) {
      pending += piece;
      used += w;
      continue;
    }
    if (pending !== '') yield pending;
    pending = '';
    used = 0;
    if (room() < width) yield null;
    if (w <= width) {
      pending = piece;
      used = w;
      continue;
    }
    for (const [c] of piece.matchAll(CLUSTER)) {
      const cw = measure(c);
      if (used + cw > width) {
        yield pending;
        yield null;
        pending = '';
        used = 0;
      }
      pending += c;
      used += cw;
    }
  }
  if (pending !== '') yield pending;
}
