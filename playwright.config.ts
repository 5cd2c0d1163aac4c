/** End-to-end tests in Chromium: the one that `npm test` found, else Playwright's own. */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  globalSetup: './tests/e2e/prepared-sample.ts',
  // A busy machine answers late; what is wrong stays wrong.
  timeout: 480_000,
  expect: { timeout: 60_000 },
  // Each has a server and a case of its own.
  workers: 2,
  forbidOnly: true,
  // What passes only at a second try is named at the end of `npm test`.
  retries: 1,
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    // A trace takes as long as the test itself; a failure says what the page held in any case.
    trace: process.env.EXHIBIT_TRACE ? 'on' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.EXHIBIT_CHROMIUM || undefined,
      args: [
        ...[
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
        // Chromium's own sandbox refuses to run as root, which containers of continuous integration often are.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
});
