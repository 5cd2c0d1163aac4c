/** The serving shell with its real engine, as a browser and as those who are not one meet it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Drops } from '../../../cli/serve/drops';
import { type Serving, serveHttp } from '../../../cli/serve/server';
import { type HostedEngine, startEngine } from '../../../workers/host';
import { filesOf } from '../../../workers/shell/files';
import { Handles } from '../../../workers/shell/handles';
import { makeShell } from '../../../workers/shell/shell';
import { connectWebSocket } from '../../../workers/transport/browser';
import { BUSY } from '../../helpers/busy';
import { LINES } from '../bundle';

let folder: string;
let host: HostedEngine;
let serving: Serving;
let port: number;
let origin: string;
let cookie: string;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request as anyone can make one: `path` goes out as it is, unlike with fetch. */
function ask(
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, setHost: !('Host' in headers) }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() });
    });
    asked.on('error', reject).end(body);
  });
}

const mine = (more: OutgoingHttpHeaders = {}) => ({ Cookie: cookie, Origin: origin, ...more });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exhibit-test-'));
  vi.stubEnv('XDG_DATA_HOME', join(folder, 'data'));
  await writeFile(join(folder, 'secret.html'), 'outside');
  const root = await mkdtemp(join(folder, 'renderer-'));
  await writeFile(join(root, 'index.html'), '<!doctype html><title>Exhibit</title>');
  await writeFile(join(root, 'main.js'), 'export {}');
  host = startEngine();
  const handles = new Handles();
  const drops = await Drops.create(join(folder, 'drops'), handles);
  const shell = makeShell(host.engine, handles, {
    kind: 'served',
    choose: async () => null,
    save: async (report) => report,
    imported: (handle) => drops.remove(handle),
  });
  serving = await serveHttp({ engine: host.engine, shell, drops, files: await filesOf(root) }, 0);
  const address = new URL(serving.address);
  [port, origin] = [Number(address.port), address.origin];
  const traded = await ask(`/${address.search}`);
  cookie = String(traded.headers['set-cookie']).split(';')[0] as string;
});
afterAll(async () => {
  await serving.close();
  await host.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test('the key is traded for a cookie that scripts cannot read, and leaves the address', async () => {
  const fresh = await serveHttp({ engine: host.engine } as Parameters<typeof serveHttp>[0], 0);
  const { search, port: other } = new URL(fresh.address);
  const first = await fetch(fresh.address, { redirect: 'manual' });
  const again = await fetch(fresh.address, { redirect: 'manual' });
  await fresh.close();

  expect(search).toMatch(/^\?key=[0-9a-f]{64}$/);
  expect(first.status).toBe(303);
  expect(first.headers.get('location')).toBe('/');
  expect(first.headers.get('set-cookie')).toMatch(
    new RegExp(`^exhibit-${other}=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=/$`),
  );
  expect(again.status).toBe(403); // good once
  expect(again.headers.get('set-cookie')).toBeNull();
});

test('the page comes with headers that keep it to itself', async () => {
  const { status, headers, body } = await ask('/', { headers: mine() });

  expect({ status, body }).toEqual({ status: 200, body: '<!doctype html><title>Exhibit</title>' });
  expect(headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  const policy = String(headers['content-security-policy']).split('; ');
  expect(policy).toEqual(
    expect.arrayContaining([
      `default-src 'none'`,
      `script-src 'self'`,
      `style-src 'self'`,
      `style-src-attr 'unsafe-inline'`,
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
    ]),
  );
  expect(policy.filter((rule) => rule.includes('unsafe'))).toEqual([`style-src-attr 'unsafe-inline'`]);
  expect(policy.find((rule) => rule.startsWith('connect-src'))).toBe(`connect-src 'self' ws://127.0.0.1:${port}`);
});

test.for([
  { title: 'no cookie', headers: {} },
  { title: 'a wrong cookie', headers: { Cookie: 'exhibit=1' } },
  { title: 'a cookie that only begins right', headers: () => ({ Cookie: cookie.slice(0, -1) }) },
  { title: 'a wrong key', path: '/?key=00', headers: {} },
])('refuses $title', async ({ path = '/', headers }) => {
  const { status, body } = await ask(path, { headers: typeof headers === 'function' ? headers() : headers });

  expect(status).toBe(403);
  expect(body).not.toContain('Exhibit</title>');
});

test.for(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example', '[::1]', ''])(
  'refuses the host “%s”, whatever cookie comes with it',
  async (Host) => {
    expect((await ask('/', { headers: mine({ Host }) })).status).toBe(421);
  },
);

test.for([
  '/../secret.html',
  '/%2e%2e/secret.html',
  '/..%2fsecret.html',
  '/%2e%2e%2fsecret.html',
  '/..\\secret.html',
  '/assets/../../secret.html',
  '//secret.html',
  '//[',
  'http://127.0.0.1/secret.html',
  '/main.js%00.html',
  '/proc/self/environ',
])('serves nothing outside of the build: %s', async (path) => {
  const { status, body } = await ask(path, { headers: mine() });

  expect(status).toBe(404);
  expect(body).not.toContain('outside');
});

test('listens on this machine’s own address alone', () => {
  expect(serving.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?key=/);
});

const upgraded = async (headers: Readonly<Record<string, string>>, path = '/engine') => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  const opened = once(socket, 'open').then(() => 'open');
  const refused = once(socket, 'unexpected-response').then(([, response]) => (response as { statusCode: number }).statusCode);
  opened.catch(() => {});
  refused.catch(() => {});
  const outcome = await Promise.race([opened, refused]);
  socket.on('error', () => {});
  socket.terminate();
  return outcome;
};

test.for([
  { title: 'our page', headers: () => ({ Cookie: cookie, Origin: origin }), expected: 'open' },
  { title: 'no cookie', headers: () => ({ Origin: origin }), expected: 403 },
  { title: 'no origin', headers: () => ({ Cookie: cookie }), expected: 403 },
  { title: 'another origin', headers: () => ({ Cookie: cookie, Origin: 'http://evil.example' }), expected: 403 },
  { title: 'another port’s origin', headers: () => ({ Cookie: cookie, Origin: 'http://127.0.0.1:1' }), expected: 403 },
  { title: 'an opaque origin', headers: () => ({ Cookie: cookie, Origin: 'null' }), expected: 403 },
  {
    title: 'another host',
    headers: () => ({ Cookie: cookie, Origin: 'http://evil.example', Host: 'evil.example' }),
    expected: 403,
  },
  { title: 'another path', headers: () => ({ Cookie: cookie, Origin: origin }), path: '/other', expected: 403 },
  { title: 'a path that is no address', headers: () => ({ Cookie: cookie, Origin: origin }), path: '//%5B', expected: 403 },
])('a WebSocket of $title gives $expected', async ({ headers, path, expected }) => {
  expect(await upgraded(headers() as Record<string, string>, path)).toBe(expected);
});

/** The window's own code, over ws in place of the browser's WebSocket. */
async function openWindow() {
  class WindowSocket extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { Cookie: cookie, Origin: origin } });
    }
  }
  vi.stubGlobal('WebSocket', WindowSocket);
  const workbench = await connectWebSocket(`ws://127.0.0.1:${port}/engine`);
  vi.unstubAllGlobals();
  return workbench;
}

