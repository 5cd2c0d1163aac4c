/** `npm run dev [-- --case DIR]`: builds, serves without opening a browser, and does both again whenever a source changes. */
import { spawn } from 'node:child_process';
import { inRoot, main, say } from './lib.mjs';
import { setUp } from './setup.mjs';

const CONFIGS = ['vite.node.config.ts', 'vite.preload.config.ts', 'vite.renderer.config.ts'];

let server;
function serveAgain() {
  server?.kill();
  server = spawn(process.execPath, [inRoot('bin/exhibit.cjs'), 'serve', '--no-open', ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
}

await main(async () => {
  await setUp();
  const { build } = await import('vite');
  let due;
  for (const configFile of CONFIGS) {
    const watcher = await build({ configFile: inRoot(configFile), logLevel: 'warn', build: { watch: {} } });
    watcher.on('event', ({ code }) => {
      if (code === 'ERROR') say('The build failed; the last good one goes on.');
      if (code !== 'END') return;
      clearTimeout(due);
      due = setTimeout(serveAgain, 300); // several builds end one after the other
    });
  }
  return 0;
});
