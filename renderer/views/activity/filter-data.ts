import { attribute } from '../../../workers/contract/attributes';
import { ExhibitError } from '../../../workers/contract/errors';
import { parse } from '../../../workers/contract/filter';
import type { Completion } from '../../../workers/contract/filter-complete';
import { besides, chips } from '../../../workers/contract/filter-edit';
import { type Token, tokenize } from '../../../workers/contract/filter-tokens';
import type { Operator } from '../../../workers/contract/filter-types';

export interface Mistake {
  readonly message: string;
  readonly from: number;
  readonly to: number;
  readonly expected: readonly string[];
}

/** The first mistake of a filter's text; undefined where it parses. */
export function mistakeIn(text: string): Mistake | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExhibitError)) throw error;
    const from = error.place.from ?? 0;
    return { message: error.message, from, to: Math.max(error.place.to ?? from, from + 1), expected: error.place.expected ?? [] };
  }
}

/** Whether the mistake may only be that the text is not finished: it lies at its very end. */
export const isUnfinished = (mistake: Mistake, text: string): boolean => mistake.to >= text.trimEnd().length;

/** A term as a chip shows it. A term of another shape is all value. */
export function partsOf(term: string): { readonly attribute: string; readonly operator: string; readonly value: string } {
  const [name, operator, ...rest] = tokenize(term);
  if (name?.type !== 'word' || !operator || (operator.type !== 'operator' && operator.type !== 'keyword')) {
    return { attribute: '', operator: '', value: term };
  }
  const first = rest[0];
  const word = operator.type === 'keyword' ? ` ${term.slice(operator.from, operator.to)} ` : operator.value;
  return { attribute: name.value, operator: word, value: first ? term.slice(first.from) : '' };
}

/** The term that is typed at a place, with another operator; undefined where there is none to replace. What was typed of its value stays. */
export function withOperator(text: string, { operator, from, to }: Completion, other: Operator): string | undefined {
  const before = text.slice(0, from).trimEnd();
  if (operator === undefined || !before.endsWith(operator)) return undefined;
  const name = before.slice(0, -operator.length).trimEnd();
  if (name.endsWith(' not')) return undefined;
  if (other === 'exists') return `${name} exists ${text.slice(to)}`;
  const joint = other === 'in' ? ' in (' : /\w/.test(other) ? ` ${other} ` : other;
  return `${name}${joint}${text.slice(from)}`;
}

/** A filter as terms that can stand beside others. Throws `filter` where it has a mistake. */
export const asTerms = (filter: string): readonly string[] => chips(besides(filter)).map(({ text }) => text);

export type Ink = 'name' | 'operator' | 'not' | 'keyword' | 'value' | 'plain';
export interface InkedText {
  readonly text: string;
  readonly ink: Ink;
  /** It lies under the mistake. */
  readonly wrong: boolean;
}

/** A filter's text in parts by what they are, all of it, for colouring while it is typed. */
export function inked(text: string, mistake?: Pick<Mistake, 'from' | 'to'>): readonly InkedText[] {
  const parts: { readonly from: number; readonly to: number; readonly ink: Ink }[] = [];
  let at = 0;
  const tokens = tokenize(text);
  for (const [i, token] of tokens.entries()) {
    if (token.from > at) parts.push({ from: at, to: token.from, ink: 'plain' });
    parts.push({ from: token.from, to: token.to, ink: inkOf(token, tokens[i + 1]) });
    at = token.to;
  }
  if (at < text.length) parts.push({ from: at, to: text.length, ink: 'plain' });
  return parts.flatMap((part) => split(part, text, mistake));
}

function inkOf({ type, value }: Token, next: Token | undefined): Ink {
  if (type === 'operator') return value === '!=' ? 'not' : 'operator';
  if (type === 'keyword') return value === 'not' ? 'not' : 'keyword';
  if (type === 'quoted') return 'value';
  if (type !== 'word') return 'operator';
  const isName = next?.type === 'operator' || (next?.type === 'keyword' && next.value !== 'and' && next.value !== 'or');
  return isName && attribute(value) !== undefined ? 'name' : 'value';
}

/** A part, cut where the mistake begins and ends in it. */
function split(
  { from, to, ink }: { readonly from: number; readonly to: number; readonly ink: Ink },
  text: string,
  mistake: Pick<Mistake, 'from' | 'to'> = { from: 0, to: 0 },
): readonly InkedText[] {
  const ends = [...new Set([from, mistake.from, mistake.to, to])].filter((at) => at >= from && at <= to);
  return ends.slice(1).map((end, i) => {
    const start = ends[i] as number;
    return { text: text.slice(start, end), ink, wrong: start >= mistake.from && end <= mistake.to };
  });
}

/** What analysts ask first of any evidence. */
export const QUESTIONS: readonly { readonly title: string; readonly filter: string }[] = [
  { title: 'Connections out to addresses nobody knows', filter: 'kind=net direction=out not server in known' },
  { title: 'Every exec into a container', filter: 'kind=exec' },
  { title: 'What was done in sessions', filter: 'session exists' },
  { title: 'Refused or failed', filter: 'result in (refused, failed)' },
  { title: 'Packet captures and network tools', filter: 'comm in ("tcpdump", "tshark", "nmap", "nc", "ncat", "socat")' },
  { title: 'Downloads', filter: 'comm in ("curl", "wget", "scp", "rsync")' },
  {
    title: 'Traces wiped',
    filter: 'cmdline contains "history" or comm in ("shred", "wipe") or (mode="delete" path contains "history")',
  },
  { title: 'Rule hits', filter: 'rule exists' },
  { title: 'Without health probes', filter: 'comm not in ("grpc_health_probe", "pg_isready")' },
];
