/** A page of the list, from any position. */
import type { Page, PageRequest } from '../contract/page';
import { inView } from './in-view';
import { overview, totalOf } from './overview';
import { readActivities } from './rows';
import { inOrder } from './sorted';
import type { Source } from './source';

const MOST_ROWS = 10_000;

/** Descending is ascending read backwards, so that a position from the end is the position from the start. */
export async function page(source: Source, request: PageRequest): Promise<Page> {
  const view = await inView(source, request);
  const line = await overview(source, view);
  const total = totalOf(view, line);
  const at = Math.min(Math.max(0, Math.floor(request.at ?? 0)), total);
  const size = Math.min(Math.max(0, Math.floor(request.limit)), MOST_ROWS, total - at);
  if (size === 0) return { rows: [], at, total };
  const keys = await (await inOrder(source, view, request))(at, size);
  const rows = await readActivities(source, keys);
  return { rows, at, total };
}
