import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bounds, Problem } from '../../../workers/bundle/bounds';
import { BOUNDS } from '../../../workers/bundle/bounds';
import { walkMembers } from '../../../workers/bundle/members';
import { gnuLongName, gnuSparse, paxName, paxSparse, type SparsePiece, tar, zip, zstd, zstdBomb } from '../../helpers/archives';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-members-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Paths with their text, and what was complained of. */
async function walk(content: Buffer | string | undefined, bounds?: Partial<Bounds>) {
  const root = join(folder, 'bundle');
  if (content !== undefined) writeFileSync(root, content);
  const problems: Problem[] = [];
  const members: Record<string, string> = {};
  const options = {
    temporary: folder,
    bounds: { ...BOUNDS, ...bounds },
    onProblem: (problem: Problem) => problems.push(problem),
  };
  for await (const member of walkMembers(root, content === undefined, options)) {
    const chunks: Buffer[] = [];
    for await (const chunk of member.bytes) chunks.push(Buffer.from(chunk));
    members[member.path] = Buffer.concat(chunks).toString();
  }
  return { members, problems };
}

describe('tells how much of the sealed file it has read', () => {
  const text = Array.from({ length: 30_000 }, (_, i) => `${(i * 7919) % 65_537}`).join(' ');
  const files = ['a', 'b', 'c'].map((name) => ({ name, content: `${name} ${text}` }));
  test.for([
    { title: 'a plain file', content: Buffer.from(text), begins: 1 },
    { title: 'a tgz', content: gzipSync(tar(files)), begins: 0.5 },
    { title: 'a zip', content: zip(files), begins: 0.5 },
  ])('$title', async ({ content, begins }) => {
    const root = join(folder, 'bundle');
    writeFileSync(root, content);
    const read: number[] = [];
    for await (const member of walkMembers(root, false, { temporary: folder, onProblem: () => undefined }))
      for await (const _ of member.bytes) read.push(member.read());
    expect(read).toEqual([...read].sort((a, b) => a - b));
    expect(read[0]).toBeLessThanOrEqual(content.length * begins);
    expect(read.at(-1)).toBeGreaterThan(content.length * 0.9);
    expect(read.at(-1)).toBeLessThanOrEqual(content.length);
  });
});

const inner = tar([{ name: './inner/a.log', content: 'one' }]);

