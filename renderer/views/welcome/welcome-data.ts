import type { CaseContents } from '../../../workers/contract/shell';
import { parseTime } from '../../../workers/contract/time';
import { NS, read, span } from '../../data/clock';

/** A name for the case of a dropped bundle: the bundle's own without its endings, the day, and a number where it is taken. */
export function nameFor(bundle: string, now: Date, taken: readonly string[] = []): string {
  const base = bundle
    .replace(/\.(tar|tgz|gz|xz|bz2|lz4|zst|zip|json|jsonl|ndjson|log|txt)\b/gi, '')
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .replace(/^[^\p{L}\p{N}]+/u, '') // no case's name begins otherwise
    .trim();
  const name = `${base === '' ? 'Case' : base.slice(0, 60)} ${now.toISOString().slice(0, 10)}`;
  const names = new Set(taken);
  for (let n = 1; ; n++) {
    const one = n === 1 ? name : `${name} ${n}`;
    if (!names.has(one)) return one;
  }
}

/** `today 19:48`, `yesterday`, `12 Mar`, `12 Mar 2025`, in the machine's own zone. `opened` is RFC 3339. */
export function openedWords(opened: string, now: Date, zone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  const ms = Date.parse(opened);
  if (Number.isNaN(ms)) return opened;
  const then = read(BigInt(ms) * 1_000_000n, zone, 's');
  const nowNs = BigInt(now.getTime()) * 1_000_000n;
  if (then.date === read(nowNs, zone).date) return `today ${then.time.slice(0, 5)}`;
  if (then.date === read(nowNs - NS.d, zone).date) return 'yesterday';
  return then.date.slice(0, 4) === read(nowNs, zone).date.slice(0, 4) ? then.day : `${then.day} ${then.date.slice(0, 4)}`;
}

/** `17 Mar 2026, 24 h`: the day of the first activity and the length of it all. */
export function coversWords({ first, last }: Pick<CaseContents, 'first' | 'last'>): string {
  const [from, to] = [parseTime(first ?? ''), parseTime(last ?? '')];
  if (from === undefined || to === undefined) return '';
  const { day, date } = read(from, 'UTC');
  return `${day} ${date.slice(0, 4)}, ${span(to - from)}`;
}
