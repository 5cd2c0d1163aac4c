import { gzipSync } from 'node:zlib';
import type { SampleFile } from './log';

/** A .tgz whose bytes depend on paths and contents alone: no clock, owner or machine in it (ustar, mode 644). */
export function pack(files: Iterable<SampleFile>): Buffer {
  const blocks: Buffer[] = [];
  for (const { path, data } of files)
    blocks.push(header(path, data.length), data, Buffer.alloc((512 - (data.length % 512)) % 512));
  return gzipped(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** gzip without a time stamp; byte 9 would otherwise name the operating system. */
export function gzipped(data: Buffer): Buffer {
  const packed = gzipSync(data, { level: 9 });
  packed[9] = 255;
  return packed;
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, width: number) => block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at);
  block.write(path, 0, 100);
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
