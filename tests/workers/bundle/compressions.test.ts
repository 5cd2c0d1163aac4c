import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOUNDS, type Bounds, Budget } from '../../../workers/bundle/bounds';
import { bunzip2 } from '../../../workers/bundle/bzip2';
import type { Decompressor } from '../../../workers/bundle/decompress';
import { looksLike } from '../../../workers/bundle/known';
import { unlz4 } from '../../../workers/bundle/lz4';
import { isArchive, kindOf, walkMembers } from '../../../workers/bundle/members';
import { ByteSource, type Chunks } from '../../../workers/bundle/source';
import { unxz } from '../../../workers/bundle/xz';
import { zipEntries } from '../../../workers/bundle/zip';
import { type ZipFile, zip } from '../../helpers/archives';

// By xz 5.4 and bzip2 1.0.8; neither is needed where the tests run.
const base64 = (text: string) => Buffer.from(text, 'base64');
const XZ_ONE = base64('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQACb25lAAB+5RDF1WpsmgABGwMLL7kQH7bzfQEAAAAABFla');
const XZ_TWO = base64('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQACdHdvAABd03kpdShSAwABGwMLL7kQH7bzfQEAAAAABFla');
const BZIP2_ONE = base64('QlpoOTFBWSZTWbtwGxAAAAEBAAIBoAAhmBmBYXckU4UJC7cBsQA=');
const BZIP2_TWO = base64('QlpoOTFBWSZTWc3cjZoAAACBgAAAhIAgACGYGYRhdyRThQkM3cjZoA==');
/** A tar with `d/a.log`, `d/b.log.xz` and `d/c.log.bz2`. */
const TAR_XZ = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4A//AMtdADILyCMNm7LapY/hnGmbj4uHy7/3QdM2XNsJkqheAjOxy2HCMFYhlaBuBODiuZm9roxwYZ4BaIPpuY/ZvQ174tzyNr3N4gBXjsdzuRy403CR/JQKyBDnBTuc6ah04QKCe4QnJ1A3RrpSTbRiuoZjaBGiMwoOGzsrQU96JHwLkDQkFwTk3/T4BNeV7OgM70sYo7R17w8KkBHw3WA9XfSGw19zbElBNAj1+e6Lk4RenIyMKQU7kH/UdRpXZ1QickbtWsP7qxdIvtjfK+kAAAA2LTR/2VG7ggAB5wGAIAAAjCZgILHEZ/sCAAAAAARZWg==',
);
/** 250,000 bytes of it in three blocks; those of xz in one. */
const LZ4_ONE = base64('BCJNGHRAvQMAAIBvbmVgUr9+AAAAAGBSv34=');
const LZ4_TWO = base64('BCJNGGRApwMAAIB0d28AAAAA9OLXlQ==');
/** By lz4 1.9.4: four blocks of up to 64 KiB, each built on the one before, with checksums. */
const LZ4_TEXT = base64(
  'BCJNGFRArioBAAD/EDAxMjM0NTY3ODkgdGhlIHF1aWNrIGJyb3duIGZveAofAP/////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////JUG94CjAxJYD9ywoBAAAP/v//////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////6FAKMDEyM9bpY64qAQAA/xA0NTY3ODkgdGhlIHF1aWNrIGJyb3duIGZveAowMTIzHwD/////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////yVAxMjM0NXspi37bAAAAD/7///////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////9JUHRoZSBxkMECbAAAAABozNB9',
);
/** By `lz4 -l`. */
const LZ4_OLD = base64('AiFMGAQAAAAwb25l');
const TEXT = '0123456789 the quick brown fox\n'.repeat(10_000).slice(0, 250_000);
const BZIP2_TEXT = base64(
  'QlpoMTFBWSZTWbRCQkwAJctZgAAQQAB/4BtptsAwARgBTRoA0AAFNGgDQAAFKqjAA0Ghp6mIoi8xRFnFEXeKIsooi2RRFz3pRFwSiLilEXJKIuaURbIoi6RRF1iiLKKIsooiziiLOKIv+KItIoi+xRF6iiLEURYiiLSKItsURaRRF/RRFiKIsIoi/GKCskyms2Yt6bAAly2zAAAggAD/wDbTbYBgAjACmjQBoAAKaNAGgAAKVUAAAaNPUxFEXqKIvcUReIoi7JRFsiiLdFEW+KIuEURcYoi5RRFziiLPqlEXZKIu6URd4oiyiiLKKItMURbYoi/RRFlFEWIoixFEWcURbYoiziiLQlEWIoiwiiL+YoKyTKayelbwBAB+GrMAACCAAP/ANtNtgGAB4Apo0AaAABNVUBoBoNBkKaNAGgADSFKeoUplClPAUpjClN0KUwhSnCFKcYUpyhSnOFKdIUp1hSnaFKYwpTGFKZQpTIKU1wpT9ClPucKU+QpTSFKaQpTOFKYBSmcKU1QpTCFKaUKU/i7kinChIRQfMQI=',
);
const XZ_TEXT = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj49CPAIpdABgMQpJqZ7wO0TMqGwQ/x5ircUb57CGfH+JJL7L05gb0WPUeXq8fnE/lUuWd1+vJxkw4DTpuHVMqfgEWfG7/JOgZH8HVFi6eHNUPksbyLOdm5Cfhg196dvpRtrJzAxxj0NL5VIbhGK48mkiIik3uUhVxWZvIntH81Z1xRnEIIwFtE1c0Tx34mL2UAAAAACeIQg6RIwVSAAGmAZChDwCixRLTscRn+wIAAAAABFla',
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-compressions-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(content: Buffer): string {
  const path = join(folder, 'bundle');
  writeFileSync(path, content);
  return path;
}

