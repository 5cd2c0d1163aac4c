import { afterEach, expect, test, vi } from 'vitest';
import { toClipboard } from '../../../renderer/state/clipboard';

afterEach(() => void vi.unstubAllGlobals());

test('says what was copied, or that nothing was', async () => {
  const written: string[] = [];
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void written.push(text) } });
  expect(await toClipboard('a', 'Row copied')).toBe('Row copied');
  expect(written).toEqual(['a']);
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('NotAllowedError')) } });
  expect(await toClipboard('a', 'Row copied')).toMatch(/^Nothing was copied/);
  vi.stubGlobal('navigator', {});
  expect(await toClipboard('a', 'Row copied')).toMatch(/^Nothing was copied/);
});