const drop = (name: string, body: string, more = '', headers: OutgoingHttpHeaders = mine()) =>
  ask(`/drop?name=${encodeURIComponent(name)}${more}`, { method: 'POST', headers, body });

test('the analyst’s way: a new case, a dropped bundle, its numbers, a trace, a report', async () => {
  const { engine, shell } = await openWindow();
  await shell.newCase('First');
  const { handle, name } = JSON.parse((await drop('bundle/logs/audit.log', LINES.join('\n'))).body) as {
    handle: string;
    name: string;
  };
  await drop('bundle/logs/more.log', `${LINES[0]}\n`, `&handle=${handle}`);
  const phases = new Set<string>();
  const result = await shell.import(handle, {}, ({ phase }) => void phases.add(phase));

  expect(name).toBe('bundle');
  expect(result.evidence[0]).toMatchObject({ name: 'bundle' });
  expect(result.evidence[0]?.members.map(({ path }) => path)).toEqual(['logs/audit.log', 'logs/more.log']);
  expect(phases.size).toBeGreaterThan(0);
  expect((await engine.count({})).count).toBe(4);
  const graph = await engine.graph({ buckets: 10, pane: 'graph' });
  expect(graph.series.exec).toBeInstanceOf(Float64Array);
  expect(graph.series.exec.reduce((a, b) => a + b, 0)).toBe(1);
  const report = await shell.saveReport({ ids: [result.evidence[0]?.id === 'E1' ? 'E1/logs/audit.log:2' : ''], format: 'json' });
  expect(report?.bytes).toBeInstanceOf(Uint8Array);
  const calls = await shell.saveActivities({ kinds: ['exec'], format: 'csv' });
  expect(calls).toMatchObject({ name: 'activities.csv', activities: 1, redacted: 0, journaled: true });
  expect(
    createHash('sha256')
      .update(calls?.bytes ?? '')
      .digest('hex'),
  ).toBe(calls?.sha256);
  const kept = await readdir(join(folder, 'drops'), { recursive: true });
  expect(kept.filter((path) => path.endsWith('.log'))).toEqual([]); // sealed in the case, removed here
});

