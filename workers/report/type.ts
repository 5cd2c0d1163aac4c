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
}
export interface Faces {
  readonly words: readonly Face[];
  readonly strong: readonly Face[];
  readonly evidence: readonly Face[];
  readonly evidenceStrong: readonly Face[];
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

/** Splits by the first face that has each character; letters keep to one face where they can, so that shaping works. */
function byFace(text: string, faces: readonly Face[]): readonly { text: string; face: Face }[] {
  const first = faces[0] as Face;
  if (isAscii(text)) return [{ text, face: first }];
  const runs: { text: string; face: Face }[] = [];
  for (const c of text) {
    const code = c.codePointAt(0) as number;
    const face = faces.find((f) => f.advance(code) !== undefined) ?? first;
    const last = runs.at(-1);
    if (last?.face === face) last.text += c;
    else runs.push({ text: c, face });
  }
  return runs;
}

const widthOf = (text: string, face: Face, size: number): number => {
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

/** The pieces of a line in drawing order: embedding levels of the bidi algorithm, base direction left to right, each evidence span isolated. */
function reordered(text: string): readonly string[] {
  if (!RIGHT_TO_LEFT.test(text)) return [text];
  const levels = bidi.getEmbeddingLevels(text, 'ltr').levels;
  const pieces: { text: string; level: number }[] = [];
  for (let i = 0; i < text.length; i++) {
    const level = levels[i] as number;
    const last = pieces.at(-1);
    if (last?.level === level) last.text += text[i];
    else pieces.push({ text: text[i] as string, level });
  }
  const top = Math.max(...pieces.map((p) => p.level));
  for (let level = top; level > 0; level--) {
    for (let i = 0; i < pieces.length; ) {
      let j = i;
      while (j < pieces.length && (pieces[j]?.level ?? 0) >= level) j++;
      if (j > i) pieces.splice(i, j - i, ...pieces.slice(i, j).reverse());
      i = Math.max(j, i + 1);
    }
  }
  // pdfkit sets each word by itself, so the words of a right-to-left piece are put in their drawing order here.
  return pieces.flatMap((p) => (p.level % 2 === 1 ? p.text.split(/(\s+)/).reverse() : [p.text]));
}

function facesOf(span: Span, faces: Faces): readonly Face[] {
  if (span.evidence && !span.prose) return span.strong ? faces.evidenceStrong : faces.evidence;
  return span.strong || span.cite !== undefined ? faces.strong : faces.words;
}

/** Breaks after spaces, slashes and the like; a piece longer than the line is cut where it must be. */
const BREAKS = /(?<=[\s/,;:=&?|])(?=\S)|(?<=[\u3000-\u9fff\uac00-\ud7a3])/u;

/** Lines of spans within a width; `\n` in our own words (never in evidence) ends a line. */
export function setLines(spans: Spans, faces: Faces, size: number, width: number): readonly Line[] {
  const lines: Run[][] = [[]];
  let x = 0;
  const put = (text: string, span: Span, own: readonly Face[], scaled: number) => {
    const runs = reordered(text).flatMap((piece) => byFace(piece, own));
    for (const run of runs) {
      const w = widthOf(run.text, run.face, scaled);
      lines.at(-1)?.push({ text: run.text, face: run.face, size: scaled, width: w, span });
      x += w;
    }
  };
  const next = () => {
    lines.push([]);
    x = 0;
  };
  for (const span of spans) {
    const own = facesOf(span, faces);
    const scaled = size * (span.evidence && !span.prose ? EVIDENCE_SCALE : 1) * (span.dim ? DIM_SCALE : 1);
    const paragraphs = span.evidence ? [visible(span.text)] : span.text.split('\n');
    paragraphs.forEach((paragraph, i) => {
      if (i > 0) next();
      for (const line of fill(drawable(paragraph, own), own, scaled, () => width - x, width)) {
        if (line === null) next();
        else put(line, span, own, scaled);
      }
    });
  }
  return lines;
}

/** Yields the text of each line, and null where a new one begins. */
function* fill(text: string, faces: readonly Face[], size: number, room: () => number, width: number): Generator<string | null> {
  const measure = (s: string) => byFace(s, faces).reduce((sum, r) => sum + widthOf(r.text, r.face, size), 0);
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
    for (const c of piece) {
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
