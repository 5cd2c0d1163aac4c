/** Finds the desktop shell's runtime by its file: importing `electron` without it would try to fetch it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './lib.mjs';

const PROGRAM = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/** The runtime's program: in ELECTRON_OVERRIDE_DIST_PATH, or where its npm package unpacks it. Undefined where it is not. */
export function electronProgram(env = process.env, platform = process.platform, packageFolder = inRoot('node_modules/electron')) {
  const program = PROGRAM[platform] ?? 'electron';
  const folder = env.ELECTRON_OVERRIDE_DIST_PATH || join(packageFolder, 'dist');
  const path = join(folder, program);
  return existsSync(path) ? path : undefined;
}

/** Why the desktop shell cannot open here, as a clause; undefined where it can. */
export function whyNoDesktop(program, env = process.env, platform = process.platform, uid = process.getuid?.()) {
  if (!program) return 'the Electron runtime is not on this machine';
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  if (platform === 'linux' && uid === 0) return 'its sandbox does not run as root';
  return undefined;
}
