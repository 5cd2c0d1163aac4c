import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Holder, isStale, Lock, whoHolds } from '../../../workers/case/lock';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exhibit-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const leave = (change: Partial<Holder>) =>
  writeFileSync(
    path,
    JSON.stringify({
      pid: process.pid,
      host: hostname(),
      started: null,
      since: '2026-01-01T00:00:00.000Z',
      socket: null,
      key: 'k',
      ...change,
    }),
  );

test('is for its owner alone and says who holds the case', () => {
  const lock = Lock.acquire(path, '/tmp/socket');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(whoHolds(path)).toEqual(lock.holder);
  expect(lock.holder).toMatchObject({ pid: process.pid, host: hostname(), socket: '/tmp/socket' });
  expect(lock.holder.key).toMatch(/^[0-9a-f]{64}$/);
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('a second writer is refused, with the holder’s name', () => {
  Lock.acquire(path);
  expect(() => Lock.acquire(path)).toThrow(new RegExp(`Process ${process.pid} on ${hostname()}`));
});

test('after its release another may write', () => {
  Lock.acquire(path).release();
  expect(whoHolds(path)).toBeUndefined();
  expect(isStale(path)).toBe(false);
  Lock.acquire(path).release();
});

test('a process that is gone holds nothing', () => {
  leave({ pid: spawnSync('true').pid });
  expect(isStale(path)).toBe(true);
  expect(whoHolds(path)).toBeUndefined();
  expect(Lock.acquire(path).holder.pid).toBe(process.pid);
});

test('a pid that came back is another process', () => {
  leave({ pid: process.pid, started: '1' });
  expect(isStale(path)).toBe(true);
  Lock.acquire(path);
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('another host’s lock stands', () => {
  leave({ pid: 1, host: 'elsewhere.example' });
  expect(() => Lock.acquire(path)).toThrow(/elsewhere\.example/);
});

test('a lock that is no lock does not keep anyone out', () => {
  writeFileSync(path, 'torn');
  expect(isStale(path)).toBe(true);
  Lock.acquire(path);
});

test('a living process holds it', async () => {
  const child = spawn('sleep', ['30']);
  leave({ pid: child.pid as number });
  expect(() => Lock.acquire(path)).toThrow(/close it there/);
  child.kill();
  await new Promise((resolve) => child.once('exit', resolve));
  expect(Lock.acquire(path).holder.pid).toBe(process.pid);
});

test('releasing does not remove what another took over', () => {
  const lock = Lock.acquire(path);
  leave({ key: 'other' });
  lock.release();
  expect(readFileSync(path, 'utf8')).toContain('other');
});
