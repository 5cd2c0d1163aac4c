import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeKey, readKey } from '../../../workers/redact/key';

let dir: string;
const file = (): string => join(dir, 'redaction.key');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'exhibit-key-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a case has none until one is made', () => {
  expect(readKey(dir)).toBeUndefined();
});

test('is 32 bytes, for its owner alone, and another for each case', () => {
  makeKey(dir);
  const first = Buffer.from(readKey(dir) as Uint8Array);
  expect(first).toHaveLength(32);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  rmSync(file());
  makeKey(dir);

  expect(first.equals(readKey(dir) as Uint8Array)).toBe(false);
});

test('is never made anew', () => {
  makeKey(dir);
  const before = readFileSync(file(), 'utf8');
  makeKey(dir);

  expect(readFileSync(file(), 'utf8')).toBe(before);
});

test('that was damaged is said to be', () => {
  writeFileSync(file(), 'not a key\n');

  expect(() => readKey(dir)).toThrow(/none of ours; restore it/);
});
