/** What a report asks, answered by an open case. */
import { lineOf } from '../case/journal';
import { ExhibitError } from '../contract/errors';
import { MOST_LISTED } from '../contract/report';
import type { View } from '../contract/view';
import { CORRELATOR_VERSION } from '../correlate/correlate';
import { findingsCiting } from '../detect/findings';
import { decodersOf, describeRejects } from '../import/describe';
import type { OpenCase } from '../open-case';
import { readPlaces } from '../places';
import { board } from '../queries/board';
import { count } from '../queries/count';
import { findPlaces } from '../queries/detail';
import { graph } from '../queries/graph';
import { query } from '../queries/query';
import type { Source } from '../queries/source';
import { trace } from '../queries/trace';
import { answers, toldInCase } from '../questions/answer';
import { readKey } from '../redact/key';
import type { CaseDetail } from './evidence';
import type { Listed } from './list';
import type { ReportSource } from './model';

/** Resolution of the drawing: 5 minutes for a day. */
const BUCKETS = 300;

export const reportSource = (opened: OpenCase): ReportSource => ({
  info: () => opened.info(),
  trace: (id) => opened.query((from) => trace(from, id)),
  places: (places) => opened.query(async (from) => readPlaces(opened.dir, await findPlaces(from, places))),
  graph: (view) => opened.query((on) => graph(on, { ...view, buckets: BUCKETS })),
  board: () => opened.query((on) => board(on, opened.folder.marks())),
  list: (view) => opened.query((from) => list(from, view)),
  answers: (info, view) => opened.query((from) => answers(from, info, view)),
  finds: (view, period, most) => opened.query((from) => findingsCiting(from, view, period, most)),
  detail: () => opened.query(detail),
  journal: async () => opened.folder.journalEntries().map(lineOf),
  key: async () => readKey(opened.dir),
});

/** So many records that could not be read are named. */
const MOST_REJECTS = 20;

const detail = async (source: Source): Promise<CaseDetail> => ({
  decoders: await decodersOf(source.connection),
  correlator: CORRELATOR_VERSION,
  levels: (await toldInCase(source)).levels,
  rejects: await describeRejects(source.connection, undefined, MOST_REJECTS),
});

async function list(source: Source, { filter, from, to, kinds }: View): Promise<Listed> {
  const counted = async (view: View) => (await count(source, view)).count;
  const { count: all, undated } = await count(source, {});
  const counts = {
    case: all,
    undated,
    window: await counted({ from, to }),
    kinds: await counted({ from, to, kinds }),
    listed: await counted({ filter, from, to, kinds }),
  };
  if (counts.listed > MOST_LISTED)
    throw new ExhibitError(
      'usage',
      `The filter leaves ${counts.listed.toLocaleString('en')} activities, and a report holds at most ${MOST_LISTED.toLocaleString('en')}; narrow it, or its window.`,
    );
  const rows: Listed['rows'][number][] = [];
  await query(source, { filter, from, to, kinds }, (more) => {
    rows.push(...more);
  });
  return { rows, counts };
}
