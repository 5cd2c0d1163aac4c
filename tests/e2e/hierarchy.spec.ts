/** The hierarchy: its groupings and counts, places chosen, kept out, found. */
import type { Locator } from '@playwright/test';
import { NOON } from './activity';
import { expect, test } from './fixtures';
import { digitsOf, type Workbench } from './workbench';

const node = (workbench: Workbench, name: string) => workbench.tree.getByRole('treeitem', { name: new RegExp(`^${name} \\(`) });
const countIn = async (item: Locator) => digitsOf(/\([\d,]+\)$/.exec((await item.getAttribute('aria-label')) ?? '')?.[0] ?? '');

test('every grouping counts what is in view, and a place at any depth is what narrowing shows', async ({ page, workbench }) => {
  await workbench.open(NOON);
  const total = await workbench.total();
  const groupings = page.getByRole('combobox', { name: 'Group by' });
  const names = (await groupings.locator('option').allInnerTexts()).filter((name) => !name.startsWith('Own'));
  expect(names.length).toBeGreaterThanOrEqual(5);
  for (const name of names) {
    await groupings.selectOption({ label: name });
    await workbench.settled();
    expect(await workbench.treeTotal(), name).toBe(total);
  }
  await groupings.selectOption({ label: 'Host / container' });
  await workbench.settled();
  const host = workbench.tree.getByRole('treeitem', { name: /^node-/ }).first();
  await host.click();
  await workbench.tree.press('ArrowRight');
  await workbench.tree.press('ArrowRight');
  await workbench.tree.press('ArrowRight'); // the container opens: its commands are asked for now
  const command = workbench.tree.locator('[role="treeitem"][aria-level="4"]').first();
  await expect(command).toBeVisible();
  const said = await countIn(command);
  await command.click();
  await workbench.settled();
  expect(await workbench.total()).toBe(said);
  expect(await workbench.legendSum()).toBeGreaterThanOrEqual(said);
});

test('several places add up, and excluding one takes exactly its count away', async ({ workbench }) => {
  await workbench.open(NOON);
  const [shop, billing] = [node(workbench, 'shop'), node(workbench, 'billing')];
  const [a, b, all] = [await countIn(shop), await countIn(billing), await workbench.total()];
  await shop.click();
  await billing.click({ modifiers: ['Control'] });
  await workbench.settled();
  expect(await workbench.total()).toBe(a + b);
  await shop.click({ modifiers: ['Control'] });
  await workbench.settled();
  expect(await workbench.total()).toBe(b);
  await billing.click();
  await workbench.settled();

  const deployment = node(workbench, 'storefront');
  const gone = await countIn(deployment);
  await deployment.hover();
  await deployment.locator('button', { hasText: '!=' }).click();
  await workbench.settled();
  expect(await workbench.total()).toBe(all - gone);
  expect(await workbench.treeTotal()).toBe(all - gone);
});

test('own groupings are made from any attributes and stay', async ({ page, workbench }) => {
  await workbench.open(NOON);
  await page.getByRole('combobox', { name: 'Group by' }).selectOption({ label: 'Own grouping…' });
  const dialog = page.getByRole('dialog', { name: 'Group by' });
  for (const name of ['namespace', 'deployment', 'pod']) await dialog.getByRole('button', { name: `Remove ${name}` }).click();
  await dialog.getByRole('textbox', { name: 'Find an attribute' }).fill('comm');
  await dialog.getByRole('button', { name: 'Add comm', exact: true }).click();
  await dialog.getByRole('button', { name: 'Group', exact: true }).click();
  await workbench.settled();
  await expect(page).toHaveURL(/by=comm/);
  await expect(node(workbench, 'ab')).toBeVisible();
  expect(await workbench.treeTotal()).toBe(await workbench.total());
  await page.reload();
  await workbench.settled();
  await expect(page.getByRole('combobox', { name: 'Group by' }).locator('option', { hasText: /^comm$/ })).toHaveCount(1);
});

test('a letter typed in the tree finds, and Enter narrows', async ({ page, workbench }) => {
  await workbench.open(NOON);
  await page.keyboard.press('h');
  await page.keyboard.type('vault');
  await expect(node(workbench, 'vault-sync')).toBeVisible();
  await expect(node(workbench, 'grafana')).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await workbench.settled();
  await expect(page).toHaveURL(/scope=namespace%3Dpayments&scope=deployment%3Dvault-sync/);
});
