/**
 * Takes secrets out of what is exported. Each is replaced by a short fingerprint under a key that never leaves the case: equal secrets stay recognisable, and nobody
 * outside can try passwords against it. A secret that was found once is taken out wherever else it stands.
 */
import { createHmac } from 'node:crypto';
import { type Found, findInArguments, findSecrets, merged } from './find';
import { SECRET_KINDS, type SecretKind } from './patterns';

/** A secret that was taken out, and how often in which places. `P` is what the caller calls a place. */
export interface Taken<P> {
  readonly kind: SecretKind;
  /** Null without a key. */
  readonly fingerprint: string | null;
  readonly times: number;
  readonly places: readonly P[];
}

/** Digits of a fingerprint: enough to tell the secrets of a case apart. */
const DIGITS = 10;
/** Looked for everywhere: whatever is no plain word, which may stand elsewhere for something else. */
const TELLING = /^(?=.{8})(?=[\s\S]*[A-Za-z])(?=[\s\S]*[^A-Za-z])|^.{24}/;
/** Longest text whose secrets are kept in mind, and how many such texts: most values come back. */
const CACHED = 200;
const MOST_CACHED = 50_000;
/** So many secrets are looked for everywhere. */
const MOST_KNOWN = 5_000;

export class Redactor<P> {
  /** Secrets that are looked for everywhere, and what the first place called them. */
  private readonly known = new Map<string, SecretKind>();
  private readonly taken = new Map<string, { kind: SecretKind; times: number; readonly places: Set<P> }>();
  private readonly cache = new Map<string, readonly Found[]>();
  private anywhere: RegExp | undefined;

  /** @param key of the case; without one all secrets look alike */
  constructor(private readonly key: Uint8Array | undefined) {}

  /** Remembers the secrets of a value, so that `redact` finds them where nothing else gives them away. */
  learn(value: Redactable): void {
    const pieces = typeof value === 'string' ? [value] : value;
    const joined = pieces.join('\0');
    for (const { start, end, kind } of this.find(value)) this.remember(joined.slice(start, end), kind);
    if (typeof value === 'string') for (const [, inner] of queryOf(value)) this.learn(inner);
  }

  private remember(secret: string, kind: SecretKind): void {
    const plain = secret.trim();
    if (!TELLING.test(plain) || this.known.has(plain) || this.known.size >= MOST_KNOWN) return;
    this.known.set(plain, kind);
    this.anywhere = undefined;
  }

  /** The text without its secrets. `place` is noted for each. */
  text(text: string, place: P): string {
    return this.uri(this.cut(text, this.everywhere(text, this.find(text)), place), place);
  }

  /** The elements of an argument list: `--password`, then the secret in the next one. */
  words(words: readonly string[], place: P): readonly string[] {
    const joined = words.join('\0');
    const cut = this.cut(joined, this.everywhere(joined, this.find(words)), place).split('\0');
    let at = 0;
    return words.map((word) => {
      const own = word.split('\0').length;
      at += own;
      return cut.slice(at - own, at).join('\0');
    });
  }

  /** Whether bytes hold a secret, also behind the escapes of JSON and URIs. */
  isIn(bytes: Uint8Array): boolean {
    const text = new TextDecoder().decode(bytes).replace(/\\(["\\/])/g, '$1');
    if (this.everywhere(text, findSecrets(text)).length > 0) return true;
    if (!text.includes('command=') && !/%[0-9A-Fa-f]{2}/.test(text)) return false;
    return text
      .split(/[\s"'\\]+/)
      .some((uri) => queryOf(uri).some(([, value]) => this.everywhere(value.join('\0'), this.find(value)).length > 0));
  }

  /** What was taken out so far, in a fixed order. */
  list(): readonly Taken<P>[] {
    const order = (a: Taken<P>, b: Taken<P>) =>
      SECRET_KINDS.indexOf(a.kind) - SECRET_KINDS.indexOf(b.kind) ||
      b.times - a.times ||
      (a.fingerprint ?? '').localeCompare(b.fingerprint ?? '');
    const all = [...this.taken].map(([secret, { kind, times, places }]) => ({
      kind,
      fingerprint: this.fingerprint(secret),
      times,
      places: [...places],
    }));
    return all.sort(order);
  }

  private find(value: Redactable): readonly Found[] {
    if (typeof value !== 'string') return findInArguments(value);
    if (value.length > CACHED) return findSecrets(value);
    const known = this.cache.get(value);
    if (known) return known;
    if (this.cache.size >= MOST_CACHED) this.cache.clear();
    const found = findSecrets(value);
    this.cache.set(value, found);
    return found;
  }

  /** What was found, and each known secret wherever it stands. */
  private everywhere(text: string, found: readonly Found[]): readonly Found[] {
    if (this.known.size === 0) return found;
    this.anywhere ??= new RegExp(
      [...this.known.keys()]
        .sort((a, b) => b.length - a.length)
        .map(escaped)
        .join('|'),
      'g',
    );
    const again = [...text.matchAll(this.anywhere)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      kind: this.known.get(match[0]) as SecretKind,
    }));
    return again.length === 0 ? found : merged([...found, ...again]);
  }

  private cut(text: string, found: readonly Found[], place: P): string {
    let out = '';
    let at = 0;
    for (const { start, end, kind } of found) {
      out += text.slice(at, start) + this.take(text.slice(start, end), kind, place);
      at = end;
    }
    return out + text.slice(at);
  }

  /** Query values are read decoded (`command=--password&command=x%21`), and only those with a secret are written anew. */
  private uri(text: string, place: P): string {
    let out = text;
    for (const [name, values] of queryOf(text)) {
      const redacted = this.words(values, place);
      redacted.forEach((value, i) => {
        if (value !== values[i]) out = replaced(out, name, values[i] as string, value);
      });
    }
    return out;
  }

  private take(secret: string, kind: SecretKind, place: P): string {
    const plain = secret.trim();
    const known = this.taken.get(plain) ?? { kind, times: 0, places: new Set<P>() };
    known.times++;
    known.places.add(place);
    this.taken.set(plain, known);
    const print = this.fingerprint(plain);
    return print === null ? '[redacted]' : `[redacted:${print}]`;
  }

  private fingerprint(secret: string): string | null {
    if (!this.key) return null;
    return createHmac('sha256', this.key).update(`secret\0${secret}`).digest('hex').slice(0, DIGITS);
  }
}

export type Redactable = string | readonly string[];

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const QUERY = /[?&]([\w.-]{1,64})=([^&#\s"']{0,65536})/g;

/** Decoded values of a URI's query by name, in order; empty where the text has no escapes and no argument list in it. */
function queryOf(text: string): readonly (readonly [name: string, values: readonly string[]])[] {
  if (!text.includes('?') || (!text.includes('%') && !text.includes('command=') && !text.includes('cmd='))) return [];
  const values = new Map<string, string[]>();
  for (const [, name = '', value = ''] of text.matchAll(QUERY)) {
    const list = values.get(name) ?? [];
    values.set(name, list);
    list.push(decoded(value));
  }
  return [...values];
}

/** Query texts are form-encoded: `+` is a blank. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

const replaced = (text: string, name: string, from: string, to: string): string =>
  text.replace(QUERY, (whole, key: string, value: string) =>
    key === name && decoded(value) === from ? whole.slice(0, whole.length - value.length) + encoded(to) : whole,
  );

/** As readable as a URI allows. */
const encoded = (value: string): string =>
  value.replace(/[^\w.~:/[\]-]/g, (c) => (c === ' ' ? '+' : encodeURIComponent(c.isWellFormed() ? c : '\ufffd')));
