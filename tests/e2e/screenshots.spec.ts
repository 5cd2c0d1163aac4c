/** Pictures for the README and the guide: `SCREENSHOTS=1 npx playwright test screenshots --workers=1` writes them into docs/images. */
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { story } from '../helpers/sample';
import { expect, test } from './fixtures';
import { root } from './server';
import { drawn, type Workbench } from './workbench';

const { originator } = story('download');
const session = encodeURIComponent(`E1/${originator.file}:${originator.line}`);
const entry = `activity?filter=${encodeURIComponent('deployment="billing-api"')}&from=2026-03-17T13:30:00Z&to=2026-03-17T14:30:00Z&at=${session}`;

interface Picture {
  readonly name: string;
  readonly address: string;
  /** Is there when all of the view is. */
  readonly whole: (page: Page, workbench: Workbench) => Locator;
}
const PICTURES: readonly Picture[] = [
  { name: 'activity', address: 'activity', whole: (_, w) => w.legend.getByText('Findings') },
  { name: 'details', address: entry, whole: (_, w) => w.details.getByText('203.0.113.7').first() },
  { name: 'sessions', address: 'sessions', whole: (page) => page.getByRole('option').first() },
  { name: 'trace', address: `trace?session=${session}`, whole: (_, w) => w.transcript },
  {
    name: 'story',
    address: `trace?session=${session}&only=story`,
    whole: (page) => page.getByRole('list', { name: /as a story/ }),
  },
  {
    name: 'flow',
    address: 'flow?find=exec',
    whole: (page) => page.getByRole('button', { name: /^CreatePods_Exec, Action/ }),
  },
  { name: 'policy', address: 'policy', whole: (page) => page.getByText(/^Of \d+ rules/) },
  {
    name: 'questions',
    address: 'questions?question=new-software',
    whole: (page) => page.getByRole('region', { name: 'The answer' }),
  },
  { name: 'board', address: 'board', whole: (page) => page.getByRole('region', { name: 'Marks in time order' }) },
  { name: 'evidence', address: 'evidence', whole: (page) => page.getByRole('table').first() },
  { name: 'cases', address: 'welcome', whole: (page) => page.getByRole('heading', { name: 'What Exhibit reads' }) },
];

/** The marks that an analyst of the sample would make: on the window, the session and how it was opened. */
async function mark(page: Page, workbench: Workbench): Promise<void> {
  await workbench.open('board?from=2026-03-17T12:00:00Z&to=2026-03-17T15:00:00Z');
  await page.getByRole('button', { name: 'Mark the window in view' }).click();
  await page.keyboard.type('The load on the storefront; what happened elsewhere in these hours may be part of it.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('listitem').filter({ hasText: 'The load' })).toBeVisible();

  await workbench.open(`trace?session=${session}`);
  await page.getByRole('button', { name: 'Reason, notes…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Text' }).fill('IR-2026-031, no change was planned');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('Reason added');
  await page.keyboard.press('Escape');

  await workbench.open(entry);
  await expect(workbench.details).toContainText('203.0.113.7');
  await page.keyboard.press('b');
  await expect(workbench.details.getByRole('button', { name: 'Bookmark' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('n');
  await page.keyboard.type('Entered from an address that is known to nobody; an archive follows.');
  await page.keyboard.press('Control+Enter');
  await expect(workbench.details).toContainText('Note added');
  await workbench.details.getByRole('button', { name: 'Tag', exact: true }).first().click();
  await page.keyboard.type('entry');
  await page.keyboard.press('Enter');
  await expect(workbench.details).toContainText('Tag added');
}

if (process.env.SCREENSHOTS) {
  test('marks for the board', ({ page, workbench }) => mark(page, workbench));
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(colorScheme, () => {
      test.use({ colorScheme });
      for (const { name, address, whole } of PICTURES) {
        test(name, async ({ page, workbench }) => {
          await workbench.open(address);
          await expect(whole(page, workbench)).toBeVisible();
          await expect(page.locator('[aria-busy="true"], .stale, [role="status"][aria-label="Loading"]')).toHaveCount(0);
          await drawn(page);
          await page.screenshot({ path: join(root, `docs/images/${name}-${colorScheme}.png`) });
        });
      }
    });
  }
}
