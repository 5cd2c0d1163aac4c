/** The filter bar: chips, completion, filters kept in the case. */
import { NOON } from './activity';
import { expect, test } from './fixtures';
import { digitsOf } from './workbench';

test('chips are switched off, negated and removed by keys, and each can be undone and redone', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('comm="curl"')}`);
  await expect(workbench.status).toContainText(/of [\d,]+/);
  const [curl, all] = [
    await workbench.total(),
    digitsOf(await workbench.status.innerText().then((t) => /of ([\d,]+)/.exec(t)?.[1] ?? '')),
  ];
  const chip = workbench.filterBar.locator('[data-chip]');
  await chip.focus();
  await page.keyboard.press('!');
  await workbench.settled();
  await expect(chip).toHaveText('comm!="curl"');
  const without = await workbench.total();
  await chip.focus();
  await page.keyboard.press('Space');
  await workbench.settled();
  expect(await workbench.total()).toBe(without + curl);
  expect(without + curl).toBeLessThanOrEqual(all);
  await expect(chip).toHaveAccessibleName(/^Off: comm!="curl"/);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await workbench.settled();
  expect(await workbench.total()).toBe(curl);
  await page.keyboard.press('Control+Shift+z');
  await workbench.settled();
  expect(await workbench.total()).toBe(without);
  await chip.focus();
  await page.keyboard.press('Delete');
  await expect(chip).toHaveCount(0);
});

test('completion offers attributes, then values with their counts in view', async ({ page, workbench }) => {
  await workbench.open(NOON);
  await workbench.filter.click();
  await page.keyboard.type('com');
  const list = page.getByRole('listbox', { name: 'Completions' });
  await expect(list.getByRole('option').first()).toContainText('comm');
  await page.keyboard.press('Tab');
  await page.keyboard.type('=');
  const first = list.getByRole('option').first();
  await expect(first).toContainText('ab');
  const said = digitsOf((await first.innerText()).split('\n').at(-1) ?? '');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await workbench.settled();
  expect(await workbench.total()).toBe(said);
});

test('a filter is saved in the case, and is there for the next one who opens it', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('comm="curl"')}`);
  const curl = await workbench.total();
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Filters' });
  await dialog.getByRole('textbox', { name: 'Name of the present filter' }).fill('Downloads by curl');
  await dialog.getByRole('button', { name: 'Save in the case' }).click();
  const saved = dialog.getByRole('list', { name: 'Saved in this case' }).getByRole('listitem');
  await expect(saved).toContainText(['Downloads by curl']);
  await page.evaluate(() => localStorage.clear());
  await workbench.open('welcome');
  await workbench.open('activity');
  await page.reload();
  await workbench.settled();
  await page.keyboard.press('s');
  await saved.filter({ hasText: 'Downloads by curl' }).getByRole('button', { name: 'Add' }).click();
  await workbench.settled();
  expect(await workbench.total()).toBe(curl);
  await page.keyboard.press('s');
  await dialog.getByRole('button', { name: 'Remove Downloads by curl' }).click();
  await expect(saved).toContainText(['None yet']);
});
