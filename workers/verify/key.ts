/** The key of a case against the journal: under another one, secrets would have other names in its reports, and what is cited by HMAC could not be checked. */
import type { JournalEntry } from '../case/journal';
import { fingerprint } from '../redact/key';
import type { Checked } from './itself';

export function verifyKey(dir: string, journal: readonly JournalEntry[]): Checked {
  const said = journal.find(({ what }) => what === 'create')?.detail.key;
  if (said === undefined)
    return { checks: [], unchecked: ['redaction.key: the journal of this case was begun before it said anything of the key.'] };
  const now = fingerprintOf(dir);
  const ok = now === said;
  const detail = ok
    ? `Its SHA-256 is ${now}.`
    : `redaction.key was changed, or is missing: bring it back from a copy of the case.`;
  return { checks: [{ what: 'The redaction key is the one of the journal', ok, detail }], unchecked: [] };
}

/** Undefined where there is none, or none of ours. */
function fingerprintOf(dir: string): string | undefined {
  try {
    return fingerprint(dir);
  } catch {
    return undefined;
  }
}
