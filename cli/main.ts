/** The `exhibit` command: finds the command, runs it, turns failures into one sentence and an exit code. */
import { ExhibitError } from '../workers/contract/errors';
import { alone } from './case';
import { type Command, DONE, type Exit, FAILED, WRONG_USAGE } from './command';
import { count } from './commands/count';
import { exportCommand } from './commands/export';
import { findings } from './commands/findings';
import { formats } from './commands/formats';
import { groups } from './commands/groups';
import { importCommand } from './commands/import';
import { info } from './commands/info';
import { key } from './commands/key';
import { query } from './commands/query';
import { questions } from './commands/questions';
import { record } from './commands/record';
import { report } from './commands/report';
import { serve } from './commands/serve';
import { sessions } from './commands/sessions';
import { set } from './commands/set';
import { sign } from './commands/sign';
import { trace } from './commands/trace';
import { verify } from './commands/verify';
import type { Io } from './io';

const COMMANDS: readonly Command[] = [
  importCommand,
  set,
  info,
  query,
  count,
  groups,
  sessions,
  trace,
  findings,
  questions,
  report,
  record,
  verify,
  exportCommand,
  sign,
  key,
  formats,
  serve,
];

const overview = (): string =>
  [
    'exhibit: from a bundle of audit logs and captures to a sealed case, a trace and a report',
    '',
    ...COMMANDS.map(({ name, summary }) => `  exhibit ${name.padEnd(9)} ${summary}`),
    '',
    'exhibit help COMMAND tells more; exhibit --version names this one. Results go to stdout, messages to stderr.',
    'Exit 0 done; 1 refused or failed; 2 wrong usage; 3 done, but with rejected records, unreadable members or a failed check.',
    '',
  ].join('\n');

const wantsHelp = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).some((arg) => arg === '--help' || arg === '-h');
};

export async function run(argv: readonly string[], io: Io): Promise<Exit> {
  const [first, ...rest] = argv;
  if (first === undefined) return wrong(io, `Which command? There are ${COMMANDS.map(({ name }) => name).join(', ')}.`);
  if (first === '--version') {
    await io.out(`exhibit ${await alone(io, async (engine) => (await engine.version()).version)}\n`);
    return DONE;
  }
  const isHelp = first === 'help' || first === '--help' || first === '-h';
  const name = isHelp ? rest[0] : first;
  const command = COMMANDS.find((known) => known.name === name);
  if (isHelp && name === undefined) {
    await io.out(overview());
    return DONE;
  }
  if (!command) return wrong(io, `There is no command “${name}”; exhibit help lists them.`);
  if (isHelp || wantsHelp(rest)) {
    await io.out(`exhibit ${command.help}\n`);
    return DONE;
  }
  return await attempt(command, rest, io);
}

async function attempt(command: Command, argv: readonly string[], io: Io): Promise<Exit> {
  try {
    return await command.run(argv, io);
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]; // what a library says may be long
    const code = error instanceof ExhibitError ? error.code : 'failed';
    io.note(`exhibit ${command.name}: ${message}`);
    return code === 'usage' || code === 'filter' ? WRONG_USAGE : FAILED;
  }
}

function wrong(io: Io, message: string): Exit {
  io.note(`exhibit: ${message}`);
  return WRONG_USAGE;
}
