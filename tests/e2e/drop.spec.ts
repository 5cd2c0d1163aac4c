/** A bundle of one's own, dropped on the window of a server that has no case yet; and hostile evidence as the workbench shows it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Locator, Page } from '@playwright/test';
import { visible } from '../../workers/contract/visible';
import { auditLine, writeStrings } from '../hostile/records';
import { STRINGS } from '../hostile/strings';
import { expect, test } from './fixtures';
import { exhibit, type Served, serve } from './server';
import { Workbench } from './workbench';

const zone = (page: Page) => page.getByRole('group', { name: /^Drop a bundle/ });

/** Drops files as a person would: with a DataTransfer over the zone. */
async function drop(page: Page, files: readonly { readonly name: string; readonly bytes: Buffer }[], on: Locator = zone(page)) {
  const transfer = await page.evaluateHandle(
    (given) => {
      const data = new DataTransfer();
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      return data;
    },
    files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })),
  );
  await on.dispatchEvent('dragover', { dataTransfer: transfer });
  await on.dispatchEvent('drop', { dataTransfer: transfer });
}

const lines = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => `${auditLine({ title: '', text: `user-${i}` }, i)}\n`).join(''));

test('a dropped archive becomes a case, is counted, and can be read', async ({ own: { page, workbench } }) => {
  await drop(page, [{ name: 'mine.log.gz', bytes: gzipSync(lines(25)) }]);
  await expect(page.getByText(/^25 activities/)).toBeVisible({ timeout: 240_000 });
  await page.getByRole('link', { name: 'Show activity' }).click();
  await workbench.settled();

  expect(await workbench.total()).toBe(25);
  expect(await workbench.legendSum()).toBe(25);
  await expect(workbench.row('user-7').first()).toBeVisible();
});

test('anywhere on the window will do, before there is a case and with one open', async ({ own: { page, workbench } }) => {
  await zone(page).waitFor();
  await drop(page, [{ name: 'first.log', bytes: lines(4) }], page.locator('body'));
  await expect(page.getByText(/^4 activities/)).toBeVisible({ timeout: 240_000 });
  await page.getByRole('link', { name: 'Show activity' }).click();
  await workbench.settled();
  await drop(page, [{ name: 'second.log', bytes: lines(9) }], page.locator('body'));
  await expect(page.getByText(/^5 activities/)).toBeVisible({ timeout: 240_000 });
});

test('several files dropped at once are one evidence; the same again is recognised', async ({ own: { page } }) => {
  const files = [
    { name: 'a.log', bytes: lines(3) },
    { name: 'b.txt', bytes: Buffer.from('nothing that is known\n') },
  ];
  await drop(page, files);
  await expect(page.getByText(/^3 activities/)).toBeVisible({ timeout: 240_000 });
  await expect(page.getByRole('table')).toContainText('unknown format');

  await page.getByRole('button', { name: 'Add evidence' }).click();
  await drop(page, files);
  await expect(page.getByText(/^Already in this case/)).toBeVisible({ timeout: 240_000 });
});

test('a file chosen in the page is taken as a dropped one', async ({ own: { page } }) => {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files…' }).click();
  await (await choosing).setFiles({ name: 'chosen.log', mimeType: 'text/plain', buffer: lines(4) });

  await expect(page.getByText(/^4 activities/)).toBeVisible({ timeout: 240_000 });
});

test.describe('hostile evidence', () => {
  let folder: string;
  let served: Served;
  test.beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'exhibit-hostile-e2e-'));
    const caseDir = join(folder, 'hostile.exhibit');
    exhibit(['import', writeStrings(join(folder, 'texts')), '--case', caseDir]);
    served = await serve({ caseDir });
  });
  test.afterAll(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is shown as visible escapes in list and details, whole in its record, and acts nowhere', async ({ context }) => {
    const page = await context.newPage();
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(served.address);
    const workbench = new Workbench(page);
    await page.setViewportSize({ width: 1440, height: 2400 }); // every row in sight
    for (const [i, hostile] of STRINGS.entries()) {
      const id = `E1/audit.log:${i + 1}`;
      await page.goto(`${served.origin}/#/activity?filter=${encodeURIComponent('kind=exec')}&at=${encodeURIComponent(id)}`);
      await workbench.settled();
      const row = workbench.list.locator('[role="row"][aria-selected="true"]');
      await expect(row).toHaveAttribute('aria-rowindex', String(i + 2));
      const shown = visible(hostile.text.toWellFormed()).slice(0, 60);
      await expect(workbench.details.locator('dd').filter({ hasText: /./ }).first()).toBeVisible();
      for (const pane of [row, workbench.details]) {
        const text = (await pane.evaluate((element) => element.textContent)) ?? '';
        expect(text, hostile.title).toContain(shown);
        expect(visible(text.replaceAll('\n', '').replaceAll('\t', '')), hostile.title).toBe(
          text.replaceAll('\n', '').replaceAll('\t', ''),
        );
      }
      const active = await page.evaluate(
        () =>
          document.querySelectorAll(
            'main script, main iframe, main img, main svg[onload], main a[href^="http"], main a[href^="javascript"]',
          ).length,
      );
      expect(active, hostile.title).toBe(0);
    }
    expect(dialogs).toEqual([]);
    await page.close();
  });
});
