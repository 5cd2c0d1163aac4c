/**
 * Fields of Linux audit records: `key=value` with a value that is bare, quoted, or hex where it holds a blank, a quote, a control character or
 * anything beyond ASCII (linux kernel/audit.c `audit_log_untrustedstring`, audit-userspace lib/audit_logging.c `audit_encode_value`: upper-case digits, no quotes).
 * Which fields are written so is known by name only, so that whoever reads a field decides. Records are held as one character a byte (latin1).
 */

const HEX = /^(?:[0-9A-F]{2})+$/;
const BEYOND_ASCII = /[\x80-\xff]/;
/** No text of a record is kept beyond this. */
export const LONGEST_TEXT = 1 << 20;

/** One character a byte into text; bytes that are no UTF-8 become U+FFFD. */
export const utf8 = (bytes: string): string => (BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes);

/** Hex digits as one character a byte; undefined where it is no hex as audit writes it. */
export const unhex = (digits: string): string | undefined =>
  HEX.test(digits) ? Buffer.from(digits, 'hex').toString('latin1') : undefined;

/** The bytes of a value that is hex wherever it has no quotes, whoever wrote the digits. */
export const alwaysHex = (value: string): string | undefined =>
  value.charCodeAt(0) === 34
    ? unquoted(value)
    : value === '' || value === '(null)'
      ? undefined
      : (unhex(value.toUpperCase()) ?? value);

/** The bytes of a value that audit may have written as hex; undefined for what stands for nothing. */
export function untrusted(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (value.charCodeAt(0) === 34) return value === '"?"' ? undefined : unquoted(value);
  if (value === '(null)' || value === '?' || value === '(none)') return undefined;
  return unhex(value) ?? value;
}

export const unquoted = (value: string): string =>
  value.charCodeAt(0) === 34
    ? value.slice(1, value.charCodeAt(value.length - 1) === 34 && value.length > 1 ? -1 : undefined)
    : value;

/** A value that is never hex. */
export const plainValue = (value: string | undefined): string | undefined =>
  value === undefined || value === '' || value === '?' || value === '(none)' || value === '(null)' ? undefined : unquoted(value);

/** Looks up fields of a record that the kernel writes in a fixed order: each search goes on where the last one ended. */
export class Cursor {
  private at = 0;

  /** @param text begins with a blank */
  constructor(private readonly text: string) {}

  /** @param key as in ` pid=` */
  get(key: string): string | undefined {
    const { text } = this;
    let found = text.indexOf(key, this.at);
    if (found < 0 && this.at > 0) found = text.indexOf(key);
    if (found < 0) return undefined;
    const start = found + key.length;
    const end = valueEnd(text, start);
    this.at = end;
    return text.slice(start, end);
  }
}

function valueEnd(text: string, start: number): number {
  const quoted = text.charCodeAt(start) === 34;
  const end = text.indexOf(quoted ? '"' : ' ', quoted ? start + 1 : start);
  return end < 0 ? text.length : quoted ? end + 1 : end;
}

/** `old auid=` of old kernels is `old-auid`; `msg='` opens a part whose fields are read like all others. */
const FIELD = /(?:\b(old|new) )?([A-Za-z_][\w[\].-]*)=(?:'|("[^"]*"?|[^\s"']?[^\s]*))/g;
/** What old PAM messages put around values: `(hostname=?, addr=?, res=success)'`. */
const AROUND = /[,)']+$/;

/** All fields of a record of user space, whose order is anybody's; of one that is there twice the first. */
export function fieldsOf(body: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, age, name = '', value] of body.matchAll(FIELD)) {
    if (value === undefined) continue;
    const key = age === 'old' ? `old-${name}` : name;
    if (!fields.has(key))
      fields.set(key, value.charCodeAt(0) === 34 || value.charCodeAt(0) === 40 ? value : value.replace(AROUND, ''));
  }
  return fields;
}
