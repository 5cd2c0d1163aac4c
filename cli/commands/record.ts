import { visible } from '../../workers/contract/visible';
import { CASE, caseOf, JSON_OPTION, oneOf, parse } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { json } from '../text';

const OPTIONS = { ...CASE, ...JSON_OPTION } as const;

export const record: Command = {
  name: 'record',
  summary: 'the exact source bytes behind an activity',
  help: `record --case DIR ID [--json]

  Writes the bytes as they are in the decompressed member; several records of one activity with a line end between them.
  On a terminal, control characters are shown as escapes.
  --json   {"id","places":[{"evidence","member","record","offset","length","sha256"}]}`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const id = oneOf('ID', positionals);
    const found = await reading(caseOf(values), io, (engine) => engine.record(id));
    if (values.json) {
      await io.out(json({ id: found.id, places: found.places.map(({ bytes: _, ...place }) => place) }));
      return DONE;
    }
    for (const [i, { bytes }] of found.places.entries()) {
      if (i > 0) await io.out('\n');
      await io.out(io.terminal ? visible(new TextDecoder().decode(bytes)) : bytes);
    }
    if (io.terminal) await io.out('\n');
    return DONE;
  },
};
