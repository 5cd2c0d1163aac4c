/**
 * Records of a container's log that its runtime cut into lines. The two streams are copied side by side, so a line of the other one may lie between the parts: an API server
 * that audits to its output writes klog lines there.
 */
import { programLog } from './program-log';

export interface Part {
  readonly stream: unknown;
  readonly time: string | undefined;
  readonly text: string;
}

/** Parts follow one another at once: what is later belongs to something else, and the record was left unfinished. */
const AT_ONCE_MS = 5000;

/** Whether a line of the other stream lies within the record that began with `first`. */
export const isBetween = (first: Part, line: Part): boolean =>
  first.stream !== line.stream && Math.abs(Date.parse(line.time ?? '') - Date.parse(first.time ?? '')) <= AT_ONCE_MS;

/** The record's text. What lies between and is not known as noise stays in it, so that the record is no JSON and is rejected with all its bytes. */
export const joined = (parts: readonly Part[]): string =>
  parts
    .filter(({ stream, text }) => stream === parts[0]?.stream || !isNoise(text))
    .map(({ text }) => text)
    .join('');

function isNoise(text: string): boolean {
  const opened = programLog.line?.(text.trimEnd());
  return text.trim() === '' || (opened !== undefined && 'ignored' in opened);
}
