/** What several files of tests about the Activity view start from. */
import type { Page } from '@playwright/test';
import { queryOf } from './workbench';

/** An hour of the sample with plenty of everything. */
export const NOON = 'activity?from=2026-03-17T12:00:00Z&to=2026-03-17T13:00:00Z';

/** The window of time in the page's address. */
export async function windowIn(page: Page): Promise<{ readonly from: string | null; readonly to: string | null }> {
  const query = await queryOf(page);
  return { from: query.get('from'), to: query.get('to') };
}
