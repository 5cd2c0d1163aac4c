/** What is said of a bundle by whoever hands it over, and of its sources' clocks and clusters by whoever imports it. */
import { ExhibitError } from './errors';

/**
 * Throws `usage` where the bundle at `path` holds the case that is to take it in: a case in its own evidence would hand over its keys.
 * @param bundle where `path` leads, links followed
 * @param inCase a place in the case, links followed
 */
export function assertOutside(path: string, bundle: string, inCase: string): void {
  if (!`${inCase}/`.startsWith(bundle === '/' ? bundle : `${bundle}/`)) return;
  throw new ExhibitError('usage', `${path} holds the case itself; keep the case elsewhere, or name what lies beside it.`, {
    at: path,
  });
}

/** What the person who hands a bundle over says of it; quoted, never attested. */
export interface Intake {
  readonly receivedFrom?: string;
  readonly receivedAt?: string;
  readonly collectedBy?: string;
  /** The number under which the matter is kept elsewhere. */
  readonly caseNumber?: string;
  /** What permits the examination: an order, a mandate, a consent. */
  readonly authority?: string;
  /** What the examination is to answer. */
  readonly question?: string;
  readonly note?: string;
}
export const INTAKE_FIELDS = [
  'receivedFrom',
  'receivedAt',
  'collectedBy',
  'caseNumber',
  'authority',
  'question',
  'note',
] as const satisfies readonly (keyof Intake)[];
/** What was said, and nothing else. */
export const intakeOf = (said: Intake): Intake =>
  Object.fromEntries(INTAKE_FIELDS.flatMap((field) => (said[field] === undefined ? [] : [[field, said[field]]])));

/** What a person says of the members of an evidence, each by a path or glob inside it; of several that match a member, the last counts. Journaled. */
export interface SourceSettings {
  /** IANA zones of the times that name none; UTC where nothing is said. */
  readonly zones?: readonly MemberSetting[];
  /** Clusters, where neither records nor what carries them name one. */
  readonly clusters?: readonly MemberSetting[];
  /** How many seconds the source's clock was ahead, as `2`, `-0.25`: its times are that much earlier in the case. */
  readonly offsets?: readonly MemberSetting[];
}
export const SOURCE_SETTINGS = ['zones', 'clusters', 'offsets'] as const satisfies readonly (keyof SourceSettings)[];
export interface MemberSetting {
  readonly member: string;
  readonly value: string;
}
