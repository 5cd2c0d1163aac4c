/**
 * Arguments of EXECVE records (linux kernel/auditsc.c `audit_log_execve_info`): `a0="ls" a1=2D6C61`, one too long for a record in pieces `a1_len=9000 a1[0]=… a1[1]=…`,
 * and as many records as it takes, in any order. An argument without quotes is hex, always; an empty one is not written.
 */
import { alwaysHex } from './fields';

/** More arguments than a kernel takes in one call (MAX_ARG_STRINGS is larger, but each takes a pointer of the 2 MiB that all may have). */
const MOST = 1 << 18;
/** The name behind its `a`. */
const WHOLE = /^\d{1,5}$/;
const PIECE = /^(\d{1,5})\[(\d{1,5})\]$/;

export interface Arguments {
  /** One character a byte. */
  readonly argv: readonly string[];
  /** An argument or a piece of one is missing. */
  readonly cut: boolean;
}

/** @param bodies of the EXECVE records of one event; undefined where there are none */
export function readArguments(bodies: readonly string[]): Arguments | undefined {
  if (bodies.length === 0) return undefined;
  const whole: (string | undefined)[] = [];
  const pieces = new Map<number, string[]>();
  let count = 0;
  for (const body of bodies) {
    count = Math.max(count, Number(/^ +argc=(\d{1,6})\b/.exec(body)?.[1] ?? 0));
    for (let at = body.indexOf(' a'); at >= 0; at = body.indexOf(' a', at)) {
      const equals = body.indexOf('=', at);
      if (equals < 0) break;
      const name = body.slice(at + 2, equals);
      const start = equals + 1;
      const isQuoted = body.charCodeAt(start) === 34;
      const close = body.indexOf(isQuoted ? '"' : ' ', isQuoted ? start + 1 : start);
      const end = close < 0 ? body.length : isQuoted ? close + 1 : close;
      at = end;
      if (WHOLE.test(name)) whole[Number(name)] ??= alwaysHex(body.slice(start, end)) ?? '';
      else {
        const [, digits = '', piece = ''] = PIECE.exec(name) ?? [];
        if (digits !== '')
          pieces.set(
            Number(digits),
            place(pieces.get(Number(digits)) ?? [], Number(piece), alwaysHex(body.slice(start, end)) ?? ''),
          );
      }
    }
  }
  let cut = false;
  for (const [i, parts] of pieces) {
    const all = Array.from(parts, (part) => part ?? '');
    cut ||= Array.from(parts).includes(undefined as unknown as string);
    whole[i] ??= all.join('');
  }
  const argv = Array.from({ length: Math.max(whole.length, Math.min(count, MOST)) }, (_, i) => whole[i]);
  // An empty argument in the midst of others is one that the kernel did not write; those at the end were lost, or are empty too.
  return { argv: argv.map((argument) => argument ?? ''), cut: cut || whole.length < count };
}

function place(parts: string[], i: number, bytes: string): string[] {
  if (i < MOST) parts[i] ??= bytes;
  return parts;
}
