/**
 * Anchors: a statement of the journal's last entry in lines of text, signed with an Ed25519 key in a file beside it, so that openssl alone can check it
 * (docs/decisions/0010-verification.md). The private key is read here alone; the engine never sees it.
 */
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ExhibitError } from '../workers/contract/errors';
import { printStatement, SIGNATURE_ENDING, type Statement } from '../workers/contract/statement';
import { write } from './files';

export const SIGN = { sign: { type: 'string' } } as const;

/** Throws `unreadable` where the file holds no private Ed25519 key. */
export async function readPrivateKey(path: string): Promise<KeyObject> {
  const refuse = (why: string) => new ExhibitError('unreadable', `The key ${path} cannot sign: ${why}.`, { at: path });
  const pem = await readFile(resolve(path)).catch(({ code }: NodeJS.ErrnoException) => {
    throw refuse(code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`);
  });
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw refuse('it is no private key as PEM, or has a passphrase; make one with exhibit key');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refuse(`it is of the kind ${key.asymmetricKeyType}, and must be ed25519`);
  return key;
}

/** Writes the statement to `path` and its signature beside it; gives the line that sha256sum would print of the statement. */
export async function writeAnchor(statement: Omit<Statement, 'at'>, key: KeyObject, path: string): Promise<string> {
  const text = Buffer.from(printStatement({ ...statement, at: `${new Date().toISOString().slice(0, 19)}Z` }));
  await write(path, text);
  await write(`${path}${SIGNATURE_ENDING}`, sign(null, text, key));
  return `${createHash('sha256').update(text).digest('hex')}  ${path}\n`;
}
