const GROUPED = new Intl.NumberFormat('en-US');

/** 45,183. Counts are never rounded. */
export const grouped = (n: number): string => GROUPED.format(n);

/** `1 session`, `23 sessions`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`;

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** 118.4 MB: decimal units; bytes exactly. */
export function size(bytes: number): string {
  let at = 0;
  let n = bytes;
  while (n >= 1000 && at < SIZES.length - 1) {
    n /= 1000;
    at++;
  }
  return at === 0 ? `${bytes} B` : `${n.toFixed(1)} ${SIZES[at]}`;
}

/** 7c41 9be0 2d5f… */
export const shortHash = (hash: string, groups = 3): string =>
  hash === '' ? '' : `${(hash.match(/.{1,4}/g) ?? []).slice(0, groups).join(' ')}…`;
