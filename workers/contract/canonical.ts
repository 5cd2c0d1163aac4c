/** Canonical JSON (RFC 8785): keys in UTF-16 order, no white space, numbers and strings as ECMAScript prints them. */

/** `undefined` members are left out, as in JSON; bigint is refused, since JSON has no such number. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonical(v ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = value as Readonly<Record<string, unknown>>;
    let out = '';
    for (const key of Object.keys(members).sort()) {
      if (members[key] !== undefined) out += `${out === '' ? '' : ','}${JSON.stringify(key)}:${canonical(members[key])}`;
    }
    return `{${out}}`;
  }
  return JSON.stringify(value);
}
