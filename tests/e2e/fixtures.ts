/** What every end-to-end test starts from: one server a worker on the sample case, a page that is let in, and an eye on its network and console. */
import { type BrowserContext, type BrowserContextOptions, test as base, expect, type Page } from '@playwright/test';
import { type Served, serve } from './server';
import { Workbench } from './workbench';

type State = Exclude<BrowserContextOptions['storageState'], string | undefined>;

interface Shared {
  readonly served: Served;
  /** The cookie that the key was traded for. */
  readonly admitted: State;
}
interface Each {
  readonly workbench: Workbench;
  readonly watched: undefined;
  readonly slowed: undefined;
  /** A server of the test's own without any case, and a page that it let in. */
  readonly own: { readonly served: Served; readonly page: Page; readonly workbench: Workbench };
}

/** What is put in comes out in the same order, each a half to one and a half of `delay` milliseconds late. */
function lateLine(delay: number): (then: () => void) => void {
  let last = 0;
  return (then) => {
    last = Math.max(last, performance.now() + delay * (0.5 + Math.random()));
    setTimeout(then, last - performance.now());
  };
}

/**
 * Every message and each script comes about `delay` milliseconds late, as on a busy machine: a test that does not wait for what it reads fails. How late differs,
 * so that two answers come together as well as apart.
 */
async function slowDown(context: BrowserContext, delay: number): Promise<void> {
  await context.routeWebSocket(/./, async (page) => {
    const [up, down] = [lateLine(delay), lateLine(delay)];
    await new Promise<void>(up);
    const server = page.connectToServer();
    page.onMessage((message) => up(() => server.send(message)));
    server.onMessage((message) => down(() => page.send(message)));
  });
  await context.route(/\.js$/, (route) => lateLine(delay)(() => void route.continue().catch(() => undefined)));
}

/** Connects the page anew, through a hand that holds back what the engine answers: by as many milliseconds as it is told. */
export async function connectThroughHand(page: Page): Promise<(late: number) => void> {
  let [late, last] = [0, 0];
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      last = Math.max(last, performance.now() + late);
      setTimeout(() => socket.send(message), last - performance.now());
    });
  });
  await page.reload();
  return (ms) => {
    late = ms;
  };
}

export const test = base.extend<Each, Shared>({
  served: [
    async ({ browserName: _ }, use) => {
      const served = await serve({ sample: true });
      await use(served);
      await served.close();
    },
    { scope: 'worker', timeout: 480_000 },
  ],
  admitted: [
    async ({ served, browser }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(served.address);
      await use(await context.storageState());
      await context.close();
    },
    { scope: 'worker' },
  ],
  storageState: ({ admitted }, use) => use(admitted),
  baseURL: ({ served }, use) => use(served.origin),

  /** No request leaves this machine, and nothing goes wrong unseen. */
  watched: [
    async ({ context }, use) => {
      const outside: string[] = [];
      const wrong: string[] = [];
      context.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (!['data:', 'blob:'].includes(protocol) && hostname !== '127.0.0.1') outside.push(request.url());
      });
      context.on('weberror', (error) => wrong.push(error.error().message));
      context.on('console', (message) => {
        if (message.type() === 'error') wrong.push(message.text());
      });
      await use(undefined);
      expect(outside, 'requests that left this machine').toEqual([]);
      expect(wrong, 'errors of the page').toEqual([]);
    },
    { auto: true },
  ],
  slowed: [
    async ({ context }, use) => {
      const delay = Number(process.env.EXHIBIT_E2E_DELAY ?? 0);
      if (delay > 0) await slowDown(context, delay);
      await use(undefined);
    },
    { auto: true },
  ],
  workbench: async ({ page }, use) => use(new Workbench(page)),
  own: async ({ context }, use) => {
    const served = await serve();
    const page = await context.newPage();
    await page.goto(served.address);
    await use({ served, page, workbench: new Workbench(page) });
    await page.close();
    await served.close();
  },
});
export { expect };