describe('finds members by content, whatever the name', () => {
  test.for([
    { title: 'a plain file', content: 'one', expected: { '': 'one' } },
    { title: 'an empty file', content: '', expected: { '': '' } },
    { title: 'gzip', content: gzipSync('one'), expected: { '': 'one' } },
    { title: 'several gzip members', content: Buffer.concat([gzipSync('one'), gzipSync('two')]), expected: { '': 'onetwo' } },
    { title: 'Zstandard', content: zstd('one two three'), expected: { '': 'one two three' } },
    {
      title: 'several Zstandard frames',
      content: Buffer.concat([zstd('one two three '), zstd('four five six')]),
      expected: { '': 'one two three four five six' },
    },
    { title: 'gzip in gzip', content: gzipSync(gzipSync('one')), expected: { '': 'one' } },
    {
      title: 'tar',
      content: tar([
        { name: './a.log', content: 'one' },
        { name: 'd/', type: '5' },
        { name: 'd/b.log', content: 'two' },
      ]),
      expected: { 'a.log': 'one', 'd/b.log': 'two' },
    },
    { title: 'tar.gz', content: gzipSync(inner), expected: { 'inner/a.log': 'one' } },
    { title: 'tar.zst', content: zstd(inner), expected: { 'inner/a.log': 'one' } },
    {
      title: 'zip',
      content: zip([{ name: 'a.log', content: 'one' }, { name: 'd/b.log', content: 'two', stored: true }, { name: 'd/' }]),
      expected: { 'a.log': 'one', 'd/b.log': 'two' },
    },
    {
      title: 'a tgz in a zip',
      content: zip([{ name: 'outer.tgz', content: gzipSync(inner) }]),
      expected: { 'outer.tgz!/inner/a.log': 'one' },
    },
    {
      title: 'a zip in a tar.gz',
      content: gzipSync(
        tar([
          { name: 'o.zip', content: zip([{ name: 'x/a.log', content: 'one' }]) },
          { name: 'z', content: 'two' },
        ]),
      ),
      expected: { 'o.zip!/x/a.log': 'one', z: 'two' },
    },
    {
      title: 'a compressed file in a tar',
      content: tar([{ name: 'a.log.gz', content: gzipSync('one') }]),
      expected: { 'a.log.gz': 'one' },
    },
    {
      title: 'a GNU long name',
      content: gnuLongName(`${'d/'.repeat(80)}a.log`, 'one'),
      expected: { [`${'d/'.repeat(80)}a.log`]: 'one' },
    },
    { title: 'a pax name', content: paxName('日本/ä.log', 'one'), expected: { '日本/ä.log': 'one' } },
    {
      title: 'bytes that are not UTF-8',
      content: tar([{ name: Buffer.from([0x61, 0xff, 0x62]), content: 'one' }]),
      expected: { 'a%FFb': 'one' },
    },
    {
      title: 'characters with a meaning in ids',
      content: tar([{ name: 'a%b:c#d!e', content: 'one' }]),
      expected: { 'a%25b%3Ac%23d%21e': 'one' },
    },
    {
      title: 'a name that points outside is only a name',
      content: tar([{ name: '../../etc/passwd', content: 'one' }]),
      expected: { '../../etc/passwd': 'one' },
    },
  ])('$title', async ({ content, expected }) => {
    expect(await walk(content)).toEqual({ members: expected, problems: [] });
  });

  test('a folder: paths in byte order, links not followed', async () => {
    const root = join(folder, 'bundle');
    mkdirSync(join(root, 'b'), { recursive: true });
    writeFileSync(join(root, 'b', 'x.log.gz'), gzipSync('x'));
    writeFileSync(join(root, 'b-1'), 'minus');
    writeFileSync(join(root, 'B'), 'upper');
    symlinkSync('/etc/passwd', join(root, 'link'));
    symlinkSync('/', join(root, 'b', 'root'));
    const { members, problems } = await walk(undefined);
    expect(Object.entries(members)).toEqual([
      ['B', 'upper'],
      ['b-1', 'minus'],
      ['b/x.log.gz', 'x'],
    ]);
    expect(problems.map((p) => p.path).sort()).toEqual(['b/root', 'link']);
  });
});

