/** The analyst's own words: on an activity, a session, a stretch of time; undone, searched, on the board, in the report. */
import { readFileSync } from 'node:fs';
import { story } from '../helpers/sample';
import { connectThroughHand, expect, test } from './fixtures';
import { addressOf, queryOf } from './workbench';

const { originator } = story('download');
const session = `E1/${originator.file}:${originator.line}`;
const at = encodeURIComponent(session);

test('a note, a tag and a bookmark by keyboard; found by filters; taken back one by one', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe"')}&at=${at}`);
  await expect(workbench.details).toContainText('203.0.113.7');
  // Faster than the details come: the mark is on the row that is selected, not on the one before it.
  await workbench
    .row('kube exec')
    .first()
    .click({ position: { x: 20, y: 8 } });
  const before = (await queryOf(page)).get('at');
  await page.keyboard.press('j');
  await page.keyboard.press('b');
  const next = (await queryOf(page)).get('at');
  expect(next).not.toBe(before);
  await workbench.open('board');
  // Tests of one worker share the case: the board may have marks of others.
  const marked = page.locator('li', { has: page.locator(`a[href*="${encodeURIComponent(String(next))}"]`) });
  await expect(marked).toHaveCount(1);
  const takeBack = marked.getByRole('button', { name: 'Take back this bookmark' });
  await takeBack.click();
  await expect(takeBack).toHaveCount(0);
  await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe"')}&at=${at}`);
  await expect(workbench.details).toContainText('203.0.113.7');
  await page.keyboard.press('b');
  await expect(workbench.details.getByRole('button', { name: 'Bookmark' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('n');
  await page.keyboard.type('He entered here');
  await page.keyboard.press('Control+Enter');
  await expect(workbench.details).toContainText('Note added');
  await workbench.details.getByRole('button', { name: 'Tag', exact: true }).first().click();
  await page.keyboard.type('entry');
  await page.keyboard.press('Enter');
  await expect(workbench.details).toContainText('Tag added');
  await expect(workbench.details.getByRole('tab', { name: /^Notes/ })).toContainText('3');

  await workbench.open(`activity?filter=${encodeURIComponent('tag="entry" note contains "entered"')}`);
  expect(await workbench.total()).toBe(1);
  await workbench.row('kube exec').click();
  await workbench.details.getByRole('tab', { name: /^Notes/ }).click();
  for (const left of [2, 1, 0]) {
    await workbench.details
      .getByRole('button', { name: /^Take back/ })
      .first()
      .click();
    await expect(workbench.details.getByRole('button', { name: /^Take back/ })).toHaveCount(left);
  }
  await workbench.details.getByRole('button', { name: 'Undo' }).click();
  await expect(workbench.details.getByRole('button', { name: /^Take back/ })).toHaveCount(1);
  await workbench.details.getByRole('button', { name: /^Take back/ }).click();
  await expect(workbench.details.getByRole('button', { name: /^Take back/ })).toHaveCount(0);
});

test('a tag on all that is in view is one change, found by its filter and taken back as one', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe" kind=exec')}&at=${at}`);
  const both = await workbench.total();
  await expect(workbench.details).toContainText('203.0.113.7');
  await page.keyboard.press('#');
  await expect(workbench.details.getByRole('combobox', { name: 'Text' })).toBeFocused();
  await page.keyboard.type('his execs');
  await workbench.details.getByRole('button', { name: `All ${both} in view` }).click();
  await workbench.details.getByRole('button', { name: 'Keep' }).click();
  await expect(workbench.details).toContainText('Tags added');
  await workbench.addTerm('tag="his execs"');
  await expect.poll(() => workbench.total()).toBe(both);
  await workbench.details.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText(/^No activity matches/)).toBeVisible();
});

test('what is typed after N is text, though the details are still on their way', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe"')}`);
  const holdBack = await connectThroughHand(page);
  await workbench.settled();
  await workbench
    .row('kube exec')
    .first()
    .click({ position: { x: 20, y: 8 } });
  await expect(workbench.details).toContainText('203.0.113.7');
  holdBack(1_500);
  await page.keyboard.press('j');
  await page.keyboard.press('n');
  const before = await addressOf(page);
  await page.keyboard.type('if tx');
  expect(await addressOf(page)).toBe(before);
  const text = workbench.details.getByRole('textbox', { name: 'Text', exact: true });
  await expect(text).toHaveValue('if tx');
  await expect(text).toBeFocused();
  await page.keyboard.type('!');
  await expect(text).toHaveValue('if tx!');
});

