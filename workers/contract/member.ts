/** What a member's reading rests on beside its bytes, in words. */
import type { MemberInfo } from './evidence';

/** Empty where on nothing else. */
export function saidOf({ zoneless, parquet, envelopes, settings }: MemberInfo): string {
  const said = [
    parquet && 'rows of Parquet, cited as lines of JSON',
    envelopes && `in envelopes (${envelopes.join(', ')})`,
    zoneless &&
      `${zoneless.toLocaleString('en-US')} ${zoneless === 1 ? 'record' : 'records'} without a zone, taken as ${settings?.zone ?? 'UTC'}`,
    settings?.offset && `clock taken as ${settings.offset} s ahead`,
    settings?.cluster && `cluster said to be ${settings.cluster}`,
  ];
  return said.filter(Boolean).join('; ');
}
