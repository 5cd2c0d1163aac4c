/**
 * What a person says about members at import or later: the zone of times that carry none, the cluster that nothing in the record names (contract
 * sections 3 and 6), how far the source's clock was ahead. MEMBER is a path or glob inside the bundle; a single file is matched by its name.
 */

import { ExhibitError } from '../contract/errors';
import { type MemberSetting, SOURCE_SETTINGS, type SourceSettings } from '../contract/intake';
import { offsetText } from './offset';

export interface Settings {
  readonly zone?: string;
  readonly cluster?: string;
  /** As `offsetText` writes it. */
  readonly offset?: string;
}

/** Finds the settings of a member, and remembers which were used. */
export class MemberSettings {
  private readonly rules: { readonly [S in keyof Required<SourceSettings>]: readonly Rule[] };

  /** Throws `usage` for a zone or an offset that is none. */
  constructor(request: SourceSettings) {
    const rules = (name: keyof SourceSettings) => (request[name] ?? []).map(rule);
    this.rules = { zones: rules('zones'), clusters: rules('clusters'), offsets: rules('offsets') };
    for (const { setting } of this.rules.zones) assertZone(setting.value);
    for (const { setting } of this.rules.offsets) offsetText(setting.value);
  }

  /** @param member its path in %XX form, or the name of the single file. Of several settings that match, the last counts. */
  of(member: string): Settings {
    const { zones, clusters, offsets } = this.rules;
    const zone = last(zones, member);
    const cluster = last(clusters, member);
    const seconds = last(offsets, member);
    const offset = seconds === undefined ? undefined : offsetText(seconds);
    return {
      ...(zone !== undefined && { zone }),
      ...(cluster !== undefined && { cluster }),
      ...(offset !== undefined && { offset }),
    };
  }

  /** Throws `usage` where a setting matched no member: it was surely meant for one. */
  assertUsed(): void {
    const unused = SOURCE_SETTINGS.flatMap((name) => this.rules[name]).find((each) => !each.used);
    if (!unused) return;
    const { member, value } = unused.setting;
    const wider = unused.wouldBe ? ` Members in folders below it are matched by ${unused.wider.setting}.` : '';
    throw new ExhibitError(
      'usage',
      `No member of the bundle matches ${member}, so ${member}=${value} has no meaning; nothing was changed.${wider}`,
      { at: member },
    );
  }
}

/** All of an evidence's settings, in the order in which they were given. */
export const sourceSettings = ({ zones, clusters, offsets }: SourceSettings): Required<SourceSettings> => ({
  zones: zones ?? [],
  clusters: clusters ?? [],
  offsets: offsets ?? [],
});

/** As JSON with keys in a fixed order, for the database and the digest; null where there is nothing to say. */
export const settingsText = ({ zone, cluster, offset }: Settings): string | null =>
  zone === undefined && cluster === undefined && offset === undefined
    ? null
    : JSON.stringify({
        ...(cluster !== undefined && { cluster }),
        ...(offset !== undefined && { offset }),
        ...(zone !== undefined && { zone }),
      });

interface Rule {
  readonly setting: MemberSetting;
  readonly pattern: RegExp;
  used: boolean;
  /** The same folder with all below it, and whether that would have matched. */
  readonly wider: { readonly setting: string; readonly pattern: RegExp };
  wouldBe: boolean;
}

function rule(setting: MemberSetting): Rule {
  const folder = setting.member.replace(/(?:^|\/)\**$/, '');
  const wider = folder === '' ? '**' : `${folder}/**`;
  return {
    setting,
    pattern: globPattern(setting.member),
    used: false,
    wider: { setting: wider, pattern: globPattern(wider) },
    wouldBe: false,
  };
}

function last(rules: readonly Rule[], member: string): string | undefined {
  const found = rules.filter(({ pattern }) => pattern.test(member));
  for (const each of found) each.used = true;
  for (const each of rules) each.wouldBe ||= each.wider.pattern.test(member);
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
