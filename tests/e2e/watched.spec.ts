/** What goes wrong in the page unseen fails the test that it happens in: these two are expected to fail. */
import { test } from './fixtures';

for (const [title, go] of [
  ['a rejection that nobody handles', () => void Promise.reject(new Error('left alone'))],
  ['an error on the console', () => console.error('said aloud')],
] as const) {
  test(title, async ({ page, workbench }) => {
    test.fail();
    await workbench.open('welcome');
    await page.evaluate(go);
    await page.waitForFunction(() => document.readyState === 'complete');
  });
}
