/**
 * Records that somebody wrote down as texts: in quotes and with backslashes, what `jq .message` prints without `-r`, or a list of lines; or between the single quotes of a shell's command, on one line or
 * on many.
 */
import type { Envelope } from './envelope';
import { parsed } from './facts';

const OPENS = /^'[[{]/;

export const quoted: Envelope = {
  id: 'quoted',
  title: 'texts of JSON',
  isPart: (line, first = line) => OPENS.test(first) && !line.endsWith("'"),
  line: (line) => {
    if (line === '[' || line === ']') return { ignored: 'a bracket around texts' };
    if (OPENS.test(line) && line.endsWith("'")) return { text: line.slice(1, -1).replaceAll("'\\''", "'") };
    if (!line.startsWith('"')) return undefined;
    const text = parsed(line.replace(/,$/, ''));
    return typeof text === 'string' ? { text } : undefined;
  },
};
