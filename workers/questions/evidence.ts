/** How far the evidence of a case carries an answer: which sources tell what it needs, and what those leave out. Silence is not absence (design section 4). */

import type { AnswerState } from '../contract/answers';
import type { Kind } from '../contract/attributes';
import type { CaseInfo } from '../contract/case';
import type { Coverage } from '../contract/coverage';
import type { Need, Question } from './question';

/** What the sources of a case tell. */
export interface Told {
  /** Formats that tell activities of a kind, or hits of rules. */
  readonly formats: ReadonlyMap<Kind | 'hits', ReadonlySet<string>>;
  /** Requests by audit level, as the source wrote it. */
  readonly levels: readonly { readonly value: string; readonly count: number }[];
}

interface Sort {
  readonly what: string;
  /** Where such records come from. */
  readonly from: string;
  readonly kinds: readonly (Kind | 'hits')[];
  /** What these sources never show. */
  readonly limit?: string;
}

/** What tells each need. */
export const SORTS: Readonly<Record<Need, Sort>> = {
  requests: {
    what: 'requests to the Kubernetes API',
    from: 'an API server’s audit log',
    kinds: ['exec', 'api'],
    limit: 'Requests that the cluster’s audit policy leaves out leave no record.',
  },
  commands: { what: 'commands', from: 'a runtime agent, or auditd', kinds: ['cmd'] },
  files: { what: 'access to files', from: 'a runtime agent that watches files, or auditd', kinds: ['file'] },
  connections: { what: 'connections', from: 'a runtime agent, or a record of network flows', kinds: ['net'] },
  alerts: { what: 'hits of rules', from: 'an agent with rules, such as Falco', kinds: ['hits'] },
};

const NAMED = 3;

export interface Weighed {
  readonly state: AnswerState;
  readonly limits: readonly string[];
}

export function weigh(question: Question, info: CaseInfo, told: Told, short: string | undefined): Weighed {
  const needed = question.needs.map((need) => weighNeed(need, info, told));
  const helping = (question.helps ?? []).map((need) => weighNeed(need, info, told));
  const limits = [
    ...(question.never === undefined ? [] : [question.never]),
    ...(short === undefined ? [] : [short]),
    ...[...needed, ...helping].flatMap((one) => one.limits),
    ...(question.limit === undefined ? [] : [question.limit]),
  ];
  const isOpen = question.never !== undefined || info.activities === 0 || needed.some(({ state }) => state === 'unanswerable');
  const isPart = short !== undefined || [...needed, ...helping].some(({ state }) => state !== 'answered');
  return { state: isOpen ? 'unanswerable' : isPart ? 'partly' : 'answered', limits: [...new Set(limits)] };
}

function weighNeed(need: Need, info: CaseInfo, told: Told): Weighed {
  const { what, from, kinds, limit } = SORTS[need];
  const formats = new Set(kinds.flatMap((kind) => [...(told.formats.get(kind) ?? [])]));
  const sources = info.coverage.filter(({ format }) => formats.has(format));
  if (formats.size === 0)
    return { state: 'unanswerable', limits: [`No source in this case tells ${what}; they come from ${from}.`] };
  const whole = need === 'alerts' ? sources : sources.filter(({ state }) => state !== 'hits-only');
  if (whole.length === 0)
    return { state: 'partly', limits: [`Of ${what} there is only what a rule matched: the absence of others proves nothing.`] };
  const partial = whole.filter(({ state }) => state === 'partial');
  return {
    state: partial.length > 0 ? 'partly' : 'answered',
    limits: [
      `${sentence(what)}: told by ${named(whole)}.${formats.size > 1 ? ' What two of them tell counts twice.' : ''}`,
      ...(need === 'requests' && told.levels.length > 0 ? [levelsOf(told.levels)] : []),
      ...partial.slice(0, NAMED).map(({ source, detail }) => `${source}: ${detail}`),
      ...(partial.length > NAMED ? [`${partial.length - NAMED} more of these sources are partial.`] : []),
      ...(limit === undefined ? [] : [limit]),
    ],
  };
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const named = (sources: readonly Coverage[]): string => {
  const others = sources.length - NAMED;
  const names = sources.slice(0, NAMED).map(({ source }) => source);
  return others > 0 ? `${names.join('; ')}; and ${others} more` : names.join('; ');
};

const levelsOf = (levels: Told['levels']): string =>
  `Audit levels: ${levels.map(({ value, count }) => `${value} ${count}`).join(', ')}; at Metadata a record says who did what to which object, not what was written.`;
