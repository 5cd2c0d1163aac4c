/** The main job, from the coloured lines to a PDF that an auditor can read: with a mouse, then with the keyboard alone. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Download, Page, TestInfo } from '@playwright/test';
import { sampleBundle, story } from '../helpers/sample';
import { has } from '../helpers/tools';
import { expect, test } from './fixtures';
import { exhibit } from './server';
import type { Workbench } from './workbench';

const truth = story('download');
const commands = truth.processes.map(({ argv }) => argv.join(' '));
const connection = '198.51.100.23:443';
const files = truth.files.map(({ path }) => path);
const TABLES = /\s+/g;

/** The session in full, in the order of its commands, and nothing of the others in the same pod at the same time. */
async function expectTrace(workbench: Workbench, page: Page) {
  await page.setViewportSize({ width: 1440, height: 1200 }); // all of it in sight: only what is, is drawn
  await expect(page.getByRole('heading', { level: 1 })).toContainText('johndoe ran bash in');
  const told = workbench.transcript.getByRole('option');
  await expect(told.filter({ hasText: connection }).first()).toBeVisible(); // who it was stands there before what happened
  const whats = async () => (await told.allInnerTexts()).map((text) => text.replaceAll('\n', ' ')).join('\n');
  for (const said of [...commands, connection, ...files]) await expect.poll(whats).toContain(said);
  expect(await whats()).not.toMatch(/grep|oncall-2|\bls\b/);

  const tree = async () => (await workbench.processes.getByRole('treeitem').allInnerTexts()).join('\n');
  for (const said of [...truth.processes.map(({ argv }) => argv[0]), '198.51.100.23']) await expect.poll(tree).toContain(said);
}

async function expectPdf(download: Download, info: TestInfo) {
  expect(download.suggestedFilename()).toMatch(/\.pdf$/);
  const path = info.outputPath('report.pdf');
  await download.saveAs(path);
  expect(readFileSync(path).subarray(0, 5).toString()).toBe('%PDF-');
  test.skip(!has('pdftotext'), 'pdftotext is not on this machine');
  const { stdout } = spawnSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const text = stdout.replace(TABLES, ' ');
  for (const said of [...commands, '198.51.100.23', ...files, 'johndoe', '203.0.113.7']) expect(text).toContain(said);
  expect(text).toMatch(/page 1 of \d+/i);
  const sha256 = createHash('sha256').update(readFileSync(sampleBundle())).digest('hex');
  expect(text.replaceAll(' ', '')).toContain(sha256);
}

test('from the peak to the report, with a mouse', async ({ page, workbench }, info) => {
  await workbench.open();
  const counts = await workbench.counts();
  for (const kind of ['Commands', 'Network', 'Kubectl exec', 'File', 'API calls'])
    expect(counts.get(kind), kind).toBeGreaterThan(0);

  const before = await workbench.total();
  await workbench.drag(11.5 / 24, 15.5 / 24); // the peak of the day lies between 12:00 and 15:00
  expect(await workbench.total()).toBeLessThan(before);
  expect(await workbench.total()).toBeGreaterThan(20_000);
  expect(await workbench.treeTotal()).toBe(await workbench.total());
  await expect(page).toHaveURL(/from=2026-03-17T1[12].*to=2026-03-17T15/);

  const deployment = workbench.tree.getByRole('treeitem', { name: /^billing-api \(/ });
  await deployment.click();
  await workbench.settled();
  const [, inside] = /\(([\d,]+)\)/.exec((await deployment.getAttribute('aria-label')) ?? '') ?? [];
  expect(await workbench.total()).toBe(Number(inside?.replaceAll(',', '')));

  await workbench.addTerm('user="johndoe"');
  const exec = workbench.row('kube exec').filter({ hasText: 'johndoe' });
  await expect(exec).toHaveCount(1);
  await exec.click();
  for (const said of ['203.0.113.7', truth.pod, 'kubectl', 'bash']) await expect(workbench.details).toContainText(said);
  await workbench.details.getByRole('tab', { name: 'Record' }).click();
  await expect(workbench.details.getByRole('tabpanel')).toContainText('ResponseComplete');

  await workbench.details.getByRole('button', { name: /^Trace/ }).click();
  await expectTrace(workbench, page);

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Report/ }).click();
  await expectPdf(await downloading, info);
});

