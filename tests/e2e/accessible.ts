/** WCAG 2.2 AA, as far as axe can tell: everything in the dark, and in the light what can differ there. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import { drawn } from './workbench';

const DIALOG = '[role="dialog"]';
/** What a state is about where the rest of the page has been looked at in the light by another test: a selector. */
export const DETAILS = 'aside[aria-label="Details"]';
/** What depends on colours. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** @param part in the light, only this is looked at: what lies around it has a test of its own */
export async function expectAccessible(page: Page, part = DIALOG): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await drawn(page);
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished))); // what fades has faded
    // Without frames of other origins, which alone need a second page for the results.
    // Only what is wrong is described: to name each node that is right takes a third of the time.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
    if (colorScheme === 'light') {
      axe.withRules(COLOURS);
      if ((await page.locator(part).count()) > 0) axe.include(part);
    }
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    expect(found, colorScheme).toEqual([]);
  }
}
