/** Every view is accessible, dark and light. */
import type { Page } from '@playwright/test';
import { story } from '../helpers/sample';
import { DETAILS, expectAccessible } from './accessible';
import { expect, test } from './fixtures';
import type { Workbench } from './workbench';

const { originator } = story('download');
const session = encodeURIComponent(`E1/${originator.file}:${originator.line}`);

/** `part`: what the view has beside those before it. */
const VIEWS: readonly (readonly [title: string, show: (page: Page, workbench: Workbench) => Promise<unknown>, part?: string])[] =
  [
    [
      'cases',
      (page, w) => w.open('welcome').then(() => expect(page.getByRole('heading', { name: 'Sample case' })).toBeVisible()),
    ],
    ['activity', (_, w) => w.open()],
    [
      'details and the raw record',
      async (_, w) => {
        await w.open(`activity?at=${session}`);
        await w.details.getByRole('tab', { name: 'Record' }).click();
        await expect(w.details.getByRole('tabpanel')).toContainText('ResponseComplete');
      },
    ],
    [
      'details and attributes',
      async (_, w) => {
        await w.open(`activity?filter=${encodeURIComponent('user="johndoe"')}&at=${session}`);
        await expect(w.details).toContainText('203.0.113.7');
      },
      DETAILS,
    ],
    [
      'a mistake in the filter',
      async (_, w) => {
        await w.open();
        await w.filter.fill('cmnd="x"');
        await w.filter.press('Enter');
        await expect(w.filterBar.getByRole('alert')).toBeVisible();
      },
    ],
    [
      'nothing',
      (page, w) =>
        w.open('activity?filter=user%3D%22nobody%22').then(() => expect(page.getByText(/^No activity matches/)).toBeVisible()),
    ],
    ['sessions', (page, w) => w.open('sessions').then(() => expect(page.getByRole('option').first()).toBeVisible())],
    ['a trace', (_, w) => w.open(`trace?session=${session}`).then(() => expect(w.transcript).toBeVisible())],
    [
      'a trace as a story',
      (page, w) =>
        w
          .open(`trace?session=${session}&only=story`)
          .then(() => expect(page.getByRole('list', { name: /as a story/ })).toBeVisible()),
    ],
    [
      'what is related',
      async (_, w) => {
        await w.open(`activity?filter=${encodeURIComponent('user="johndoe"')}&at=${session}`);
        await w.details.getByRole('tab', { name: 'Related' }).click();
        await expect(w.details.getByRole('region', { name: 'Same session' })).toBeVisible();
      },
      DETAILS,
    ],
    [
      'notes',
      async (_, w) => {
        await w.open(`activity?filter=${encodeURIComponent('user="johndoe"')}&at=${session}`);
        await w.details.getByRole('tab', { name: /^Notes/ }).click();
        await expect(w.details.getByRole('group', { name: 'A new mark' })).toBeVisible();
      },
      DETAILS,
    ],
    [
      'questions',
      (page, w) => w.open('questions').then(() => expect(page.getByRole('region', { name: 'The answer' })).toBeVisible()),
    ],
    [
      'the API flow and what is said of a node',
      async (page, w) => {
        await w.open('flow?find=exec');
        await page.getByRole('button', { name: /^oncall-1, Kubernetes user/ }).hover();
        await expect(page.getByRole('button', { name: 'Only oncall-1' })).toBeVisible();
      },
    ],
    [
      'rules that cannot be evaluated',
      async (page, w) => {
        await w.open('policy');
        await page.getByText(/cannot be evaluated/).click();
      },
    ],
    [
      'own rules',
      async (page, w) => {
        await w.open('policy');
        await page.getByRole('button', { name: 'Own rules…' }).click();
        await expect(page.getByRole('dialog')).toContainText('no rules of its own');
      },
    ],
    [
      'the board with marks',
      async (page, w) => {
        await w.open('board?from=2026-03-17T12:00:00Z&to=2026-03-17T15:00:00Z');
        await page.getByRole('button', { name: 'Mark the window in view' }).click();
        await page.getByRole('dialog').getByRole('textbox', { name: 'Text' }).fill('looked at');
        await page.keyboard.press('Control+Enter');
        await expect(page.getByRole('listitem').filter({ hasText: 'looked at' }).first()).toBeVisible();
      },
    ],
    [
      'what was left out',
      async (page, w) => {
        await w.open('evidence');
        await page.getByRole('button', { name: 'Left out 1' }).click();
        await expect(page.getByRole('region', { name: 'The record', exact: true })).toBeVisible();
      },
    ],
    [
      'known addresses',
      async (page, w) => {
        await w.open('evidence');
        await page.getByRole('button', { name: 'Known addresses…' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
      },
    ],
    ['evidence', (page, w) => w.open('evidence').then(() => expect(page.getByRole('table').first()).toBeVisible())],
    [
      'the palette',
      async (page, w) => {
        await w.open();
        await page.keyboard.press('Control+k');
        await page.getByRole('dialog').getByRole('combobox').fill('johndoe');
        await expect(
          page
            .getByRole('dialog')
            .getByRole('option', { name: /johndoe ran/ })
            .first(),
        ).toBeVisible();
      },
    ],
    [
      'shortcuts',
      async (page, w) => {
        await w.open();
        await page.keyboard.press('?');
        await expect(page.getByRole('dialog')).toBeVisible();
      },
    ],
  ];

for (const [title, show, part] of VIEWS) {
  test(title, async ({ page, workbench }) => {
    await show(page, workbench);
    await expectAccessible(page, part);
  });
}
