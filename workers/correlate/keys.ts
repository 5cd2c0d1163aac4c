/**
 * Exact keys: what admission put into an exec's environment, by having `env` run the command: `env KUBERNETES_EXEC_AUDIT_ID=<audit id> bash`, and
 * `SPO_EXEC_REQUEST_UID` of the Security Profiles Operator (the id of the admission request; it counts where it is a call's audit id). A key proves a
 * link only if it is one's own: one that the caller asked for in the command itself, or that several processes carry, may be forged or copied.
 */
import type { Text } from './input';

const PREFIX = /^(?:\S*\/)?env((?: +[A-Za-z_]\w*=\S*)+) +/;
const KEY =
  /(?:^|\s)(?:SPO_EXEC_REQUEST_UID|KUBERNETES_EXEC_AUDIT_ID)=["']?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/i;

/** The key that a command line sets for what it runs; null where it sets none. */
export function keyOf(cmdline: string | null): string | null {
  const set = cmdline === null ? undefined : PREFIX.exec(cmdline)?.[1];
  return (set && KEY.exec(set)?.[1]?.toLowerCase()) ?? null;
}

/** The image as it was asked for, without what sets the key before it. */
export function withoutKey(text: Text): Text {
  if (text.cmdline === null || keyOf(text.cmdline) === null) return text;
  return { ...text, cmdline: text.cmdline.replace(PREFIX, ''), exe: null, comm: null };
}

/** How a key speaks of a call: true that it is its, false that it is another's, null nothing. `carriers`: roots with this key; `namesakes`: calls with this audit id. */
export function agreesOnKey(
  key: string | null,
  call: { readonly auditid: string | null; readonly argv: readonly string[] | null },
  carriers: number,
  namesakes: ReadonlyMap<string, number>,
): boolean | null {
  if (key === null || carriers > 1 || namesakes.get(key) !== 1) return null;
  if (call.argv?.some((word) => word.toLowerCase().includes(key))) return null;
  return call.auditid?.toLowerCase() === key;
}
