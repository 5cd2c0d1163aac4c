/** Brings what a fresh clone lacks, each step skipped when nothing has changed: dependencies from the lockfile, then the build. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, isBuilt } from './build.mjs';
import { inRoot, npm, root, say, Told } from './lib.mjs';

const NODE = [20, 19];

export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major < NODE[0] || (major === NODE[0] && minor < NODE[1]))
    throw new Told(`Exhibit needs Node ${NODE.join('.')} or newer, and this is ${version}; install a newer one and start again.`);
}

/**
 * Whether what npm says it installed is what the lockfile asks for. Optional packages (other platforms' binaries) may be absent.
 * @param wanted, installed the `packages` of package-lock.json and of npm's own node_modules/.package-lock.json
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(([path, { version, optional, integrity }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version && found.integrity === integrity : optional === true;
  });
}

/** An install that was broken off may have taken packages away, and not yet npm's list of them. */
export const areThere = (installed, folder = root) =>
  Object.keys(installed).every((path) => existsSync(join(folder, path, 'package.json')));

async function packagesOf(path) {
  try {
    return JSON.parse(await readFile(inRoot(path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function installDependencies() {
  const wanted = await packagesOf('package-lock.json');
  const installed = await packagesOf('node_modules/.package-lock.json');
  if (wanted && installed && isInstalled(wanted, installed) && areThere(installed)) return;
  say('Installing the dependencies that package-lock.json names…');
  const code = await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0)
    throw new Told('The dependencies could not be installed; see above, and check that the npm registry can be reached.');
}

export async function setUp() {
  checkNode();
  await installDependencies();
  if (await isBuilt()) return;
  say('Building…');
  await build();
}
