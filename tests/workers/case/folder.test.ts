import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CaseFolder, makeEvidence, removeEvidence, storeIntent } from '../../../workers/case/folder';
import { readJournal } from '../../../workers/case/journal';
import { readRange, sealedSource, sourcePath } from '../../../workers/case/store';
import { verifyEvidence, verifyJournal } from '../../../workers/case/verify';
import { sql } from '../../../workers/contract/sql';

let folder: string;
let dir: string;
let open: CaseFolder | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-case-'));
  dir = join(folder, 'a.exhibit');
});
afterEach(() => {
  open?.close();
  open = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function opened(options: Parameters<typeof CaseFolder.open>[1] = { create: true }): Promise<CaseFolder> {
  open?.close();
  open = undefined;
  open = await CaseFolder.open(dir, options);
  return open;
}
const whats = () =>
  readJournal(join(dir, 'journal.ndjson')).entries.map(
    (entry) => `${entry.what}${entry.detail.outcome ? `:${entry.detail.outcome}` : ''}`,
  );

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Commits an evidence that is one file, as an import does. */
async function commitEvidence(folder: CaseFolder, n: number, text: string): Promise<void> {
  const intent = folder.writableJournal().intend('import', { evidence: `E${n}` });
  makeEvidence(dir, n);
  writeFileSync(join(dir, 'evidence', `E${n}`, 'a:b.log'), text);
  writeFileSync(join(dir, 'members', `E${n}`, '1'), text.toUpperCase());
  const connection = await folder.database.connect();
  await connection.run('BEGIN');
  await connection.run(
    sql`INSERT INTO evidence (evidence, name, kind, sha256, bytes, sealed) VALUES (${n}, 'a:b.log', 'file', ${sha256(text)}, ${text.length}, ${sealedSource(n, 'a:b.log')})`,
  );
  await connection.run(
    sql`INSERT INTO member (member, evidence, path, name, sha256, bytes, source) VALUES (${n}, ${n}, 'm', 'm', ${sha256(text.toUpperCase())}, ${text.length}, ${`members/E${n}/1`})`,
  );
  await storeIntent(connection, intent);
  await connection.run('COMMIT');
  connection.close();
}

describe('opening', () => {
  test('makes a case, and says where there is none', async () => {
    await expect(CaseFolder.open(dir)).rejects.toMatchObject({ code: 'no-case' });
    const made = await opened();
    expect(made).toMatchObject({ readOnly: false, notices: [] });
    expect(whats()).toEqual(['create']);
    await opened({});
    expect(whats()).toEqual(['create']);
  });

  test('one writer at a time; readers wait for it', async () => {
    await opened();
    await expect(CaseFolder.open(dir)).rejects.toMatchObject({ code: 'case-locked' });
    await expect(CaseFolder.open(dir, { readOnly: true })).rejects.toMatchObject({ code: 'case-locked' });
    open?.close();
    open = undefined;
    expect(existsSync(join(dir, 'lock'))).toBe(false);
    await expect(opened({ readOnly: true })).resolves.toMatchObject({ readOnly: true });
  });

  test.runIf(existsSync('/proc'))('where no folder can be made, not even by trying for ever', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const cannot = {
      code: 'case-read-only',
      message: expect.stringMatching(/cannot be made \((ENOENT|ENOTDIR)\); choose another place/),
    };
    await expect(CaseFolder.open('/proc/self/none/case', { create: true })).rejects.toMatchObject(cannot);
    await expect(CaseFolder.open(join(file, 'case'), { create: true })).rejects.toMatchObject(cannot);
  });

  test('a newer schema, another database, a damaged one', async () => {
    const made = await opened();
    const connection = await made.database.connect();
    await connection.run(`UPDATE meta SET value = '999' WHERE name = 'schema'`);
    connection.close();
    await expect(opened({})).rejects.toMatchObject({ code: 'case-newer' });
    expect(existsSync(join(dir, 'lock'))).toBe(false);
    writeFileSync(join(dir, 'case.duckdb'), 'this is no database');
    await expect(opened({})).rejects.toMatchObject({
      code: 'case-damaged',
      message: expect.stringContaining('import the originals'),
    });
    rmSync(join(dir, 'case.duckdb'));
    await expect(opened({ create: true })).rejects.toMatchObject({
      code: 'case-damaged',
      message: expect.stringContaining('journal but no database'),
    });
  });

  test.each(['{"broken', 'null', '{}'])('marks that cannot be read are named by their line: %s', async (line) => {
    await opened();
    open?.close();
    open = undefined;
    writeFileSync(join(dir, 'marks.ndjson'), `${line}\n`);
    const damaged = { code: 'case-damaged', message: expect.stringContaining('Line 1 of marks.ndjson') };
    await expect(opened({})).rejects.toMatchObject(damaged);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  test.skipIf(process.getuid?.() === 0)('a folder that may not be written is opened read-only, and says so', async () => {
    await opened();
    open?.close();
    chmodSync(dir, 0o500);
    const made = await opened({});
    expect(made.readOnly).toBe(true);
    expect(made.notices).toMatchObject([expect.stringContaining('read-only')]);
    chmodSync(dir, 0o700);
  });

  test('read-only writes nothing', async () => {
    await opened();
    const before = readFileSync(join(dir, 'journal.ndjson'), 'utf8');
    const made = await opened({ readOnly: true });
    expect(() => made.writableJournal()).toThrow(/read-only/);
    expect(() => made.mark({ target: 'E1:1', kind: 'note', text: 'x' })).toThrow(/read-only/);
    open?.close();
    open = undefined;
    expect(readFileSync(join(dir, 'journal.ndjson'), 'utf8')).toBe(before);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });
});

describe('an original that is not as it was sealed', () => {
  const original = () => join(dir, 'evidence', 'E1', 'a:b.log');
  test.for([
    { title: 'gone', change: () => rmSync(original()), says: 'is not in the case folder' },
    { title: 'longer', change: () => writeFileSync(original(), 'one\nmore\n'), says: 'has 9 bytes where 4 were sealed' },
  ])('$title: said on opening, to write and to read', async ({ change, says }) => {
    await commitEvidence(await opened(), 1, 'one\n');
    expect((await opened({})).notices).not.toContainEqual(expect.stringContaining('original'));
    change();
    for (const readOnly of [false, true])
      expect((await opened({ readOnly })).notices).toEqual([expect.stringContaining(`The original of E1 (a:b.log) ${says}`)]);
  });
});

describe('after a crash', () => {
  test('an import that the database had committed is complete', async () => {
    await commitEvidence(await opened(), 1, 'one\n');
    const again = await opened({});
    expect(again.notices).toMatchObject([expect.stringContaining('it is complete')]);
    expect(whats()).toEqual(['create', 'import', 'import:recovered']);
    expect(existsSync(join(dir, 'evidence', 'E1', 'a:b.log'))).toBe(true);
  });

  test('an import that it had not committed leaves nothing but its entry', async () => {
    const made = await opened();
    await commitEvidence(made, 1, 'one\n');
    const first = made.writableJournal().entries.at(-1);
    if (first) made.writableJournal().conclude(first, 'done');
    made.writableJournal().intend('import', { evidence: 'E2' });
    makeEvidence(dir, 2);
    writeFileSync(join(dir, 'evidence', 'E2', 'part'), 'half');
    writeFileSync(join(dir, 'spool', 'm9-1.ndjson'), 'half');
    appendFileSync(join(dir, 'journal.ndjson'), '{"half":');
    const again = await opened({});
    expect(again.notices).toMatchObject([expect.stringContaining('cut off'), expect.stringContaining('was interrupted')]);
    expect(readdirSync(join(dir, 'evidence'))).toEqual(['E1']);
    expect(readdirSync(join(dir, 'members'))).toEqual(['E1']);
    expect(readdirSync(join(dir, 'spool'))).toEqual([]);
    expect(whats()).toEqual(['create', 'import', 'import:done', 'import', 'recover', 'import:interrupted']);
  });

  test('a journal that is not the database’s is refused', async () => {
    await commitEvidence(await opened(), 1, 'one\n');
    open?.close();
    open = undefined;
    const all = readFileSync(join(dir, 'journal.ndjson'), 'utf8').split('\n');
    writeFileSync(join(dir, 'journal.ndjson'), `${all[0]}\n`);
    await expect(opened({})).rejects.toMatchObject({
      code: 'journal-damaged',
      message: expect.stringContaining('lacks the entry'),
    });
    expect((await opened({ readOnly: true })).readOnly, 'as its sentence promises').toBe(true);
  });
});

describe('marks', () => {
  test('are kept, undone by an entry, journaled, and survive reopening', async () => {
    const made = await opened({ create: true, examiner: 'An Examiner' });
    const note = made.mark({ target: 'E1/a.log:1', kind: 'note', text: 'odd' });
    const tag = made.mark({ target: 'E1/a.log:2', kind: 'tag', text: 'exfil' });
    made.unmark(note.mark);
    expect(made.marks()).toEqual([tag]);
    expect(tag).toMatchObject({ author: 'An Examiner', kind: 'tag', text: 'exfil' });
    expect(() => made.unmark(note.mark)).toThrow(/no such mark/);
    expect(() => made.mark({ target: 'E1:1', kind: 'note', text: '  ' })).toThrow(/needs some text/);
    expect(whats()).toEqual(['create', 'mark', 'mark', 'mark']);
    appendFileSync(join(dir, 'marks.ndjson'), '{"mark":"half');
    expect((await opened({ readOnly: true })).marks()).toEqual([tag]);
    expect((await opened({})).marks()).toEqual([tag]);
    expect(readFileSync(join(dir, 'marks.ndjson'), 'utf8').trimEnd().split('\n')).toHaveLength(3);
  });
});

describe('sealed bytes', () => {
  test('are read by their place', async () => {
    await commitEvidence(await opened(), 1, 'one two three\n');
    expect((await readRange(dir, sealedSource(1, 'a:b.log'), 4, 3)).toString()).toBe('two');
    expect((await readRange(dir, 'members/E1/1', 0, 3)).toString()).toBe('ONE');
    await expect(readRange(dir, 'members/E1/1', 10, 30)).rejects.toMatchObject({ code: 'case-damaged' });
    await expect(readRange(dir, 'members/E1/2', 0, 1)).rejects.toMatchObject({ code: 'case-damaged' });
  });

  test.for(['../x', 'evidence/../../x', 'spool/x', '/etc/passwd', 'journal.ndjson'])(
    'a source outside the evidence is refused: %s',
    (source) => {
      expect(() => sourcePath('/case', source)).toThrow(/outside/);
    },
  );

  test('verify finds what was changed', async () => {
    const made = await opened();
    await commitEvidence(made, 1, 'one\n');
    await commitEvidence(made, 2, 'two\n');
    const connection = await made.database.connect();
    const verdicts = async () => (await verifyEvidence(dir, connection, () => undefined)).map((check) => check.ok);
    expect(await verdicts()).toEqual([true, true, true, true]);
    writeFileSync(join(dir, 'evidence', 'E2', 'a:b.log'), 'twO\n');
    writeFileSync(join(dir, 'members', 'E1', '1'), 'ONE');
    expect(await verdicts()).toEqual([true, false, false, true]);
    removeEvidence(dir, 1);
    expect(await verdicts()).toEqual([false, false, false, true]);
    expect(await verifyJournal(readJournal(made.paths.journal), connection)).toMatchObject([{ ok: true }, { ok: true }]);
    const journal = readFileSync(join(dir, 'journal.ndjson'), 'utf8');
    writeFileSync(join(dir, 'journal.ndjson'), journal.replace('"E1"', '"E9"'));
    expect(await verifyJournal(readJournal(made.paths.journal), connection)).toMatchObject([
      { ok: false, detail: expect.stringContaining('Entry 2') },
      { ok: false },
    ]);
    connection.close();
  });
});