describe('says in one sentence what could not be read, and gives the rest', () => {
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(5000);
  const random = Buffer.from(
    Array.from({ length: 60_000 }, (_, i) => 32 + ((createHash('md5').update(String(i)).digest()[0] as number) % 90)),
  );

  test('a truncated gzip', async () => {
    const whole = gzipSync(random);
    const { members, problems } = await walk(whole.subarray(0, whole.length - 2000));
    expect((members[''] as string).length).toBeGreaterThan(20_000);
    expect(problems).toMatchObject([
      { path: '', why: expect.stringMatching(/^The gzip data is cut off; \d+ decompressed bytes could be read\.$/) },
    ]);
  });

  test('a damaged gzip', async () => {
    const bad = gzipSync(random);
    bad.writeUInt32LE(0, bad.length - 8);
    const { members, problems } = await walk(bad);
    expect(members[''] === random.toString()).toBe(true);
    expect(problems).toMatchObject([{ why: expect.stringContaining('damaged') }]);
  });

  test('bytes behind a gzip', async () => {
    const { members, problems } = await walk(Buffer.concat([gzipSync(text), Buffer.from('something else')]));
    expect(members['']).toBe(text);
    expect(problems).toMatchObject([{ why: expect.stringMatching(/^14 bytes follow/) }]);
  });

  test('zeros behind a gzip are padding, other bytes behind them are not', async () => {
    const padded = Buffer.concat([gzipSync(text), Buffer.alloc(512)]);
    expect(await walk(padded)).toEqual({ members: { '': text }, problems: [] });
    const { problems } = await walk(Buffer.concat([padded, Buffer.from('x')]));
    expect(problems).toMatchObject([{ why: expect.stringMatching(/^513 bytes follow/) }]);
  });

  test('an empty zip', async () => {
    expect(await walk(zip([]))).toEqual({ members: {}, problems: [{ path: '', why: 'The zip archive is empty.' }] });
  });

  test('a truncated Zstandard', async () => {
    const { members, problems } = await walk(zstd(text).subarray(0, 150_000));
    expect((members[''] as string).length).toBeGreaterThanOrEqual(100_000);
    expect(problems).toMatchObject([{ why: expect.stringContaining('cut off') }]);
  });

  test('a Zstandard window that would fill the memory', async () => {
    const { problems } = await walk(zstd(text, 0xa0));
    expect(problems).toMatchObject([{ why: expect.stringContaining('window') }]);
  });

  test('a truncated tar', async () => {
    const whole = tar([
      { name: 'a', content: 'one' },
      { name: 'b', content: text },
    ]);
    const { members, problems } = await walk(whole.subarray(0, 1024 + 512 + 1000));
    expect(members).toEqual({ a: 'one', b: text.slice(0, 1000) });
    expect(problems).toMatchObject([{ why: expect.stringContaining('cut off') }]);
  });

  test('a tar with a damaged header', async () => {
    const whole = tar([
      { name: 'a', content: 'one' },
      { name: 'b', content: 'two' },
    ]);
    whole[1024 + 3] = 0x7a;
    const { members, problems } = await walk(whole);
    expect(members).toEqual({ a: 'one' });
    expect(problems).toMatchObject([{ why: expect.stringContaining('damaged') }]);
  });

  test('a link in a tar and in a zip', async () => {
    const first = await walk(
      tar([
        { name: 'l', type: '2' },
        { name: 'a', content: 'one' },
      ]),
    );
    const second = await walk(
      zip([
        { name: 'l', content: '/etc/passwd', mode: 0o120777 },
        { name: 'a', content: 'one' },
      ]),
    );
    for (const { members, problems } of [first, second]) {
      expect(members).toEqual({ a: 'one' });
      expect(problems).toMatchObject([{ path: 'l', why: 'This is a link; it was not followed.' }]);
    }
  });

  test.for([
    { title: 'a wrong CRC', file: { crc: 1 }, why: /CRC-32/, content: 'one' },
    { title: 'a wrong size', file: { size: 7 }, why: /3 bytes where the archive says 7/, content: 'one' },
    { title: 'an encrypted entry', file: { encrypted: true }, why: /encrypted/, content: undefined },
    { title: 'an unknown method', file: { method: 99 }, why: /method 99/, content: undefined },
  ])('a zip with $title', async ({ file, why, content }) => {
    const { members, problems } = await walk(
      zip([
        { name: 'bad', content: 'one', ...file },
        { name: 'good', content: 'two' },
      ]),
    );
    expect(members).toEqual({ ...(content ? { bad: content } : {}), good: 'two' });
    expect(problems).toMatchObject([{ path: 'bad', why: expect.stringMatching(why) }]);
  });

  test('a zip without its directory', async () => {
    const whole = zip([{ name: 'a', content: text }]);
    const { members, problems } = await walk(whole.subarray(0, whole.length - 30));
    expect(members).toEqual({});
    expect(problems).toMatchObject([{ why: expect.stringContaining('zip archive cannot be read') }]);
  });

  test('a name twice', async () => {
    const { members, problems } = await walk(
      tar([
        { name: 'a', content: 'one' },
        { name: 'a', content: 'two' },
      ]),
    );
    expect(members).toEqual({ a: 'one', 'a!2': 'two' });
    expect(problems).toHaveLength(1);
  });
});

