/** The workbench as a person finds it: by roles and names. The only place that knows them. */
import { expect, type Locator, type Page } from '@playwright/test';

/** The digits of a text as a number: `1,234 rows` is 1234. */
export const digitsOf = (text: string | null): number => Number((text ?? '').replace(/\D/g, ''));

/** What was done has reached the page: its events, what they ask, and how it looks. */
export const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** The address as the page itself has it: what Playwright knows of it may be older than what the page was just told to do. */
export const addressOf = (page: Page): Promise<string> => page.evaluate(() => location.href);

export const queryOf = async (page: Page): Promise<URLSearchParams> => new URLSearchParams((await addressOf(page)).split('?')[1]);

export class Workbench {
  readonly legend: Locator;
  readonly chart: Locator;
  readonly tree: Locator;
  readonly list: Locator;
  readonly filter: Locator;
  readonly filterBar: Locator;
  readonly details: Locator;
  readonly status: Locator;
  readonly transcript: Locator;
  readonly processes: Locator;

  constructor(readonly page: Page) {
    this.legend = page.getByRole('group', { name: 'Kinds' });
    this.chart = page.getByRole('application', { name: /^Activities over time/ });
    this.tree = page.getByRole('tree', { name: 'Hierarchy with counts' });
    this.list = page.getByRole('grid', { name: 'Activities in view' });
    this.filterBar = page.getByRole('search', { name: 'Filter' });
    this.filter = this.filterBar.getByRole('combobox');
    this.details = page.getByRole('complementary', { name: 'Details' });
    this.status = page.getByRole('contentinfo');
    this.transcript = page.getByRole('listbox', { name: 'What happened, in order' });
    this.processes = page.getByRole('tree', { name: 'Processes' });
  }

  /** Opens a view by its address, such as `activity?kinds=cmd`. */
  async open(address = 'activity', list: 'rows' | 'folded' = 'rows'): Promise<void> {
    await this.page.goto(`/#/${address}`);
    if (address.startsWith('activity')) await (list === 'rows' ? this.settled() : this.settledFolded());
  }

  /** What is shown is the answer to what was asked last. */
  async settled(): Promise<void> {
    await this.quiet(this.list.or(this.page.getByText(/^No activity matches/)));
  }

  /** The same while repeats are folded. */
  async settledFolded(): Promise<void> {
    await this.quiet(this.page.getByRole('grid', { name: 'Repeats in view' }));
  }

  /** Each pane has the answer to what it asked. */
  private async quiet(list: Locator): Promise<void> {
    await drawn(this.page);
    await expect(list).toBeVisible();
    await expect(this.page.locator('[aria-busy="true"], .stale')).toHaveCount(0);
  }

  /** Counts by the names in the legend: Commands, Network, Kubectl exec, File, API calls, Policy hits. */
  async counts(): Promise<ReadonlyMap<string, number>> {
    const lines = await this.legend
      .locator('[data-kind]')
      .evaluateAll((all) => all.map((line) => [line.querySelector('.el')?.textContent ?? '', line.getAttribute('data-count')]));
    return new Map(lines.map(([name, count]) => [String(name), Number(count)]));
  }

  /** The kinds' sum; policy hits stand beside them, in no total. */
  async legendSum(): Promise<number> {
    return [...(await this.counts())].filter(([name]) => name !== 'Policy hits').reduce((sum, [, count]) => sum + count, 0);
  }

  /** Activities that the list has, in sight or not. */
  async total(): Promise<number> {
    return Number(await this.list.getAttribute('aria-rowcount')) - 1;
  }

  /** The number in parentheses at the hierarchy's root. */
  async treeTotal(): Promise<number> {
    return digitsOf(await this.tree.getByRole('treeitem').first().getAttribute('aria-label'));
  }

  row(text: string | RegExp): Locator {
    return this.list.getByRole('row').filter({ hasText: text });
  }

  async addTerm(term: string): Promise<void> {
    await this.filter.fill(term);
    await this.filter.press('Enter');
    await this.filter.press('Escape');
    await this.settled();
  }

  /** Switches every kind on. */
  async everyKind(): Promise<void> {
    const api = this.legend.getByRole('button', { name: /^API calls/ });
    if ((await api.getAttribute('aria-pressed')) === 'false') await api.click();
    await this.settled();
  }

  /** Drags over the graph between two shares of its width, 0 to 1. */
  async drag(from: number, to: number): Promise<void> {
    const box = await this.chart.locator('.u-over').boundingBox();
    if (!box) throw new Error('the graph is not there');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width * from, y);
    await this.page.mouse.down();
    for (let step = 1; step <= 8; step++) await this.page.mouse.move(box.x + box.width * (from + ((to - from) * step) / 8), y);
    await this.page.mouse.up();
    await this.settled();
  }

  /** Presses Tab until the focus is there, as somebody without a mouse would. */
  async tabTo(target: Locator, most = 80): Promise<void> {
    for (let i = 0; i < most; i++) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`${most} times Tab did not lead to ${target}`);
  }
}
