/** Checks a bag that was handed over: its manifests, its originals and its journal against `bag-info.txt`, and its report against all of these. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow } from '../bundle/members';
import { sha256 } from '../case/digest';
import { readJournal } from '../case/journal';
import { type Hasher, hashBundle, verifyMarks } from '../case/verify';
import { ExhibitError } from '../contract/errors';
import type { VerifyCheck } from '../contract/verify';
import type { Job } from '../jobs';
import { anchorText, checkAnchor } from './anchor';
import { LABELS, manifestPath, readInfo, readManifest } from './bag-files';
import { checkReport } from './report';
import type { CheckedTarget } from './verify';

const TAGS = ['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt'] as const;
const NAMED = 5;

/** Throws `unreadable` where the folder is no bag of ours. */
export async function checkBag(dir: string, hasher: Hasher, job: Job): Promise<CheckedTarget> {
  const read = (name: string) =>
    readFile(join(dir, name)).catch(() => {
      throw new ExhibitError('unreadable', `${dir} is no bag of Exhibit: it has no ${name}.`, { at: dir });
    });
  const manifest = await read('manifest-sha256.txt');
  const tagManifest = readManifest(await read('tagmanifest-sha256.txt'));
  const info = readInfo((await read('bag-info.txt')).toString());
  const said = (label: string) => info.find(([name]) => name === label)?.[1];

  const tags = new Map<string, string>();
  for (const name of TAGS) tags.set(name, (await hasher.file(join(dir, name))).sha256);
  const payload = new Map<string, string>();
  let bytes = 0;
  for await (const file of filesBelow(Buffer.from(join(dir, 'data')), () => undefined)) {
    const found = await hasher.file(Buffer.concat([Buffer.from(`${dir}/data/`), file]));
    payload.set(manifestPath(Buffer.concat([Buffer.from('data/'), file])), found.sha256);
    bytes += found.bytes;
  }
  const oxum = `${bytes}.${payload.size}`;
  const journal = readJournal(join(dir, 'data/journal.ndjson'));
  const anchor = { entries: Number(said(LABELS.entries) ?? Number.NaN), head: said(LABELS.head) ?? '' };
  const originals = info.filter(([label]) => label === LABELS.evidence).map(([, value]) => value);
  const report = join(dir, 'data/report.pdf');
  const checks: VerifyCheck[] = [
    agree('The bag’s own files are those of tagmanifest-sha256.txt', tagManifest, tags),
    agree('The payload is that of manifest-sha256.txt', readManifest(manifest), payload),
    { what: 'The payload has the size of bag-info.txt', ok: said('Payload-Oxum') === oxum, detail: `Payload-Oxum ${oxum}.` },
    {
      what: 'The journal’s chain holds',
      ok: journal.broken === undefined,
      detail: journal.broken ?? `${journal.entries.length} entries; the last has hash ${journal.head}.`,
    },
    checkAnchor(journal, anchor, 'bag-info.txt'),
    verifyMarks(join(dir, 'data/marks.ndjson'), journal),
  ];
  const bundles: string[] = [];
  for (const original of originals) {
    const { check, path } = await checkOriginal(dir, original, hasher);
    checks.push(check);
    if (check.ok) bundles.push(path);
  }
  const reported = await checkReport(report, bundles, undefined, hasher, job);
  return {
    checks: [...checks, ...reported.checks, checkAnchor(journal, reported.model.case.journal, 'the report')],
    unchecked: ['The numbers of the report: a bag holds no database; import its originals and compare the case digest.'],
    journal,
    anchors: [`${anchorText(anchor)}, as bag-info.txt has it; compare it with what you were told apart from the bag`],
    made: { report: reported.sha256, manifest: sha256(manifest) },
  };
}

/** @param original `E1 <sha256> <bytes> <name>` */
async function checkOriginal(
  dir: string,
  original: string,
  hasher: Hasher,
): Promise<{ readonly check: VerifyCheck; readonly path: string }> {
  const [, id = '', sha256 = '', name = ''] = /^(E[1-9]\d*) ([0-9a-f]{64}) \d+ ([^/]+)$/.exec(original) ?? [];
  const path = join(dir, 'data/evidence', id, name);
  const what = `${id} (${name}) is the original of bag-info.txt`;
  const found = await stat(path).catch(() => undefined);
  if (!found) return { path, check: { what, ok: false, detail: 'It is not in the bag.' } };
  const now = await hashBundle(path, found.isDirectory(), hasher);
  const ok = now.sha256 === sha256;
  return { path, check: { what, ok, detail: ok ? `SHA-256 ${sha256}.` : `It had SHA-256 ${sha256} and now has ${now.sha256}.` } };
}

function agree(what: string, said: ReadonlyMap<string, string> | undefined, found: ReadonlyMap<string, string>): VerifyCheck {
  if (!said) return { what, ok: false, detail: 'It has a line that is none of a manifest.' };
  const wrong = [
    ...[...said]
      .filter(([path, hash]) => found.get(path) !== hash)
      .map(([path]) => `${path} ${found.has(path) ? 'was changed' : 'is missing'}`),
    ...[...found.keys()].filter((path) => !said.has(path)).map((path) => `${path} is not in it`),
  ];
  return wrong.length === 0
    ? { what, ok: true, detail: `${found.size} files.` }
    : {
        what,
        ok: false,
        detail: `${wrong.slice(0, NAMED).join('; ')}${wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : ''}.`,
      };
}
