import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seal } from '../../../workers/bundle/seal';
import { tar } from '../../helpers/archives';

let folder: string;
let into: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-seal-'));
  into = join(folder, 'E1');
  mkdirSync(into);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nothing = () => undefined;

test('copies a file, hashes it and makes it read-only', async () => {
  const path = join(folder, 'audit.log');
  writeFileSync(path, 'hello\n');
  const sealed = await seal(path, into, nothing);
  expect(sealed).toMatchObject({
    sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    bytes: 6,
    kind: 'file',
    name: 'audit.log',
    path: join(into, 'audit.log'),
  });
  expect(readFileSync(sealed.path, 'utf8')).toBe('hello\n');
  expect(statSync(sealed.path).mode & 0o222).toBe(0);
});

test.for([
  { title: 'tar', content: tar([{ name: 'a', content: 'x' }]), kind: 'archive' },
  { title: 'tar.gz', content: gzipSync(tar([{ name: 'a', content: 'x' }])), kind: 'archive' },
  { title: 'a compressed file', content: gzipSync('x'), kind: 'file' },
])('$title is sealed as $kind', async ({ content, kind }) => {
  writeFileSync(join(folder, 'unknown'), content);
  expect((await seal(join(folder, 'unknown'), into, nothing)).kind).toBe(kind);
});

test('hashes a folder as find, sort and sha256sum do', async () => {
  const path = join(folder, 'bundle');
  mkdirSync(join(path, 'b', 'deep'), { recursive: true });
  mkdirSync(join(path, 'empty'));
  for (const name of ['b/x', 'b-1', 'B', 'b.log', 'b/deep/y', 'ä', 'with space', 'with\nnewline', 'back\\slash', 'car\rriage'])
    writeFileSync(join(path, name), name);
  writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0x61])]), 'not UTF-8');
  symlinkSync('B', join(path, 'link'));
  const listing = execFileSync(
    'sh',
    ['-c', `find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum`],
    { cwd: path },
  );
  const sealed = await seal(path, into, nothing);
  expect(sealed.sha256).toBe(listing.toString().slice(0, 64));
  expect(sealed.bytes).toBe(3 + 3 + 1 + 5 + 8 + 2 + 10 + 12 + 10 + 9 + 9);
  expect(sealed.problems).toEqual([{ path: 'link', why: 'This is a link; it was not followed.' }]);
  expect(readFileSync(join(sealed.path, 'b/deep/y'), 'utf8')).toBe('b/deep/y');
});

test('hashes an empty folder as xargs and sha256sum do', async () => {
  const path = join(folder, 'bundle');
  mkdirSync(path);
  const listing = execFileSync('sh', ['-c', `find . -type f -printf '%P\\0' | sort -z | xargs -0 sha256sum | sha256sum`], {
    cwd: path,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect((await seal(path, into, nothing)).sha256).toBe(listing.toString().slice(0, 64));
});

test('refuses a folder that holds the place it would be copied to, whatever it is called by', async () => {
  const link = join(folder, 'link');
  symlinkSync(folder, link);
  for (const path of [folder, link, '/']) {
    await expect(seal(path, into, nothing)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('holds the case itself'),
    });
  }
});

test('says what is not there, and stops when told', async () => {
  await expect(seal(join(folder, 'nowhere'), into, nothing)).rejects.toMatchObject({ code: 'unreadable' });
  writeFileSync(join(folder, 'big'), Buffer.alloc(5_000_000));
  const stop = new AbortController();
  const sealing = seal(join(folder, 'big'), into, () => stop.abort(), stop.signal);
  await expect(sealing).rejects.toMatchObject({ code: 'stopped' });
});
