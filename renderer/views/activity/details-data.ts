/** An activity's attributes in the order of the seed documents for its kind, then everything else in the order of the table. */

import type { ActivityJson } from '../../../workers/contract/activity';
import { ATTRIBUTES, type Kind } from '../../../workers/contract/attributes';
import type { Detail } from '../../../workers/contract/detail';
import { quoteWords } from '../../../workers/contract/shell-words';

const SCOPE = ['namespace', 'deployment', 'cluster', 'pod'];
const HOST = ['host', 'mac'];

/** Groups of attributes; those named here are shown also where they are absent, as such. */
const ORDER: Readonly<Record<Kind, readonly (readonly string[])[]>> = {
  cmd: [['time'], ['comm', 'cmdline', 'cwd'], SCOPE, HOST, ['pid', 'ppid', 'uid', 'shellid']],
  net: [['time'], ['direction', 'l4proto', 'client', 'server', 'clientport', 'serverport'], SCOPE, HOST, ['comm', 'pid', 'ppid']],
  exec: [
    ['time'],
    ['resource', 'name', 'subresource', 'command', 'container'],
    ['user', 'groups', 'useragent'],
    ['sourceaddresses'],
    SCOPE,
    HOST,
  ],
  file: [['time'], ['file', 'directory', 'comm', 'mode'], SCOPE, HOST],
  api: [
    ['time'],
    ['verb', 'resource', 'subresource', 'name'],
    ['user', 'groups', 'useragent'],
    ['sourceaddresses'],
    ['code', 'reason', 'decision'],
    ['cluster', 'namespace'],
  ],
  policy: [['time'], ['rule', 'severity', 'tags', 'origin'], SCOPE, HOST],
};

/** Panes of the details, in order. */
export const PANES = [
  ['attributes', 'Attributes'],
  ['record', 'Record'],
  ['related', 'Related'],
  ['notes', 'Notes'],
] as const;
export type DetailsPane = (typeof PANES)[number][0];

/** Told elsewhere in the panel. */
const ELSEWHERE: ReadonlySet<string> = new Set(['id', 'evidence', 'member', 'record', 'precision', 'kind']);

export interface Value {
  readonly text: string;
  /** Beside it: `seen by server`, `claimed by the client`. */
  readonly basis: string;
  readonly filterable: boolean;
}
export interface AttributeLine {
  readonly name: string;
  readonly help: string;
  /** Empty: not in this evidence. */
  readonly values: readonly Value[];
  /** How it was completed from elsewhere in the evidence. */
  readonly completed: string;
  readonly isTime: boolean;
  /** A sentence below the value: what it means here. */
  readonly explained: string;
}

const KNOWN = new Map(ATTRIBUTES.map((a) => [a.name, a]));

/** Lines in groups, told by hairlines. */
export function groupsOf({
  activity,
  completed,
  session = null,
}: Pick<Detail, 'activity' | 'completed'> & Partial<Pick<Detail, 'session'>>): readonly (readonly AttributeLine[])[] {
  const named = ORDER[activity.kind];
  const first = new Set(named.flat());
  const rest = ATTRIBUTES.filter((a) => !first.has(a.name) && !ELSEWHERE.has(a.name) && has(activity, a.name));
  const restGroups = [...new Set(rest.map((a) => a.group))].map((group) =>
    rest.filter((a) => a.group === group).map((a) => a.name),
  );
  return [...named, ...restGroups].map((group) =>
    group.map((name) => ({
      ...lineOf(activity, completed, name),
      explained: name === 'interactive' ? interactiveBecause(activity, session) : '',
    })),
  );
}

const has = (activity: ActivityJson, name: string): boolean => {
  const value = activity[name];
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
};

/** Which part of the definition makes it so: terminal, sshd or telnet, below a session's root; or why nobody can tell. */
export function interactiveBecause(activity: ActivityJson, session: Detail['session']): string {
  const { interactive, tty, kind, comm } = activity;
  if (interactive === 'yes') {
    if (typeof tty === 'number' && tty !== 0) return `Its process has a terminal: tty ${tty} is not 0.`;
    if (kind === 'net' && /^(sshd|telnetd?|in\.telnetd)$/.test(String(comm ?? '')))
      return `It is a connection of ${String(comm)}.`;
    return session ? `It lies below the root of ${session.label}, whoever typed there.` : 'It lies below the root of a session.';
  }
  if (interactive === 'no')
    return tty === 0 ? 'Its process has no terminal: tty is 0.' : 'It is in a session, and not below its root.';
  if (interactive === undefined) return '';
  return kind === 'exec' || kind === 'api'
    ? 'A request has no terminal of its own; what it opened may have one.'
    : 'The source does not record terminals, and no session leads here.';
}

function lineOf(activity: ActivityJson, completed: Detail['completed'], name: string): Omit<AttributeLine, 'explained'> {
  const of = KNOWN.get(name);
  const raw = activity[name];
  const list = !has(activity, name)
    ? []
    : Array.isArray(raw)
      ? name === 'command'
        ? [quoteWords(raw.map(String))]
        : raw
      : [raw];
  return {
    name,
    help: of?.help ?? '',
    values: list.map((value, i) => ({
      text: String(value),
      basis:
        name === 'sourceaddresses'
          ? i === list.length - 1
            ? 'seen by server'
            : 'claimed by the client'
          : name === 'useragent'
            ? 'claimed by the client'
            : '',
      filterable: of !== undefined && name !== 'time' && name !== 'end' && name !== 'duration',
    })),
    completed: Object.hasOwn(completed, name) ? (completed[name] ?? '') : '',
    isTime: of?.type === 'time',
  };
}

/** All attributes as lines of text, for the clipboard. */
export const asText = (groups: readonly (readonly AttributeLine[])[]): string =>
  groups
    .flat()
    .filter((line) => line.values.length > 0)
    .map((line) => `${line.name}: ${line.values.map((v) => v.text).join(', ')}`)
    .join('\n');
