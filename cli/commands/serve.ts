import { join, resolve } from 'node:path';
import type { Engine } from '../../workers/contract/engine';
import { ExhibitError } from '../../workers/contract/errors';
import type { RuleFile } from '../../workers/contract/findings';
import { filesOf } from '../../workers/shell/files';
import { built, dataFolder } from '../../workers/shell/folders';
import { Handles } from '../../workers/shell/handles';
import { makeShell } from '../../workers/shell/shell';
import { numberOf, parse, usage } from '../args';
import { type Command, DONE } from '../command';
import type { Io } from '../io';
import { Drops } from '../serve/drops';
import { openBrowser } from '../serve/open-browser';
import { serveHttp } from '../serve/server';
import { rulesIn } from './findings';

const OPTIONS = {
  case: { type: 'string' },
  sample: { type: 'boolean' },
  rules: { type: 'string' },
  port: { type: 'string' },
  'no-open': { type: 'boolean' },
} as const;
const MAX_PORT = 65_535;

const interruption = ({ interrupted }: Io): Promise<void> =>
  new Promise((done) => {
    if (interrupted.aborted) done();
    interrupted.addEventListener('abort', () => done());
  });

interface ServeRequest {
  /** A case to open first. */
  readonly dir?: string;
  /** The sample case first, brought in where there is none. */
  readonly sample: boolean;
  /** Kept in that case as its own, in place of those of the same name. */
  readonly rules: readonly RuleFile[];
  /** 0: any free one. */
  readonly port: number;
  readonly open: boolean;
}

/** Serves until the person, or the engine's thread, ends it. */
async function serveUntilDone({ dir, sample, rules, port, open }: ServeRequest, io: Io): Promise<void> {
  const files = await filesOf(built('renderer')).catch(() => new Map());
  if (!files.has('/')) throw new ExhibitError('unavailable', 'The workbench is not built; run npm run build.');
  const host = io.startEngine();
  const handles = new Handles();
  const drops = await Drops.create(join(dataFolder(), 'drops'), handles);
  const shell = makeShell(host.engine, handles, {
    kind: 'served',
    choose: async () => null,
    save: async (report) => report,
    imported: (handle) => drops.remove(handle),
  });
  try {
    if (sample) {
      io.note('Opening the sample case (the first time it is imported).');
      await shell.openSample();
    }
    if (dir) await shell.openCase(handles.give(dir).handle);
    if (rules.length > 0) await addRules(host.engine, rules);
    const serving = await serveHttp({ engine: host.engine, shell, drops, files }, port);
    await io.out(`${serving.address}\n`);
    if (open) openBrowser(serving.address, () => io.note('No browser could be started; open the address above.'));
    const ended = await Promise.race([interruption(io), host.closed.then(() => 'engine' as const)]);
    await serving.close();
    if (ended === 'engine') throw new ExhibitError('failed', 'The engine ended unexpectedly; what it said stands above.');
  } finally {
    await host.close();
    await drops.close();
  }
}

async function addRules(engine: Engine, rules: readonly RuleFile[]): Promise<void> {
  const others = (await engine.rules()).filter(({ name }) => rules.every((rule) => rule.name !== name));
  await engine.setRules([...others, ...rules]);
}

export const serve: Command = {
  name: 'serve',
  summary: 'the workbench, on this machine alone',
  help: `serve [--case DIR | --sample] [--rules FOLDER] [--port N] [--no-open]

  Prints the address, and nothing else, on stdout; opens it in the browser. Ctrl-C ends it.
  --case      the case to open
  --sample    the sample case, brought into the user's data folder where it is not there yet
  --rules     your own rules for that case, which keeps them: every .yaml file of the folder
  --port      the port on 127.0.0.1; any free one where absent
  --no-open   do not start a browser`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    if (positionals.length > 0) throw usage(`serve takes options alone; name a case with --case ${positionals[0]}.`);
    if (values.sample && values.case !== undefined) throw usage('Either --case or --sample.');
    if (values.rules !== undefined && !values.sample && values.case === undefined)
      throw usage('Rules belong to a case: name it with --case.');
    const dir = values.case === undefined ? undefined : resolve(values.case);
    await serveUntilDone(
      {
        dir,
        sample: values.sample ?? false,
        rules: values.rules === undefined ? [] : rulesIn(values.rules),
        port: numberOf('port', values.port, MAX_PORT) ?? 0,
        open: !values['no-open'],
      },
      io,
    );
    return DONE;
  },
};
