/** The built workbench, by the path of its address. What was not there at the start does not exist, whatever a path says. */
import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.ttf', 'font/ttf'],
  ['.woff', 'font/woff'],
  ['.json', 'application/json'],
  ['.map', 'application/json'],
]);

export interface ServedFile {
  readonly path: string;
  readonly type: string;
}

/** `/assets/index.js` and so on; `/` is index.html. Files of unknown types are not served. */
export async function filesOf(root: string): Promise<ReadonlyMap<string, ServedFile>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.flatMap((entry): readonly (readonly [string, ServedFile])[] => {
    const type = TYPES.get(extname(entry.name));
    if (!entry.isFile() || !type) return [];
    const path = join(entry.parentPath, entry.name);
    return [[`/${relative(root, path).split(sep).join('/')}`, { path, type }]];
  });
  const byPath = new Map(files);
  const index = byPath.get('/index.html');
  return index ? byPath.set('/', index) : byPath;
}