describe('gives a sparse file of a tar archive as it is, with the zeros that the archive left out', () => {
  const pieces = (count: number): readonly SparsePiece[] =>
    Array.from({ length: count }, (_, i) => [100 + 50 * i, `line ${i}\n`]);
  const whole = (size: number, parts: readonly SparsePiece[]) => {
    const bytes = Buffer.alloc(size);
    for (const [at, text] of parts) bytes.write(text, at);
    return bytes.toString();
  };
  const makers = { GNU: gnuSparse, 'pax 0.1': paxSparse.bind(null, '0.1'), 'pax 1.0': paxSparse.bind(null, '1.0') } as const;
  const all = Object.entries(makers).map(([title, make]) => ({ title, make }));

  for (const count of [0, 1, 4, 5, 25, 26, 200])
    test.for(all)(`$title, pieces: ${count}`, async ({ make }) => {
      const parts = [...pieces(count), [20_000, ''] as const];
      const behind = tar([{ name: 'b', content: 'next' }]);
      const sparse = make('a.log', 20_000, parts);
      const { members, problems } = await walk(Buffer.concat([sparse.subarray(0, -1024), behind]));
      expect(members).toEqual({ 'a.log': whole(20_000, parts), b: 'next' });
      expect(problems).toEqual([]);
    });

  test.for(all)('$title, cut off: what there is', async ({ make }) => {
    const cut = make('a.log', 5000, [
      [0, 'x'.repeat(600)],
      [4000, 'y'.repeat(600)],
    ]).subarray(0, -1500);
    const { members, problems } = await walk(cut);
    expect(members['a.log']?.startsWith(`${'x'.repeat(600)}${'\0'.repeat(3400)}y`)).toBe(true);
    expect(problems).toMatchObject([{ why: expect.stringContaining('cut off') }]);
  });

  test.for([
    {
      title: 'pieces that overlap',
      size: 50,
      parts: [
        [10, 'aaaa'],
        [12, 'bbbb'],
      ],
    },
    { title: 'a piece behind the end', size: 50, parts: [[60, 'aaaa']] },
  ] as const)('a map with $title is damaged, and what follows is read', async ({ size, parts }) => {
    for (const { make } of all) {
      const { members, problems } = await walk(
        Buffer.concat([make('a.log', size, parts).subarray(0, -1024), tar([{ name: 'b', content: 'next' }])]),
      );
      expect(members).toEqual({ b: 'next' });
      expect(problems).toEqual([{ path: 'a.log', why: 'This is a sparse file whose map is damaged; it was not read.' }]);
    }
  });

  test('a hole is no way to fill the memory or the disk', async () => {
    for (const { make } of all) {
      const { members, problems } = await walk(make('a.log', 2 ** 32, [[2 ** 31, 'x']]), { ratio: 100, ratioFrom: 1_000_000 });
      expect(members['a.log']?.length).toBeLessThan(1_100_000);
      expect(problems).toMatchObject([{ why: expect.stringContaining('more than 100 times its size') }]);
    }
  });
});

describe('keeps its bounds, and says so', () => {
  test('depth', async () => {
    let nested: Buffer = gzipSync('one');
    for (let i = 0; i < 12; i++) nested = gzipSync(nested);
    const { members, problems } = await walk(nested);
    expect(members).toEqual({});
    expect(problems).toMatchObject([{ why: expect.stringContaining('archives deep') }]);
  });

  test('members', async () => {
    const { members, problems } = await walk(tar(Array.from({ length: 20 }, (_, i) => ({ name: `f${i}`, content: 'x' }))), {
      members: 5,
    });
    expect(Object.keys(members)).toHaveLength(5);
    expect(problems).toMatchObject([{ why: expect.stringContaining('more than 5 members') }]);
  });

  test('ratio, for gzip and Zstandard', async () => {
    for (const bomb of [gzipSync(Buffer.alloc(30_000_000)), zstdBomb(300)]) {
      const { members, problems } = await walk(bomb, { ratio: 100, ratioFrom: 5_000_000 });
      expect((members[''] as string).length).toBeLessThan(30_000_000);
      expect(problems).toMatchObject([{ why: expect.stringContaining('more than 100 times its size') }]);
    }
  });

  test('decompressed bytes of an evidence', async () => {
    const { problems } = await walk(gzipSync(Buffer.alloc(3_000_000)), { bytes: 1_000_000 });
    expect(problems).toMatchObject([{ why: expect.stringContaining('more than 1000000 bytes') }]);
  });
});
