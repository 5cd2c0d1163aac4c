/** What goes wrong in the page unseen fails the test that it happens in: these two are expected to fail, and are listed as failed ones. */
import { test } from './fixtures';

for (const [title, go] of [
  ['a rejection that nobody handles fails its test', () => void Promise.reject(new Error('left alone'))],
  ['an error on the console fails its test', () => console.error('said aloud')],
] as const) {
  test(title, async ({ page, workbench }) => {
    test.fail();
    await workbench.open('welcome');
    await page.evaluate(go);
    await page.waitForFunction(() => document.readyState === 'complete');
  });
}
