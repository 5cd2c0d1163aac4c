import { confidenceText } from '../../workers/contract/confidence';
import { summary } from '../../workers/contract/summary';
import type { Trace } from '../../workers/contract/trace';
import { CASE, caseOf, JSON_OPTION, oneOf, parse } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { cell, json, table } from '../text';

const OPTIONS = { ...CASE, ...JSON_OPTION } as const;

function text(trace: Trace): string {
  const { identity, confidence, certain } = trace;
  const opened = summary(trace.originator);
  const sure =
    confidence === null
      ? 'no root process was assigned'
      : `${confidenceText(confidence)}, ${certain ? 'certain' : 'not certain'}`;
  const depth = new Map(trace.processes.map((process) => [process.process, process.depth]));
  const rows = trace.activities.map((activity) => {
    const { word, text: thing, aside } = summary(activity);
    const indent = '  '.repeat(depth.get(String(activity.process)) ?? 0);
    return [activity.time ?? 'undated', activity.kind, `${indent}${word} ${thing}${aside && ` (${aside})`}`, activity.id];
  });
  return [
    `${trace.label}  ${cell(trace.session)}`,
    `${cell(trace.originator.time)}  ${opened.word} ${cell(opened.text)}`,
    '',
    `user        ${cell(identity.user) || 'unknown'}`,
    ...(identity.impersonated ? [`acting as   ${cell(identity.impersonated)}`] : []),
    ...(identity.groups.length > 0 ? [`groups      ${cell(identity.groups)}`] : []),
    ...(identity.sourceaddresses.length > 0
      ? [`addresses   ${cell(identity.sourceaddresses)} (only the last was seen by the server)`]
      : []),
    ...(identity.useragent ? [`client      ${cell(identity.useragent)} (claimed)`] : []),
    `confidence  ${sure}`,
    ...trace.why.map(({ what, detail, holds }) => `  ${holds ? '+' : '-'} ${cell(what)}: ${cell(detail)}`),
    ...trace.rivals.map((rival) => `  rival ${cell(rival.session)} (${confidenceText(rival.confidence)})`),
    '',
    table(['time', 'kind', 'what', 'record'], rows),
    ...trace.coverage.map(({ source, state, detail }) => `${source}: ${state}. ${cell(detail)}`),
    ...trace.limits.map((limit) => cell(limit)),
    '',
  ].join('\n');
}

export const trace: Command = {
  name: 'trace',
  summary: 'a session told in order, with its identity and its evidence',
  help: `trace --case DIR ID [--json]

  ID   of a session, or of an activity in it`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const id = oneOf('ID', positionals);
    const found = await reading(caseOf(values), io, (engine) => engine.trace(id));
    await io.out(values.json ? json(found) : text(found));
    return DONE;
  },
};
