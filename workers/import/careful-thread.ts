/**
 * The careful path's thread: reads records by their place in a member, cleans each with `clean` of formats/careful.ts, and writes
 * what is left as a spool part that takes the same way as any other. Requests come one batch at a time (`careful.ts`).
 */
import { hash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { clean } from '../formats/careful';
import { FORMATS } from '../formats/index';
import type { CarefulBatch, CarefulResult, Reject } from './careful';

const port = parentPort;
if (!port) throw new Error('careful-thread runs as a worker thread only');

/** Longer records are not held in memory. */
const MAX_RECORD = 128 * 2 ** 20;
const FLUSH = 4 * 2 ** 20;

port.on('message', (batch: CarefulBatch) => port.postMessage(run(batch)));

function run(batch: CarefulBatch): CarefulResult {
  const format = FORMATS.find(({ id }) => id === batch.format);
  if (!format) throw new Error(`No format ${batch.format}`);
  const source = openSync(Buffer.from(batch.source), 'r');
  const out = openSync(batch.out, 'wx', 0o600);
  const rejects: Reject[] = [];
  let lines: string[] = [];
  let held = 0;
  let records = 0;
  const flush = () => {
    const bytes = Buffer.from(lines.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(out, bytes, at);
    lines = [];
    held = 0;
  };
  try {
    for (const place of batch.places) {
      const { r, i, o, l } = place;
      if (l > MAX_RECORD) {
        rejects.push({ ...place, why: `longer than ${MAX_RECORD} bytes` });
        continue;
      }
      const bytes = Buffer.allocUnsafe(l);
      for (let at = 0, read = 1; at < l && read > 0; at += read) read = readSync(source, bytes, at, l - at, o + at);
      const made = clean(bytes, format.columns);
      if ('reject' in made) {
        rejects.push({ ...place, why: made.reject });
        continue;
      }
      const digest = hash('sha256', bytes, 'hex').slice(0, 32);
      const item = i === null ? '' : `,"i":"${i}"`;
      const line = `{"r":${r}${item},"o":${o},"l":${l},"h":"${digest}","f":${JSON.stringify(made.flags)},"e":${made.clean}}\n`;
      lines.push(line);
      held += line.length;
      records++;
      if (held > FLUSH) flush();
    }
    flush();
  } finally {
    closeSync(source);
    closeSync(out);
  }
  return { records, rejects };
}
