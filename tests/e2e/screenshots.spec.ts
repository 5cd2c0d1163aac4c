/** Pictures for the README and the guide: `SCREENSHOTS=1 npx playwright test screenshots` writes them into docs/images. */
import { join } from 'node:path';
import { story } from '../helpers/sample';
import { expect, test } from './fixtures';
import { root } from './server';

const { originator } = story('download');
const session = encodeURIComponent(`E1/${originator.file}:${originator.line}`);
const PICTURES = [
  { name: 'activity', address: 'activity' },
  {
    name: 'details',
    address: `activity?filter=${encodeURIComponent('deployment="billing-api"')}&from=2026-03-17T13:30:00Z&to=2026-03-17T14:30:00Z&at=${session}`,
  },
  { name: 'sessions', address: 'sessions' },
  { name: 'trace', address: `trace?session=${session}` },
  { name: 'policy', address: 'policy' },
  { name: 'questions', address: 'questions?question=new-software' },
  { name: 'board', address: 'board' },
  { name: 'evidence', address: 'evidence' },
  { name: 'cases', address: 'welcome' },
] as const;

if (process.env.SCREENSHOTS) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(colorScheme, () => {
      test.use({ colorScheme });
      for (const { name, address } of PICTURES) {
        test(name, async ({ page, workbench }) => {
          await workbench.open(address);
          await expect(page.locator('main')).toBeVisible();
          await page.waitForTimeout(1000);
          await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0, { timeout: 20_000 });
          await page.screenshot({ path: join(root, `docs/images/${name}-${colorScheme}.png`) });
        });
      }
    });
  }
}
