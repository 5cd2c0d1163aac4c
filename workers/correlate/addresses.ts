/** Addresses of pods, services and nodes that bodies of API calls name, for the filter's `known`. Reads `told_object` (`told.ts`). */
import type { Connection } from '../case/database';
import { DuckDBDataChunk, UHUGEINT } from '../case/duckdb';
import { parseAddress } from '../contract/address';

export async function nameAddresses(connection: Connection): Promise<void> {
  await connection.run('DELETE FROM named_address');
  const result = await connection.raw.stream(`
    SELECT DISTINCT address
    FROM (
      SELECT unnest(addresses) AS address FROM told_object
      UNION ALL
      SELECT hostip FROM told_object
      UNION ALL
      SELECT unnest(nodes).address FROM told_object
    )
    WHERE address IS NOT NULL`);
  const appender = await connection.raw.createAppender('named_address');
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    const numbers = (chunk.getColumnValues(0) as string[]).flatMap((text) => parseAddress(text) ?? []);
    if (numbers.length === 0) continue;
    const rows = DuckDBDataChunk.create([UHUGEINT], numbers.length);
    rows.setColumnValues(0, numbers);
    appender.appendDataChunk(rows);
  }
  appender.closeSync();
}
