/** The preload script's code, with what a sandboxed window gives it in Electron's place. */
import type * as Electron from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const listeners = new Map<string, (event: { ports: readonly unknown[] }) => void>();
const sent: string[] = [];
const invoked: unknown[] = [];
const posted: unknown[] = [];
let answer: unknown;
let bridge: { ready(): void; drop(files: readonly object[]): Promise<unknown> };

vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (_name: string, api: typeof bridge) => {
      bridge = api;
    },
  } satisfies Pick<Electron.ContextBridge, 'exposeInMainWorld'>,
  ipcRenderer: {
    on: (channel: string, listener: (event: { ports: readonly unknown[] }) => void) => void listeners.set(channel, listener),
    send: (channel: string) => void sent.push(channel),
    invoke: async (...args: unknown[]) => {
      invoked.push(args);
      return answer;
    },
  },
  webUtils: { getPathForFile: (file: object) => `/home/ann/${(file as { name: string }).name}` } satisfies Electron.WebUtils,
}));

beforeEach(async () => {
  vi.stubGlobal('window', { postMessage: (...args: unknown[]) => posted.push(args) });
  vi.stubGlobal('location', { origin: 'app://exhibit' });
  await import('../../electron/preload');
});
afterEach(() => vi.unstubAllGlobals());

test('the page asks, the ports come as a message to its own origin', () => {
  bridge.ready();
  listeners.get('exhibit:ports')?.({ ports: ['engine', 'shell'] });

  expect(sent).toEqual(['exhibit:ready']);
  expect(posted).toEqual([['exhibit-ports', 'app://exhibit', ['engine', 'shell']]]);
});

test('dropped files become a handle: paths go to the shell, never to the page', async () => {
  answer = { handle: { handle: 'h', name: 'audit.log' } };

  expect(await bridge.drop([{ name: 'audit.log', webkitRelativePath: '' }])).toEqual({ handle: 'h', name: 'audit.log' });
  expect(invoked).toEqual([['exhibit:drop', [{ path: '/home/ann/audit.log', inside: '' }]]]);
});

test('a refusal is its sentence', async () => {
  answer = { refused: 'Drop one bundle at a time.' };

  await expect(bridge.drop([])).rejects.toThrow('Drop one bundle at a time.');
});

test('the bridge offers these two and nothing else', () => {
  expect(Object.keys(bridge).sort()).toEqual(['drop', 'ready']);
});
