/**
 * Container logs of Docker's json-file driver: `{"log":"<text>\n","stream":"stdout","time":"<RFC 3339>"}`, one a line. A text of more than 16 KiB is cut; only its last
 * part ends with a newline. Source: moby/moby daemon/logger/copier.go and daemon/logger/jsonfilelog.
 */
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, only, parsed, said, textOf, timeOf } from './facts';
import { isBetween, joined, type Part } from './parts';

const KEYS = new Set(['log', 'stream', 'time', 'attrs']);
const PART_BYTES = 16 * 1024;

const isLog = (value: Fields): value is Fields & { readonly log: string } =>
  typeof value.log === 'string' && (value.stream === 'stdout' || value.stream === 'stderr') && only(value, KEYS);

const opened = (text: string, time: unknown): Unwrapped => {
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  return line.trim() === '' ? { ignored: 'blank line' } : { text: line, context: said({ time: timeOf(time) }) };
};

function read(line: string): Part | undefined {
  const value = fieldsOf(parsed(line));
  return isLog(value) ? { stream: value.stream, time: textOf(value.time), text: value.log } : undefined;
}

/** As long as the buffer, and without a newline at its end. */
function goesOn(line: string): boolean {
  if (line.length * 3 < PART_BYTES || Buffer.byteLength(line) < PART_BYTES) return false;
  const end = line.lastIndexOf('","stream":"');
  return end > 0 && !/(?:^|[^\\])(?:\\\\)*\\n$/.test(line.slice(Math.max(0, end - 64), end));
}

export const docker: Envelope = {
  id: 'docker',
  title: 'Docker container log lines',
  value: (value) => (isLog(value) ? opened(value.log, value.time) : undefined),
  isPart: (line, first) => {
    if (!line.startsWith('{"log":"') || goesOn(line)) return line.startsWith('{"log":"');
    const begun = first?.startsWith('{"log":"') ? read(first) : undefined;
    const here = begun && read(line);
    return begun !== undefined && here !== undefined && isBetween(begun, here);
  },
  line: (line) => {
    if (!line.startsWith('{"log":"')) return undefined;
    const parts = line.split('\n').map(read);
    const whole = parts.filter((part) => part !== undefined);
    return whole.length === parts.length ? opened(joined(whole), whole[0]?.time) : undefined;
  },
};