test('cases are listed again, newest first, and open by their handle', async () => {
  const { shell } = await openWindow();
  await shell.newCase('Second');
  const recent = await shell.recent();

  expect(recent.map(({ name, state }) => [name, state]).slice(0, 2)).toEqual([
    ['Second', 'ready'],
    ['First', 'ready'],
  ]);
  expect(await shell.openCase(recent[1]?.handle as string)).toMatchObject({
    case: expect.stringContaining('First') as string,
    activities: 4,
  });
});

test.for(['', ' ', '../elsewhere', 'a/b', '.hidden', 'con\u0000', 'x'.repeat(101)])(
  'a case cannot be named “%s”',
  async (name) => {
    const { shell } = await openWindow();

    await expect(shell.newCase(name)).rejects.toMatchObject({ code: 'usage' });
  },
);

test('a window gives no path: neither to the engine nor to the shell', async () => {
  const { engine, shell } = await openWindow();
  const { import: importPath, open } = engine as unknown as Record<string, unknown>;
  const passwd = shell.import('/etc/passwd', {});
  const passed = shell.openCase('/etc');

  expect([importPath, open]).toEqual([undefined, undefined]);
  await expect(passwd).rejects.toMatchObject({ code: 'not-found' });
  await expect(passed).rejects.toMatchObject({ code: 'not-found' });
});

test('what is said of a hand-over cannot smuggle a path in', async () => {
  const { shell } = await openWindow();
  await shell.newCase('Third');
  const { handle } = JSON.parse((await drop('audit.log', `${LINES[0]}\n`)).body) as { handle: string };
  const result = await shell.import(handle, { receivedFrom: 'Ann', path: join(folder, 'secret.html'), name: 'x' } as never);

  expect(result.evidence[0]).toMatchObject({ name: 'audit.log', intake: { receivedFrom: 'Ann' } });
});

test.for(['', '/etc/passwd', '../up', 'a/../../up', 'a//b', 'a/./b', 'a\\b', 'nul\u0000', 'x'.repeat(256), 'a/'.repeat(64)])(
  'a file cannot be dropped under the name “%s”',
  async (name) => {
    expect((await drop(name, 'x')).status).toBe(400);
  },
);

test.for([
  { title: 'another page', headers: () => ({ Cookie: cookie, Origin: 'http://evil.example' }) },
  { title: 'no page', headers: () => ({ Cookie: cookie }) },
  { title: 'no cookie', headers: () => ({ Origin: origin }) },
])('a drop of $title is refused', async ({ headers }) => {
  expect((await drop('a.log', 'x', '', headers())).status).toBe(403);
});

test('a drop that breaks off leaves no half file', async () => {
  const broken = request({
    host: '127.0.0.1',
    port,
    path: '/drop?name=broken.log',
    method: 'POST',
    headers: mine({ 'Content-Length': 100 }),
  });
  broken.on('error', () => {});
  const halves = async () =>
    (await readdir(join(folder, 'drops'), { recursive: true })).filter((path) => path.includes('broken')).length;
  broken.write('half');
  await vi.waitFor(async () => expect(await halves()).toBe(1), BUSY);
  broken.destroy();
  await vi.waitFor(async () => expect(await halves()).toBe(0), BUSY);
});

test('two files of one name in one drop are refused, and the first stays as it was', async () => {
  const { handle } = JSON.parse((await drop('same.log', 'first')).body) as { handle: string };
  const second = await drop('same.log', 'second', `&handle=${handle}`);
  const [path] = (await readdir(join(folder, 'drops'), { recursive: true })).filter((name) => name.endsWith('same.log'));

  expect(second.status).toBe(400);
  expect(await readFile(join(folder, 'drops', path as string), 'utf8')).toBe('first');
});

test('other methods are not there', async () => {
  expect((await ask('/', { method: 'PUT', headers: mine() })).status).toBe(405);
});
