/** `npm run build`: the workbench, what runs in Node, the preload script. A stamp of everything that goes in tells whether it is needed. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRoot, main, root, run, say, Told } from './lib.mjs';

const SOURCES = ['workers', 'cli', 'electron', 'renderer', 'resources/fonts', 'resources/icons', 'resources/rules'];
const FILES = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'scripts/build.mjs'];
const STAMP = inRoot('dist/stamp');
const VITE = inRoot('node_modules/vite/bin/vite.js');

async function filesUnder(folder) {
  const entries = await readdir(inRoot(folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function stampOf() {
  const configs = (await readdir(root)).filter((name) => /^vite\..*config\.ts$/.test(name)).map(inRoot);
  const files = [...(await Promise.all(SOURCES.map(filesUnder))).flat(), ...FILES.map(inRoot), ...configs].sort();
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(`${file}\0`).update(
      createHash('sha256')
        .update(await readFile(file))
        .digest(),
    );
  return hash.digest('hex');
}

export async function isBuilt() {
  const stamp = await readFile(STAMP, 'utf8').catch(() => undefined);
  return stamp !== undefined && stamp === (await stampOf());
}

const vite = (config) => run(process.execPath, [VITE, 'build', '--config', config, '--logLevel', 'warn']);

export async function build() {
  const stamp = await stampOf(); // before: what changes meanwhile is built the next time
  for (const folder of ['stamp', 'cli', 'workers', 'electron', 'chunks'])
    await rm(inRoot(`dist/${folder}`), { recursive: true, force: true });
  for (const config of ['vite.node.config.ts', 'vite.preload.config.ts', 'vite.renderer.config.ts']) {
    if ((await vite(config)) !== 0) throw new Told(`The build of ${config} failed; see above.`);
  }
  await writeFile(STAMP, stamp);
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    await build();
    say('Built into dist/.');
    return 0;
  });
}
