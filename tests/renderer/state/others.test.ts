import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Others } from '../../../renderer/state/others.svelte';
import type { Workbench } from '../../../renderer/state/workbench.svelte';
import type { CaseInfo, JournalLine } from '../../../workers/contract/case';

type Entry = Pick<JournalLine, 'what' | 'detail'>;
const journal: Entry[] = [];
let revision = 1;
const state = () => ({ case: 'billing', entries: journal.length, head: `hash ${journal.length}`, revision });
const did = {
  refresh: vi.fn(async () => {}),
  journalMoved: vi.fn(),
  open: vi.fn(async () => undefined),
  marks: { renew: vi.fn(async () => {}) },
  filters: { renew: vi.fn() },
};
const info = (readOnly = false) => ({ case: 'billing', readOnly, journal: state() }) as unknown as CaseInfo;
let others: Others;

/** A window that has read the case as it is now. */
async function follow(readOnly = false) {
  const engine = { state: async () => state(), journal: async () => journal };
  others = new Others({ ...did, engine, imports: { running: false }, info: info(readOnly) } as unknown as Workbench);
  others.saw(info());
  await others.catchUp();
}
beforeEach(async () => {
  journal.splice(0, journal.length, { what: 'create', detail: {} });
  await follow();
});
afterEach(() => void vi.clearAllMocks());
const called = () =>
  Object.entries({ ...did, marks: did.marks.renew, filters: did.filters.renew })
    .filter(([, act]) => act.mock.calls.length > 0)
    .map(([name]) => name);

test.for<{ title: string; entries: readonly Entry[]; acts: readonly string[] }>([
  { title: 'nothing', entries: [], acts: [] },
  { title: 'an import that only begins', entries: [{ what: 'import', detail: { intent: true } }], acts: ['journalMoved'] },
  { title: 'own rules', entries: [{ what: 'rules', detail: {} }], acts: ['refresh'] },
  { title: 'a mark', entries: [{ what: 'mark', detail: {} }], acts: ['journalMoved', 'marks'] },
  { title: 'saved filters', entries: [{ what: 'filters', detail: {} }], acts: ['journalMoved', 'filters'] },
  { title: 'a report', entries: [{ what: 'report', detail: {} }], acts: ['journalMoved'] },
])('$title of another window: $acts', async ({ entries, acts }) => {
  journal.push(...entries);
  await others.catchUp();
  expect(called()).toEqual(acts);
  vi.clearAllMocks();
  await others.catchUp();
  if (!acts.includes('refresh')) expect(called(), 'once').toEqual([]);
});

test('what the evidence tells anew: when it was imported, and when its sessions are known', async () => {
  for (const _ of ['import', 'analysis']) {
    revision++;
    await others.catchUp();
    expect(did.refresh).toHaveBeenCalledOnce();
    vi.clearAllMocks();
  }
});

test('another case in the place of this one is shown whole', async () => {
  journal.splice(0, 1);
  await others.catchUp();
  expect(called()).toEqual(['open']);
});

test('a case that is open to read only is not asked about', async () => {
  await follow(true);
  journal.push({ what: 'mark', detail: {} });
  await others.catchUp();
  expect(called()).toEqual([]);
});
