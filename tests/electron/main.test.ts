/** The desktop shell's own code, from start to quit, against a stand-in for Electron; the engine behind it is the real one. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bundleOf } from '../../electron/desktop-shell';
import { connectPorts } from '../../workers/transport/browser';
import type { Workbench } from '../../workers/transport/methods';
import { LINES } from '../cli/bundle';
import { BUSY } from '../helpers/busy';
import { answers, app, calls, contents, ipcMain, lastCall, type PortMain } from './stand-in';

vi.mock('electron', async () => (await import('./stand-in')).electron);

const folders = vi.hoisted(() => ({ built: '' }));
vi.mock('../../workers/shell/folders', async (original) => ({
  ...(await original<typeof import('../../workers/shell/folders')>()),
  built: (path: string) => `${folders.built}/${path}`,
}));

let folder: string;
const PAGE = { parent: null, url: 'app://exhibit/index.html#/activity' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exhibit-test-'));
  folders.built = folder;
  vi.stubEnv('XDG_DATA_HOME', join(folder, 'data'));
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(folder, 'renderer'));
  await writeFile(join(folder, 'renderer/index.html'), '<!doctype html><title>Exhibit</title>');
  await writeFile(join(folder, 'secret.html'), 'outside');
  await import('../../electron/main');
  await vi.waitUntil(() => calls.has('loadURL'), BUSY);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** What a page does to get its ports. */
function open(): Workbench {
  ipcMain.emit('exhibit:ready', { sender: contents, senderFrame: PAGE });
  const [, , [engine, shell]] = lastCall<[string, null, [PortMain, PortMain]]>('contents.postMessage');
  return connectPorts({ engine: engine.raw as never, shell: shell.raw as never });
}

const drop = (dropped: readonly object[], senderFrame: object | null = PAGE) => {
  const [, answer] =
    lastCall<[string, (event: object, dropped: readonly object[]) => { handle?: { handle: string }; refused?: string }]>(
      'ipcMain.handle',
    );
  return answer({ senderFrame }, dropped);
};

test('windows are sandboxed and isolated, without Node', () => {
  const [{ webPreferences }] = lastCall<[Electron.BrowserWindowConstructorOptions]>('BrowserWindow');

  expect(webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
  });
  expect(webPreferences?.preload).toMatch(/preload\.cjs$/);
  expect(calls.get('enableSandbox')).toHaveLength(1);
  expect(lastCall('loadURL')).toEqual(['app://exhibit/index.html']);
});

test('the scheme is standard and secure, and bypasses nothing', () => {
  const [[{ scheme, privileges }]] = lastCall<[[Electron.CustomScheme]]>('registerSchemesAsPrivileged');

  expect(scheme).toBe('app');
  expect(privileges).toMatchObject({ standard: true, secure: true });
  expect(privileges?.bypassCSP ?? false).toBe(false);
  expect(privileges?.corsEnabled ?? false).toBe(false);
});