test('the reason of a session: given in its trace, changed, on the board, in the report', async ({ page, workbench }, info) => {
  await workbench.open(`trace?session=${at}`);
  await expect(workbench.transcript).toBeVisible();
  await page.getByRole('button', { name: 'Reason, notes…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('CHG-4711');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('Reason added');
  await dialog.getByRole('button', { name: 'Change this reason' }).click();
  await dialog.getByRole('textbox', { name: 'Text of the mark' }).fill('CHG-4712, load test');
  await dialog.getByRole('button', { name: 'Keep', exact: true }).first().click();
  await expect(dialog).toContainText('changed by');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /CHG-4712/ })).toBeVisible();

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'HTML' }).click();
  const path = info.outputPath('report.html');
  await (await downloading).saveAs(path);
  expect(readFileSync(path, 'utf8')).toMatch(/Marks of the analyst[\s\S]*CHG-4712, load test/);

  await workbench.open('board');
  const entry = page.getByRole('listitem').filter({ hasText: 'CHG-4712' });
  await expect(entry).toContainText('S-30');
  await expect(entry).toContainText('johndoe');
  await entry.getByRole('link', { name: 'Show what it is on' }).click();
  await expect(workbench.transcript).toBeVisible();
  await page.goBack();

  // Another window on the case shows it, and that it was taken back, without being asked.
  const other = await page.context().newPage();
  await other.goto('/#/board');
  const there = other.getByRole('listitem').filter({ hasText: 'CHG-4712' });
  await expect(there).toHaveCount(1);
  await entry.getByRole('button', { name: 'Take back this reason' }).click();
  await expect(entry).toHaveCount(0);
  await expect(there).toHaveCount(0);
});

test('the board is a report, and so is a trace, by keys alone', async ({ page, workbench }) => {
  const { keyboard } = page;
  await workbench.open(`trace?session=${at}`);
  await expect(workbench.transcript).toBeVisible();
  await keyboard.press('n');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Text' }).waitFor();
  await keyboard.type('CHG-4801');
  await keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('Reason added');
  await keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  for (const [where, name] of [
    ['trace', /^trace-S-30\.pdf$/],
    ['board', /\.pdf$/],
  ] as const) {
    if (where === 'board') {
      await keyboard.press('Shift+B');
      await expect(page.getByRole('listitem').filter({ hasText: 'CHG-4801' })).toBeVisible();
    }
    const downloading = page.waitForEvent('download');
    await keyboard.press('p');
    expect((await downloading).suggestedFilename(), where).toMatch(name);
  }
  const entry = page.getByRole('listitem').filter({ hasText: 'CHG-4801' });
  await entry.getByRole('button', { name: 'Take back this reason' }).click();
  await expect(entry).toHaveCount(0);
});

test('the window in view is marked from the board, and leads back to it', async ({ page, workbench }) => {
  // Other tests mark other windows of this case: marks on one window are one entry of the board.
  await workbench.open('board?from=2026-03-17T12:20:00Z&to=2026-03-17T14:50:00Z');
  await page.getByRole('button', { name: 'Mark the window in view' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('2026-03-17 12:20:00 to 2026-03-17 14:50:00');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('the peak');
  await page.keyboard.press('Control+Enter');
  const entry = page.getByRole('listitem').filter({ hasText: 'the peak' });
  await expect(entry).toContainText('Stretch of time');
  await entry.getByRole('link').click();
  await workbench.settled();
  await expect(page).toHaveURL(/from=2026-03-17T12%3A20%3A00Z&to=2026-03-17T14%3A50%3A00Z/);
  await page.goBack();
  await expect(entry).toHaveCount(1);
  await entry.getByRole('button', { name: /^Take back/ }).click();
  await expect(entry).toHaveCount(0);
});

test('what is related: the count of each group is that of the list it leads to', async ({ page, workbench }) => {
  await workbench.open(`activity?filter=${encodeURIComponent('comm="ab" kind=cmd')}`);
  await workbench.row(/ab -n/).first().click();
  await workbench.details.getByRole('tab', { name: 'Related' }).click();
  const groups = workbench.details.getByRole('region').filter({ has: page.getByRole('button', { name: /^Show all/ }) });
  await expect(workbench.details.getByRole('region', { name: 'Parent process' })).toContainText('bash');
  await expect(workbench.details.getByRole('region', { name: 'Same user' })).toContainText('johndoe');
  const names = await groups
    .getByRole('button', { name: /^Show all/ })
    .evaluateAll((all) => all.map((b) => b.getAttribute('aria-label')));
  expect(names.length).toBeGreaterThanOrEqual(3);
  for (const name of names) {
    await workbench.details.getByRole('tab', { name: 'Related' }).click();
    await workbench.details.getByRole('button', { name: name ?? '' }).click();
    await workbench.settled();
    expect(await workbench.total()).toBe(Number(name?.replace(/\D/g, '')));
    await page.goBack();
    await workbench.settled();
  }
});
