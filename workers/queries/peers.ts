/**
 * How often each address stands on a side of connections, and from when to when; kept. Addresses are texts, and reading ten million of them for one takes longer than
 * everything else that is asked of an activity.
 */
import { parseAddress } from '../contract/address';
import { name, sql } from '../contract/sql';
import { select, selectOne } from './select';
import type { Source } from './source';

/** With more addresses than these in the case nothing is kept. */
const MOST_ADDRESSES = 200_000;

export type Side = 'client' | 'server';
export interface Peer {
  readonly count: number;
  /** Of the dated ones; null where none is. Both inclusive. */
  readonly first: bigint | null;
  readonly last: bigint | null;
}

/** Of an address in any spelling; undefined where it has to be looked for. */
export async function peerOf(source: Source, side: Side, address: string): Promise<Peer | undefined> {
  return (await peers(source, side))?.get(keyOf(address));
}

const peers = ({ connection, kept }: Source, side: Side): Promise<ReadonlyMap<string, Peer> | undefined> =>
  kept.get(`peers ${side}`, async () => {
    const { n } = await selectOne(connection, { n: 'BIGINT' }, sql`SELECT count(*) AS n FROM address`);
    if (n > MOST_ADDRESSES) return undefined;
    const rows = await select(
      connection,
      { address: 'VARCHAR', count: 'BIGINT', first: 'TIMESTAMP_NS?', last: 'TIMESTAMP_NS?' },
      sql`
        SELECT a.${name(side)} AS address, count(*) AS count, min(a.time) AS first, max(a.time) AS last
        FROM activity a
        WHERE a.${name(side)} IS NOT NULL
        GROUP BY ALL`,
    );
    const found = new Map<string, Peer>();
    for (const { address, count, first, last } of rows) {
      const known = found.get(keyOf(address));
      found.set(keyOf(address), {
        count: Number(count) + (known?.count ?? 0),
        first: least(first, known?.first ?? null),
        last: most(last, known?.last ?? null),
      });
    }
    return found;
  });

const keyOf = (address: string): string => String(parseAddress(address) ?? address);
const least = (a: bigint | null, b: bigint | null): bigint | null => (a === null || (b !== null && b < a) ? b : a);
const most = (a: bigint | null, b: bigint | null): bigint | null => (a === null || (b !== null && b > a) ? b : a);
