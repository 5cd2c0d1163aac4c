/** Lists of checksums that a bundle brings along are compared with its files, in folders and archives, in each algorithm, as a bag too. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseManifest } from '../../../workers/bundle/manifest';
import type { EvidenceInfo } from '../../../workers/contract/evidence';
import { tar } from '../../helpers/archives';
import { TestCase } from './cases';

let made: TestCase;
let folder: string;
beforeAll(async () => {
  made = await TestCase.make();
  folder = mkdtempSync(join(tmpdir(), 'exhibit-lists-'));
});
afterAll(async () => {
  await made.close();
  rmSync(folder, { recursive: true, force: true });
});

const event = (n: number) =>
  `${JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: `a${n}`, stage: 'ResponseComplete', verb: 'get', requestURI: '/' })}\n`;
const sum = (content: string | Buffer, algorithm = 'sha256') => createHash(algorithm).update(content).digest('hex');
const [one, two] = [event(1), event(2)];
const packed = gzipSync(two);

type Files = Readonly<Record<string, string | Buffer>>;
let times = 0;
/** Files that no other case has, so that no evidence is there already. */
const fresh = (files: Files): Files => ({ ...files, 'note.txt': `case ${++times}` });

function asFolder(files: Files): string {
  const root = join(folder, `bundle-${times}`);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}
function asArchive(files: Files): string {
  const path = join(folder, `bundle-${times}.tgz`);
  writeFileSync(path, gzipSync(tar(Object.entries(files).map(([name, content]) => ({ name: `./${name}`, content })))));
  return path;
}
async function imported(path: string): Promise<EvidenceInfo> {
  const [evidence] = (await made.import(path)).evidence;
  if (!evidence) throw new Error('no evidence');
  return evidence;
}

const BAG = {
  'bagit.txt': 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n',
  'data/a.log': one,
  'data/b.log.gz': packed,
};

test.for<{ title: string; files: Files; ok: boolean; detail: RegExp; warned?: string }>([
  {
    title: 'all agree',
    files: { 'a.log': one, 'b.log.gz': packed, SHA256SUMS: `${sum(one)}  a.log\n${sum(packed)} *./b.log.gz\n` },
    ok: true,
    detail: /^Of 2 files .* 2 agree: all of them\.$/,
  },
  {
    title: 'one differs',
    files: { 'n1/a.log': one, 'b.log.gz': packed, 'sums.txt': `${sum(two)}  n1/a.log\n${sum(packed)}  b.log.gz\n` },
    ok: false,
    detail: /1 agree; 1 differ \(n1\/a\.log\)\. The bundle is not what its list describes\./,
    warned: 'n1/a.log',
  },
  {
    title: 'a compressed file differs',
    files: { 'b.log.gz': packed, SHA256SUMS: `${sum(one)}  b.log.gz\n` },
    ok: false,
    detail: /0 agree; 1 differ/,
    warned: 'b.log.gz',
  },
  {
    title: 'one is missing',
    files: { 'a.log': one, SHA512SUMS: `${sum(one, 'sha512')}  a.log\n${sum(two, 'sha512')}  gone.log\n` },
    ok: false,
    detail: /SHA-512 sums names, 1 agree; 1 are missing \(gone\.log\)/,
  },
  {
    title: 'a list below, and one in the BSD form with MD5',
    files: { 'n1/a.log': one, 'n1/MD5': `MD5 (a.log) = ${sum(one, 'md5')}\n` },
    ok: true,
    detail: /MD5 sums names, 1 agree: all/,
  },
  {
    title: 'a bag that holds',
    files: { ...BAG, 'manifest-sha256.txt': `${sum(one)}  data/a.log\n${sum(packed)}  data/b.log.gz\n` },
    ok: true,
    detail: /all of them/,
  },
  {
    title: 'a bag with a file that is not listed',
    files: { ...BAG, 'manifest-sha512.txt': `${sum(one, 'sha512')}  data/a.log\n` },
    ok: false,
    detail: /1 are in the payload but not listed \(data\/b\.log\.gz\)/,
  },
  {
    title: 'a tag manifest needs not list the payload',
    files: { ...BAG, 'tagmanifest-sha256.txt': `${sum(BAG['bagit.txt'])}  bagit.txt\n` },
    ok: true,
    detail: /all of them/,
  },
])('$title', async ({ files, ok, detail, warned }) => {
  for (const write of [asFolder, asArchive]) {
    const { checks, members } = await imported(write(fresh(files)));
    expect(checks).toEqual([{ what: expect.any(String), ok, detail: expect.stringMatching(detail) }]);
    const list = members.find(({ path }) => path === checks[0]?.what);
    expect(list).toMatchObject({ format: null, warning: checks[0]?.detail });
    const marked = members.filter(({ warning }) => warning?.includes('are not those that')).map(({ path }) => path);
    expect(marked).toEqual(warned ? [warned] : []);
  }
});

test('a list in an archive of a folder is compared with the files of that archive', async () => {
  const inner = asArchive(fresh({ 'a.log': one, SHA256SUMS: `${sum(two)}  a.log\n` }));
  const { checks } = await imported(inner);
  expect(checks[0]?.ok).toBe(false);
  const root = asFolder(
    fresh({
      'inner.tgz': gzipSync(
        tar([
          { name: 'a.log', content: one },
          { name: 'SHA256SUMS', content: `${sum(two)}  a.log\n` },
        ]),
      ),
    }),
  );
  const outer = await imported(root);
  expect(outer.checks).toMatchObject([{ what: 'inner.tgz!/SHA256SUMS', ok: false }]);
  expect(outer.members.find(({ path }) => path === 'inner.tgz!/a.log')?.warning).toMatch(/are not those/);
});

test('a list that is the whole evidence is not compared, and no alarm', async () => {
  const path = join(folder, 'alone.txt');
  writeFileSync(path, `${sum('x')}  a.log\n`);
  expect((await imported(path)).checks).toMatchObject([{ ok: true, detail: expect.stringContaining('not compared') }]);
});

test.for([
  ['a comment and blank lines', `# made by hand\n\n${sum('x')}  a\n`, 'sha256'],
  ['a name with a backslash and a line end, as GNU escapes it', `\\${sum('x')}  a\\\\b\\nc\n`, 'sha256'],
  ['two algorithms in one', `${sum('x')}  a\n${sum('x', 'md5')}  b\n`, undefined],
  ['a line that is none', `${sum('x')}  a\nhello\n`, undefined],
  ['a hash alone', `${sum('x')}\n`, undefined],
  ['nothing', '', undefined],
] as const)('reads %s', ([, text, algorithm]) => {
  expect(parseManifest(Buffer.from(text))?.algorithm).toBe(algorithm);
});
