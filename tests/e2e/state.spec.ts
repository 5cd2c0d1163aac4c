/** The address holds what a view shows; mistakes are said where they are; the graph and the hierarchy answer to keys and clicks. */
import { expect, test } from './fixtures';
import { addressOf } from './workbench';

test('reload, back and forward bring the same view again', async ({ page, workbench }) => {
  await workbench.open();
  await workbench.addTerm('comm="curl"');
  const curl = { url: await addressOf(page), total: await workbench.total(), legend: await workbench.counts() };
  await workbench.drag(0.5, 0.6);
  const narrowed = { url: await addressOf(page), total: await workbench.total() };
  expect(narrowed.total).toBeLessThan(curl.total);

  await page.reload();
  await workbench.settled();
  expect({ url: await addressOf(page), total: await workbench.total() }).toEqual(narrowed);

  await page.goBack();
  await workbench.settled();
  expect({ url: await addressOf(page), total: await workbench.total(), legend: await workbench.counts() }).toEqual(curl);

  await page.goForward();
  await workbench.settled();
  expect({ url: await addressOf(page), total: await workbench.total() }).toEqual(narrowed);
});

test('an address opened anew selects its activity and shows its details', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe" kind=exec')}`);
  await workbench.row('johndoe').first().click();
  await expect(workbench.details).toBeVisible();
  const text = await workbench.details.getByRole('heading', { level: 2 }).innerText();
  await page.goto('about:blank');
  await page.goBack();
  await workbench.settled();

  await expect(workbench.details.getByRole('heading', { level: 2 })).toHaveText(text);
});

test('a mistake in the filter is marked under its characters, and the last good filter stays', async ({ workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('comm="curl"')}`);
  const before = await workbench.total();
  await workbench.filter.fill('cmnd="x"');
  await workbench.filter.press('Enter');

  await expect(workbench.filter).toHaveAttribute('aria-invalid', 'true');
  await expect(workbench.filterBar.getByRole('alert')).toContainText('cmnd');
  expect(await workbench.total()).toBe(before);
});

test('a mistake in the address is marked too, in each view, and leaves no error behind', async ({ page, workbench }) => {
  const filter = encodeURIComponent('cmnd="x"');
  await workbench.open(`activity?filter=${filter}`);
  await expect(workbench.filterBar.getByRole('alert')).toContainText('cmnd');
  expect(await workbench.total()).toBeGreaterThan(0);
  await page.reload();
  await workbench.settled();
  await expect(workbench.filterBar.getByRole('alert')).toContainText('cmnd');
  for (const view of ['sessions', 'policy', 'board', 'evidence']) {
    await workbench.open(`${view}?filter=${filter}`);
    await expect(page.getByRole('main')).not.toBeEmpty();
  }
});

test('a window of seconds, and a term that stands twice, are drawn like others', async ({ workbench }) => {
  for (const filter of ['', encodeURIComponent('kind=net kind=net')]) {
    await workbench.open(`activity?from=2026-03-17T13:11:05Z&to=2026-03-17T13:11:20Z&filter=${filter}`);
    await expect(workbench.list.getByRole('row').nth(1)).toBeVisible();
  }
});

test('a filter that matches nothing offers the changes that would show something', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('comm="curl" user="nobody"')}`);
  await expect(page.getByRole('heading', { name: /^No activity matches/ })).toBeVisible();
  await page
    .getByRole('status')
    .getByRole('button', { name: /nobody/ })
    .click();
  await workbench.settled();

  expect(await workbench.total()).toBeGreaterThan(0);
});

test('the legend’s switches, = and != on a value, and the hierarchy change every pane alike', async ({ workbench }) => {
  await workbench.open();
  const counts = await workbench.counts();
  await workbench.legend.getByRole('button', { name: /^Network/ }).click();
  await workbench.settled();
  const withoutNetwork = ['Commands', 'Kubectl exec', 'File'].reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0);
  expect(await workbench.total()).toBe(withoutNetwork);
  expect(await workbench.treeTotal()).toBe(withoutNetwork);

  await workbench.row('grpc_health_probe').first().click();
  await workbench.details.getByRole('button', { name: /^Only comm = grpc_health_probe/ }).click();
  await workbench.settled();
  const only = await workbench.total();
  expect(only).toBeLessThan(withoutNetwork);
  expect(await workbench.treeTotal()).toBe(only);
  await expect(workbench.filterBar.getByRole('button', { name: /^comm="?grpc_health_probe/ })).toBeVisible();
});

test('a number in the hierarchy is what narrowing to it shows', async ({ workbench }) => {
  await workbench.open();
  for (const name of ['payments', 'platform']) {
    const node = workbench.tree.getByRole('treeitem', { name: new RegExp(`^${name} \\(`) });
    const said = Number(((await node.getAttribute('aria-label')) ?? '').replace(/\D/g, ''));
    await node.click();
    await workbench.settled();
    expect(await workbench.total()).toBe(said);
    await node.click();
    await workbench.settled();
  }
});

test('Enter leads from what was typed to what it found, and on to the trace', async ({ page, workbench }) => {
  await workbench.open('sessions');
  const find = page.getByRole('textbox', { name: 'Find a session' });
  await find.fill('johndoe billing');
  await expect(page.getByRole('option')).toHaveCount(1);
  await find.press('Enter');
  await expect(page.getByRole('listbox', { name: 'Sessions' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(workbench.transcript).toBeVisible();
});

test('the palette opens a session by its user', async ({ page, workbench }) => {
  await workbench.open();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('dba-rotation');
  await page
    .getByRole('dialog')
    .getByRole('option', { name: /dba-rotation ran/ })
    .click();

  await expect(page.getByRole('heading', { level: 1 })).toContainText('dba-rotation ran');
});
