/** Who called the API with what result, as the second seed tells it: the search finds the exec, the nodes tell who, the tables tell each call. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { digitsOf, drawn, queryOf } from './workbench';

const flowOf = (page: Page) => page.getByRole('group', { name: /^API flow/ });
const node = (page: Page, name: RegExp) => flowOf(page).getByRole('button', { name });
const table = (page: Page, name = 'API calls') => page.getByRole('grid', { name });
const rows = async (page: Page, name?: string) => Number(await table(page, name).getAttribute('aria-rowcount')) - 1;
const search = (page: Page) => page.getByRole('textbox', { name: 'Search the API flow' });
const said = (page: Page) => page.getByRole('search', { name: 'Search the API flow' }).getByRole('status');

async function settled(page: Page) {
  await drawn(page);
  await expect(page.locator('[aria-busy="true"], .stale')).toHaveCount(0);
}

test('a search for exec leads to johndoe: what he ran, his calls alone, and the details of one', async ({ page, workbench }) => {
  await page.goto('/#/flow');
  await settled(page);
  const all = await rows(page);
  await expect.poll(async () => digitsOf((await workbench.status.innerText()).split('of')[0] ?? '')).toBe(all);

  await search(page).fill('exec');
  await settled(page);
  const found = await rows(page);
  await expect(said(page)).toHaveText(`${found} of ${all.toLocaleString('en-US')} calls`);
  await expect(node(page, /^CreatePods_Exec, Action/)).toBeVisible();

  // Folded with others, since he called seldom: opened in place.
  await node(page, /^other users, Kubernetes user/).click();
  await settled(page);
  const johndoe = node(page, /^johndoe, Kubernetes user/);
  await johndoe.hover();
  await expect(flowOf(page)).toContainText('203.0.113.7');
  await expect(flowOf(page)).toContainText('bash');
  await flowOf(page).getByRole('button', { name: 'Only johndoe' }).click();
  await settled(page);
  expect((await queryOf(page)).get('filter')).toBe('user="johndoe"');
  await expect(said(page)).toHaveText(/^(\d+) of \1 calls$/);
  expect(await rows(page)).toBe(digitsOf((await said(page).innerText()).split('of')[0] ?? ''));

  await table(page).getByRole('row').filter({ hasText: 'bash' }).first().getByRole('gridcell').first().click();
  for (const part of ['johndoe', '203.0.113.7', 'bash']) await expect(workbench.details).toContainText(part);
  await page.keyboard.press('v');
  await workbench.settled();
  await expect(workbench.list.getByRole('row', { selected: true })).toContainText('bash');
});

test('by keyboard alone: search, nodes, folds, terms, the rest hidden, error events', async ({ page, workbench }) => {
  await page.goto('/#/flow');
  await settled(page);
  await page.keyboard.press('/');
  await page.keyboard.type('exec');
  await settled(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await settled(page);
  await expect(said(page)).toHaveText(/^(\d+) of \1 calls$/);
  await expect(node(page, /ListDeployments/)).toHaveCount(0);

  await page.keyboard.press('h');
  const focused = flowOf(page).locator(':focus');
  await expect(focused).toHaveAttribute('aria-label', /Source IP/);
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await expect(focused).toHaveAttribute('aria-label', /Kubernetes user/);
  await page.keyboard.press('Home');
  const fold = node(page, /^other users/);
  for (let i = 0; i < 12 && !(await fold.evaluate((one) => one === document.activeElement)); i++)
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await settled(page);
  await expect(node(page, /opened: close it/)).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  const name = (await focused.getAttribute('aria-label'))?.split(',')[0];
  await page.keyboard.press('!');
  await settled(page);
  expect((await queryOf(page)).get('filter')).toBe(`user!="${name}"`);

  await page.keyboard.press('y');
  await settled(page);
  await expect(page.getByRole('tab', { name: /^Error events/ })).toHaveAttribute('aria-selected', 'true');
  await expect.poll(() => rows(page, 'Error events')).toBeGreaterThan(0);
  await expect(table(page, 'Error events')).toContainText('403');
  await expect(page.getByRole('table', { name: /^API calls by path/ })).toContainText('CreatePods_Exec');
  await workbench.status.waitFor();
});

test('housekeeping is left out with its count, and a search that finds nothing says what would', async ({ page }) => {
  await page.goto('/#/flow');
  await settled(page);
  const [shown, left] = [await rows(page), digitsOf(await page.getByText(/housekeeping are left out: [\d,]+ calls/).innerText())];
  await page.getByRole('button', { name: 'Show housekeeping' }).click();
  await settled(page);
  expect(await rows(page)).toBe(shown + left);
  await search(page).fill('no-such-call');
  await expect(page.getByText('No API call matches')).toBeVisible();
  await page.getByRole('button', { name: /all calls instead of this search/ }).click();
  await settled(page);
  expect(await rows(page)).toBe(shown + left);
});
