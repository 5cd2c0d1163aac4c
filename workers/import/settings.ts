/**
 * What a person says about members at import: the zone of times that carry none, the cluster that nothing in the record names
 * (contract sections 3 and 6). MEMBER is a path or glob inside the bundle; a single file is matched by its name.
 */

import type { ImportRequest, MemberSetting } from '../contract/engine';
import { ExhibitError } from '../contract/errors';

export interface Settings {
  readonly zone?: string;
  readonly cluster?: string;
}

/** Finds the settings of a member, and remembers which were used. */
export class MemberSettings {
  private readonly zones: readonly Rule[];
  private readonly clusters: readonly Rule[];

  /** Throws `usage` for a zone that is none. */
  constructor(request: Pick<ImportRequest, 'zones' | 'clusters'>) {
    this.zones = (request.zones ?? []).map(rule);
    this.clusters = (request.clusters ?? []).map(rule);
    for (const { setting } of this.zones) assertZone(setting.value);
  }

  /** @param member its path in %XX form, or the name of the single file. Of several settings that match, the last counts. */
  of(member: string): Settings {
    const zone = last(this.zones, member);
    const cluster = last(this.clusters, member);
    return { ...(zone !== undefined && { zone }), ...(cluster !== undefined && { cluster }) };
  }

  /** Throws `usage` where a setting matched no member: it was surely meant for one. */
  assertUsed(): void {
    const unused = [...this.zones, ...this.clusters].find((each) => !each.used);
    if (!unused) return;
    const { member, value } = unused.setting;
    throw new ExhibitError(
      'usage',
      `No member of the bundle matches ${member}, so ${member}=${value} has no meaning; nothing was imported.`,
      {
        at: member,
      },
    );
  }
}

/** As JSON with keys in a fixed order, for the database and the digest; null where there is nothing to say. */
export const settingsText = ({ zone, cluster }: Settings): string | null =>
  zone === undefined && cluster === undefined
    ? null
    : JSON.stringify({ ...(cluster !== undefined && { cluster }), ...(zone !== undefined && { zone }) });

interface Rule {
  readonly setting: MemberSetting;
  readonly pattern: RegExp;
  used: boolean;
}

const rule = (setting: MemberSetting): Rule => ({ setting, pattern: globPattern(setting.member), used: false });

function last(rules: readonly Rule[], member: string): string | undefined {
  const found = rules.filter(({ pattern }) => pattern.test(member));
  for (const each of found) each.used = true;
  return found.at(-1)?.setting.value;
}

/** `*` and `?` stay inside a path segment, `**` crosses them. Everything else is literal. */
export function globPattern(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/?|\*|\?)/).map((part, i) => {
    if (i % 2 === 0) return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    if (part === '**/') return '(?:.*/)?';
    return part === '**' ? '.*' : part === '*' ? '[^/]*' : '[^/]';
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

function assertZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new ExhibitError('usage', `“${zone}” is not a time zone; zones are named like Europe/Berlin or UTC.`, { at: zone });
  }
}
