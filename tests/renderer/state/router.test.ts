import { expect, test } from 'vitest';
import { Router } from '../../../renderer/state/router.svelte';

/** A window with an address bar and nothing else. */
function made() {
  const location = { hash: '#/activity' } as Location;
  const write = (_state: unknown, _title: string, text?: string | URL | null) => {
    location.hash = String(text);
  };
  const history = { pushState: write, replaceState: write } as unknown as History;
  return new Router({ location, history, addEventListener: () => undefined });
}

test('undo brings back what was in view, redo what was undone', () => {
  const router = made();
  router.go({ filter: 'comm="a"' });
  router.go({ filter: 'comm="a" pid=1' });
  router.go({ kinds: ['cmd'] });
  router.undo();
  router.undo();
  expect(router.address.filter).toBe('comm="a"');
  router.redo();

  expect(router.address.filter).toBe('comm="a" pid=1');
  expect(router.canRedo).toBe(true);
});

test('selecting, the zone and another view are nothing to undo', () => {
  const router = made();
  router.go({ at: 'E1:1' }, 'replace');
  router.go({ zone: 'Asia/Tokyo' });
  router.go({ view: 'sessions' });

  expect(router.canUndo).toBe(false);
});

test('undo leaves zone and columns as they are', () => {
  const router = made();
  router.go({ filter: 'pid=1' });
  router.go({ zone: 'Asia/Tokyo', columns: ['pid'] });
  router.undo();

  expect(router.address).toMatchObject({ filter: '', zone: 'Asia/Tokyo', columns: ['pid'] });
});

test('a new change ends what could be redone', () => {
  const router = made();
  router.go({ filter: 'pid=1' });
  router.undo();
  router.go({ filter: 'pid=2' });

  expect(router.canRedo).toBe(false);
});

test('what was typed and switched in a list stays with its view', () => {
  const router = made();
  router.go({ view: 'policy' });
  router.go({ find: 'shell', only: ['high'] }, 'replace');
  router.go({ finding: 'E1:3' }, 'replace');
  expect(router.address).toMatchObject({ find: 'shell', only: ['high'] });
  expect(router.href({ view: 'sessions' })).not.toContain('shell');
  router.go({ view: 'sessions' });

  expect(router.address).toMatchObject({ find: '', only: [], finding: 'E1:3' });
});
