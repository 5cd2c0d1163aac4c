/** A tampering, and how files are touched. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { AT } from '../handover';

export interface Tampering {
  readonly title: string;
  /** @param dir a copy of what was handed over */
  readonly touch: (dir: string) => void | Promise<void>;
  /** Arguments of `exhibit verify`, of paths below `dir` where they are none of its options. */
  readonly asked: readonly string[];
  /** In the failed checks. */
  readonly names: RegExp;
}

export type Change = (bytes: Buffer) => Buffer;

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const text =
  (change: (text: string) => string): Change =>
  (bytes) =>
    Buffer.from(change(bytes.toString('latin1')), 'latin1');

/** The same numbers each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
export const next = random(6);
export const flip =
  (part: number): Change =>
  (bytes) => {
    const copy = Buffer.from(bytes);
    const at = Math.min(bytes.length - 1, Math.floor(part * bytes.length));
    copy[at] = (copy[at] as number) ^ 1;
    return copy;
  };
export const cut: Change = (bytes) => bytes.subarray(0, bytes.length - 7);
export const longer: Change = (bytes) => Buffer.concat([bytes, Buffer.from('{}\n')]);

export const edit =
  (name: string, change: Change) =>
  (dir: string): void => {
    const path = join(dir, name);
    const before = readFileSync(path);
    const after = change(before);
    if (after.equals(before)) throw new Error(`nothing was changed in ${name}`);
    chmodSync(path, 0o600);
    writeFileSync(path, after);
  };
export const both =
  (...all: readonly ((dir: string) => void | Promise<void>)[]) =>
  async (dir: string) => {
    for (const each of all) await each(dir);
  };
export const gone = (name: string) => (dir: string) => rmSync(join(dir, name), { recursive: true });
export const added = (name: string) => (dir: string) => {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), 'x\n');
};
export const renamed = (name: string, to: string) => (dir: string) => renameSync(join(dir, name), join(dir, to));
export const swapped = (one: string, other: string) => (dir: string) => {
  renameSync(join(dir, one), join(dir, 'aside'));
  renameSync(join(dir, other), join(dir, one));
  renameSync(join(dir, 'aside'), join(dir, other));
};
/** What can be done to one file by itself. */
export const waysOf = (file: string): readonly (readonly [way: string, touch: (dir: string) => void])[] => [
  ['changed in one bit', edit(file, flip(next()))],
  ['cut short', edit(file, cut)],
  ['made longer', edit(file, longer)],
  ['taken out', gone(file)],
  ['renamed', renamed(file, `${file}.old`)],
];
/** A link to the very original, in its place. */
export const linked = (name: string) => (dir: string) => {
  rmSync(join(dir, name));
  symlinkSync(join(dir, AT.file), join(dir, name));
};
/** A file or folder of the bag or the case moved away, with a link to it in its place: what it says can be changed after it was checked. */
export const behindLink = (name: string) => (dir: string) => {
  renameSync(join(dir, name), join(dir, 'elsewhere'));
  symlinkSync(join(dir, 'elsewhere'), join(dir, name));
};
export const emptyFolder = (name: string) => (dir: string) => void mkdirSync(join(dir, name), { recursive: true });
/** Bytes put before all others. */
export const behind =
  (head: string): Change =>
  (bytes) =>
    Buffer.concat([Buffer.from(head), bytes]);
/** Line ends of another system. */
export const crlf: Change = text((t) => t.replaceAll('\n', '\r\n'));
export const escaped = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
export const naming = (...names: readonly string[]) => new RegExp(names.map(escaped).join('|'));

/** A bag's manifests and sizes made anew, as one who knows how would. */
export function renewed(dir: string): void {
  const bag = join(dir, AT.bag);
  const files = readdirSync(join(bag, 'data'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .sort();
  const line = (path: string) => `${sha256(readFileSync(path))}  ${path.slice(bag.length + 1)}\n`;
  writeFileSync(join(bag, 'manifest-sha256.txt'), files.map(line).join(''));
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  edited(join(bag, 'bag-info.txt'), (info) => info.replace(/Payload-Oxum: [\d.]*/, `Payload-Oxum: ${bytes}.${files.length}`));
  retagged(dir);
}
/** The bag's manifest of its own files made anew, those left as they are. */
export function retagged(dir: string): void {
  const bag = join(dir, AT.bag);
  const line = (path: string) => `${sha256(readFileSync(path))}  ${path.slice(bag.length + 1)}\n`;
  const tags = ['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt'].map((name) => join(bag, name));
  writeFileSync(join(bag, 'tagmanifest-sha256.txt'), tags.map(line).join(''));
}
export function edited(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

export const inCase = (name: string) => `${AT.case}/${name}`;
/** As somebody with the database's own tools would. */
export const told =
  (...statements: readonly string[]) =>
  async (dir: string) => {
    const database = await DuckDBInstance.create(join(dir, inCase('case.duckdb')));
    const connection = await database.connect();
    for (const statement of [...statements, 'CHECKPOINT']) await connection.run(statement);
    connection.closeSync();
    database.closeSync();
  };
/** What DuckDB would leave of statements if it were killed after them: the database as it was, and a journal. */
export const crashed =
  (change: Change, ...statements: readonly string[]) =>
  async (dir: string) => {
    const path = join(dir, inCase('case.duckdb'));
    const before = readFileSync(path);
    const database = await DuckDBInstance.create(path);
    const connection = await database.connect();
    for (const statement of statements) await connection.run(statement);
    const journal = readFileSync(`${path}.wal`);
    connection.closeSync();
    database.closeSync();
    writeFileSync(path, before);
    writeFileSync(`${path}.wal`, change(journal));
  };
export const CASE = [AT.case];
