/** A record's bytes for looking at: pretty where they are JSON, and exactly, as bytes. */

/** More of one record is not laid out; the exact bytes can be copied whole. */
export const MOST = 400_000;

export interface PrettyLine {
  readonly indent: number;
  readonly key: string;
  readonly text: string;
}

/**
 * The JSON text laid out in lines without being parsed into values: numbers keep every digit, duplicate keys stay. Undefined where
 * the text is no JSON object or array.
 */
export function prettyLines(json: string): readonly PrettyLine[] | undefined {
  const text = json.trim();
  if (!/^[{[]/.test(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = text.match(TOKEN) ?? [];
  const lines: PrettyLine[] = [];
  let [indent, key, line] = [0, '', ''];
  const flush = () => {
    if (line !== '' || key !== '') lines.push({ indent, key, text: line });
    [key, line] = ['', ''];
  };
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string;
    if (token === '{' || token === '[') {
      const short = shortRun(tokens, i);
      if (short !== undefined) {
        line += short.text;
        i = short.end;
        continue;
      }
      line += token;
      flush();
      indent++;
    } else if (token === '}' || token === ']') {
      flush();
      indent--;
      line = token;
    } else if (token === ',') {
      line += token;
      flush();
    } else if (tokens[i + 1] === ':') {
      key = token;
      i++;
    } else line += token;
  }
  flush();
  return lines;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** An array of a few plain values, or an empty bracket, stays on one line. */
function shortRun(tokens: readonly string[], from: number): { readonly text: string; readonly end: number } | undefined {
  let text = tokens[from] as string;
  for (let i = from + 1; i < tokens.length && text.length < 48; i++) {
    const token = tokens[i] as string;
    if (token === '{' || token === '[' || token === ':') return undefined;
    if (token === ']' || token === '}') return { text: text + token, end: i };
    text += token === ',' ? ', ' : token;
  }
  return undefined;
}

export interface HexLine {
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

/** Sixteen bytes a line: offset in the member, hex, printable ASCII. */
export function hexLines(bytes: Uint8Array, offset: number, perLine = 16): readonly HexLine[] {
  const out: HexLine[] = [];
  for (let at = 0; at < bytes.length; at += perLine) {
    const part = bytes.subarray(at, at + perLine);
    out.push({
      offset: (offset + at).toString(16).padStart(8, '0'),
      hex: [...part].map((b) => b.toString(16).padStart(2, '0')).join(' '),
      text: [...part].map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·')).join(''),
    });
  }
  return out;
}

export const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
