/**
 * The questions of the seed documents that no other spec asks: the noisy ps; connections from billing to an unknown address; an exec with all that followed; every tcpdump.
 * (The incident from policy event to user: policy.spec.ts. Following a kubectl exec trace, with a mouse and with keys alone: journey.spec.ts.)
 */
import { sampleTruth, story } from '../helpers/sample';
import { expect, test } from './fixtures';

const ofFilter = (filter: string, rest = '') => `activity?filter=${encodeURIComponent(filter)}${rest}`;

test('the noisy ps: one quick filter takes it away, and what is left is what people did', async ({ workbench }) => {
  await workbench.open('activity?kinds=cmd,exec');
  await workbench.tree.getByRole('treeitem', { name: /^cart \(/ }).click();
  await workbench.settled();
  const before = await workbench.total();
  await workbench.row('ps -eo').first().click();
  await workbench.details.getByRole('button', { name: 'Without comm = ps' }).click();
  await workbench.settled();

  const after = await workbench.total();
  expect(before - after).toBeGreaterThan(2_000);
  expect(after).toBeLessThan(20); // all of them in sight
  await expect(workbench.tree.getByRole('treeitem', { name: `cart (${after})` })).toBeVisible();
  const shown = (await workbench.list.getByRole('row').allInnerTexts()).join('\n');
  for (const command of ['mira', 'env', 'df -h', 'ls /srv', 'http://10.96.0.50:8080/metrics']) expect(shown).toContain(command);
  expect(shown).not.toContain('ps -eo');
});

test('outbound connections from billing to an unknown address: to where, from which deployment, by whom', async ({
  page,
  workbench,
}) => {
  await workbench.open(ofFilter('namespace="billing" direction=out server not in known', '&by=server,deployment,comm'));
  const places = workbench.tree.locator('[role="treeitem"][aria-level="2"]');
  await expect(places).toHaveText([/192\.0\.2\.77/, /198\.51\.100\.23/]);
  expect(await workbench.legendSum()).toBe(await workbench.total());
  expect(await workbench.treeTotal()).toBe(await workbench.total());

  await workbench.addTerm('comm!="ledger"'); // the service itself, every half hour
  const asked = story('unknown address');
  await workbench.row('wget').first().click();
  for (const said of ['192.0.2.77', '8443', asked.pod, 'billing-api']) await expect(workbench.details).toContainText(said);
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`${asked.user} ran`);
});

test('an exec with all that followed: each command and connection of its session, in order', async ({ page, workbench }) => {
  const asked = story('unknown address');
  await workbench.open(ofFilter(`kind=exec user="${asked.user}"`));
  await workbench.row('kube exec').click();
  await expect(workbench.details).toContainText(asked.sourceAddress);
  await workbench.details.getByRole('button', { name: /^Trace/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`${asked.user} ran sh`);
  // The head stands before the trace has been read.
  await expect(workbench.transcript.getByRole('option').first()).toBeVisible();

  const told = (await workbench.transcript.getByRole('option').allInnerTexts()).map((text) => text.replaceAll('\n', ' '));
  const places = ['wget', '192.0.2.77:8443', 'curl', '/etc/billing/app.yaml'].map((said) =>
    told.findIndex((text) => text.includes(said)),
  );
  expect(places).not.toContain(-1);
  const tree = (await workbench.processes.getByRole('treeitem').allInnerTexts()).join('\n');
  for (const { argv } of asked.processes) expect(tree).toContain(argv[0]);
});

test('every tcpdump: in containers by exec and on a host over ssh, each with who started it', async ({ page, workbench }) => {
  const { sessions, logins } = sampleTruth();
  const runs = [...sessions, ...logins].flatMap(({ processes }) => processes).filter(({ argv }) => argv[0] === 'tcpdump');
  expect(runs.length).toBeGreaterThanOrEqual(4);
  await workbench.open(ofFilter('comm="tcpdump" kind=cmd not rule exists'));
  await workbench.everyKind();

  const rows = await workbench.list.getByRole('row').allInnerTexts();
  for (const { argv } of runs) expect(rows.join('\n')).toContain(argv.join(' '));
  expect(await workbench.total()).toBe(runs.length);

  await workbench.row('-c 500').click();
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('oncall-2 ran sh');
  await page.goBack();
  await workbench.settled();
  await workbench.row('port 5432').click();
  await expect(workbench.details).toContainText('node-3');
  await page.keyboard.press('t');
  await expect(workbench.transcript).toContainText('tcpdump -i any');
});
