import { expect, test } from 'vitest';
import { nameFor } from '../../../renderer/views/welcome/welcome-data';

const now = new Date('2026-03-17T09:00:00Z');

test.for([
  { bundle: 'audit-prod-eu.tar.zst', name: 'audit-prod-eu 2026-03-17' },
  { bundle: '_hidden.log.xz', name: 'hidden 2026-03-17' },
  { bundle: '<b>: \u202e', name: 'b 2026-03-17' },
  { bundle: '....json', name: 'Case 2026-03-17' },
  { bundle: 'x'.repeat(200), name: `${'x'.repeat(60)} 2026-03-17` },
])('a case for $bundle is named $name', ({ bundle, name }) => {
  expect(nameFor(bundle, now)).toBe(name);
});

test('the same bundle once more has a case of its own', () => {
  expect(nameFor('a.log', now, ['a 2026-03-17', 'a 2026-03-17 2'])).toBe('a 2026-03-17 3');
});
