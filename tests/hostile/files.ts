/** Bundles that are damaged, or made to do damage. Import answers each with an account or with one sentence, and goes on. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tar, zip } from '../helpers/archives';
import { auditLine } from './records';

let told = 0;
/** An event that no other line tells: all files are imported into one case. */
const line = (): string => `${auditLine({ title: '', text: `user-${++told}` }, told)}\n`;
const lines = (n: number): string => Array.from({ length: n }, line).join('');
const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

export interface HostileFile {
  readonly title: string;
  /** Writes the bundle into an empty folder and answers its path. */
  readonly make: (folder: string) => string;
  /** Activities that come of it: what can be read is read. */
  readonly activities: number;
  /** What some reject or warning says. */
  readonly says?: RegExp;
}

const file =
  (name: string, content: Buffer | string) =>
  (folder: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

/** Four bytes of gzip for each kilobyte of zeros, a thousand layers of nothing. */
const bomb = (): Buffer => gzipSync(Buffer.alloc(64 * 1024 * 1024));

const copies = (n: number, content: string) => Array.from({ length: n }, (_, i) => ({ name: `${i}/audit.log`, content }));

export const FILES: readonly HostileFile[] = [
  { title: 'an empty file', make: file('audit.log', ''), activities: 0 },
  { title: 'zeros', make: file('audit.log', Buffer.alloc(100_000)), activities: 0 },
  {
    title: 'random bytes',
    make: file('audit.log', Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251))),
    activities: 0,
  },
  { title: 'a last line cut in the middle', make: file('audit.log', lines(5).slice(0, -80)), activities: 4, says: /JSON/ },
  {
    title: 'a broken line among good ones',
    make: file('audit.log', `${line()}{"kind":"Event",\n${line()}`),
    activities: 2,
    says: /JSON/,
  },
  { title: 'NUL bytes between lines', make: file('audit.log', `${line()}\0\0\0\n${line()}`), activities: 2 },
  {
    title: 'bytes that are not UTF-8 in a value',
    make: file(
      'audit.log',
      Buffer.concat([
        Buffer.from(line()),
        Buffer.from(line().replace(/user-\d+/, 'user-\xff\xfe'), 'latin1'),
        Buffer.from(line()),
      ]),
    ),
    activities: 2,
    says: /UTF-8/,
  },
  {
    title: 'a line of JSON nested 100,000 deep',
    make: file('audit.log', `${line()}${deep(100_000)}\n${line()}`),
    activities: 2,
    says: /./,
  },
  {
    title: 'a key deep within an event',
    make: file('audit.log', `${line().replace('"level"', `"x":${deep(5000)},"level"`)}${line()}`),
    activities: 2,
  },
  { title: 'an array that never ends', make: file('events.json', `[${'['.repeat(50_000)}`), activities: 0 },
  {
    title: 'a number of a million digits',
    make: file('audit.log', `${line().replace('"code":101', `"code":${'9'.repeat(1_000_000)}`)}${line()}`),
    activities: 2,
  },
  {
    title: 'a hundred thousand keys in one event',
    make: file(
      'audit.log',
      `${line().replace('"level"', `${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1,`).join('')}"level"`)}${line()}`,
    ),
    activities: 2,
  },
  {
    title: 'a key twice',
    make: file('audit.log', line().replace('"verb":"get"', '"verb":"get","verb":"delete"')),
    activities: 1,
  },
  {
    title: 'names of JavaScript as keys',
    make: file('audit.log', line().replace('"level"', '"__proto__":{"x":1},"constructor":{"prototype":{}},"level"')),
    activities: 1,
  },
  { title: 'a gzip of nothing but zeros', make: (folder) => file('zeros.gz', bomb())(folder), activities: 0 },
  {
    title: 'a truncated gzip',
    make: file('audit.log.gz', gzipSync(lines(2000)).subarray(0, 8000)),
    activities: -1,
    says: /end|cut|trunc|short/i,
  },
  {
    title: 'a gzip with bytes behind it',
    make: file('audit.log.gz', Buffer.concat([gzipSync(lines(3)), Buffer.from('rest')])),
    activities: 3,
  },
  {
    title: 'a truncated tar',
    make: file('logs.tar', tar([{ name: 'audit.log', content: lines(50) }]).subarray(0, 12_000)),
    activities: -1,
    says: /./,
  },
  {
    title: 'a zip without its directory',
    make: file('logs.zip', zip([{ name: 'audit.log', content: lines(3) }]).subarray(0, -30)),
    activities: 0,
    says: /./,
  },
  {
    title: 'archives in archives in archives',
    make: (folder) =>
      file(
        'russian.gz',
        Array.from({ length: 12 }).reduce<Buffer>((inner) => gzipSync(inner), Buffer.from(lines(3))),
      )(folder),
    activities: 0,
    says: /./,
  },
  {
    title: 'a tar whose names lead out of it',
    make: file(
      'escape.tar',
      tar([
        { name: '../../../../tmp/exhibit-escaped.log', content: line() },
        { name: '/tmp/exhibit-escaped.log', content: line() },
        { name: 'a/../../exhibit-escaped.log', content: line() },
      ]),
    ),
    activities: 3,
  },
  {
    title: 'a tar with links, devices and a pipe',
    make: file(
      'special.tar',
      tar([
        { name: 'passwd', type: '2', content: '' },
        { name: 'hard', type: '1', content: '' },
        { name: 'console', type: '3', content: '' },
        { name: 'disk', type: '4', content: '' },
        { name: 'pipe', type: '6', content: '' },
        { name: 'audit.log', content: lines(2) },
      ]),
    ),
    activities: 2,
    says: /link|special|device|regular/i,
  },
  {
    title: 'a zip with a link, a name that leads out, and a backslash',
    make: file(
      'names.zip',
      zip([
        { name: 'link', content: '/etc/passwd', mode: 0o120777 },
        { name: '../../exhibit-escaped.log', content: line() },
        { name: '..\\..\\exhibit-escaped.log', content: line() },
      ]),
    ),
    activities: -1,
    says: /link/i,
  },
  {
    title: 'members with the marks of an id in their names, and names that are not UTF-8',
    make: file(
      'ids.tar',
      tar([
        { name: '100%:1#2!/a.log', content: line() },
        { name: Buffer.from([0x6e, 0xff, 0xfe, 0x2e, 0x6c, 0x6f, 0x67]), content: line() },
        { name: 'new\nline\u001b[31m.log', content: line() },
        { name: 'x\u202egol.log', content: line() },
      ]),
    ),
    activities: 4,
  },
  {
    title: 'a folder with a link out of it and odd names',
    make: (folder) => {
      const path = join(folder, 'folder');
      mkdirSync(join(path, 'a%:#!b'), { recursive: true });
      symlinkSync('/etc/passwd', join(path, 'link'));
      symlinkSync('/', join(path, 'root'));
      writeFileSync(join(path, 'a%:#!b', 'audit.log'), lines(2));
      writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0x2e, 0x6c])]), line());
      return path;
    },
    activities: 3,
  },
  {
    title: 'a hundred members that are each other’s copies',
    make: file('copies.tar', tar(copies(100, lines(3)))),
    activities: 3,
  },
];
