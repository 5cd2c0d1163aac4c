/** Small archives made by hand for tests: tar, zip and Zstandard, whole or damaged in ways that no tool would write. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface TarFile {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  /** '0' file, '2' symbolic link, '5' folder. */
  readonly type?: string;
}

/** A ustar archive with its two blocks of zeros. */
export function tar(files: readonly TarFile[]): Buffer {
  const blocks = files.flatMap(({ name, content = '', type = '0' }) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    Buffer.from(name).copy(header, 0, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    header.write('ustar\x0000', 257);
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
export function paxName(name: string, content: string): Buffer {
  const body = ` path=${name}\n`;
  const length = [1, 2, 3, 4]
    .map((digits) => Buffer.byteLength(body) + digits)
    .find((n, i) => String(n).length === i + 1) as number;
  return tar([
    { name: 'PaxHeader', content: `${length}${body}`, type: 'x' },
    { name: 'short', content },
  ]);
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
