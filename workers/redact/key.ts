/** The key of a case, under which its reports name secrets and the records that hold one. It lies in the case folder, and in nothing that is handed over. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExhibitError } from '../contract/errors';

const BYTES = 32;
const fileOf = (dir: string): string => join(dir, 'redaction.key');

/** Undefined where the case has none: it was made before there were keys, and was not opened for writing since. Throws `case-damaged`. */
export function readKey(dir: string): Uint8Array | undefined {
  if (!existsSync(fileOf(dir))) return undefined;
  const text = readFileSync(fileOf(dir), 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new ExhibitError('case-damaged', `The key at ${fileOf(dir)} is none of ours; restore it from a copy of the case.`, {
      at: fileOf(dir),
    });
  return Buffer.from(text, 'hex');
}

/** What the journal has of the key: the SHA-256 of 32 random bytes tells nothing of them. Undefined and throws as `readKey`. */
export function fingerprint(dir: string): string | undefined {
  const key = readKey(dir);
  return key && createHash('sha256').update(key).digest('hex');
}

/** Makes the key of a case that has none. */
export function makeKey(dir: string): void {
  if (!existsSync(fileOf(dir)))
    writeFileSync(fileOf(dir), `${randomBytes(BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
}
