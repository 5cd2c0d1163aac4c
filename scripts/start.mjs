/**
 * `npm start`: opens the workbench on the sample case. `npm start -- COMMAND …` runs `exhibit COMMAND …`; other arguments (--no-open,
 * --port, --case) go to what it opens. stdout holds what that prints: of the workbench, its address.
 */
import { electronProgram, whyNoDesktop } from './electron.mjs';
import { inRoot, main, run, say } from './lib.mjs';
import { setUp } from './setup.mjs';

const ENGINE = { UV_THREADPOOL_SIZE: '16' };
const inherit = ['inherit', 'inherit', 'inherit'];
const exhibit = (args) =>
  run(process.execPath, [inRoot('bin/exhibit.cjs'), ...args], { stdio: inherit, cwd: process.env.INIT_CWD ?? process.cwd() });

/** What the arguments ask for: a command, or the workbench with options of its own. */
export function route(args) {
  const [first] = args;
  if (first !== undefined && !first.startsWith('-')) return { command: args };
  return { options: args, sample: !args.some((arg) => arg === '--case' || arg.startsWith('--case=')) };
}

async function start(args) {
  await setUp();
  const { command, options, sample } = route(args);
  if (command) return await exhibit(command);
  const withCase = sample ? ['--sample', ...options] : options;
  const program = electronProgram();
  const why = whyNoDesktop(program);
  if (!why) return await run(program, [inRoot('dist/electron/main.js'), ...withCase], { stdio: inherit, env: ENGINE });
  say(`The desktop shell cannot open here (${why}): the workbench is served to the browser instead.`);
  return await exhibit(['serve', ...withCase]);
}

if (process.argv[1] === import.meta.filename) await main(() => start(process.argv.slice(2)));
