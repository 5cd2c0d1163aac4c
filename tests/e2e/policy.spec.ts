/** The seed's incident response: a policy event reports a peak of connections; who and what caused it? */
import { story } from '../helpers/sample';
import { expect, test } from './fixtures';

const truth = story('bench');
const RULE = 'Load generator in production container';

test('from a policy event to the user, his address and the commands that installed and launched Apache Bench', async ({
  page,
  workbench,
}) => {
  await workbench.open('policy');
  const hits = page.getByRole('grid', { name: 'Policy hits by rule and place' });
  await expect(hits).toContainText(RULE);
  await page.getByRole('textbox', { name: 'Find a policy hit' }).fill('load generator');
  await expect(hits.getByRole('row')).toHaveCount(2); // the rule and its place

  const event = page.getByRole('complementary', { name: 'Policy event' });
  for (const said of [RULE, 'medium', truth.pod, 'shop/storefront', '10.0.1.12', '00:00:5E:00:53:11', 'ab'])
    await expect(event).toContainText(said);
  await event.getByRole('button', { name: /^Respond/ }).click();
  await workbench.settled();

  // Scope, time and kinds are set: the pod, a quarter of an hour around, all but the other API calls.
  expect(page.url()).toMatch(/scope=.*storefront.*from=2026-03-17T11.*to=2026-03-17T12.*at=/);
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

test('by keyboard alone: the next hit, respond, and back to where one was', async ({ page, workbench }) => {
  await workbench.open('policy');
  const hits = page.getByRole('grid', { name: 'Policy hits by rule and place' });
  await workbench.tabTo(hits);
  await page.keyboard.press('ArrowDown');
  await expect(hits.getByRole('row', { selected: true })).toContainText('apk');
  await page.keyboard.press('Enter');
  await workbench.settled();
  await expect(workbench.details).toContainText('Launch Package Management Process in Container');
  await page.goBack();
  await expect(hits).toBeVisible();
});

test('severities narrow, and the count of the tab is that of the graph', async ({ page, workbench }) => {
  await workbench.open('policy');
  await page
    .getByRole('group', { name: 'Severities' })
    .getByRole('button', { name: /^critical/ })
    .click();
  const hits = page.getByRole('grid', { name: 'Policy hits by rule and place' });
  await expect(hits.getByRole('row')).toHaveCount(2); // the rule and its place
  await expect(hits).toContainText('Drop and execute new binary in container');
  const tab = await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('link', { name: /^Policy/ })
    .innerText();
  await workbench.open();
  expect(Number(tab.replace(/\D/g, ''))).toBe((await workbench.counts()).get('Policy hits'));
});
