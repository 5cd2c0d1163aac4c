/** The list: columns, order, folded repeats, who a row's user is, copies. */
import { story } from '../helpers/sample';
import { NOON } from './activity';
import { connectThroughHand, expect, test } from './fixtures';
import { digitsOf, queryOf } from './workbench';

const truth = story('download');

test('columns are chosen, ordered and sized, and rows are made denser', async ({ page, workbench }) => {
  await workbench.open(NOON);
  await page.getByRole('button', { name: 'Columns' }).click();
  const dialog = page.getByRole('dialog', { name: 'Columns' });
  await dialog.getByRole('textbox', { name: 'Find an attribute' }).fill('pid');
  await dialog.getByRole('button', { name: 'Add pid', exact: true }).click();
  await dialog.getByRole('button', { name: 'Remove Scope' }).click();
  await dialog.getByRole('button', { name: 'pid up' }).click();
  await dialog.getByRole('button', { name: 'compact' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(page).toHaveURL(/columns=kind%2Cwhat%2Cuser%2Cpid%2Csession/);
  const row = workbench.list.getByRole('row').first();
  await expect.poll(() => row.boundingBox()).toMatchObject({ height: 22 });
  await expect(row.locator('[data-column="pid"]')).toHaveText(/^\d+\s*$/);

  const grip = page.getByRole('separator', { name: 'Width of User' });
  const cell = row.locator('[data-column="user"]');
  const before = (await cell.boundingBox())?.width ?? 0;
  await grip.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => cell.boundingBox()).toMatchObject({ width: before + 16 });
  await page.reload();
  await workbench.settled();
  await expect.poll(() => row.boundingBox()).toMatchObject({ height: 22 });
  await expect.poll(() => cell.boundingBox()).toMatchObject({ width: before + 16 });
});

test('latest first turns the list round', async ({ page, workbench }) => {
  await workbench.open(NOON);
  const times = () => workbench.list.getByRole('row').locator('time').allInnerTexts();
  const [first] = await times();
  await page.getByRole('button', { name: /^Time, UTC/ }).click();
  await workbench.settled();
  const turned = await times();
  expect(turned).toEqual([...turned].sort().reverse());
  expect((turned[0] ?? '') > (first ?? '')).toBe(true);
});

test('a row chosen while another window is on its way is never the one that stands in its place', async ({ page, workbench }) => {
  await workbench.open(NOON);
  const holdBack = await connectThroughHand(page);
  await workbench.settled();
  holdBack(4_000);
  await page.keyboard.press(']');
  await expect(page.locator('.stale').first()).toBeVisible();
  await page.keyboard.press('j');
  const chosen = async () => (await queryOf(page)).get('at');
  await expect.poll(chosen).not.toBeNull();
  await workbench.settled();
  // What was chosen is not in this window: its details stay, no row of the list passes for it.
  const selected = workbench.list.getByRole('row', { selected: true });
  await expect(selected).toHaveCount(0);
  holdBack(0);
  await page.keyboard.press('j');
  await expect(selected).toHaveCount(1);
  expect(await selected.getAttribute('data-id')).toBe(await chosen());
});

test('any column sorts the list, by its head and by the palette, and the order is in the address', async ({
  page,
  workbench,
}) => {
  await workbench.open(`${NOON}&filter=${encodeURIComponent('kind in (cmd, file)')}`);
  const shown = () =>
    workbench.list
      .locator('[data-column="what"]')
      .evaluateAll((cells) =>
        cells.map((cell) => cell.getAttribute('title') ?? cell.querySelector('[title]')?.getAttribute('title') ?? ''),
      );
  const total = await workbench.total();
  const head = page.getByRole('columnheader', { name: /^Summary/ });
  await head.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  await workbench.settled();
  const ascending = await shown();
  expect(new Set(ascending).size).toBeGreaterThan(0);
  expect(ascending).toEqual([...ascending].sort());
  expect(await workbench.total()).toBe(total);

  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await workbench.settled();
  const descending = await shown();
  expect(descending).toEqual([...descending].sort().reverse());
  expect((descending[0] ?? '') > (ascending[0] ?? '')).toBe(true);
  await expect(page).toHaveURL(/sort=what&order=desc/);

  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('sort by time');
  await expect(page.getByRole('option', { name: /^Sort by time/i }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await workbench.settled();
  await expect(page.getByRole('columnheader', { name: /^Time, UTC/ })).toHaveAttribute('aria-sort', 'ascending');
});

test('folded repeats add up to what is in view; leaving one out or showing it alone changes exactly that', async ({
  page,
  workbench,
}) => {
  await workbench.open(`${NOON}&filter=${encodeURIComponent('namespace in (shop, billing)')}`);
  const total = await workbench.total();
  await page.keyboard.press('f');
  const folded = page.getByRole('grid', { name: 'Repeats in view' });
  await expect(folded).toBeVisible();
  await workbench.settledFolded();
  const top = folded.getByRole('row').first();
  await expect(top).toContainText('10.96.12.40:80');
  const most = digitsOf(await top.getAttribute('data-count'));
  expect(most).toBeGreaterThan(1000);
  await expect(workbench.status).toContainText(total.toLocaleString('en-US'));

  await top.hover();
  await top.getByRole('button', { name: 'without' }).click();
  await workbench.settledFolded();
  await expect(top).not.toContainText('10.96.12.40:80');
  expect(await workbench.legendSum()).toBe(total - most + (await workbench.counts().then((c) => c.get('API calls') ?? 0)));
  await page.keyboard.press('Control+z');
  await workbench.settledFolded();
  await top.hover();
  await top.getByRole('button', { name: 'only these' }).click();
  await workbench.settled();
  expect(await workbench.total()).toBe(most);
});

test('rows of a session name who opened it, whatever the account inside is called', async ({ workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent(`format="falco" pod="${truth.pod}" session exists`)}`);
  const row = workbench.row('curl').first();
  await expect(row.locator('[data-column="user"]')).toHaveText('johndoe');
  await row.click();
  await expect(workbench.details).toContainText('root');
});

test('a row is copied as it stands, as JSON and as CSV', async ({ page, context, workbench }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe" kind=exec')}`);
  await workbench.row('johndoe').last().click();
  const clip = () => page.evaluate(() => navigator.clipboard.readText());
  await page.keyboard.press('Control+c');
  await expect(workbench.status).toContainText('Row copied');
  expect((await clip()).split('\t').slice(1)).toEqual([
    'kube exec',
    'bash',
    expect.stringContaining(truth.pod),
    'johndoe',
    expect.stringMatching(/^S-\d+$/),
  ]);
  for (const [title, check] of [
    ['Copy as JSON', (text: string) => expect(JSON.parse(text)).toMatchObject({ kind: 'exec', user: 'johndoe' })],
    ['Copy as CSV', (text: string) => expect(text).toMatch(/^time,Kind,Summary,Scope,User,Session\r\n2026-03-17T14:03:11\./)],
  ] as const) {
    await page.keyboard.press('m');
    await page.getByRole('menuitem', { name: title }).click();
    await expect(page.getByRole('menu')).toHaveCount(0);
    // What was copied before stands there until this has been.
    await expect(async () => check(await clip())).toPass();
  }
});
