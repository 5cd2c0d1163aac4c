/** Query results as typed arrays, chunk by chunk, without a JavaScript object a row. */

import type { DuckDBValue } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Connection } from '../case/database';
import type { Sql } from '../contract/sql';

/** `f64` a DOUBLE, `i32` an INTEGER, `u64` a UBIGINT as two 32-bit words (low, high). The query leaves no NULL. */
export type ColumnType = 'f64' | 'i32' | 'u64';
type ArrayOf<T extends ColumnType> = T extends 'f64' ? Float64Array : T extends 'i32' ? Int32Array : Uint32Array;
export type Columns<S extends Readonly<Record<string, ColumnType>>> = { readonly size: number } & {
  readonly [K in keyof S]: ArrayOf<S[K]>;
};

const BYTES = { f64: 8, i32: 4, u64: 8 } as const;

/** Bytes that grow by doubling. */
class Bytes {
  private bytes = new Uint8Array(1 << 16);
  private used = 0;

  add(more: Uint8Array): void {
    if (this.used + more.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.used + more.length));
      grown.set(this.bytes.subarray(0, this.used));
      this.bytes = grown;
    }
    this.bytes.set(more, this.used);
    this.used += more.length;
  }

  /** Its own buffer, exactly as long, so that it can be transferred. */
  take(): ArrayBuffer {
    return this.bytes.buffer.slice(0, this.used) as ArrayBuffer;
  }
}

/** Streams a query whose columns are those of `spec`, in that order. The thread is free between chunks. */
export async function readColumns<S extends Readonly<Record<string, ColumnType>>>(
  connection: Connection,
  statement: Sql,
  spec: S,
): Promise<Columns<S>> {
  const names = Object.keys(spec);
  const parts = names.map(() => new Bytes());
  const result = await connection.raw.stream(statement.text, [...statement.values] as DuckDBValue[]);
  let size = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const rows = chunk.rowCount;
    for (const [i, name] of names.entries()) {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, i);
      parts[i]?.add(duckdb.vector_get_data(vector, rows * BYTES[spec[name] as ColumnType]));
    }
    size += rows;
  }
  const arrays = names.map((name, i) => [name, arrayOf(spec[name] as ColumnType, (parts[i] as Bytes).take())]);
  return { size, ...Object.fromEntries(arrays) } as Columns<S>;
}

function arrayOf(type: ColumnType, buffer: ArrayBuffer): Float64Array | Int32Array | Uint32Array {
  if (type === 'f64') return new Float64Array(buffer);
  return type === 'i32' ? new Int32Array(buffer) : new Uint32Array(buffer);
}

/** The buffers of columns, for a transfer list. */
export const buffersOf = (columns: object): ArrayBuffer[] =>
  Object.values(columns).flatMap((c) => (ArrayBuffer.isView(c) ? [c.buffer as ArrayBuffer] : []));
