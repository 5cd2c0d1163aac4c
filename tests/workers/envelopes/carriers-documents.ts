/** Carriers of three events, each of which takes several lines. */
import { stringify } from 'yaml';
import { type Arrival, csv, EVENTS, FIRST, lines, STREAM } from './arrive';

const events = EVENTS.map((event) => JSON.parse(event) as object);
const pretty = events.map((event) => JSON.stringify(event, null, 4));
const yaml = (value: unknown, sorted = false) => stringify(value, { lineWidth: 0, sortMapEntries: sorted });
const TAILED = '2026-03-17T09:41:02.345000+00:00';

/** Blocks under one another, and the lines on which they begin. */
function stacked(blocks: readonly string[], later = 0): { readonly content: string; readonly places: readonly string[] } {
  const written = blocks.map((block) => `${block.trimEnd()}\n`);
  const before = written.map((_, i) => written.slice(0, i).join('').split('\n').length);
  return { content: written.join(''), places: before.map((line, i) => String(line + (i > 0 ? later : 0))) };
}

const tailed = stacked([
  `${TAILED} ${STREAM} \n${pretty[0]}`,
  `${TAILED} authenticator-0a1b time="2026-03-17T09:41:02Z" level=info msg="access granted"`,
  `${TAILED} ${STREAM} \n${pretty[1]}`,
  `${TAILED} ${STREAM} \n${pretty[2]}`,
]);

export const DOCUMENTS: readonly Arrival[] = [
  {
    title: 'aws logs tail --format json',
    content: tailed.content,
    around: ['cloudwatch'],
    places: [0, 2, 3].map((i) => tailed.places[i] as string),
    ignored: [`${tailed.places[1]} ignored: not an audit stream`],
  },
  // A separator ends the document before it.
  {
    title: 'documents of YAML',
    ...stacked(
      events.map((event) => `---\n${yaml(event)}`),
      1,
    ),
    around: ['yaml'],
  },
  {
    title: 'documents of YAML, their keys in order',
    ...stacked(events.map((event) => `${yaml(event, true)}---`)),
    around: ['yaml'],
  },
  { title: 'a list in YAML', content: yaml(events), around: ['yaml'], places: ['1.1', '1.2', '1.3'] },
  {
    title: 'an EventList in YAML',
    content: yaml({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: events }),
    around: ['yaml'],
    places: ['1.1', '1.2', '1.3'],
  },
  {
    title: 'lines between single quotes',
    content: lines(...EVENTS.map((event) => `'${event}'`)),
    around: ['quoted'],
    places: ['1', '2', '3'],
  },
  { title: 'events between single quotes, on many lines', ...stacked(pretty.map((event) => `'${event}'`)), around: ['quoted'] },
  {
    title: 'a list between single quotes, as a shell has it',
    content: `'${JSON.stringify(events, null, 2).replaceAll("'", "'\\''")}'\n`,
    around: ['quoted'],
    places: ['1.1', '1.2', '1.3'],
  },
  {
    title: 'a table whose lines end with a carriage return alone',
    content: csv([['@timestamp', '@message'], ...EVENTS.map((event) => ['2026-03-17 09:41:02.345', event])]).replaceAll(
      '\n',
      '\r',
    ),
    around: ['cloudwatch-insights'],
    places: ['2', '3', '4'],
  },
  {
    title: 'lines of JSON that end with a carriage return alone',
    content: EVENTS.join('\r'),
    around: [],
    places: ['1', '2', '3'],
  },
  {
    title: 'zeros of a crash before a record',
    content: lines(FIRST, `\0\0\0\0\0\0${EVENTS[1]}`, EVENTS[2] as string),
    around: [],
    places: ['1', '2.2', '3'],
    rejects: ['2.1 nothing but zeros, no record'],
  },
];
