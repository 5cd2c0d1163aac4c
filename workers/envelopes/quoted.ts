/** Records that somebody wrote down as texts of JSON, in quotes and with backslashes: what `jq .message` prints without `-r`, or a list of lines. */
import type { Envelope } from './envelope';
import { parsed } from './facts';

export const quoted: Envelope = {
  id: 'quoted',
  title: 'texts of JSON',
  line: (line) => {
    if (line === '[' || line === ']') return { ignored: 'a bracket around texts' };
    if (!line.startsWith('"')) return undefined;
    const text = parsed(line.replace(/,$/, ''));
    return typeof text === 'string' ? { text } : undefined;
  },
};
