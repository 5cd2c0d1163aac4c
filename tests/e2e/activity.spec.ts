/** The Activity view as a whole: its palette, the way from a peak to a person by keys alone, small sizes, each state accessible. */
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { NOON, windowIn } from './activity';
import { expect, test } from './fixtures';
import type { Workbench } from './workbench';

test('the palette reaches what the menus, bars and keys do', async ({ page, workbench }) => {
  await workbench.open(NOON);
  const run = async (text: string, option: RegExp) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill(text);
    await page.getByRole('option', { name: option }).first().click();
  };
  await run('columns', /^Columns and density/);
  await expect(page.getByRole('dialog', { name: 'Columns' })).toBeVisible();
  await page.keyboard.press('Escape');
  await run('exec alone', /^Kubectl exec alone/);
  await workbench.settled();
  await expect(page).toHaveURL(/kinds=exec(&|$)/);
  await run('latest', /^Latest first/);
  await workbench.settled();
  await expect(page).toHaveURL(/order=desc/);
  await run('jump last', /^Jump to the last/);
  await workbench.settled();
  expect((await windowIn(page)).to).toMatch(/^2026-03-17T23:59/);
  await run('evidence', /^Evidence/);
  await expect(page.getByRole('heading', { level: 1, name: 'Evidence' })).toBeVisible();
});

test('from the peak to who caused it, with keys alone', async ({ page, workbench }) => {
  const { keyboard } = page;
  await workbench.open();
  await keyboard.press('f'); // what repeats most stands on top
  await workbench.settledFolded();
  await keyboard.press('j');
  await expect(workbench.details).toContainText('10.96.12.40');
  const named = async () => (await workbench.details.innerText()).match(/pod\s+(\S+)/)?.[1] ?? '';
  await expect.poll(named).toContain('storefront');
  const pod = await named();
  await keyboard.press('w'); // around the first of them
  await keyboard.press('f');
  await workbench.settled();
  await keyboard.press('/');
  await keyboard.type(`pod="${pod}" kind=exec`);
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await keyboard.press('Escape');
  await workbench.settled();
  await keyboard.press('l');
  await keyboard.press('Home');
  await expect(workbench.details).toContainText('johndoe');
  await keyboard.press('Enter');
  await expect(page).toHaveTitle(/^Trace/);
  await expect(page).toHaveURL(/#\/trace\?/);
});

test('with the colours of the system, what is chosen still stands out, and what is drawn is there', async ({
  page,
  workbench,
}) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await workbench.open(NOON);
  await workbench.list
    .getByRole('row')
    .nth(1)
    .click({ position: { x: 20, y: 8 } });
  await expect(workbench.list.getByRole('row', { selected: true })).toHaveCount(1);
  const colour = (target: Locator) => target.evaluate((element) => getComputedStyle(element).backgroundColor);
  const pairs: readonly (readonly [chosen: Locator, other: Locator])[] = [
    [workbench.list.getByRole('row', { selected: true }), workbench.list.getByRole('row', { selected: false }).first()],
    [page.getByRole('button', { name: 'All activity' }), page.getByRole('button', { name: 'Interactive', exact: true })],
    [page.getByRole('link', { name: /^Activity/ }), page.getByRole('link', { name: /^Sessions/ })],
    [workbench.details.getByRole('tab', { selected: true }), workbench.details.getByRole('tab', { selected: false }).first()],
    [page.locator('.cov .track i').first(), page.locator('.cov .track').first()],
  ];
  for (const [chosen, other] of pairs) expect(await colour(chosen), String(chosen)).not.toBe(await colour(other));
});

for (const [name, viewport] of [
  ['1024 × 700', { width: 1024, height: 700 }],
  ['1280 × 800 at 200 %', { width: 640, height: 400 }],
] as const) {
  test(`nothing is cut off at ${name}`, async ({ page, workbench }) => {
    await page.setViewportSize(viewport);
    await workbench.open(NOON);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(wide).toBe(false);
    const reach = async (target: Locator) => {
      await target.scrollIntoViewIfNeeded();
      await expect(target).toBeInViewport();
    };
    for (const button of ['Jump to the first of the case', 'Saved filters and history', 'Columns', 'Find or run, Ctrl K'])
      await reach(page.getByRole('button', { name: button }));
    await reach(workbench.legend.getByRole('button', { name: /^Policy hits/ }));
    await page.getByRole('button', { name: 'Hierarchy' }).click();
    await expect(workbench.tree).toBeVisible();

    await workbench.open('evidence');
    const settings = page.getByRole('button', { name: 'Source settings of E1' });
    await reach(settings);
    const { x, width } = (await settings.boundingBox()) ?? { x: 0, width: 0 };
    expect(x + width).toBeLessThanOrEqual(viewport.width);
    const cut = await page
      .locator('header, footer, thead')
      .evaluateAll((all) => all.filter((bar) => bar.scrollWidth > bar.clientWidth + 1).map((bar) => bar.textContent));
    expect(cut).toEqual([]);
  });
}

const STATES: readonly (readonly [title: string, show: (page: Page, workbench: Workbench) => Promise<unknown>])[] = [
  [
    'folded repeats',
    async (page, w) => {
      await w.open(`${NOON}&fold=yes`, 'folded');
      await page.keyboard.press('j');
      await expect(w.details.locator('dd').first()).toBeVisible();
    },
  ],
  [
    'columns',
    async (page, w) => {
      await w.open(NOON);
      await page.getByRole('button', { name: 'Columns' }).click();
      await expect(page.getByRole('dialog', { name: 'Columns' })).toBeVisible();
    },
  ],
  [
    'own grouping',
    async (page, w) => {
      await w.open(NOON);
      await page.getByRole('combobox', { name: 'Group by' }).selectOption({ label: 'Own grouping…' });
      await expect(page.getByRole('dialog', { name: 'Group by' })).toBeVisible();
    },
  ],
  [
    'saved filters',
    async (page, w) => {
      await w.open(`${NOON}&filter=comm%3D%22curl%22`);
      await page.keyboard.press('s');
      await expect(page.getByRole('dialog', { name: 'Filters' })).toBeVisible();
    },
  ],
  [
    'the menu of a row',
    async (page, w) => {
      await w.open(NOON);
      await page.keyboard.press('j');
      await page.keyboard.press('m');
      await expect(page.getByRole('menu')).toBeVisible();
    },
  ],
  [
    'a window that is none',
    async (page, w) => {
      await w.open(NOON);
      await page.keyboard.press('e');
      await page.getByRole('textbox', { name: /^From/ }).fill('x');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  ],
  [
    'many columns, several places, a term that is off',
    (_, w) =>
      w.open(
        `${NOON}&columns=kind,what,pid,sourceaddresses,cmdline,session&scope=namespace%3Dshop&scope=&scope=namespace%3Dbilling&off=pid%3D1`,
      ),
  ],
];
test.describe('accessible, dark and light', () => {
  for (const [title, show] of STATES) {
    test(title, async ({ page, workbench }) => {
      await show(page, workbench);
      await expectAccessible(page);
    });
  }
});