test('the same with the keyboard alone', async ({ page, workbench }, info) => {
  const { keyboard } = page;
  await workbench.open();

  await workbench.tabTo(workbench.chart);
  await keyboard.press('+');
  await workbench.settled();
  await expect(page).toHaveURL(/from=.*to=/);
  await keyboard.press('Backspace');
  await workbench.settled();
  await workbench.tabTo(page.getByRole('button', { name: /^Exact window/ }));
  await keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: /^From/ })).toBeFocused();
  await keyboard.type('2026-03-17 14:00:00');
  await keyboard.press('Tab');
  await keyboard.press('Control+A');
  await keyboard.type('2026-03-17 14:30:00');
  await keyboard.press('Enter');
  await workbench.settled();
  await expect(page).toHaveURL(/from=2026-03-17T14.*to=2026-03-17T14/);

  await workbench.tabTo(workbench.tree);
  const chosen = () =>
    workbench.tree.evaluate((tree) =>
      document.getElementById(tree.getAttribute('aria-activedescendant') ?? '')?.getAttribute('aria-label'),
    );
  for (let i = 0; i < 40 && !(await chosen())?.startsWith('billing-api ('); i++) await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await workbench.settled();

  await keyboard.press('/');
  await keyboard.type('user="johndoe"');
  await keyboard.press('Enter');
  await keyboard.press('Escape');
  await workbench.settled();
  await expect(workbench.row('kube exec')).toHaveCount(1);
  await keyboard.press('Escape');
  await keyboard.press('j');
  await expect(workbench.details).toContainText('203.0.113.7');
  await keyboard.press('r');
  await expect(workbench.details.getByRole('tabpanel')).toContainText('ResponseComplete');

  await keyboard.press('t');
  await expectTrace(workbench, page);
  await keyboard.press('b');
  await expect(workbench.transcript.getByRole('option', { selected: true })).toContainText('Bookmarked');
  const downloading = page.waitForEvent('download');
  await keyboard.press('p');
  await expectPdf(await downloading, info);
  await keyboard.press('b');
  await expect(workbench.transcript.getByText('Bookmarked')).toHaveCount(0);
});

test('a trace found by a name, with kinds switched off, as a story, and its raw bytes, by keys alone', async ({
  page,
  workbench,
}) => {
  const { keyboard } = page;
  await workbench.open('sessions');
  // Keys are heard once the view is there.
  await expect(page.getByRole('option').first()).toBeVisible();
  await keyboard.press('Control+k');
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
  await keyboard.type('john');
  await expect(page.getByRole('option', { name: /johndoe ran bash/ })).toHaveCount(2);
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(workbench.transcript.getByRole('option').filter({ hasText: connection }).first()).toBeVisible();
  await keyboard.press('2');
  await expect(workbench.transcript.getByRole('option').filter({ hasText: connection })).toHaveCount(0);
  await expect(workbench.processes.getByRole('treeitem').filter({ hasText: '198.51.100.23:443' })).toHaveCount(0);
  await expect(workbench.processes.getByRole('treeitem').filter({ hasText: 'curl' })).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Network' })).toHaveAttribute('aria-pressed', 'false');
  await keyboard.press('2');

  await keyboard.press('v');
  const told = page.getByRole('list', { name: 'What happened, as a story' });
  for (const said of [
    'johndoe opened a session by kube exec: bash',
    `connected to ${connection}`,
    'shred -u /root/.bash_history was started',
  ])
    await expect(told).toContainText(said);
  for (let i = 0; i < 3; i++) await keyboard.press('j');
  await expect(told.locator('[aria-current]').first()).toBeVisible();
  await keyboard.press('r');
  await expect(page.getByRole('region', { name: 'What happened' })).toContainText('Raw record');
  await keyboard.press('Escape');
  await expect(told).toBeVisible();
  await expect(page, 'a link to it tells it so again').toHaveURL(/only=story/);
});

test.describe('the legend’s sum, the list, the hierarchy and `exhibit count` are one number', () => {
  for (const filter of [
    '',
    'comm="curl"',
    'namespace="shop" comm!="ab"',
    'server in "198.51.100.0/24"',
    'cmdline matches "^(sh|bash)"',
    'rule exists',
  ]) {
    test(filter || 'without a filter', async ({ served, workbench }) => {
      await workbench.open(`activity?filter=${encodeURIComponent(filter)}`);
      await workbench.everyKind();
      const counted = JSON.parse(exhibit(['count', '--case', served.caseDir, '--json', ...(filter ? [filter] : [])])) as {
        readonly count: number;
      };

      expect(await workbench.legendSum()).toBe(counted.count);
      expect(await workbench.total()).toBe(counted.count);
      expect(await workbench.treeTotal()).toBe(counted.count);
    });
  }
});
