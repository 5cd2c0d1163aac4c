/** Case handling: what was left out and its bytes, what was said at the hand-over, imports in a row, known addresses, a review that writes nothing. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { auditLine } from '../hostile/records';
import { expectAccessible } from './accessible';
import { expect, test } from './fixtures';

const lines = (count: number, user: string): string =>
  Array.from({ length: count }, (_, i) => `${auditLine({ title: '', text: user }, i)}\n`).join('');
const choose = (page: Page, name: string, text: string) =>
  page
    .locator('input[type="file"][multiple]:not([webkitdirectory])')
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

test('the reject of the sample: its place, its reason, its bytes; all of them as CSV', async ({ page, workbench }, info) => {
  await workbench.open('evidence');
  await page.getByRole('button', { name: 'Left out 1' }).click();
  const row = page.getByRole('listbox', { name: 'Records that were left out' }).getByRole('option');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('E1/lab-us/lab-cp-1/audit.log:6314');
  await expect(row).toContainText('a string does not end');
  const lefts = await row.locator('> *').evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().left));
  expect(lefts, 'cells stand beside each other').toEqual([...new Set(lefts)].toSorted((a, b) => a - b));
  const bytes = page.getByRole('region', { name: 'The record', exact: true });
  await expect(bytes).toContainText('"auditID"');
  await page.getByRole('button', { name: 'Exact bytes' }).click();
  await expect(bytes).toContainText('7b 22 6b 69 6e 64');

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const path = info.outputPath('left-out.csv');
  await (await downloading).saveAs(path);
  const [head, first, ...more] = readFileSync(path, 'utf8').trimEnd().split('\r\n');
  expect(head).toBe('evidence,member,record,fate,why,offset,length,records');
  expect(first).toMatch(/^E1,lab-us\/lab-cp-1\/audit\.log,6314,rejected,/);
  expect(more).toEqual([]);
  await page.getByRole('button', { name: /^Ignored/ }).click();
  await expect(page.getByText('Nothing was left out for this')).toBeVisible();
});

test('known addresses of the case’s own are kept, refused where they are none, and found by filters', async ({
  page,
  workbench,
}) => {
  const filter = encodeURIComponent('kind=net not server in known');
  await workbench.open(`activity?filter=${filter}`);
  const before = await workbench.total();
  await workbench.open('evidence');
  await page.getByRole('button', { name: 'Known addresses…' }).click();
  const dialog = page.getByRole('dialog');
  const address = dialog.getByRole('textbox', { name: 'Address or range 1' });
  await address.fill('not an address');
  await expect(dialog).toContainText('no address or range');
  await expect(dialog.getByRole('button', { name: 'Keep' })).toBeDisabled();
  await address.fill('192.0.2.0/24');
  await dialog.getByRole('textbox', { name: 'What it is 1' }).fill('partner');
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('known addresses 1 listed')).toBeVisible();
  await workbench.open(`activity?filter=${filter}`);
  await expect.poll(() => workbench.total()).toBeLessThan(before);

  await workbench.open('evidence');
  await page.getByRole('button', { name: 'Known addresses…' }).click();
  await dialog.getByRole('button', { name: 'Leave out 1' }).click();
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByText('known addresses 0 listed')).toBeVisible();
  await workbench.open(`activity?filter=${filter}`);
  await expect.poll(() => workbench.total()).toBe(before);
});

test('source settings are asked for in one accessible dialog, and what is none is refused before anything is read', async ({
  page,
  workbench,
}) => {
  await workbench.open('evidence');
  await page.getByRole('button', { name: 'Source settings of E1' }).click();
  const dialog = page.getByRole('dialog');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Another' }).click();
  const zone = dialog.getByRole('textbox', { name: /^Its zone/ });
  await zone.fill('Mars/Olympus');
  await dialog.getByRole('button', { name: 'Read it again' }).click();
  await expect(dialog.getByRole('status')).toContainText('not a time zone');
  await expect(zone).toHaveValue('Mars/Olympus');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Seals' })).not.toContainText('settings begun');
});

test('what is said at the hand-over is quoted; imports take their turn', async ({ own: { page } }) => {
  await page.getByRole('button', { name: 'New case' }).click();
  await page.getByRole('textbox', { name: 'Name of the new case' }).fill('IR-9');
  await page.keyboard.press('Enter');
  const seals = page.getByRole('region', { name: 'Seals' });
  await expect(seals).toContainText('case created');
  await page.getByText('What is known of it').click();
  for (const [label, text] of [
    ['Received from', 'SRE on duty'],
    ['Case number', 'IR-2026-031'],
    ['Authority', 'Mandate 7/26'],
    ['Question to answer', 'Who entered the pod?'],
  ] as const)
    await page.getByLabel(label).fill(text);
  await choose(page, 'first.log', lines(8_000, 'first'));
  await expect(page.getByRole('region', { name: 'Import' })).toContainText('first.log');
  await page.getByRole('button', { name: 'Add evidence' }).click();
  await choose(page, 'second.log', lines(7, 'second'));
  await expect(page.getByText('second.log').first()).toBeVisible();
  await expect(page.getByRole('table')).toContainText('second.log', { timeout: 240_000 });
  await expect(page.getByRole('table')).toContainText('first.log');
  for (const said of ['IR-2026-031', 'Mandate 7/26', 'Who entered the pod?', 'import begun'])
    await expect(seals).toContainText(said);
});

test('imports stand in a row with their state; one that waits can be taken out', async ({ own: { page } }) => {
  let hold = false;
  let release = () => {};
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    const held: (string | Buffer)[] = [];
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => (hold ? held.push(message) : socket.send(message)));
    release = () => {
      hold = false;
      for (const message of held) socket.send(message);
    };
  });
  await page.reload();
  await page.getByRole('button', { name: 'New case' }).click();
  await page.getByRole('textbox', { name: 'Name of the new case' }).fill('IR-10');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Seals' })).toContainText('case created');
  // Until it is let go, the page hears of no end.
  hold = true;
  const row = page.getByRole('region', { name: 'Import' }).getByRole('listitem');
  await choose(page, 'first.log', lines(20, 'first'));
  await expect(row).toHaveText([/Importing first\.log/]);
  for (const [name, count] of [
    ['unwanted.log', 3],
    ['last.log', 7],
  ] as const) {
    await page.getByRole('button', { name: 'Add evidence' }).click();
    await choose(page, name, lines(count, name));
    await expect(row.filter({ hasText: name })).toContainText('waits');
  }
  await expect(row).toHaveText([/^1.*first\.log/s, /^2.*unwanted\.log.*waits/s, /^3.*last\.log.*waits/s]);
  await page.getByRole('button', { name: 'Do not import unwanted.log' }).click();
  await expect(row).toHaveCount(2);

  release();
  await expect(row).toHaveText([/^1.*first\.log.*20 activities/s, /^2.*last\.log.*7 activities/s], { timeout: 120_000 });
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Put away' }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('table')).not.toContainText('unwanted.log');
});

test('a reviewer opens a case to read: it says so, and nothing can be marked or added', async ({
  own: { served, page, workbench },
}) => {
  const open = (view: string) => page.goto(`${served.origin}/#/${view}`);
  await page.getByRole('button', { name: 'New case' }).click();
  await page.getByRole('textbox', { name: 'Name of the new case' }).fill('for review');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Evidence', level: 1 })).toBeAttached();
  await choose(page, 'small.log', lines(5, 'somebody'));
  await expect(page.getByText(/^5 activities/)).toBeVisible({ timeout: 240_000 });
  await open('welcome');
  await page.getByRole('button', { name: 'Open for review to read only' }).press('Enter');
  await workbench.settled();
  await expect(page.getByRole('banner')).toContainText('to read only');
  await open('evidence');
  await expect(page.getByRole('note')).toContainText('nothing is written into the case');
  await expect(page.getByRole('button', { name: 'Add evidence' })).toBeDisabled();
  await open('board');
  await expect(page.getByText('The case is open to read only')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Mark the window in view' })).toBeDisabled();
});
