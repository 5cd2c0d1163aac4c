/** One activity in a line, the same in lists, traces and reports: what sort of thing, the thing itself, and what stands beside it. */
import type { ActivityJson } from './activity';
import { quoteWords } from './shell-words';

export interface Summary {
  /** kube exec, start, out, in, write, delete, get pods… */
  readonly word: string;
  /** The thing itself, as the evidence wrote it. */
  readonly text: string;
  /** Beside it, smaller: process, protocol, container, answer. */
  readonly aside: string;
}

/** Names of the attributes that a line tells. */
export const SUMMARISED: readonly string[] = (
  'precision direction comm cmdline exe mode path file label command name container code result reason verb resource subresource requesturi ' +
  'rule severity server serverport client clientport l4proto count user impersonated username loginname'
).split(' ');

const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
const joined = (...parts: readonly string[]): string => parts.filter((p) => p !== '').join(' · ');
const endpoint = (address: unknown, port: unknown): string => {
  const host = text(address).includes(':') ? `[${text(address)}]` : text(address);
  return port === undefined ? host : `${host}:${text(port)}`;
};

export function summary(a: ActivityJson): Summary {
  switch (a.kind) {
    case 'cmd':
      return { word: 'start', text: text(a.cmdline ?? a.comm ?? a.exe), aside: '' };
    case 'net':
      return connection(a);
    case 'file':
      return {
        word: text(a.mode) || 'file',
        text: text(a.path ?? a.file),
        aside: a.comm === undefined ? '' : `by ${text(a.comm)}`,
      };
    case 'exec':
      return {
        word: text(a.label) || 'exec',
        text: Array.isArray(a.command) ? quoteWords(a.command.map(String)) : text(a.name),
        aside: joined(a.container === undefined ? '' : `container ${text(a.container)}`, answered(a)),
      };
    case 'api':
      return {
        word: text(a.verb) || 'api',
        text:
          text(a.resource) === '' ? text(a.requesturi) : [a.resource, a.subresource, a.name].map(text).filter(Boolean).join('/'),
        aside: answered(a),
      };
    case 'policy':
      return { word: 'policy', text: text(a.rule), aside: text(a.severity) };
  }
}

function connection(a: ActivityJson): Summary {
  const server = endpoint(a.server, a.serverport);
  const client = endpoint(a.client, a.clientport);
  const aside = joined(text(a.l4proto), a.comm === undefined ? '' : `by ${text(a.comm)}`);
  return a.direction === 'in'
    ? { word: 'in', text: `${client} → ${server}`, aside }
    : { word: text(a.direction) || 'net', text: `→ ${server}`, aside };
}

function answered(a: ActivityJson): string {
  if (a.code === undefined) return '';
  return a.result === 'refused' || a.result === 'failed'
    ? joined(`answered ${text(a.code)}`, text(a.reason))
    : `answered ${text(a.code)}`;
}
