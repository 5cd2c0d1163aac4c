import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, type ReportModel } from '../../../workers/report/model';
import { render } from '../../../workers/report/report';
import { checkItself } from '../../../workers/verify/itself';
import { readReport } from '../../../workers/verify/report-file';
import { VERSION } from '../../../workers/version';
import { model } from '../report/report-model';

const FONTS = join(import.meta.dirname, '../../../resources/fonts');
const folder = mkdtempSync(join(tmpdir(), 'exhibit-html-'));
const file = join(folder, 'report.html');
let page: string;

beforeAll(async () => {
  // Pages are drawn again only by the version that drew them.
  const { digest: _, ...made } = await model(9);
  const [first] = made.case.evidence;
  const evidence = [...made.case.evidence, { ...(first as (typeof made.case.evidence)[number]), id: 'E2' }];
  const rest = { ...made, case: { ...made.case, version: VERSION, evidence } };
  page = Buffer.from(await render({ ...rest, digest: digestOf(rest) }, 'html', FONTS)).toString();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function failures(html: string): Promise<readonly string[]> {
  writeFileSync(file, html);
  try {
    const draw = (of: ReportModel) => render(of, 'html', FONTS);
    return (await checkItself(await readReport(file), draw)).checks.filter(({ ok }) => !ok).map(({ what }) => what);
  } catch (error) {
    return [(error as Error).message];
  }
}

const PAGES = 'The pages show the report’s data and nothing else';

test('a page is read for the data that its one link holds', async () => {
  writeFileSync(file, page);

  expect(await readReport(file)).toMatchObject({ format: 'html', model: { title: 'Session trace S-14' } });
});

test('an untouched one passes', async () => {
  expect(await failures(page)).toEqual([]);
});

test.for<readonly [title: string, change: (html: string) => string, found: RegExp]>([
  ['a name that was changed', (html) => html.replace('johndoe', 'zoe'), new RegExp(PAGES)],
  ['a script that was put in', (html) => html.replace('</body>', '<script>1</script></body>'), new RegExp(PAGES)],
  [
    'a second link with other data',
    (html) => `${html}<a download="report.json.gz" href="data:application/gzip;base64,e30=">`,
    /carries the data/,
  ],
  ['a second document behind the first', (html) => html + html, /carries the data/],
  ['data that were cut short', (html) => html.replace(/(base64,[^"]{900})[^"]*/, '$1'), /cannot be checked/],
  ['data that were taken out', (html) => html.replace(/base64,[^"]*/, 'base64,'), /cannot be checked/],
])('%s is found', async ([, change, found]) => {
  expect((await failures(change(page))).join()).toMatch(found);
});
