/**
 * Vitest's global setup: the engine's threads are built once for the whole run, just as they are for the product, unless `npm test` has just built that. A
 * thread that compiles the sources itself takes two seconds of a core to start, and tests start hundreds.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');

interface Build {
  /** Whether dist holds what these sources make. */
  isBuilt(): Promise<boolean>;
}

export default async function buildThreads(): Promise<() => Promise<void>> {
  const { isBuilt } = (await import(join(root, 'scripts/build.mjs'))) as Build;
  if (await isBuilt()) {
    process.env.EXHIBIT_BUILT_THREADS = join(root, 'dist/workers'); // the processes of the tests inherit it
    return async () => {};
  }
  // One folder below the project, as dist is: built files find the resources by that.
  const folder = await mkdtemp(join(root, '.threads-'));
  try {
    await build({
      root,
      configFile: join(root, 'vite.node.config.ts'),
      logLevel: 'error',
      build: { outDir: folder, sourcemap: false },
    });
    process.env.EXHIBIT_BUILT_THREADS = join(folder, 'workers');
  } catch {
    console.warn('The threads cannot be built (see above): each compiles its sources, slowly.'); // other tests may still pass
  }
  return () => rm(folder, { recursive: true, force: true });
}
