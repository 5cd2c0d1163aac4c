import { expect, test } from 'vitest';
import { around, presetWindow, shiftWindow, zoomAt } from '../../../renderer/views/activity/window-data';

const extent = { from: 0n, to: 86_400_000_000_000n };
const hour = 3_600_000_000_000n;

test.for([
  { title: 'without a window: at the end of the case', now: {}, expected: { from: extent.to - hour, to: extent.to } },
  {
    title: 'in a window: around its middle',
    now: { from: 10n * hour, to: 12n * hour },
    expected: { from: (21n * hour) / 2n, to: (23n * hour) / 2n },
  },
  { title: 'near the start: from the start', now: { from: 0n, to: 2n }, expected: { from: 0n, to: hour } },
])('a preset of an hour $title', ({ now, expected }) => {
  expect(presetWindow(hour, now, extent)).toEqual(expected);
});

test('a preset longer than the case begins with it', () => {
  expect(presetWindow(7n * extent.to, {}, extent)).toEqual({ from: 0n, to: 7n * extent.to });
});

test('steps are as long as the window', () => {
  expect(shiftWindow({ from: 5n, to: 8n }, -1)).toEqual({ from: 2n, to: 5n });
});

test('zoom keeps the instant under the cursor', () => {
  expect(zoomAt({ from: 0n, to: 8000n }, 2000n, true)).toEqual({ from: 1000n, to: 5000n });
  expect(zoomAt({ from: 1000n, to: 5000n }, 2000n, false)).toEqual({ from: 0n, to: 8000n });
});

test('five minutes around', () => {
  expect(around(10n ** 15n, 5n)).toEqual({ from: 10n ** 15n - hour / 12n, to: 10n ** 15n + hour / 12n });
});
