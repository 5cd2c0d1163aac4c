/** A journal that was rewritten or cut, by one who knows how to make all hashes anew: it shows against each anchor, and only there. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../../workers/case/digest';
import { currentWho, Journal, type JournalEntry, readJournal } from '../../../workers/case/journal';
import { canonical } from '../../../workers/contract/canonical';
import { printStatement } from '../../../workers/contract/statement';
import { checkAnchor } from '../../../workers/verify/anchor';
import { readAnchor } from '../../../workers/verify/anchor-file';
import { infoOf, printInfo } from '../../../workers/verify/bag-files';
import { model } from '../report/report-model';

const ENTRIES = 6;
const MORE = 2;
const folder = mkdtempSync(join(tmpdir(), 'exhibit-anchors-'));
const at = (name: string) => join(folder, name);
const keys = generateKeyPairSync('ed25519');
let lines: readonly string[];
let head: string;
/** Each kind of anchor, as somebody gives it. */
let anchors: readonly string[];

beforeAll(async () => {
  const journal = Journal.open(at('journal.ndjson'), currentWho('ann'));
  for (let i = 0; i < ENTRIES; i++) journal.append('note', { i });
  head = journal.head;
  const state = { entries: ENTRIES, head };
  const report = await model(3);
  writeFileSync(at('report.json'), canonical({ ...report, case: { ...report.case, journal: state } }));
  mkdirSync(at('bag'));
  writeFileSync(
    at('bag/bag-info.txt'),
    printInfo(infoOf({ version: '1', bytes: 0, files: 0, journal: state, digest: '', evidenceDigest: '', evidence: [] })),
  );
  const statement = Buffer.from(printStatement({ case: 'a', ...state, at: '2026-03-18T08:00:00Z' }));
  writeFileSync(at('a.txt'), statement);
  writeFileSync(at('a.txt.sig'), sign(null, statement, keys.privateKey));
  writeFileSync(at('key.pub.pem'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
  for (let i = 0; i < MORE; i++) journal.append('note', { later: i });
  lines = readFileSync(at('journal.ndjson'), 'utf8').trimEnd().split('\n');
  anchors = [head, at('report.json'), at('bag'), at('a.txt')];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong with the journal by itself, then what each anchor says of it; one after the other. */
async function told(of: readonly string[]): Promise<readonly string[]> {
  writeFileSync(at('changed.ndjson'), `${of.join('\n')}\n`);
  const journal = readJournal(at('changed.ndjson'));
  const said: string[] = [];
  for (const given of anchors) {
    const { checks, anchor, where } = await readAnchor(given, at('key.pub.pem'));
    const wrong = [...checks, checkAnchor(journal, anchor, where)].filter(({ ok }) => !ok);
    said.push(wrong.map(({ detail }) => detail).join());
  }
  return [journal.broken ?? '', ...said];
}
/** All hashes made anew. */
function rechained(of: readonly string[]): readonly string[] {
  let previous = '0'.repeat(64);
  return of.map((line, i) => {
    const { hash: _, ...before } = JSON.parse(line) as JournalEntry;
    const entry = { ...before, seq: i + 1, previous };
    previous = sha256(canonical(entry));
    return canonical({ ...entry, hash: previous });
  });
}
const zoe = (i: number) => lines.map((line, k) => (k === i ? line.replace('"examiner":"ann"', '"examiner":"zoe"') : line));
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

test('an untouched one agrees with all of them, and what was added later does not matter', async () => {
  expect(await told(lines)).toEqual(['', '', '', '', '']);
  expect(await told(rechained(lines))).toEqual(['', '', '', '', '']);
  expect(await told(lines.slice(0, ENTRIES))).toEqual(['', '', '', '', '']);
});

test.for(upTo(ENTRIES))('entry %i + 1 rewritten with all later hashes', async (i) => {
  const [chain, ...said] = await told(rechained(zoe(i)));

  expect(chain).toBe('');
  expect(said[0]).toContain('it was rewritten, cut, or is another’s');
  for (const against of said.slice(1)) expect(against).toContain(`It was rewritten at or before entry ${ENTRIES}`);
});

test.for(upTo(ENTRIES))('entry %i + 1 taken out, with all later hashes made anew', async (i) => {
  const [chain, ...said] = await told(rechained(lines.toSpliced(i, 1)));

  expect(chain).toBe('');
  for (const against of said) expect(against).toMatch(/t was (rewritten|cut)/);
});

test.for(upTo(ENTRIES - 1))('cut behind entry %i + 1', async (i) => {
  const [chain, ...said] = await told(lines.slice(0, i + 1));

  expect(chain).toBe('');
  expect(said[0]).toContain(`None of its ${i + 1} entries has hash ${head}`);
  for (const against of said.slice(1)) expect(against).toContain(`It was cut: ${i + 1} entries hold, and there were ${ENTRIES}`);
});

test.for(upTo(ENTRIES + MORE))('entry %i + 1 changed alone breaks the chain itself', async (i) => {
  expect((await told(zoe(i)))[0]).toContain(`Entry ${i + 1} of the journal does not hold`);
});

test('what only the later entries say rests on the chain alone', async () => {
  expect(await told(rechained(zoe(ENTRIES)))).toEqual(['', '', '', '', '']);
});

test.for([0, 9, 18, 27, 36, 45, 54, 63])('one bit of byte %i of the signature', async (i) => {
  const bytes = readFileSync(at('a.txt.sig'));
  bytes[i] = (bytes[i] as number) ^ 1;
  writeFileSync(at('b.txt'), readFileSync(at('a.txt')));
  writeFileSync(at('b.txt.sig'), bytes);

  expect((await readAnchor(at('b.txt'), at('key.pub.pem'))).checks).toMatchObject([{ ok: false }]);
});

test('a statement that was changed, or signed by another, or not at all, is no longer signed', async () => {
  const signature = readFileSync(at('a.txt.sig'));
  const changed = readFileSync(at('a.txt'), 'utf8').replace(`Entries: ${ENTRIES}`, 'Entries: 5');
  const other = generateKeyPairSync('ed25519').privateKey;
  for (const [text, sig] of [
    [changed, signature],
    [changed, sign(null, Buffer.from(changed), other)],
    [changed, undefined],
  ] as const) {
    rmSync(at('c.txt.sig'), { force: true });
    writeFileSync(at('c.txt'), text);
    if (sig) writeFileSync(at('c.txt.sig'), sig);
    expect((await readAnchor(at('c.txt'), at('key.pub.pem'))).checks).toMatchObject([{ ok: false }]);
  }
});

test.for([
  ['Exhibit-Anchor: 2', (text: string) => text.replace('Anchor: 1', 'Anchor: 2')],
  ['a line added', (text: string) => `${text}Report-SHA256: x\n`],
  ['a line twice', (text: string) => text.replace('Case: a\n', 'Case: a\nCase: a\n')],
  ['no number', (text: string) => text.replace(`Entries: ${ENTRIES}`, 'Entries: NaN')],
  ['no hash', (text: string) => text.replace(/Head: .*/, 'Head: ')],
] as const)('a statement with %s is none', async ([, change]) => {
  writeFileSync(at('d.txt'), change(readFileSync(at('a.txt'), 'utf8')));

  await expect(readAnchor(at('d.txt'), undefined)).rejects.toMatchObject({ code: 'unreadable' });
});
