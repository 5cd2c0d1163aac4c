import { confidenceText } from '../../workers/contract/confidence';
import type { SessionSummary } from '../../workers/contract/session';
import { summary } from '../../workers/contract/summary';
import { CASE, caseOf, JSON_OPTION, parse, viewOf, WINDOW } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { json, table } from '../text';

const OPTIONS = { ...CASE, ...WINDOW, ...JSON_OPTION } as const;

function line({ label, first, confidence, certain, user, originator, counts, session }: SessionSummary): readonly unknown[] {
  const { word, text } = summary(originator);
  const yielded = Object.entries(counts).map(([kind, n]) => `${n} ${kind}`);
  const sure = confidence === null ? 'none' : `${confidenceText(confidence)}${certain ? '' : ' ?'}`;
  return [label, first, sure, user, `${word} ${text}`, yielded.join(' '), session];
}

export const sessions: Command = {
  name: 'sessions',
  summary: 'what opens a session, and how surely it is tied to what followed',
  help: `sessions --case DIR [FILTER] [--from T] [--to T] [--json]

  A session is listed if the filter matches an activity of it.`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const found = await reading(caseOf(values), io, (engine) => engine.sessions(viewOf(positionals, values)));
    const headings = ['label', 'first', 'confidence', 'user', 'opened by', 'counts', 'id'];
    await io.out(values.json ? json({ sessions: found }) : table(headings, found.map(line)));
    return DONE;
  },
};
