/** SQL that projections of runtime agents share. Arguments and results are SQL text of our own, never anything that evidence wrote. */

/** A whole number of nanoseconds since the epoch as TIMESTAMP_NS. */
export const epochNs = (integer: string): string => `TRY(make_timestamp_ns(TRY_CAST(${integer} AS BIGINT)))`;

/** Text that says something: an agent's words for "unknown" are NULL. */
export const known = (text: string): string => `nullif(nullif(${text}, '<NA>'), '')`;

/** The value of a name in two lists of equal length; NULL where it is not among them. */
export const namedValue = (names: string, values: string, name: string): string =>
  `${values}[list_position(${names}, '${name}')]`;

/** What stands at one of several places, by name: the first place that is not NULL gives the name. */
export const firstNamed = (places: Readonly<Record<string, string>>): string =>
  `CASE ${Object.entries(places)
    .map(([name, place]) => `WHEN ${place} IS NOT NULL THEN '${name}'`)
    .join(' ')} END`;

/** An address as text, where an IPv4 may be written as a number (big-endian). */
export const dotted = (address: string): string => {
  const byte = (shift: number) => `(TRY_CAST(${address} AS UINTEGER) >> ${shift}) & 255`;
  return `CASE WHEN TRY_CAST(${address} AS UINTEGER) IS NULL THEN ${address} ELSE concat_ws('.', ${[24, 16, 8, 0].map(byte).join(', ')}) END`;
};
