/**
 * The records that a report cites against a bundle: each is looked for where the report says that it lies, by walking the bundle as the import does, and
 * must be there byte for byte. Nothing of a case's database is asked.
 */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { walkMembers } from '../bundle/members';
import type { Chunks } from '../bundle/source';
import { changesIn, type Hasher, hashBundle } from '../case/verify';
import { ExhibitError } from '../contract/errors';
import type { VerifyCheck } from '../contract/verify';
import type { Citation } from '../report/citations';
import type { ReportEvidence } from '../report/evidence';

/** How many records a failed check names. */
const NAMED = 5;

export type Known = Pick<ReportEvidence, 'id' | 'name' | 'sha256' | 'bytes'>;
/** A bundle as it lies on the disk, and the evidence that it is held to be. */
export interface Held {
  readonly path: string;
  readonly evidence: Known;
}

/**
 * Which evidence a bundle is: the one of its hash, else the one of its name, else the only one. The first check says whether its hash is right.
 * @param sealed SHA-256 of the files of each folder, by evidence, where that is known: what differs is named then
 * Throws `unreadable` where there is none at `path`.
 */
export async function identify(
  path: string,
  evidences: readonly Known[],
  hasher: Hasher,
  sealed: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(),
): Promise<{ readonly held: Held | undefined; readonly check: VerifyCheck }> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ExhibitError('unreadable', `There is no file or folder at ${path}.`, { at: path });
  const now = await hashBundle(path, found.isDirectory(), hasher);
  const { sha256, bytes } = now;
  const same = evidences.find((e) => e.sha256 === sha256);
  const evidence =
    same ?? evidences.find((e) => e.name === basename(path)) ?? (evidences.length === 1 ? evidences[0] : undefined);
  const what = evidence ? `${path} is ${evidence.id} (${evidence.name})` : `${path} is evidence of this case`;
  const detail = `${bytes} bytes, SHA-256 ${sha256}`;
  return {
    held: evidence && { path, evidence },
    check: same
      ? { what, ok: same.bytes === bytes, detail: `${detail}.` }
      : {
          what,
          ok: false,
          detail: evidence
            ? `${detail}; it was imported with ${evidence.sha256}${changesIn(now, sealed.get(evidence.id) ?? new Map())}.`
            : `${detail}; no evidence has that.`,
        },
  };
}

/** Whether a citation can be checked: one by HMAC only with the case's key, one without any hash never. */
export const isCheckable = ({ sha256, hmac }: Citation, key: Uint8Array | undefined): boolean =>
  sha256 !== null || (hmac !== null && key !== undefined);

/**
 * Whether each cited record of that evidence lies in the bundle; no check, and nothing read, where none is cited.
 * @param key of the case; without one records that are cited by HMAC are left out
 */
export async function checkCited(
  { path, evidence }: Held,
  citations: readonly Citation[],
  key: Uint8Array | undefined,
  signal?: AbortSignal,
): Promise<readonly VerifyCheck[]> {
  const wanted = citations.filter((c) => c.evidence === evidence.id && isCheckable(c, key));
  if (wanted.length === 0) return [];
  const byMember = new Map<string, Citation[]>();
  for (const c of wanted) {
    const inIt = byMember.get(c.member);
    if (inIt) inIt.push(c);
    else byMember.set(c.member, [c]);
  }
  const wrong = new Map<Citation, string>(wanted.map((c) => [c, 'its member is not there']));
  const problems: string[] = [];
  const temporary = await mkdtemp(join(tmpdir(), 'exhibit-verify-'));
  try {
    const isFolder = (await stat(path)).isDirectory();
    const onProblem = (problem: { readonly path: string; readonly why: string }) =>
      problems.push(`${problem.path}: ${problem.why}`);
    // A single file has no path of its own; what is cited of it has its name.
    for await (const member of walkMembers(path, isFolder, { temporary, onProblem })) {
      const inIt = byMember.get(member.path === '' ? evidence.name : member.path);
      if (!inIt) continue;
      for (const [citation, digest] of await digests(member.bytes, inIt, key, signal)) {
        if (digest !== undefined && digest === (citation.sha256 ?? citation.hmac)) wrong.delete(citation);
        else wrong.set(citation, digest === undefined ? 'the member ends before it' : 'other bytes lie there');
      }
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const what = `Every cited record of ${evidence.id} (${evidence.name}) lies in ${path}, byte for byte`;
  if (wrong.size === 0) return [{ what, ok: true, detail: `${wanted.length} records.` }];
  const named = [...wrong].slice(0, NAMED).map(([c, why]) => `${c.id} (${why})`);
  const others = wrong.size > NAMED ? ` and ${wrong.size - NAMED} more` : '';
  const detail = `${wrong.size} of ${wanted.length} do not: ${[...named, ...problems.slice(0, 1)].join('; ')}${others}.`;
  return [{ what, ok: false, detail }];
}

/** SHA-256 or HMAC of each cited range, undefined where the bytes end before it does. Ranges may overlap; each byte is read once. */
async function digests(
  bytes: Chunks,
  citations: readonly Citation[],
  key: Uint8Array | undefined,
  signal?: AbortSignal,
): Promise<ReadonlyMap<Citation, string | undefined>> {
  const result = new Map<Citation, string | undefined>(citations.map((c) => [c, undefined]));
  const waiting = citations.toSorted((a, b) => b.offset - a.offset);
  let open: { readonly citation: Citation; readonly hash: Hash | Hmac }[] = [];
  let at = 0;
  for await (const chunk of bytes) {
    if (signal?.aborted) throw new ExhibitError('stopped', 'The check was stopped.');
    const end = at + chunk.length;
    for (let next = waiting.at(-1); next && next.offset <= end; next = waiting.at(-1)) {
      open.push({ citation: next, hash: next.sha256 === null && key ? createHmac('sha256', key) : createHash('sha256') });
      waiting.pop();
    }
    open = open.filter(({ citation, hash }) => {
      const last = citation.offset + citation.length;
      hash.update(chunk.subarray(Math.max(0, citation.offset - at), Math.max(0, Math.min(chunk.length, last - at))));
      if (last > end) return true;
      result.set(citation, hash.digest('hex'));
      return false;
    });
    at = end;
  }
  return result;
}
