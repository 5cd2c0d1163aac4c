/** What a report asks, answered by an open case. */
import type { OpenCase } from '../open-case';
import { readPlaces } from '../places';
import { board } from '../queries/board';
import { findPlaces } from '../queries/detail';
import { graph } from '../queries/graph';
import { trace } from '../queries/trace';
import type { ReportSource } from './model';

/** Resolution of the drawing: 5 minutes for a day. */
const BUCKETS = 300;

export const reportSource = (opened: OpenCase): ReportSource => ({
  info: () => opened.info(),
  trace: (id) => opened.query((from) => trace(from, id)),
  places: (places) => opened.query(async (from) => readPlaces(opened.dir, await findPlaces(from, places))),
  graph: (from, to) => opened.query((on) => graph(on, { from, to, buckets: BUCKETS })),
  board: () => opened.query((on) => board(on, opened.folder.marks())),
});
