/** Small archives made by hand for tests: tar, zip and Zstandard, whole or damaged in ways that no tool would write. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface TarFile {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  /** '0' file, '2' symbolic link, '5' folder. */
  readonly type?: string;
  /** What else stands in the header. */
  readonly fill?: (header: Buffer) => void;
}

/** A ustar archive with its two blocks of zeros. */
export function tar(files: readonly TarFile[]): Buffer {
  const blocks = files.flatMap(({ name, content = '', type = '0', fill }) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    Buffer.from(name).copy(header, 0, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    header.write('ustar\x0000', 257);
    fill?.(header);
    header.write('        ', 148);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** A GNU long name entry in front of a file. */
export const gnuLongName = (name: string, content: string): Buffer =>
  tar([
    { name: '././@LongLink', content: `${name}\0`, type: 'L' },
    { name: name.slice(0, 99), content },
  ]);

/** A pax header in front of a file. */
export function pax(said: Readonly<Record<string, string | number>>, content: string): Buffer {
  const records = Object.entries(said).map(([key, value]) => {
    const body = ` ${key}=${value}\n`;
    const length = [1, 2, 3, 4]
      .map((digits) => Buffer.byteLength(body) + digits)
      .find((n, i) => String(n).length === i + 1) as number;
    return `${length}${body}`;
  });
  return tar([
    { name: 'PaxHeader', content: records.join(''), type: 'x' },
    { name: 'short', content },
  ]);
}

export const paxName = (name: string, content: string): Buffer => pax({ path: name }, content);

/** A piece of a sparse file: where it begins, and what it holds. */
export type SparsePiece = readonly [at: number, text: string];
const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;
const textOf = (pieces: readonly SparsePiece[]): string => pieces.map(([, text]) => text).join('');

/** A sparse file as GNU tar writes it (`-S`): four pieces in the header, 21 in each block behind it. */
export function gnuSparse(name: string, size: number, pieces: readonly SparsePiece[]): Buffer {
  const map = pieces.map(([at, text]) => octal(at) + octal(text.length));
  const more = Array.from({ length: Math.ceil(Math.max(0, map.length - 4) / 21) }, (_, i) => {
    const block = Buffer.alloc(512);
    block.write(map.slice(4 + 21 * i, 25 + 21 * i).join(''), 'latin1');
    block[504] = 25 + 21 * i < map.length ? 1 : 0;
    return block;
  });
  const fill = (header: Buffer) => {
    header.write(map.slice(0, 4).join(''), 386, 'latin1');
    header[482] = more.length > 0 ? 1 : 0;
    header.write(octal(size), 483);
  };
  const archive = tar([{ name, content: textOf(pieces), type: 'S', fill }]);
  return Buffer.concat([archive.subarray(0, 512), ...more, archive.subarray(512)]);
}

/** The same as GNU tar writes it with `--format=pax`: `0.1`, or `1.0`, where the map stands before the data. */
export function paxSparse(version: '0.1' | '1.0', name: string, size: number, pieces: readonly SparsePiece[]): Buffer {
  const map = pieces.flatMap(([at, text]) => [at, text.length]);
  if (version === '0.1')
    return pax({ 'GNU.sparse.size': size, 'GNU.sparse.name': name, 'GNU.sparse.map': map.join(',') }, textOf(pieces));
  const lines = [pieces.length, ...map].map((n) => `${n}\n`).join('');
  const before = lines.padEnd(Math.ceil(lines.length / 512) * 512, '\0');
  const said = { 'GNU.sparse.major': 1, 'GNU.sparse.minor': 0, 'GNU.sparse.name': name, 'GNU.sparse.realsize': size };
  return pax(said, before + textOf(pieces));
}

export interface ZipFile {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  readonly stored?: boolean;
  readonly crc?: number;
  readonly size?: number;
  readonly encrypted?: boolean;
  readonly method?: number;
  /** Unix mode of the entry, in full: 0o120777 is a link. */
  readonly mode?: number;
}

export function zip(files: readonly ZipFile[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const content = Buffer.from(file.content ?? '');
    const data = file.stored ? content : deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE((file.encrypted ? 1 : 0) | 0x800, 2);
    fields.writeUInt16LE(file.method ?? (file.stored ? 0 : 8), 4);
    fields.writeUInt32LE(file.crc ?? crc32(content), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(file.size ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const head = Buffer.alloc(4);
    head.writeUInt32LE(0x04034b50);
    local.push(head, fields, name, data);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE((3 << 8) | 20, 4);
    fields.copy(entry, 6);
    entry.writeUInt32LE(((file.mode ?? 0o100644) << 16) >>> 0, 38);
    entry.writeUInt32LE(offset, 42);
    central.push(entry, name);
    offset += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** A Zstandard frame of raw blocks (RFC 8878): nothing is compressed, everything is framed. */
export function zstd(content: Buffer | string, window = 0x40): Buffer {
  const bytes = Buffer.from(content);
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 100_000) {
    const block = bytes.subarray(at, at + 100_000);
    const head = Buffer.alloc(3);
    head.writeUIntLE((at + 100_000 >= bytes.length ? 1 : 0) | (block.length << 3), 0, 3);
    blocks.push(head, block);
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, window]), ...blocks]);
}

/** A Zstandard frame that repeats one byte `blocks` times 128 KiB. */
export function zstdBomb(blocks: number): Buffer {
  const body = Buffer.alloc(4 * blocks);
  for (let i = 0; i < blocks; i++) {
    body.writeUIntLE((i === blocks - 1 ? 1 : 0) | (1 << 1) | ((128 * 1024) << 3), 4 * i, 3);
    body[4 * i + 3] = 0x61;
  }
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]), body]);
}
