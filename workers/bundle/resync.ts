/**
 * Finds where a broken value ends, so that it costs one reject and its neighbours stay. Nothing inside the broken value is ever taken for
 * a record of its own: an object inside it could be anything. The answer never depends on how much of the member has been seen.
 */

/** Bytes that were looked at, so that a caller can put a bound to it: hostile bytes could be looked at again and again. */
export interface Look {
  spent: number;
}

const MORE = -1;
const NOWHERE = -2;

/**
 * End of the broken value at `from`: where its brackets close (strings skipped; a string ends at a line end at the latest), else the next line that begins
 * a value at the same indentation, else `to`. -1 where more bytes are needed to tell, which is never where `final`.
 * @param inList the value is an element of a list: what follows its end is a comma or the list's end
 */
export function resync(
  bytes: Buffer,
  from: number,
  to: number,
  inList: boolean,
  final: boolean,
  look: Look = { spent: 0 },
): number {
  const closed = closing(bytes, from, to);
  look.spent += (closed < 0 ? to : closed) - from;
  const bounded = closed >= 0 && inList ? boundary(bytes, closed, to) : closed;
  if (bounded >= 0) return bounded;
  if (bounded === MORE && !final) return MORE;
  const next = sibling(bytes, from, to);
  return next >= 0 ? next : final ? to : MORE;
}

/** The position behind the bracket that closes the value; for a value without brackets the next comma, bracket or line end. */
function closing(bytes: Buffer, from: number, to: number): number {
  const open: number[] = [];
  for (let i = from; i < to; i++) {
    const c = bytes[i] as number;
    if (c === 0x22) {
      i = stringEnd(bytes, i + 1, to);
      if (i < to && bytes[i] === 0x0a && open.length === 0) return i;
    } else if (c === 0x7b || c === 0x5b) open.push(c);
    else if (c === 0x7d || c === 0x5d) {
      if (open.length === 0) return i > from ? i : i + 1;
      // `}` is 2 above `{`, `]` is 2 above `[`.
      if (open.pop() !== c - 2) return NOWHERE;
      if (open.length === 0) return i + 1;
    } else if (open.length === 0 && (c === 0x2c || c === 0x0a)) return i > from ? i : i + 1;
  }
  return MORE;
}

/** Where a string that goes on at `from` ends: at its quote, or at a line end; `to` where it does neither. */
function stringEnd(bytes: Buffer, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const c = bytes[i];
    if (c === 0x5c) i++;
    else if (c === 0x22 || c === 0x0a) return i;
  }
  return to;
}

/** `end` where a comma or the end of a list follows it. */
function boundary(bytes: Buffer, end: number, to: number): number {
  let at = end;
  while (at < to && isSpace(bytes[at] as number)) at++;
  if (at === to) return MORE;
  return bytes[at] === 0x2c || bytes[at] === 0x5d ? end : NOWHERE;
}

/** The next line that begins with a bracket below the one at `from`, at the same indentation. */
function sibling(bytes: Buffer, from: number, to: number): number {
  const lineStart = bytes.lastIndexOf(0x0a, from) + 1;
  const indent = from - lineStart;
  for (let i = lineStart; i < from; i++) if (!isBlank(bytes[i] as number)) return NOWHERE;
  for (let line = bytes.indexOf(0x0a, from) + 1; line > 0 && line < to; line = bytes.indexOf(0x0a, line) + 1) {
    const at = line + indent;
    if (at >= to) return NOWHERE;
    const c = bytes[at];
    if ((c === 0x7b || c === 0x5b || c === 0x5d) && bytes.subarray(line, at).every(isBlank)) return at;
  }
  return NOWHERE;
}

/** Behind the `}` that closes the object around a list, from a position behind the list; -1 where it is not there yet. */
export function closeObject(bytes: Buffer, from: number, to: number): number {
  let depth = 1;
  for (let i = from; i < to; i++) {
    const c = bytes[i];
    if (c === 0x22) i = stringEnd(bytes, i + 1, to);
    else if (c === 0x7b || c === 0x5b) depth++;
    else if ((c === 0x7d || c === 0x5d) && --depth === 0) return i + 1;
  }
  return MORE;
}

export const isBlank = (c: number): boolean => c === 0x20 || c === 0x09;
const isSpace = (c: number): boolean => isBlank(c) || c === 0x0a || c === 0x0d;
