/** Paths as the kernel would read them. */

/** A path from a directory, without `.`, `..` and double slashes; undefined where it is relative and the directory is not known. */
export function resolvePath(path: string, directory: string | undefined): string | undefined {
  if (path.startsWith('/')) return PLAIN.test(path) ? path : normal(path);
  return directory?.startsWith('/') ? normal(`${directory}/${path}`) : undefined;
}

/** No part of it needs a look. */
const PLAIN = /^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/;

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
