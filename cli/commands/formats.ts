import type { EnvelopeInfo, FormatInfo } from '../../workers/contract/engine';
import { JSON_OPTION, parse, usage } from '../args';
import { alone } from '../case';
import { type Command, DONE } from '../command';
import { json } from '../text';

const indented = (spaces: string, lines: readonly string[]): readonly string[] => lines.map((line) => spaces + line);

const text = (known: readonly FormatInfo[], envelopes: readonly EnvelopeInfo[]): string =>
  [
    ...known.flatMap(({ id, title, recognisedBy, limits }) => [
      `${id}  ${title}`,
      ...indented('  ', [`recognised by ${recognisedBy}`, ...limits]),
    ]),
    '',
    'each of them also inside',
    ...envelopes.flatMap(({ title, limits }) => [`  ${title}`, ...indented('    ', limits)]),
    '',
  ].join('\n');

export const formats: Command = {
  name: 'formats',
  summary: 'what is read, how it is recognised, what each source cannot carry',
  help: 'formats [--json]',
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, JSON_OPTION);
    if (positionals.length > 0) throw usage(`formats takes no argument; “${positionals[0]}” is one too many.`);
    const { formats: known, envelopes } = await alone(io, (engine) => engine.version());
    await io.out(values.json ? json({ formats: known, envelopes }) : text(known, envelopes));
    return DONE;
  },
};
