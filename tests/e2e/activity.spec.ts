/** The Activity view's tools: moving through time, the hierarchies, chips, columns, folded repeats, copies, the palette; with keys alone; at small sizes. */
import type { Locator, Page } from '@playwright/test';
import { story } from '../helpers/sample';
import { expectAccessible } from './accessible';
import { expect, test } from './fixtures';
import type { Workbench } from './workbench';

const truth = story('download');
const NOON = 'activity?from=2026-03-17T12:00:00Z&to=2026-03-17T13:00:00Z';
const windowIn = (page: Page) => {
  const query = new URLSearchParams(page.url().split('?')[1]);
  return { from: query.get('from'), to: query.get('to') };
};
const number = (text: string | null): number => Number((text ?? '').replace(/\D/g, ''));
const node = (workbench: Workbench, name: string) => workbench.tree.getByRole('treeitem', { name: new RegExp(`^${name} \\(`) });
const countIn = async (item: Locator) => number(/\([\d,]+\)$/.exec((await item.getAttribute('aria-label')) ?? '')?.[0] ?? '');

test.describe('time', () => {
  test('steps, jumps and presets move the window, and zooming back undoes them one after another', async ({
    page,
    workbench,
  }) => {
    await workbench.open(NOON);
    await page.keyboard.press(']');
    await workbench.settled();
    expect(windowIn(page)).toEqual({ from: '2026-03-17T13:00:00Z', to: '2026-03-17T14:00:00Z' });
    await page.getByRole('button', { name: 'Jump to the first of the case' }).click();
    await workbench.settled();
    expect(windowIn(page).from).toMatch(/^2026-03-17T00:00/);
    await page.getByRole('group', { name: 'Length of the window' }).getByRole('button', { name: '15 min' }).click();
    await workbench.settled();
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await workbench.settled();
    expect(windowIn(page)).toEqual({ from: '2026-03-17T12:00:00Z', to: '2026-03-17T13:00:00Z' });
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
    const { from, to } = windowIn(page);
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
    await expect.poll(() => windowIn(page).from).not.toBe('2026-03-17T12:00:00Z');
    await workbench.settled();
    const { from, to } = windowIn(page);
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
    const moved = Date.parse(String(windowIn(page).from));
    expect(Math.abs(moved - (a - (b - a) / 10))).toBeLessThan((b - a) / 50);
  });

  test('± 5 minutes around a row, by key and by its menu', async ({ page, workbench }) => {
    await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe" kind=exec')}`);
    await workbench.row('johndoe').first().click();
    await page.keyboard.press('w');
    await workbench.settled();
    const { from, to } = windowIn(page);
    expect(Date.parse(String(to)) - Date.parse(String(from))).toBe(600_000);
    await page.keyboard.press('Backspace');
    await workbench.settled();
    await workbench.row('johndoe').last().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'From here on' }).click();
    await workbench.settled();
    expect(windowIn(page).to).toBeNull();
    expect(windowIn(page).from).toMatch(/^2026-03-17T14:03:11/);
  });

  test('the zone changes every clock at once and is in the address', async ({ page, workbench }) => {
    await workbench.open(`activity?filter=${encodeURIComponent('user="johndoe" kind=exec')}`);
    await workbench.row('johndoe').last().click();
    await expect(workbench.details).toContainText('14:03:11');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('zone kolkata');
    await page.keyboard.press('Enter');
    await workbench.settled();

    expect(page.url()).toContain('zone=Asia%2FKolkata');
    await expect(workbench.row('johndoe').last()).toContainText('19:33:11');
    await expect(workbench.details).toContainText('19:33:11');
    await expect(page.getByRole('button', { name: /^Exact window/ })).toContainText('2026-03-17 05:30:04');
    await expect(page.getByRole('button', { name: /^Time, Asia\/Kolkata/ })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Frequency' })).toContainText('Asia/Kolkata');
    const table = page.getByRole('table', { name: /Activities over time, Asia\/Kolkata/ });
    await expect(table.getByRole('row').nth(1)).toContainText('2026-03-17 1');
  });
});

test.describe('hierarchy', () => {
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
    expect(page.url()).toContain('by=comm');
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
    expect(page.url()).toContain('scope=namespace%3Dpayments&scope=deployment%3Dvault-sync');
  });
});

test.describe('filter bar', () => {
  test('chips are switched off, negated and removed by keys, and each can be undone and redone', async ({ page, workbench }) => {
    await workbench.open(`activity?filter=${encodeURIComponent('comm="curl"')}`);
    const [curl, all] = [
      await workbench.total(),
      number(await workbench.status.innerText().then((t) => /of ([\d,]+)/.exec(t)?.[1] ?? '')),
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
    const said = number((await first.innerText()).split('\n').at(-1) ?? '');
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
});

test.describe('list', () => {
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
    expect(page.url()).toContain('columns=kind%2Cwhat%2Cuser%2Cpid%2Csession');
    const row = workbench.list.getByRole('row').first();
    expect((await row.boundingBox())?.height).toBe(22);
    await expect(row.locator('[data-column="pid"]')).toHaveText(/^\d+\s*$/);

    const grip = page.getByRole('separator', { name: 'Width of User' });
    const cell = row.locator('[data-column="user"]');
    const before = (await cell.boundingBox())?.width ?? 0;
    await grip.focus();
    await page.keyboard.press('ArrowRight');
    expect((await cell.boundingBox())?.width).toBe(before + 16);
    await page.reload();
    await workbench.settled();
    expect((await row.boundingBox())?.height).toBe(22);
    expect((await cell.boundingBox())?.width).toBe(before + 16);
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
    expect(page.url()).toContain('sort=what&order=desc');

    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('sort by time');
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
    const most = number(await top.getAttribute('data-count'));
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
      await expect.poll(clip).not.toContain('\t');
      check(await clip());
    }
  });
});

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
  expect(page.url()).toMatch(/kinds=exec(&|$)/);
  await run('latest', /^Latest first/);
  await workbench.settled();
  expect(page.url()).toContain('order=desc');
  await run('jump last', /^Jump to the last/);
  await workbench.settled();
  expect(windowIn(page).to).toMatch(/^2026-03-17T23:59/);
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
  const pod = (await workbench.details.innerText()).match(/pod\s+(\S+)/)?.[1] ?? '';
  expect(pod).toContain('storefront');
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
  expect(page.url()).toContain('#/trace?');
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
    },
  ],
  [
    'columns',
    async (page, w) => {
      await w.open(NOON);
      await page.getByRole('button', { name: 'Columns' }).click();
    },
  ],
  [
    'own grouping',
    async (page, w) => {
      await w.open(NOON);
      await page.getByRole('combobox', { name: 'Group by' }).selectOption({ label: 'Own grouping…' });
    },
  ],
  [
    'saved filters',
    async (page, w) => {
      await w.open(`${NOON}&filter=comm%3D%22curl%22`);
      await page.keyboard.press('s');
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
      await page.keyboard.type('x');
      await page.keyboard.press('Enter');
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