test.for([
  { url: 'app://exhibit/index.html', status: 200 },
  { url: 'app://exhibit/', status: 200 },
  { url: 'app://exhibit/../secret.html', status: 404 },
  { url: 'app://exhibit/%2e%2e/secret.html', status: 404 },
  { url: 'app://exhibit/%2e%2e%2fsecret.html', status: 404 },
  { url: 'app://elsewhere/index.html', status: 404 },
])('$url answers $status, with a policy that denies by default', async ({ url, status }) => {
  const [, handler] = lastCall<[string, (request: { url: string; method: string }) => Promise<Response>]>('protocol.handle');
  const response = await handler({ url, method: 'GET' });

  expect(response.status).toBe(status);
  expect(response.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(await response.text()).not.toContain('outside');
});

test('permissions and devices are denied', () => {
  const [request] =
    lastCall<[(contents: null, permission: string, answer: (granted: boolean) => void) => void]>('setPermissionRequestHandler');
  const granted: boolean[] = [];
  request(null, 'clipboard-read', (answer) => granted.push(answer));
  const [check] = lastCall<[() => boolean]>('setPermissionCheckHandler');
  const [device] = lastCall<[() => boolean]>('setDevicePermissionHandler');

  expect([...granted, check(), device()]).toEqual([false, false, false]);
  expect(lastCall('setSpellCheckerEnabled')).toEqual([false]);
});

test.for([
  { url: 'app://exhibit/assets/index.js', cancel: false },
  { url: 'blob:app://exhibit/0b0c', cancel: false },
  { url: 'https://example.com/', cancel: true },
  { url: 'http://127.0.0.1/', cancel: true },
  { url: 'ws://example.com/', cancel: true },
  { url: 'file:///etc/passwd', cancel: true },
  { url: 'app://exhibit.example.com/', cancel: true },
  { url: 'blob:https://example.com/1', cancel: true },
])('a request to $url is cancelled: $cancel', ({ url, cancel }) => {
  const [listener] =
    lastCall<[(details: { url: string }, answer: (answer: { cancel: boolean }) => void) => void]>('onBeforeRequest');
  const given: unknown[] = [];
  listener({ url }, (answer) => given.push(answer));

  expect(given).toEqual([{ cancel }]);
});

test('no name resolves', () => {
  expect(calls.get('appendSwitch')).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND']);
});

test('windows do not open windows, navigate or embed pages', () => {
  const [handler] = lastCall<[() => object]>('setWindowOpenHandler');
  const prevented = ['will-navigate', 'will-redirect', 'will-attach-webview'].filter((name) => {
    let stopped = false;
    contents.emit(name, { preventDefault: () => (stopped = true) });
    return stopped;
  });

  expect(handler()).toEqual({ action: 'deny' });
  expect(prevented).toEqual(['will-navigate', 'will-redirect', 'will-attach-webview']);
});

test('the engine’s process has a thread pool for four heavy queries and more', () => {
  const [path, , options] = lastCall<[string, string[], Electron.ForkOptions]>('fork');

  expect(path).toMatch(/electron\/engine\.js$/);
  expect(options.env).toMatchObject({ UV_THREADPOOL_SIZE: '16' });
});

test('the analyst’s way: a new case, a dropped bundle, its numbers, a report where the dialog says', async () => {
  const { engine, shell } = open();
  const path = join(folder, 'audit.log');
  await writeFile(path, LINES.join('\n'));
  await shell.newCase('Desktop');
  const { handle } = drop([{ path, inside: '' }]);
  const seen: string[] = [];
  await shell.import(handle?.handle as string, { receivedFrom: 'Ann' }, ({ phase }) => void seen.push(phase));
  answers.save = join(folder, 'report.json');
  const saved = await shell.saveReport({ ids: ['E1:2'], format: 'json' });

  expect(await shell.kind()).toBe('desktop');
  expect(seen.length).toBeGreaterThan(0);
  expect((await engine.count({})).count).toBe(4);
  expect((await engine.graph({ buckets: 5 })).series.api).toBeInstanceOf(Float64Array);
  expect(saved).toBeNull();
  expect((await stat(answers.save)).size).toBeGreaterThan(0);
});

test('a window calls nothing that takes a path', async () => {
  const { engine, shell } = open();
  const passed = shell.import('/etc/passwd', {});

  expect(Object.keys(engine)).not.toEqual(expect.arrayContaining(['open']));
  await expect(passed).rejects.toMatchObject({ code: 'not-found' });
});

test('choosing opens a dialog and gives a handle', async () => {
  const { shell } = open();
  answers.open = ['/home/ann/Bundle.tgz'];
  const chosen = await shell.choose('bundle');
  answers.open = [];

  expect(chosen).toEqual({ handle: expect.stringMatching(/^[0-9a-f]{32}$/) as string, name: 'Bundle.tgz' });
  expect(await shell.choose('case')).toBeNull();
});

test('a page that is not ours gets neither ports nor handles', () => {
  const before = calls.get('contents.postMessage')?.length;
  for (const senderFrame of [null, { parent: null, url: 'https://example.com/' }, { parent: {}, url: PAGE.url }]) {
    ipcMain.emit('exhibit:ready', { sender: contents, senderFrame });
    expect(drop([{ path: '/etc/passwd', inside: '' }], senderFrame)).toEqual({ refused: expect.any(String) as string });
  }

  expect(calls.get('contents.postMessage')?.length).toBe(before);
});

test.for([
  { title: 'a file', dropped: [{ path: '/x/a.log', inside: '' }], bundle: '/x/a.log' },
  {
    title: 'the files of a folder',
    dropped: [
      { path: '/x/b/one.log', inside: 'b/one.log' },
      { path: '/x/b/deep/two.log', inside: 'b/deep/two.log' },
    ],
    bundle: '/x/b',
  },
])('$title is the bundle $bundle', ({ dropped, bundle }) => {
  expect(bundleOf(dropped)).toBe(bundle);
});

test.for([
  { title: 'nothing', dropped: [] },
  { title: 'what has no path', dropped: [{ path: '', inside: '' }] },
  { title: 'several', dropped: ['/x/a', '/x/b'].map((path) => ({ path, inside: '' })) },
])('$title is refused', ({ dropped }) => {
  expect(() => bundleOf(dropped)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('quitting closes the case in order, then quits', async () => {
  let prevented = false;
  app.emit('will-quit', { preventDefault: () => (prevented = true) });
  await vi.waitUntil(() => calls.has('quit'), BUSY);
  const lock = await stat(join(folder, 'data/exhibit/cases/Desktop.exhibit/lock')).catch(() => undefined);

  expect(prevented).toBe(true);
  expect(lock).toBeUndefined();
  expect(calls.has('showErrorBox')).toBe(false);
});
