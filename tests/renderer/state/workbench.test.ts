import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from '../../../renderer/connect';
import { Workbench } from '../../../renderer/state/workbench.svelte';
import type { CaseInfo } from '../../../workers/contract/case';

const info = { case: 'a.exhibit', activities: 3, evidence: [], journal: { entries: 1, head: '1' } } as unknown as CaseInfo;

/** A window with an address bar, and an engine with nothing in its case. */
function made(hash = '') {
  const location = { hash } as Location;
  const write = (_state: unknown, _title: string, text?: string | URL | null) => {
    location.hash = String(text);
  };
  const history = { pushState: write, replaceState: write };
  vi.stubGlobal('window', { location, history, addEventListener: () => undefined });
  const none = async () => [];
  const engine = { sessions: none, policies: none, board: none, filters: none, info: () => Promise.reject(new Error('none')) };
  return new Workbench({ engine, shell: {}, closed: new Promise(() => undefined) } as unknown as Connection);
}
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('another case begins everywhere, and nothing of the last one can be brought back', async () => {
  const workbench = made('#/activity?filter=comm%3D%22ps%22&scope=namespace%3Dshop&at=E1%3A1&zone=Europe%2FKyiv');
  workbench.router.go({ filter: 'pid=1' });
  await workbench.open(async () => info);

  expect(workbench.address).toMatchObject({ view: 'activity', filter: '', scope: [], at: undefined, zone: 'Europe/Kyiv' });
  expect([workbench.router.canUndo, workbench.router.canRedo]).toEqual([false, false]);
});

test('where another case does not open and the last one is left, none is open', async () => {
  const workbench = made();
  await workbench.open(async () => info);
  const failure = await workbench.open(() => Promise.reject(new Error('damaged')));

  expect(failure?.message).toContain('damaged');
  expect(workbench.info).toBeUndefined();
});

test('the list has an order, which the view without it does not', () => {
  const workbench = made('#/activity?order=desc&sort=user&filter=pid%3D1');

  expect(workbench.orderedView()).toEqual({ ...workbench.view(), sort: 'user', order: 'desc' });
  expect(workbench.view()).not.toHaveProperty('order');
});
