/** `app://exhibit/…`: the built workbench and nothing else, by the same list and with the same headers as `exhibit serve`. */
import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { filesOf } from '../workers/shell/files';
import { headersFor } from '../workers/shell/headers';

const SCHEME = 'app';
export const ORIGIN = `${SCHEME}://exhibit`;

/** Before the app is ready: a standard, secure scheme that bypasses nothing. */
export const registerScheme = (): void =>
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);

/** Serves the files that lie in `root` now. */
export async function serveFolder(root: string): Promise<void> {
  const files = await filesOf(root);
  protocol.handle(SCHEME, async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    const file = `${SCHEME}://${host}` === ORIGIN && method === 'GET' ? files.get(pathname) : undefined;
    if (!file) return new Response('There is nothing here.', { status: 404, headers: headersFor() });
    return new Response(await readFile(file.path), { headers: { ...headersFor(), 'Content-Type': file.type } });
  });
}
