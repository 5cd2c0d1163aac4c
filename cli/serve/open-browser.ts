import { spawn } from 'node:child_process';

const OPENERS = new Map<NodeJS.Platform, readonly [command: string, ...args: string[]]>([
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
]);

/** Opens an address in the user's browser; calls `failed` where there is none. */
export function openBrowser(address: string, failed: () => void): void {
  const [command, ...args] = OPENERS.get(process.platform) ?? ['xdg-open'];
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', failed);
  child.on('exit', (code) => {
    if (code !== 0) failed();
  });
  child.unref();
}
