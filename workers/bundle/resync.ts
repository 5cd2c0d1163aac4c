/**
 * Finds where a broken value ends, so that it costs one reject and its neighbours stay. Nothing inside the broken value is ever taken for
 * a record of its own: an object inside it could be anything.
 */

/**
 * End of the broken value at `from`: where its brackets close (strings skipped; a string ends at a line end at the latest), else the next line that begins
 * a value at the same indentation. -1 where neither lies before `to`.
 * @param inList the value is an element of a list: what follows its end is a comma or the list's end.
 */
export function resync(bytes: Buffer, from: number, to: number, inList: boolean): number {
  const closed = closing(bytes, from, to);
  if (closed >= 0 && (!inList || isBoundary(bytes, closed, to))) return closed;
  return sibling(bytes, from, to);
}

/** The position behind the bracket that closes the value; for a value without brackets the next comma, bracket or line end. */
function closing(bytes: Buffer, from: number, to: number): number {
  let depth = 0;
  let inString = false;
  for (let i = from; i < to; i++) {
    const c = bytes[i] as number;
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22 || c === 0x0a) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) depth++;
    else if (c === 0x7d || c === 0x5d) {
      if (depth === 0) return i > from ? i : i + 1;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (c === 0x2c || c === 0x0a)) return i > from ? i : i + 1;
  }
  return -1;
}

function isBoundary(bytes: Buffer, from: number, to: number): boolean {
  let at = from;
  while (at < to && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)) at++;
  return at < to && (bytes[at] === 0x2c || bytes[at] === 0x5d);
}

/** The next line that begins with a bracket below the one at `from`, at the same indentation. */
function sibling(bytes: Buffer, from: number, to: number): number {
  const lineStart = bytes.lastIndexOf(0x0a, from) + 1;
  const indent = from - lineStart;
  for (let i = lineStart; i < from; i++) if (bytes[i] !== 0x20 && bytes[i] !== 0x09) return -1;
  for (let line = bytes.indexOf(0x0a, from) + 1; line > 0 && line < to; line = bytes.indexOf(0x0a, line) + 1) {
    const at = line + indent;
    if (at >= to) return -1;
    if (
      (bytes[at] === 0x7b || bytes[at] === 0x5b || bytes[at] === 0x5d) &&
      bytes.subarray(line, at).every((c) => c === 0x20 || c === 0x09)
    )
      return at;
  }
  return -1;
}
