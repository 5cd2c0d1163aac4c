/**
 * DuckDB's API for Node, by `require`: imported, each of its sixty files is read and searched for names before it is loaded, which takes longer than opening a
 * case (120 ms of a core; Node 20).
 */
import { createRequire } from 'node:module';

export const {
  BIGINT,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBTimestampNanosecondsValue,
  INTEGER,
  UHUGEINT,
  VARCHAR,
} = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');
