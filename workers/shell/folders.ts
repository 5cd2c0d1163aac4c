/** Folders of this user that both shells share, and the project's own resources. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where cases without a place of their own, uploads and the list of recent cases lie. `XDG_DATA_HOME`, or what the platform has for it. */
export function dataFolder(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  if (env.XDG_DATA_HOME) return join(env.XDG_DATA_HOME, 'exhibit');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Exhibit');
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Exhibit');
  return join(home, '.local', 'share', 'exhibit');
}

/** A file of resources/: two folders up from here, and from every built file alike. */
export const resource = (path: string): string => fileURLToPath(new URL(`../../resources/${path}`, import.meta.url));

/** A folder of the build; the shells serve `dist/renderer`. */
export const built = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
