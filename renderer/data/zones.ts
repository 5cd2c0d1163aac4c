/** Zones to choose from, by their IANA names. */

/** Chromium lists these under the names that they had before; people look for the present ones. */
const RENAMED = ['Asia/Ho_Chi_Minh', 'Asia/Kathmandu', 'Asia/Kolkata', 'Asia/Yangon', 'Europe/Kyiv', 'Pacific/Kanton'] as const;

/** This machine's own. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** UTC first, then by name. */
export const zones = (): readonly string[] => {
  const named = [...new Set([...Intl.supportedValuesOf('timeZone'), ...RENAMED])].filter((zone) => zone !== 'UTC');
  return ['UTC', ...named.sort()];
};
