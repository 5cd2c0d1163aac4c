import { JSON_OPTION, parse, usage } from '../args';
import { type Command, DONE } from '../command';
import { json } from '../text';

export const formats: Command = {
  name: 'formats',
  summary: 'what is read, how it is recognised, what each source cannot carry',
  help: 'formats [--json]',
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, JSON_OPTION);
    if (positionals.length > 0) throw usage(`formats takes no argument; “${positionals[0]}” is one too many.`);
    const host = io.startEngine();
    try {
      const { formats: known, envelopes } = await host.engine.version();
      if (values.json) await io.out(json({ formats: known, envelopes }));
      else {
        for (const { id, title, recognisedBy, limits } of known)
          await io.out(
            [`${id}  ${title}`, `  recognised by ${recognisedBy}`, ...limits.map((limit) => `  ${limit}`), ''].join('\n'),
          );
        await io.out(
          [
            '',
            'each of them also inside',
            ...envelopes.flatMap(({ title, limits }) => [`  ${title}`, ...limits.map((limit) => `    ${limit}`)]),
            '',
          ].join('\n'),
        );
      }
    } finally {
      await host.close();
    }
    return DONE;
  },
};
