/** Counts of a view, by attributes and time buckets; what is empty is omitted. */
import type { Count, CountRequest } from '../contract/count';
import { ExhibitError } from '../contract/errors';
import { formatTime } from '../contract/time';
import { pathOf } from './groups';
import { inView } from './in-view';
import { overview, totalOf } from './overview';
import { jsonValue } from './rows';
import type { Source } from './source';
import { tally, textOf } from './tally';

const MOST_GROUPS = 1_000_000;

export async function count(source: Source, request: CountRequest): Promise<Count> {
  const by = pathOf(request.by ?? []);
  const { bucketNs } = request;
  if (bucketNs !== undefined && (bucketNs < 1n || bucketNs > 2n ** 60n)) {
    throw new ExhibitError('usage', 'A bucket is at least a nanosecond and at most 36 years wide.');
  }
  const view = await inView(source, request);
  const line = await overview(source, view);
  const total = { count: totalOf(view, line), undated: line.undated };
  if (by.length === 0 && bucketNs === undefined) return { ...total, groups: [] };
  const tallies = await tally(source, view, by, { bucketNs, most: MOST_GROUPS });
  const groups = tallies
    .map((one) => ({ ...one, texts: by.map((of, i) => textOf(of, one.values[i])) }))
    .sort((a, b) => compareTimes(a.fromNs, b.fromNs) || compareTexts(a.texts, b.texts))
    .map(({ values, fromNs, count }) => ({
      ...Object.fromEntries(by.map((of, i) => [of.name, values[i] === null ? null : jsonValue(of, values[i])])),
      ...(fromNs === undefined ? {} : { from: formatTime(fromNs) }),
      count,
    }));
  return { ...total, groups };
}

/** Undated last. */
function compareTimes(a: bigint | undefined, b: bigint | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

function compareTexts(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  const at = a.findIndex((text, i) => text !== b[i]);
  if (at < 0) return 0;
  const [one, two] = [a[at] ?? null, b[at] ?? null];
  if (one === null || two === null) return one === null ? 1 : -1;
  return one < two ? -1 : 1;
}
