/** The seed's incident response: a policy event reports a peak of connections; who and what caused it? */
import type { Page } from '@playwright/test';
import { story } from '../helpers/sample';
import { expect, test } from './fixtures';

const truth = story('bench');
const RULE = 'Load generator in production container';
const linesOf = (page: Page) => page.getByRole('grid', { name: 'Policy hits and findings' });
const detailsOf = (page: Page) => page.getByRole('complementary', { name: 'What was found' });
const origin = (page: Page, name: RegExp) => page.getByRole('group', { name: 'Origins' }).getByRole('button', { name });

test('from a policy event to the user, his address and the commands that installed and launched Apache Bench', async ({
  page,
  workbench,
}) => {
  await workbench.open('policy');
  const hits = linesOf(page);
  await origin(page, /^agents/).click();
  await page.getByRole('textbox', { name: 'Find a policy hit or a finding' }).fill('load generator');
  await expect(hits.getByRole('row')).toHaveCount(1);
  await expect(hits).toContainText(RULE);

  const event = detailsOf(page);
  for (const said of [RULE, 'medium', truth.pod, 'shop/storefront', '10.0.1.12', '00:00:5E:00:53:11', 'ab'])
    await expect(event).toContainText(said);
  // Who it was stands there at once, and leads to the trace.
  const who = event.getByRole('region', { name: 'Who' });
  for (const said of ['johndoe', '203.0.113.7', 'certain']) await expect(who).toContainText(said);
  await expect(who.getByRole('link', { name: /johndoe/ })).toHaveAttribute('href', /#\/trace\?.*session=/);
  await event.getByRole('link', { name: /^Respond/ }).click();
  await workbench.settled();

  // Scope, time and kinds are set: the pod, a quarter of an hour around, all but the other API calls.
  await expect(page).toHaveURL(/scope=.*storefront.*from=2026-03-17T11.*to=2026-03-17T12.*at=/);
  await expect(workbench.tree.getByRole('treeitem', { selected: true })).toContainText(truth.pod.slice(-5));
  const counts = await workbench.counts();
  expect(counts.get('Network')).toBeGreaterThan(1_000);
  expect(counts.get('Kubectl exec')).toBe(1);
  expect(counts.get('Commands')).toBeGreaterThan(3);
  await expect(workbench.details).toContainText('ab');

  // From network to commands and kube exec, without the noise.
  await workbench.legend.getByRole('button', { name: /^Network/ }).click();
  await workbench.settled();
  await workbench.addTerm('comm!="bash"');
  const shown = (await workbench.list.getByRole('row').allInnerTexts()).join('\n');
  for (const command of ['apk add --no-cache apache2-utils', 'ab -n 200 -c 2']) expect(shown).toContain(command);

  await workbench.row('kube exec').getByRole('gridcell').first().click();
  await workbench.settled();
  for (const said of ['johndoe', '203.0.113.7', 'bash', 'kubectl']) await expect(workbench.details).toContainText(said);
});

test('by keyboard alone: the next line, respond, back to where one was, and to the trace', async ({ page, workbench }) => {
  await workbench.open('policy?only=agents');
  const hits = linesOf(page);
  await workbench.tabTo(hits);
  await page.keyboard.press('ArrowDown');
  await expect(hits.getByRole('row', { selected: true })).toContainText('apk');
  await page.keyboard.press('Enter');
  await workbench.settled();
  await expect(workbench.details).toContainText('Launch Package Management Process in Container');
  await page.goBack();
  await expect(hits.getByRole('row', { selected: true })).toContainText('apk');
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('johndoe ran');
});

test('severities narrow, findings are told apart from hits, and the hits are those of the graph', async ({ page, workbench }) => {
  await workbench.open('policy');
  await page
    .getByRole('group', { name: 'Severities' })
    .getByRole('button', { name: /^critical/ })
    .click();
  await origin(page, /^agents/).click();
  const lines = linesOf(page);
  await expect(lines.getByRole('row')).toHaveCount(1);
  await expect(lines).toContainText('Drop and execute new binary in container');

  await page.getByRole('group', { name: 'Severities' }).getByRole('button', { name: 'All' }).click();
  await expect(workbench.status).toContainText(/[\d,]+ policy hits/);
  const said = Number(/([\d,]+) policy hits/.exec(await workbench.status.innerText())?.[1]?.replaceAll(',', ''));
  await workbench.open();
  expect(said).toBe((await workbench.counts()).get('Policy hits'));
});

test('a finding of Exhibit’s: why it matters, what else it may be, and exactly what it cites', async ({ page, workbench }) => {
  await workbench.open('policy?only=Exhibit&find=johndoe');
  const lines = linesOf(page);
  await lines
    .getByRole('row')
    .filter({ hasText: truth.pod.slice(-5) })
    .first()
    .click();
  const details = detailsOf(page);
  for (const said of ['Why it matters', 'What else it may be', 'Exhibit’s rule', 'johndoe'])
    await expect(details).toContainText(said);
  const count = Number(
    (await lines.getByRole('row', { selected: true }).getByRole('gridcell').nth(4).innerText()).replaceAll(',', ''),
  );
  await details.getByRole('link', { name: /^Show/ }).click();
  await workbench.settled();
  expect(await workbench.total()).toBe(count);
  await page.goBack();

  // What could not be evaluated is said: silence is not absence.
  await page.getByRole('button', { name: /cannot be evaluated/ }).click();
  await expect(
    page.getByRole('region', { name: 'Rules that this evidence cannot answer' }).getByRole('listitem').first(),
  ).toBeVisible();
  await expect(page).toHaveURL(/only=rules/);
});
