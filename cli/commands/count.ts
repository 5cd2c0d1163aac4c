import { attributesOf, CASE, caseOf, durationOf, JSON_OPTION, parse, viewOf, WINDOW } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { json, table } from '../text';

const OPTIONS = { ...CASE, ...WINDOW, ...JSON_OPTION, by: { type: 'string' }, bucket: { type: 'string' } } as const;

export const count: Command = {
  name: 'count',
  summary: 'how many activities a filter matches, by attributes and over time',
  help: `count --case DIR [FILTER] [--from T] [--to T] [--kind cmd,net] [--by attr[,attr]] [--bucket 1h] [--json]

  --by       one count for each value of these attributes
  --bucket   one count for each slice of time of this width: 30s, 5m, 1h, 1d; empty slices are left out
  --json     {"count","undated","groups":[{attribute…,"from"?,"count"}]}`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const by = attributesOf('by', values.by);
    const bucketNs = durationOf('bucket', values.bucket);
    const request = { ...viewOf(positionals, values), by, bucketNs };
    const result = await reading(caseOf(values), io, (engine) => engine.count(request));
    if (values.json) await io.out(json(result));
    else if (by || bucketNs) {
      const names = [...(by ?? []), ...(bucketNs ? ['from'] : []), 'count'];
      await io.out(
        table(
          names,
          result.groups.map((group) => names.map((name) => group[name])),
        ),
      );
    } else await io.out(`${result.count}\n`);
    if (result.undated > 0) io.note(`${result.undated} of them have no time.`);
    return DONE;
  },
};
