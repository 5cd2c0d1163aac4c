/** One activity as a row of the list. */

import type { ActivityJson } from '../../../workers/contract/activity';
import type { Kind } from '../../../workers/contract/attributes';
import type { SessionSummary } from '../../../workers/contract/session';
import { quoteWords } from '../../../workers/contract/shell-words';
import { summary } from '../../../workers/contract/summary';
import { podTail } from '../sessions/sessions-data';

export interface RowText {
  /** out, command, kube exec… */
  readonly word: string;
  /** Before the thing itself, quieter: the process of a connection. */
  readonly lead: string;
  readonly text: string;
  readonly aside: string;
  /** The server's refusal, as a badge: `403 refused`. */
  readonly refused: string;
  /** The agent's rule that matched. */
  readonly rule: string;
  readonly folded: number;
  readonly user: string;
  /** What the user rests on where the record does not say so itself. */
  readonly userBasis: string;
}

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

/** In a session the user is who opened it, whatever the record calls the account inside the container. */
export function rowOf(a: ActivityJson, session?: Pick<SessionSummary, 'user' | 'label'>): RowText {
  const { word, text: thing, aside } = summary(a);
  const refused = a.result === 'refused' || a.result === 'failed';
  return {
    word: a.kind === 'cmd' && word === 'start' ? 'command' : word,
    lead: a.kind === 'net' ? text(a.comm) : '',
    text: thing.trim() === '→' ? 'addresses not recorded' : thing,
    aside: a.kind === 'net' ? text(a.l4proto) : refused ? '' : aside,
    refused: refused ? [text(a.code), text(a.result)].filter(Boolean).join(' ') : '',
    rule: text(a.rule),
    folded: typeof a.count === 'number' && a.count > 1 ? a.count : 0,
    ...userOf(a, session),
  };
}

function userOf(
  a: ActivityJson,
  session: Pick<SessionSummary, 'user' | 'label'> | undefined,
): Pick<RowText, 'user' | 'userBasis'> {
  const requested = text(a.impersonated ?? a.user);
  const local = text(a.username ?? a.loginname);
  if (requested !== '') return { user: requested, userBasis: '' };
  if (!session?.user) return { user: local, userBasis: '' };
  return { user: session.user, userBasis: `opened ${session.label}${local === '' ? '' : `; ${local} inside`}` };
}

/** Where it happened: namespace and pod, or host. */
export interface Scope {
  readonly outer: string;
  /** Of a pod's name: what gives way where there is no room. */
  readonly front: string;
  readonly inner: string;
  readonly whole: string;
}

export function scopeOf(a: ActivityJson): Scope {
  const [namespace, pod] = [text(a.namespace), text(a.pod)];
  const name = pod || text(a.deployment ?? a.workload ?? (namespace === '' ? (a.host ?? a.node ?? a.cluster) : undefined));
  const { head, tail } = pod === '' ? { head: '', tail: name } : podTail(pod);
  return { outer: namespace, front: head, inner: tail, whole: [namespace, name].filter(Boolean).join(' / ') };
}

/** Whether it opened a session: its row can be traced. */
export const opensSession = (a: ActivityJson): boolean => a.session !== undefined && a.session === a.id;

/** What each kind's `=` and `!=` on a row work with: the thing that names it. */
const SUBJECTS: Readonly<Record<Kind, readonly string[]>> = {
  cmd: ['comm'],
  net: ['server', 'client', 'comm'],
  file: ['path', 'file'],
  exec: ['command', 'name'],
  api: ['action', 'resource'],
  policy: ['rule'],
};

/** An attribute with its value, as `=` and `!=` use them. */
export interface Equation {
  readonly attribute: string;
  readonly value: string;
}

/** Attribute and value that a row's quick filter uses. */
export const subjectOf = (a: ActivityJson): Equation | undefined =>
  firstOf(a, a.kind === 'net' && a.direction === 'in' ? ['client', 'comm'] : SUBJECTS[a.kind]);

/** The words of a command as one text, quoted for a shell: the filter's `command` matches that as well. */
const valueText = (value: unknown): string => (Array.isArray(value) ? quoteWords(value.map(String)) : text(value));

/** The first of these attributes that the activity has. */
export function firstOf(a: ActivityJson, names: readonly string[]): Equation | undefined {
  const attribute = names.find((name) => text(a[name]) !== '');
  return attribute === undefined ? undefined : { attribute, value: valueText(a[attribute]) };
}
