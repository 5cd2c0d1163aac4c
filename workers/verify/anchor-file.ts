/** What somebody kept of a journal apart from the case: a head hash as hex digits, or the file that holds it. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ExhibitError } from '../contract/errors';
import { readStatement, SIGNATURE_ENDING, type Statement } from '../contract/statement';
import type { VerifyCheck } from '../contract/verify';
import type { Anchor } from './anchor';
import { journalIn } from './bag-files';
import type { Checked } from './itself';
import { readReport } from './report-file';

export interface GivenAnchor extends Checked {
  /** What it is called in sentences. */
  readonly where: string;
  readonly anchor: Anchor;
  /** SHA-256 of the report, and of a bag's manifest, that it was stated with. */
  readonly made: Pick<Statement, 'report' | 'manifest'>;
}

/** SHA-256 of the reports that they were stated with. */
export const reportsIn = (anchors: readonly GivenAnchor[]): ReadonlySet<string> =>
  new Set(anchors.flatMap(({ made }) => made.report ?? []));

const MAX_TEXT = 1024 * 1024;
const HEX = /^[0-9a-f]{64}$/;

/**
 * @param given 64 hex digits; or the path of a report, of a bag or its `bag-info.txt`, of what `exhibit sign` made or its signature
 * @param key path of the signer's public key, PEM
 * Throws `unreadable` where it is none of these.
 */
export async function readAnchor(given: string, key: string | undefined): Promise<GivenAnchor> {
  const hash = given.toLowerCase();
  if (HEX.test(hash)) return plain('the hash that was given', { head: hash });
  const found = await stat(given).catch(() => undefined);
  const path = found?.isDirectory() ? join(given, 'bag-info.txt') : withoutEnding(given);
  const bytes = await readFile(path).catch(() => {
    throw refused(given, 'there is no such file');
  });
  if (bytes.length <= MAX_TEXT) {
    const statement = readStatement(bytes.toString());
    if (statement) return signed(path, bytes, statement, key);
    const anchor = journalIn(bytes.toString());
    if (anchor) return plain(basename(path), anchor);
  }
  const { model } = await readReport(path).catch(() => {
    throw refused(given, 'it is no report, bag-info.txt or anchor of Exhibit');
  });
  return plain(basename(path), model.case.journal);
}

const refused = (given: string, why: string) =>
  new ExhibitError('unreadable', `${given} cannot be an anchor: ${why}; give 64 hex digits, or the file that has them.`, {
    at: given,
  });

const withoutEnding = (path: string): string =>
  path.endsWith(SIGNATURE_ENDING) ? path.slice(0, -SIGNATURE_ENDING.length) : path;

const plain = (where: string, anchor: Anchor): GivenAnchor => ({ where, anchor, made: {}, checks: [], unchecked: [] });

async function signed(path: string, bytes: Buffer, statement: Statement, key: string | undefined): Promise<GivenAnchor> {
  const where = basename(path);
  const anchor = { entries: statement.entries, head: statement.head };
  const made = { report: statement.report, manifest: statement.manifest };
  if (key === undefined) {
    const unchecked = [`Whether ${where} was signed, and by whom: no public key was given with --key.`];
    return { where, anchor, made, checks: [], unchecked };
  }
  const publicKey = await readPublicKey(key);
  const what = `The signature of ${where} is one of the key ${basename(key)}`;
  const signature = await readFile(`${path}${SIGNATURE_ENDING}`).catch(() => undefined);
  return { where, anchor, made, checks: [checkSignature(what, bytes, publicKey, signature)], unchecked: [] };
}

function checkSignature(what: string, bytes: Buffer, key: KeyObject, signature: Buffer | undefined): VerifyCheck {
  if (!signature) return { what, ok: false, detail: `Its signature is not beside it, under its name with ${SIGNATURE_ENDING}.` };
  const ok = verify(null, bytes, key, signature);
  return {
    what,
    ok,
    detail: ok
      ? 'Ed25519, over the whole file.'
      : 'It is not: the file or the signature was changed, or another key made the signature.',
  };
}

/** Throws `unreadable` where the file holds no Ed25519 key. */
async function readPublicKey(path: string): Promise<KeyObject> {
  const refuse = (why: string) => new ExhibitError('unreadable', `The key ${path} cannot be used: ${why}.`, { at: path });
  const pem = await readFile(path).catch(() => {
    throw refuse('there is no such file');
  });
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw refuse('it is no public key as PEM');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refuse(`it is of the kind ${key.asymmetricKeyType}, and must be ed25519`);
  return key;
}
