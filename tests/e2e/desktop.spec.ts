/** The desktop shell in the true Electron runtime, where there is one (it is fetched apart from its npm package). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { Workbench } from './workbench';

interface Scripts {
  electronProgram(): string | undefined;
  /** A clause; undefined where the shell can open. */
  whyNoDesktop(program: string | undefined): string | undefined;
}
const scripts = (await import(resolve('scripts/electron.mjs'))) as Scripts;
const program = scripts.electronProgram();
const why = scripts.whyNoDesktop(program);

test('the desktop window opens on the sample, and its numbers agree', async () => {
  test.skip(why !== undefined, `the desktop shell cannot open here: ${why}`);
  test.setTimeout(180_000);
  const data = mkdtempSync(join(tmpdir(), 'exhibit-desktop-'));
  const app = await _electron.launch({
    ...(program ? { executablePath: program } : {}),
    args: [resolve('dist/electron/main.js'), '--sample'],
    env: { ...process.env, XDG_DATA_HOME: data, UV_THREADPOOL_SIZE: '16' } as Record<string, string>,
  });
  try {
    const workbench = new Workbench(await app.firstWindow());
    await workbench.settled();

    expect(await workbench.legendSum()).toBeGreaterThan(60_000);
  } finally {
    await app.close();
    rmSync(data, { recursive: true, force: true });
  }
});
