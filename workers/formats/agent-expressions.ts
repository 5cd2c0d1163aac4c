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

/** A transport protocol by its number (IANA) or its name; NULL for another number. */
export const protocolOf = (protocol: string): string =>
  `CASE ${protocol} WHEN '6' THEN 'tcp' WHEN '17' THEN 'udp' WHEN '1' THEN 'icmp' WHEN '58' THEN 'icmp' WHEN '132' THEN 'sctp'
    ELSE CASE WHEN TRY_CAST(${protocol} AS INTEGER) IS NULL THEN lower(${protocol}) END END`;

/** Of a call that opens a file: what its flags say (fcntl.h), as names or as a number; else NULL. */
export const modeOfFlags = (names: string, bits: string): string => `CASE
      WHEN contains(${names}, 'O_CREAT') OR ${bits} & 64 <> 0 THEN 'create'
      WHEN contains(${names}, 'O_WRONLY') OR contains(${names}, 'O_RDWR') OR ${bits} & 3 <> 0 THEN 'write'
      WHEN ${names} IS NOT NULL OR ${bits} IS NOT NULL THEN 'read'
    END`;

/** An address as text, where an IPv4 may be written as a number (big-endian). */
export const dotted = (address: string): string => {
  const byte = (shift: number) => `(TRY_CAST(${address} AS UINTEGER) >> ${shift}) & 255`;
  return `CASE WHEN TRY_CAST(${address} AS UINTEGER) IS NULL THEN ${address} ELSE concat_ws('.', ${[24, 16, 8, 0].map(byte).join(', ')}) END`;
};
