/** Moving through time in the Activity view: steps, presets, typed windows, wheel and hand, the zone. */
import { NOON, windowIn } from './activity';
import { expect, test } from './fixtures';

test('steps, jumps and presets move the window, and zooming back undoes them one after another', async ({ page, workbench }) => {
  await workbench.open(NOON);
  await page.keyboard.press(']');
  await workbench.settled();
  expect(await windowIn(page)).toEqual({ from: '2026-03-17T13:00:00Z', to: '2026-03-17T14:00:00Z' });
  await page.getByRole('button', { name: 'Jump to the first of the case' }).click();
  await workbench.settled();
  expect((await windowIn(page)).from).toMatch(/^2026-03-17T00:00/);
  await page.getByRole('group', { name: 'Length of the window' }).getByRole('button', { name: '15 min' }).click();
  await workbench.settled();
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await workbench.settled();
  expect(await windowIn(page)).toEqual({ from: '2026-03-17T12:00:00Z', to: '2026-03-17T13:00:00Z' });
});

test('a window is typed relative to the case’s end, and nonsense is refused with an example', async ({ page, workbench }) => {
  await workbench.open(NOON);
  await page.keyboard.press('e');
  await page.getByRole('textbox', { name: /^From/ }).fill('yesterday');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('-2h');
  await page.getByRole('textbox', { name: /^From/ }).fill('-2h');
  await page.getByRole('textbox', { name: /^To/ }).fill('+30m');
  await page.keyboard.press('Enter');
  await workbench.settled();
  const { from, to } = await windowIn(page);
  expect(from).toMatch(/^2026-03-17T21:59:5/);
  expect(to).toMatch(/^2026-03-17T22:29:5/);
});

test('the wheel zooms where the pointer is, Shift-drag moves the window', async ({ page, workbench }) => {
  await workbench.open(NOON);
  const plot = await workbench.chart.locator('.u-over').boundingBox();
  if (!plot) throw new Error('the graph is not there');
  const [x, y] = [plot.x + plot.width / 4, plot.y + 20]; // 12:15
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -400);
  await expect.poll(async () => (await windowIn(page)).from).not.toBe('2026-03-17T12:00:00Z');
  await workbench.settled();
  const { from, to } = await windowIn(page);
  const [a, b] = [Date.parse(String(from)), Date.parse(String(to))];
  const middle = Date.parse('2026-03-17T12:15:00Z');
  expect(Math.abs((middle - a) / (b - a) - 0.25)).toBeLessThan(0.02);
  expect(b - a).toBeGreaterThan(30 * 60_000); // one notch is no jump

  await page.keyboard.down('Shift');
  await page.mouse.down();
  await page.mouse.move(x + plot.width / 10, y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await workbench.settled();
  await expect.poll(async () => (await windowIn(page)).from).not.toBe(from);
  const moved = Date.parse(String((await windowIn(page)).from));
  expect(Math.abs(moved - (a - (b - a) / 10))).toBeLessThan((b - a) / 50);
});

test('± 5 minutes around a row, by key and by its menu', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe" kind=exec')}`);
  await workbench.row('johndoe').first().click();
  await page.keyboard.press('w');
  await workbench.settled();
  const { from, to } = await windowIn(page);
  expect(Date.parse(String(to)) - Date.parse(String(from))).toBe(600_000);
  await page.keyboard.press('Backspace');
  await workbench.settled();
  await workbench.row('johndoe').last().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'From here on' }).click();
  await workbench.settled();
  expect((await windowIn(page)).to).toBeNull();
  expect((await windowIn(page)).from).toMatch(/^2026-03-17T14:03:11/);
});

test('the zone changes every clock at once and is in the address', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe" kind=exec')}`);
  await workbench.row('johndoe').last().click();
  await expect(workbench.details).toContainText('14:03:11');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('zone kolkata');
  await expect(page.getByRole('dialog').getByRole('option', { name: /Kolkata/, selected: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await workbench.settled();

  await expect(page).toHaveURL(/zone=Asia%2FKolkata/);
  await expect(workbench.row('johndoe').last()).toContainText('19:33:11');
  await expect(workbench.details).toContainText('19:33:11.501484 +05:30');
  await expect(page.getByRole('button', { name: /^Exact window/ })).toContainText('2026-03-17 05:30:04');
  await expect(page.getByRole('button', { name: /^Time, Asia\/Kolkata/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Frequency' })).toContainText('Asia/Kolkata');
  const table = page.getByRole('table', { name: /Activities over time, Asia\/Kolkata/ });
  await expect(table.getByRole('row').nth(1)).toContainText('2026-03-17 1');
});
