import type { ActivityJson } from '../../../workers/contract/activity';
import type { Kind } from '../../../workers/contract/attributes';
import { confidenceText } from '../../../workers/contract/confidence';
import { CERTAIN, type SessionSummary } from '../../../workers/contract/session';
import { summary } from '../../../workers/contract/summary';

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

/** Who opened it: the credential, not a person. */
export const who = (s: Pick<SessionSummary, 'user' | 'originator'>): string =>
  s.user ?? (text(s.originator.user ?? s.originator.username ?? s.originator.loginname) || 'unknown user');

/** What was started. */
export const what = (s: Pick<SessionSummary, 'originator'>): string => summary(s.originator).text || text(s.originator.label);

/** A pod's name in two: its last part with the dash before it, which tells it from its siblings, and what stands before that. */
export function podTail(name: string): { readonly head: string; readonly tail: string } {
  const parts = name.split('-');
  return parts.length < 3 ? { head: '', tail: name } : { head: parts.slice(0, -1).join('-'), tail: `-${parts.at(-1)}` };
}

/** namespace / workload or pod, outermost first. */
export const whereOf = (a: ActivityJson): string =>
  [text(a.namespace), text(a.deployment ?? a.workload ?? a.pod)].filter(Boolean).join(' / ') || text(a.host ?? a.node);

/** How many activities of a kind came of it: the originator itself is among its session's, and did not follow. */
export const followed = ({ counts, originator }: Pick<SessionSummary, 'counts' | 'originator'>, kind: Kind): number =>
  (counts[kind] ?? 0) - (kind === originator.kind ? 1 : 0);

/** The word for a confidence. */
export function confidenceWord(confidence: number | null): string {
  if (confidence === null) return 'not assigned';
  if (confidence >= CERTAIN) return 'certain';
  if (confidence >= 0.8) return 'likely';
  if (confidence >= 0.5) return 'possible';
  return 'open';
}

/** 0.98, cut and never rounded up to what it is not. */
export const figure = (confidence: number | null): string => (confidence === null ? '–' : confidenceText(confidence));

export interface SessionFilter {
  readonly text: string;
  readonly unsureOnly: boolean;
}

/** Sessions whose words contain the text, in the order given. */
export function matching(
  sessions: readonly SessionSummary[],
  { text: typed, unsureOnly }: SessionFilter,
): readonly SessionSummary[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return sessions.filter((s) => {
    if (unsureOnly && s.certain) return false;
    const hay = [s.label, s.session, who(s), what(s), whereOf(s.originator), text(s.originator.pod)].join(' ').toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}
