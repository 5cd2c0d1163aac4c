/** SQL that projections share. Arguments and results are SQL text of our own, never anything that evidence wrote. */

/** A time leaf as TIMESTAMP_NS in UTC; without a zone it is in the member's zone, else taken as UTC. */
export const instant = (time: string): string =>
  `CASE WHEN zone IS NULL OR regexp_matches(${time}, '(Z| UTC|[+-][0-9:]{5})$')
      THEN TRY_CAST(${time} AS TIMESTAMP_NS)
      ELSE TRY(make_timestamp_ns(epoch_us(timezone(zone, TRY_CAST(${time} AS TIMESTAMP))) * 1000 + epoch_ns(TRY_CAST(${time} AS TIMESTAMP_NS)) % 1000))
    END`;

/** The digits that the source wrote, as a value of `time_precision`: those between the dot behind the seconds and the zone. */
export const precisionOf = (time: string): string => {
  const digits = `length(${time}) - CASE WHEN ends_with(${time}, 'Z') THEN 21 WHEN ends_with(${time}, ' UTC') THEN 24 WHEN ord(substr(${time}, -3, 1)) = 58 THEN 26 ELSE 20 END`;
  return `CASE
    WHEN ${time} IS NULL THEN NULL
    WHEN ord(substr(${time}, 20, 1)) <> 46 THEN 's'
    WHEN ${digits} <= 3 THEN 'ms'
    WHEN ${digits} <= 6 THEN 'us'
    ELSE 'ns'
  END`;
};

/** A `texts` leaf as VARCHAR[]. */
export const texts = (list: string): string => `from_json(${list}, '["VARCHAR"]')`;

/** The first element of a `texts` leaf. */
export const first = (list: string): string => `(${list} ->> '$[0]')`;

/** A whole number within a range, else NULL: `integer` leaves hold any number of 64 bits. */
export const within = (integer: string, type: 'INTEGER' | 'UINTEGER' | 'USMALLINT'): string => `TRY_CAST(${integer} AS ${type})`;

/** A user id, NULL where it is unset (4294967295, -1). */
export const userId = (integer: string): string => `nullif(${within(integer, 'UINTEGER')}, 4294967295)`;

/** What the careful path noted and what the projection notes: each `[condition, note]` whose condition holds. NULL where there is none, which is most often so and costs no list. */
export const flags = (...notes: readonly (readonly [condition: string, note: string])[]): string => {
  const own = notes.map(([condition, note]) => `CASE WHEN ${condition} THEN '${note}' END`);
  const any = ['f IS NOT NULL', ...notes.map(([condition]) => `(${condition})`)].join(' OR ');
  return `CASE WHEN ${any} THEN nullif(list_filter(list_concat(coalesce(f, []), [${own.join(', ')}]), lambda note: note IS NOT NULL), []) END`;
};

/** The last part of a path; NULL where it ends with a slash. */
export const basename = (path: string): string => `nullif(regexp_extract(${path}, '[^/]*$'), '')`;

/** The directory of a path, with the slash; NULL where there is none. */
export const dirname = (path: string): string => `nullif(regexp_extract(${path}, '^.*/'), '')`;
