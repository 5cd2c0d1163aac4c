/**
 * Starts the engine's worker threads, from the built files and from the sources alike (tests and benches run the sources).
 * A thread's entry is a file `workers/<name>.ts` whose name ends in `-thread`; the build makes `dist/workers/<name>.js` of it,
 * with `/` in the name turned into `.`, so that every built file lies exactly one folder below `dist`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Entry file of a built thread, below `dist/workers/`. */
export const builtName = (name: string): string => `${name.replaceAll('/', '.')}.js`;

const fromSource = import.meta.url.endsWith('.ts');

/** A worker cannot be given a TypeScript loader by its options (Node 20): this one registers it and then loads the entry. */
const loadSource = (entry: URL): string =>
  `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); });`;

/** Where the thread was built for sources that run as they are: tests build all threads once (tests/helpers/built-threads.ts). */
function builtBeforehand(name: string): URL | undefined {
  const folder = process.env.EXHIBIT_BUILT_THREADS;
  const path = folder && join(folder, builtName(name));
  return path && existsSync(path) ? pathToFileURL(path) : undefined;
}

/**
 * Starts the thread `workers/<name>.ts`, for example `startWorker('bundle/reader-thread')`.
 * The caller listens for its `error` and ends it.
 */
export function startWorker(name: string, options: WorkerOptions = {}): Worker {
  if (!fromSource) return new Worker(new URL(`../workers/${builtName(name)}`, import.meta.url), options);
  const built = builtBeforehand(name);
  if (built) return new Worker(built, options);
  return new Worker(loadSource(new URL(`./${name}.ts`, import.meta.url)), { ...options, eval: true });
}
