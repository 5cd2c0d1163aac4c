/**
 * Text that an attacker wrote, made safe to look at (design section 4): control characters, terminal escapes, bidirectional and zero-width
 * controls and other invisible characters become visible escapes. Letters of every script stay as they are.
 */

/** Code points that show nothing or change how their neighbours show. */
const RANGES: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f], // C0 controls
  [0x7f, 0x9f], // delete and C1 controls
  [0xad, 0xad], // soft hyphen
  [0x34f, 0x34f], // combining grapheme joiner
  [0x61c, 0x61c], // Arabic letter mark
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5], // Khmer inherent vowels
  [0x180b, 0x180f], // Mongolian selectors
  [0x200b, 0x200f], // zero-width space, joiners, direction marks
  [0x2028, 0x202e], // separators, bidirectional embeddings and overrides
  [0x2060, 0x206f], // word joiner, invisible operators, bidirectional isolates
  [0x3164, 0x3164], // Hangul filler
  [0xd800, 0xdfff], // lone surrogates (pairs are one code point)
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0], // half-width Hangul filler
  [0xfff0, 0xfffb], // specials
  [0xe0000, 0xe0fff], // tags and variation selectors
];

const u = (code: number) => `\\u{${code.toString(16)}}`;
const HIDDEN = new RegExp(`[${RANGES.map(([from, to]) => `${u(from)}-${u(to)}`).join('')}]`, 'gu');

const SHORT = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function escaped(c: string): string {
  const code = c.codePointAt(0) as number;
  return SHORT.get(c) ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`);
}

export interface Segment {
  readonly text: string;
  /** True for an escape of ours, which views draw apart from a backslash of the evidence's own. */
  readonly escape: boolean;
}

/** The text with every hidden character as an escape: `\n`, `\x1b`, `\u{202e}`. */
export const visible = (text: string): string => text.replace(HIDDEN, escaped);

/** The same in pieces, so that a view can tell an escape from text that looks like one. */
export function segments(text: string): readonly Segment[] {
  const out: Segment[] = [];
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > at) out.push({ text: text.slice(at, match.index), escape: false });
    out.push({ text: escaped(match[0]), escape: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) out.push({ text: text.slice(at), escape: false });
  return out;
}
