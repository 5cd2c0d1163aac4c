/** Finds secrets in text of the evidence: where each begins and ends, and of what kind it is. */
import { PATTERNS, SECRET_FLAG, type SecretKind } from './patterns';

export interface Found {
  readonly start: number;
  readonly end: number;
  readonly kind: SecretKind;
}

/** In order, never overlapping: where patterns overlap, the first one in the table gives the kind to what they cover together. */
export function findSecrets(text: string): readonly Found[] {
  const all: Found[] = [];
  if (text.length < 4) return all;
  const open = new Map<RegExp, boolean>();
  const isOpen = (gate: RegExp): boolean => {
    const known = open.get(gate) ?? gate.test(text);
    open.set(gate, known);
    return known;
  };
  for (const { kind, pattern, gate } of PATTERNS) {
    if (gate && !isOpen(gate)) continue;
    for (const match of text.matchAll(pattern)) {
      const { before = '', secret = '' } = match.groups ?? {};
      const start = match.index + before.length;
      all.push({ start, end: start + secret.length, kind });
    }
  }
  return merged(all);
}

/** As `findSecrets`, of the elements of an argument list that are joined with NUL. */
export function findInArguments(words: readonly string[]): readonly Found[] {
  const all: Found[] = [];
  let at = 0;
  words.forEach((word, i) => {
    const equals = word.indexOf('=');
    const name = SECRET_FLAG.exec(equals < 0 ? word : word.slice(0, equals))?.groups?.name;
    const next = words[i + 1];
    if (name !== undefined && equals >= 0) all.push({ start: at + equals + 1, end: at + word.length, kind: kindOf(name) });
    else if (name !== undefined && next !== undefined && !next.startsWith('--'))
      all.push({ start: at + word.length + 1, end: at + word.length + 1 + next.length, kind: kindOf(name) });
    at += word.length + 1;
  });
  return merged([...all, ...findSecrets(words.join('\0')).map((found) => toEnd(found, words))]);
}

/** In `-pA&b` and in `-u`, `me:A&b` a secret goes to the end of its element, whatever ends a word elsewhere. */
function toEnd(found: Found, words: readonly string[]): Found {
  let at = 0;
  for (const [i, word] of words.entries()) {
    const end = at + word.length;
    if (found.start < end) {
      const isOption = word.startsWith('-') || (words[i - 1]?.startsWith('-') && !/\s|:\/\//.test(word));
      return isOption && found.end < end && !/\s/.test(word.slice(0, found.start - at)) ? { ...found, end } : found;
    }
    at = end + 1;
  }
  return found;
}

const kindOf = (name: string): SecretKind =>
  /pass/i.test(name) ? 'password' : /token/i.test(name) ? 'token' : /key/i.test(name) ? 'access key' : 'secret';

/** Union of what overlaps; the order of `all` is that of precedence. */
export function merged(all: readonly Found[]): readonly Found[] {
  if (all.length < 2) return all.filter(({ start, end }) => end > start);
  const sorted = all
    .map((found, rank) => ({ ...found, rank }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start || b.end - a.end || a.rank - b.rank);
  const out: (Found & { readonly rank: number })[] = [];
  for (const next of sorted) {
    const last = out.at(-1);
    if (last === undefined || next.start >= last.end) out.push(next);
    else
      out[out.length - 1] = {
        start: last.start,
        end: Math.max(last.end, next.end),
        kind: next.rank < last.rank ? next.kind : last.kind,
        rank: Math.min(last.rank, next.rank),
      };
  }
  return out.map(({ start, end, kind }) => ({ start, end, kind }));
}
