/** What an auditor asks: the answer, the activities that its figure counts, and the report of all answers. */
import { expect, test } from './fixtures';

test('from a question to what its figure counts, by keyboard alone', async ({ page, workbench }) => {
  await workbench.open('questions');
  const list = page.getByRole('listbox', { name: 'Questions' });
  await expect(list.getByRole('option', { selected: true })).toContainText('Who entered running containers');
  await page.getByRole('group', { name: 'Frameworks' }).getByRole('button', { name: 'HIPAA' }).click();
  await workbench.tabTo(list);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const refused = list.getByRole('option', { selected: true });
  await expect(refused).toContainText('Which attempts to get access were refused?');
  await expect(refused).toContainText('164.308(a)(5)(ii)(C)');
  await expect(page).toHaveURL(/question=refused/);

  const figure = page.getByRole('region', { name: 'requests answered with 401 or 403, or refused by authorization' });
  const count = Number(await figure.getByRole('heading').getByRole('link').innerText());
  await page.keyboard.press('Enter');
  await workbench.settled();
  await expect(page).toHaveURL(/filter=code/);
  const shown = await workbench.counts();
  expect([...shown].filter(([kind]) => kind !== 'Policy hits').reduce((sum, [, n]) => sum + n, 0)).toBe(count);
});

test('all answers as a report', async ({ page, workbench }) => {
  await workbench.open('questions');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'JSON' }).click();

  expect((await download).suggestedFilename()).toBe('questions.json');
});
