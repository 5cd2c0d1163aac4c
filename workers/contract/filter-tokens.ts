/**
 * The filter language's tokens with their places, for the parser, for colouring and for completion. Never throws: a mistake is a token
 * of type `bad`, which only the parser objects to.
 */

export type TokenType = 'word' | 'quoted' | 'operator' | 'keyword' | 'open' | 'close' | 'comma' | 'bad';

export interface Token {
  readonly type: TokenType;
  /** UTF-16 units from the start; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** A word or quoted text with escapes resolved; a keyword in lower case; else as written. */
  readonly value: string;
  /** Quoted text whose closing quote was supplied at the very end. */
  readonly unclosed?: true;
}

const KEYWORDS = ['and', 'or', 'not', 'in', 'contains', 'startswith', 'endswith', 'like', 'matches', 'exists'] as const;
const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);

const SPACE = /\s+/y;
const OPERATOR = /!=|<=|>=|=|<|>/y;
const WORD = /[^\s"'()=<>!,][^\s"()=<>!,]*/y;
const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
]);

export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space) {
      at += space.length;
      continue;
    }
    const token = next(text, at, match);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

const PUNCTUATION = new Map<string, TokenType>([
  ['(', 'open'],
  [')', 'close'],
  [',', 'comma'],
]);

function next(text: string, from: number, match: (pattern: RegExp) => string | undefined): Token {
  const char = text[from] as string;
  const punctuation = PUNCTUATION.get(char);
  if (punctuation) return { type: punctuation, from, to: from + 1, value: char };
  if (char === '"') return quoted(text, from);
  const operator = match(OPERATOR);
  if (operator) return { type: 'operator', from, to: from + operator.length, value: operator };
  const word = match(WORD);
  if (word === undefined) return { type: 'bad', from, to: from + 1, value: char };
  const lower = word.toLowerCase();
  const to = from + word.length;
  return KEYWORD_SET.has(lower) ? { type: 'keyword', from, to, value: lower } : { type: 'word', from, to, value: word };
}

/** `\"`, `\\`, `\n`, `\r`, `\t` and `\u{202e}` are escapes; any other backslash stands for itself, so that `"\d+"` is a pattern as it looks. */
function quoted(text: string, from: number): Token {
  let value = '';
  let at = from + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] !== '\\') {
      value += text[at];
      at++;
      continue;
    }
    const code = /\\u\{([0-9a-fA-F]{1,6})\}/y;
    code.lastIndex = at;
    const hex = code.exec(text);
    const simple = ESCAPES.get(text[at + 1] ?? '');
    if (simple !== undefined) {
      value += simple;
      at += 2;
    } else if (hex && Number.parseInt(hex[1] as string, 16) <= 0x10ffff) {
      value += String.fromCodePoint(Number.parseInt(hex[1] as string, 16));
      at += hex[0].length;
    } else {
      value += '\\';
      at++;
    }
  }
  return at < text.length
    ? { type: 'quoted', from, to: at + 1, value }
    : { type: 'quoted', from, to: text.length, value, unclosed: true };
}
