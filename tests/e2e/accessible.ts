/** WCAG 2.2 AA, as far as axe can tell: everything in the dark, and in the light what can differ there. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import { drawn } from './workbench';

const DIALOG = '[role="dialog"]';
/** What depends on colours. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await drawn(page);
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished))); // what fades has faded
    // Without frames of other origins, which alone need a second page for the results.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    if (colorScheme === 'light') {
      axe.withRules(COLOURS);
      if ((await page.locator(DIALOG).count()) > 0) axe.include(DIALOG); // what lies behind it has a test of its own
    }
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    expect(found, colorScheme).toEqual([]);
  }
}
