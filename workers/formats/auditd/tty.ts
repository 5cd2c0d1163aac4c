/**
 * Terminals by name as the number that other sources give: the kernel's `new_encode_dev` of major and minor (include/linux/kdev_t.h). 0 is none; undefined where
 * the name is no terminal (`ssh`, `cron`) or not known.
 */
export function ttyNumber(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  if (name === '(none)') return 0;
  const [, kind, digits] = /^(?:\/dev\/)?(pts\/?|tty|ttyS)(\d{1,6})$/.exec(name) ?? [];
  if (kind === undefined) return undefined;
  const number = Number(digits);
  if (kind.startsWith('pts')) return deviceNumber(136, number);
  return kind === 'tty' ? deviceNumber(4, number) : deviceNumber(4, 64 + number);
}

export const deviceNumber = (major: number, minor: number): number => (minor & 0xff) + major * 256 + (minor >> 8) * 2 ** 20;
