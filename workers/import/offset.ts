/**
 * A source's clock that the analyst sets right: how many seconds it was ahead is taken off every time that its records tell. Merge keys stay as the source
 * wrote them, so that the stages of a request meet whatever their clocks.
 */
import { ACTIVITY_COLUMNS } from '../case/schema';
import { ExhibitError } from '../contract/errors';
import { join, name, raw, type Sql, sql } from '../contract/sql';
import type { Format } from '../formats/format';
import { namedColumns } from './named-columns';

const TIMES = Object.entries(ACTIVITY_COLUMNS).flatMap(([column, type]) => (type === 'TIMESTAMP_NS' ? [column] : []));
/** Three years: more is a date that was never set, and would leave what TIMESTAMP_NS holds. */
const MOST_SECONDS = 100_000_000;

/** Seconds in one form, so that equal offsets are equal texts; undefined for none. Throws `usage` for what is no number of seconds. */
export function offsetText(seconds: string): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d{1,9})(?:\.(\d{1,9}))?$/.exec(seconds.trim()) ?? [];
  if (whole === '' || Number(whole) > MOST_SECONDS)
    throw new ExhibitError(
      'usage',
      `“${seconds}” is not a clock's offset; it is how many seconds the clock was ahead, such as 2, -0.25, at most ${MOST_SECONDS}.`,
      { at: seconds },
    );
  const digits = fraction.replace(/0+$/, '');
  const amount = `${Number(whole)}${digits === '' ? '' : `.${digits}`}`;
  return amount === '0' ? undefined : `${sign === '-' ? '-' : ''}${amount}`;
}

const nanoseconds = (offset: string): bigint => {
  const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(offset) ?? [];
  const amount = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  return sign === '-' ? -amount : amount;
};

/** What every activity of the source says: by how much its times were moved. */
function offsetFlag(offset: string): string {
  const moved = offset.startsWith('-') ? `+${offset.slice(1)}` : `−${offset}`;
  return `clock set by the analyst: ${moved.includes('.') ? moved : `${moved}.0`} s`;
}

/** Projected rows with their times as a clock that went right would have told them; a time at the very end of what can be kept stays as it is. */
export async function shifted(format: Format, rows: Sql, offset: string | undefined): Promise<Sql> {
  if (offset === undefined) return rows;
  const named = await namedColumns(format);
  const moved = TIMES.filter((column) => named.has(column)).map((column) => {
    const time = name(column);
    return sql`coalesce(TRY(make_timestamp_ns(epoch_ns(${time}) - ${raw(String(nanoseconds(offset)))})), ${time}) AS ${time}`;
  });
  const flags = sql`list_append(coalesce(flags, []), ${offsetFlag(offset)}::VARCHAR)`;
  return sql`SELECT * REPLACE (${join([...moved, ...(named.has('flags') ? [sql`${flags} AS flags`] : [])])}) FROM (${rows})`;
}
