/** `exhibit verify` against the table of tamperings, each through the command line; every twenty-fourth of them, and all with EXHIBIT_TAMPERINGS=all. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { VerifyResult } from '../../workers/contract/verify';
import { type HostedEngine, startEngine } from '../../workers/host';
import { AT, below, copied, makeHandover, remove } from './handover';
import { exhibit } from './io';
import { TAMPERINGS } from './tamperings/index';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });
let host: HostedEngine;
let made: string;
beforeAll(async () => {
  host = startEngine();
  made = await makeHandover(host);
});
afterAll(async () => {
  await host.close();
  await remove(made);
});

async function verified(dir: string, asked: readonly string[]) {
  const { exit, out, err } = await exhibit(['verify', ...asked.map((each) => below(dir, each)), '--json'], host);
  expect(err).not.toContain('exhibit verify:');
  const { checks, unchecked } = JSON.parse(out) as VerifyResult;
  const failed = checks.filter(({ ok }) => !ok).map(({ what, detail }) => `${what}: ${detail}`);
  return { exit, failed: failed.join('\n'), unchecked: unchecked.join('\n') };
}

const shown = process.env.EXHIBIT_TAMPERINGS === 'all' ? TAMPERINGS : TAMPERINGS.filter((_, i) => i % 24 === 0);

test('the table has more than three hundred, each of its own', () => {
  expect(TAMPERINGS.length).toBeGreaterThan(300);
  expect(new Set(TAMPERINGS.map(({ title }) => title)).size).toBe(TAMPERINGS.length);
});

test.for(shown)('$title', async ({ touch, asked, names }) => {
  const dir = await copied(made);
  try {
    await touch(dir);
    const { exit, failed } = await verified(dir, asked);

    expect(failed).toMatch(names);
    expect(exit).toBe(3);
  } finally {
    await remove(dir);
  }
});

describe('what nobody touched passes, wherever it was moved to', () => {
  const all = [...new Map(shown.map(({ asked }) => [asked.join(' '), asked])).values()];
  let moved: string;
  beforeAll(async () => {
    moved = await copied(made);
  });
  afterAll(() => remove(moved));

  test.for(all)('%j', async (asked) => {
    expect(await verified(moved, asked)).toMatchObject({ exit: 0, failed: '' });
  });

  test('without the originals, which are named as unchecked', async () => {
    expect((await verified(moved, [AT.pdf])).unchecked).toMatch(/records of E1 \(audit\.log\)[\s\S]*given with --evidence/);
  });
});
