import { attributesOf, CASE, caseOf, JSON_OPTION, parse, viewOf, WINDOW } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { cell, json } from '../text';

const OPTIONS = { ...CASE, ...WINDOW, ...JSON_OPTION, path: { type: 'string' } } as const;
const PATH = ['cluster', 'namespace', 'deployment', 'pod'];

export const groups: Command = {
  name: 'groups',
  summary: 'the hierarchy, with counts',
  help: `groups --case DIR [FILTER] [--from T] [--to T] [--kind cmd,net] [--path cluster,namespace,deployment,pod] [--json]

  --path   attributes of the levels, outermost first
  --json   {"groups":[{"path":[…],"count"}]}, parents first, null where a level is absent`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const path = attributesOf('path', values.path) ?? PATH;
    const found = await reading(caseOf(values), io, (engine) => engine.groups({ ...viewOf(positionals, values), path }));
    if (values.json) await io.out(json({ groups: found }));
    else
      for (const { path: levels, count } of found) {
        const name = levels.at(-1);
        await io.out(
          `${'  '.repeat(levels.length - 1)}${name === null ? `(no ${path[levels.length - 1]})` : cell(name)} (${count})\n`,
        );
      }
    return DONE;
  },
};
