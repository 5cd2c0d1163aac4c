/** What was measured of the clocks, for people: of each API server (or the log that stands in for it) and node, between two moments at which one was set. */
import { median } from './median';
import { agreeing, FEWEST, type Vote } from './offsets';

/** Times are seconds since the base; of the first and last call that it rests on. */
export interface MeasuredOffset {
  readonly log: string;
  readonly host: string;
  readonly from: number;
  readonly to: number;
  /** Node minus API server, seconds: the median of the pairs. */
  readonly offset: number;
  /** By the median of what they differ from it, as a standard deviation, seconds. */
  readonly spread: number;
  readonly pairs: number;
  /** How many of them by an exit against ResponseComplete; the others by a start, which leaves tenths of a second open. */
  readonly sharp: number;
}

export function measuredOffsets(votes: ReadonlyMap<string, readonly Vote[]>): readonly MeasuredOffset[] {
  const all = [...votes].flatMap(([key, list]) => {
    const [log = '', host = ''] = key.split('\0');
    const { votes: agreed, beside, steps } = agreeing(list);
    const cuts = [Number.NEGATIVE_INFINITY, ...[...steps].sort((a, b) => a - b)];
    const others = beside.filter((votes) => votes.length >= FEWEST).map((votes) => ({ log, host, ...summaryOf(votes) }));
    const first = cuts.flatMap((cut, i) => {
      const until = cuts[i + 1] ?? Number.POSITIVE_INFINITY;
      const own = agreed.filter(({ time }) => time >= cut && time < until);
      return own.length < FEWEST ? [] : [{ log, host, ...summaryOf(own) }];
    });
    return [...first, ...others];
  });
  return all.sort((a, b) => order(a.log, b.log) || order(a.host, b.host) || a.from - b.from);
}

function summaryOf(votes: readonly Vote[]): Omit<MeasuredOffset, 'log' | 'host'> {
  const offset = median(votes.map((vote) => vote.offset));
  return {
    from: (votes[0] as Vote).time,
    to: (votes.at(-1) as Vote).time,
    offset,
    spread: 1.48 * median(votes.map((vote) => Math.abs(vote.offset - offset))),
    pairs: votes.length,
    sharp: votes.filter(({ sharp }) => sharp).length,
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