async function* from(bytes: Buffer, step = 1 << 20): Chunks {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function decompress(how: Decompressor, bytes: Buffer, bounds: Partial<Bounds> = {}, step?: number) {
  const why: string[] = [];
  const chunks: Buffer[] = [];
  const source = new ByteSource(from(bytes, step));
  for await (const chunk of how(source, new Budget({ ...BOUNDS, ...bounds }), (each) => why.push(each))) {
    chunks.push(Buffer.from(chunk));
  }
  return { text: Buffer.concat(chunks).toString('latin1'), why };
}

describe.for([
  { what: 'xz', how: unxz, one: XZ_ONE, two: XZ_TWO, whole: XZ_TEXT, readable: 1 },
  { what: 'bzip2', how: bunzip2, one: BZIP2_ONE, two: BZIP2_TWO, whole: BZIP2_TEXT, readable: 90_000 },
  { what: 'lz4', how: unlz4, one: LZ4_ONE, two: LZ4_TWO, whole: LZ4_TEXT, readable: 240_000 },
])('$what', ({ what, how, one, two, whole, readable }) => {
  test('is known by its first bytes', () => expect([one, whole].map(kindOf)).toEqual([what, what]));

  test('several streams one after another are one', async () => {
    expect(await decompress(how, Buffer.concat([one, two]))).toEqual({ text: 'onetwo', why: [] });
  });

  test('the pieces in which it comes make no difference', async () => {
    for (const step of [1, 7, 100]) expect((await decompress(how, whole, {}, step)).text === TEXT).toBe(true);
  });

  test('a truncated one gives what can be read', async () => {
    const { text, why } = await decompress(how, whole.subarray(0, whole.length - 30));
    expect(text.length).toBeGreaterThan(readable);
    expect(TEXT.startsWith(text)).toBe(true);
    expect(why).toEqual([`The ${what} data is cut off; ${text.length} decompressed bytes could be read.`]);
  });

  test('each damaged byte is noticed, and none makes it fail or run on', async () => {
    for (let at = 4; at < one.length; at++) {
      const bad = Buffer.from(one);
      bad[at] = (bad[at] as number) ^ 0x5a;
      const { text, why } = await decompress(how, bad);
      expect(text === 'one' || why.length === 1, `byte ${at}: ${text} ${why}`).toBe(true);
    }
  });

  test('a bomb is read up to the bound', async () => {
    const { text, why } = await decompress(how, whole, { ratio: 100, ratioFrom: 1000 });
    expect(text.length).toBeLessThan(TEXT.length);
    expect(why).toMatchObject([expect.stringMatching(/^It decompresses to more than 100 times its size/)]);
  });
});

test('lz4 of the older form, other frames around it', async () => {
  expect(kindOf(LZ4_OLD)).toBe('lz4');
  const skippable = Buffer.from('502a4d1802000000ffff', 'hex');
  const all = [LZ4_OLD, LZ4_TWO, skippable, LZ4_ONE];
  expect(await decompress(unlz4, Buffer.concat(all), {}, 5)).toEqual({ text: 'onetwoone', why: [] });
  expect(await decompress(unlz4, LZ4_OLD.subarray(0, -1))).toEqual({
    text: 'on',
    why: ['The lz4 data is cut off; 2 decompressed bytes could be read.'],
  });
});

test('lz4 that needs a dictionary says so', async () => {
  const { text, why } = await decompress(unlz4, Buffer.from('04224d18614001000000d0', 'hex'));
  expect({ text, why }).toEqual({
    text: '',
    why: ['The lz4 data is compressed with a dictionary, which is not in it; 0 decompressed bytes could be read.'],
  });
});

test('bytes behind bzip2 data are told', async () => {
  const { text, why } = await decompress(bunzip2, Buffer.concat([BZIP2_ONE, Buffer.from('rest')]));
  expect({ text, why }).toEqual({ text: 'one', why: ['4 bytes follow the bzip2 data and are not bzip2; they were not read.'] });
});

test('compressed logs in a tar.xz are members, as in any archive', async () => {
  const path = written(TAR_XZ);
  const told: string[] = [];
  for await (const { path: name, bytes } of walkMembers(path, false, {
    temporary: folder,
    onProblem: ({ why }) => told.push(why),
  })) {
    for await (const chunk of bytes) told.push(`${name}: ${Buffer.from(chunk)}`);
  }
  expect(told).toEqual(['d/a.log: zero', 'd/b.log.xz: one', 'd/c.log.bz2: two']);
  expect(await isArchive(path)).toBe(true);
});

/** Numbers with their bits as one bit stream. */
function bits(...fields: readonly (readonly [count: number, value: number])[]): Buffer {
  const digits = fields.map(([count, value]) => value.toString(2).padStart(count, '0')).join('');
  return Buffer.from((digits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

test('a run longer than 32 bits can say is damage, not endless work', async () => {
  const codes = [
    [5, 2],
    [1, 0],
    [1, 0],
    [1, 0],
  ] as const;
  const runs = Array.from({ length: 64 }, () => [2, 0] as const);
  const block = bits(
    [24, 0x314159],
    [24, 0x265359],
    [32, 0],
    [1, 0],
    [24, 0],
    [16, 0x8000],
    [16, 0x8000],
    [3, 2],
    [15, 2],
    [2, 0],
    ...codes,
    ...codes,
    ...runs,
  );
  const { why } = await decompress(bunzip2, Buffer.concat([Buffer.from('BZh9'), block, Buffer.alloc(64)]));
  expect(why).toEqual(['The bzip2 data is damaged (a block is longer than it may be); 0 decompressed bytes could be read.']);
});

describe('entries of a zip', () => {
  const entry = (method: number, content: Buffer): ZipFile => ({
    name: 'a',
    content,
    method,
    stored: true,
    crc: crc32('one'),
    size: 3,
  });

  test.for([
    { title: 'compressed by bzip2', file: entry(12, BZIP2_ONE), expected: 'one' },
    { title: 'compressed by xz', file: entry(95, XZ_ONE), expected: 'one' },
    { title: 'by Deflate64 are named', file: entry(9, BZIP2_ONE), expected: /method 9 \(Deflate64\).*unpack the archive/ },
    { title: 'that are encrypted are named', file: { name: 'a', encrypted: true }, expected: /encrypted.*with its password/ },
  ])('$title', async ({ file, expected }) => {
    const told: string[] = [];
    for await (const each of zipEntries(written(zip([file])), new Budget(), (why) => told.push(why))) {
      if (each.unreadable) told.push(each.unreadable);
      else for await (const chunk of each.bytes((why) => told.push(why))) told.push(Buffer.from(chunk).toString());
    }
    expect(told).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });
});

test.for([
  { title: '7-Zip', head: '377abcaf271c0004', says: /7-Zip archive.*unpack it, and import the folder/ },
  { title: 'Avro', head: '4f626a0104166176', says: /Avro container.*avro-tools tojson/ },
  { title: 'a list of texts', head: Buffer.from('["{}"]').toString('hex'), says: /list of texts.*a line of its own/ },
  { title: 'UTF-32', head: 'fffe00007b0000002200000061000000', says: /UTF-32.*iconv -f UTF-32/ },
  {
    title: 'HAR',
    head: Buffer.from('{"log":{"version":"1.2","creator":{"name":"x"},"entries":[]}}').toString('hex'),
    says: /requests \(HAR\).*bodies of the answers/,
  },
  { title: 'an empty tar archive', head: '00'.repeat(10_240), says: /^It holds nothing but zeros/ },
  { title: 'RAR 5', head: '526172211a070100', says: /RAR archive/ },
  { title: 'a binary journal', head: '4c504b53484852480000', says: /journalctl --file FILE --all -o json/ },
  { title: 'cpio', head: Buffer.from('070701000A').toString('hex'), says: /cpio/ },
  {
    title: 'a Windows event log',
    head: '456c6646696c650000',
    says: /event log of Windows, which tells no activity that Exhibit reads/,
  },
])('$title is named, with what to do', ({ head, says }) => {
  expect(looksLike(Buffer.from(head, 'hex'), [])).toMatch(says);
});

test.for([
  {
    title: 'ausearch --format csv',
    text: 'NODE,EVENT,DATE,TIME,SERIAL_NUM,EVENT_KIND,SESSION,SUBJ_PRIME\n,SYSCALL,03/17/2026,09:41:02,9\n',
    says: /ausearch --raw/,
  },
  {
    title: 'ausearch --format text',
    text: 'At 09:41:02 03/17/2026 johndoe, acting as root, successfully executed /usr/bin/id\n',
    says: /ausearch --raw/,
  },
  {
    title: 'journalctl -o verbose',
    text: 'Tue 2026-03-17 09:41:02.345678 UTC [s=0a1b;i=1;b=2c3d]\n    MESSAGE=x\n',
    says: /-o json/,
  },
  {
    title: 'tetra getevents -o compact',
    text: '🚀 process shop/web /bin/sh -c id\n💥 exit    shop/web /bin/sh -c id 0\n',
    says: /tetra getevents -o json/,
  },
  {
    title: 'aureport',
    text: '\nExecutable Report\n====================================\n# date time exe term host auid event\n',
    says: /ausearch --raw/,
  },
  {
    title: 'ig and kubectl gadget',
    text: 'K8S.NODE      K8S.NAMESPACE  K8S.PODNAME  COMM\nworker-1      shop           cart-1       cat\n',
    says: /gadget.*-o json/,
  },
  {
    title: 'ig -o yaml',
    text: '---\nk8s:\n  node: worker-1\nproc:\n  comm: cat\n  mntns_id: 4026532745\ntimestamp_raw: 1773740462345678901\n',
    says: /gadget.*-o json/,
  },
  {
    title: 'tracee’s table',
    text: 'TIME             UID    COMM             PID     TID     RET              EVENT                ARGS\n09:41:02:345678  0      cat              7\n',
    says: /Tracee.*--output json/,
  },
  {
    title: 'hubble observe',
    text: 'Mar 17 09:41:02.345: shop/web:43578 (ID:2345) -> shop/db:5432 (ID:1234) to-endpoint FORWARDED (TCP Flags: SYN)\n',
    says: /hubble observe -o jsonpb/,
  },
  {
    title: 'hubble observe -o dict',
    text: '  TIMESTAMP: Mar 17 09:41:02.345\n     SOURCE: shop/web:43578\n',
    says: /hubble observe -o jsonpb/,
  },
  {
    title: 'gcloud logging read',
    text: '---\ninsertId: 0a1b2c\nlabels:\n  a: b\nlogName: projects/p/logs/cloudaudit.googleapis.com%2Factivity\n',
    says: /not of a cluster’s API/,
  },
  {
    title: 'syslog as TCP carries it',
    text: '61 <13>1 2026-03-17T09:41:02Z node-1 falco 812 - - {"rule":"x"}58 <13>1 2026-03-17T09:41:03Z node-1 falco 812 - - {"rule":',
    says: /counted octets.*a line of its own/,
  },
  { title: 'blank lines', text: '\n\n  \r\n\n', says: /^It holds nothing but blank lines\.$/ },
  { title: 'JSON that is cut off', text: '{"kind":"Event","auditID":"0a1b","sta', says: /begins like JSON.*cut off or damaged/ },
])('$title is named, with what to print instead', ({ text, says }) => {
  expect(looksLike(Buffer.from(text), [])).toMatch(says);
});
