/** Arguments of a command: options by name, the rest by place. Mistakes are `usage` errors. */
import { parseArgs } from 'node:util';
import { ATTRIBUTES, attribute, KINDS, type Kind } from '../workers/contract/attributes';
import { ExhibitError } from '../workers/contract/errors';
import { parseTime } from '../workers/contract/time';
import type { View } from '../workers/contract/view';

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  readonly short?: string;
}
export type Options = Readonly<Record<string, Option>>;

type Value<O extends Option> = O['type'] extends 'boolean' ? boolean : O['multiple'] extends true ? string[] : string;
export interface Args<O extends Options> {
  readonly values: { readonly [K in keyof O]?: Value<O[K]> };
  readonly positionals: readonly string[];
  /** Options and positionals in the order they were typed. */
  readonly tokens: readonly { readonly name?: string; readonly value: string }[];
}

export const usage = (message: string): ExhibitError => new ExhibitError('usage', message);

export function parse<const O extends Options>(argv: readonly string[], options: O): Args<O> {
  const parsed = parsedOf(argv, options);
  const tokens: Args<O>['tokens'] = parsed.tokens.flatMap((token) => {
    if (token.kind === 'positional') return [{ value: token.value }];
    return token.kind === 'option' ? [{ name: token.name, value: token.value ?? '' }] : [];
  });
  const once = tokens.flatMap(({ name }) => (name !== undefined && takesOneValue(options[name]) ? [name] : []));
  const twice = once.find((name, i) => once.indexOf(name) < i);
  if (twice !== undefined) throw usage(`--${twice} is given twice; give it once.`);
  return { values: parsed.values as Args<O>['values'], positionals: parsed.positionals, tokens };
}

const takesOneValue = (option: Option | undefined): boolean => option?.type === 'string' && !option.multiple;

function parsedOf(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    const { message } = error as Error;
    const dashed = /^Option '.*(--[a-z-]+).*' argument is ambiguous/.exec(message)?.[1];
    throw usage(
      dashed
        ? `${dashed} takes a value; one that begins with a dash is written ${dashed}=-1.`
        : message.replace(/\. To specify.*/s, '.'),
    );
  }
}

export const CASE = { case: { type: 'string' } } as const;
export const JSON_OPTION = { json: { type: 'boolean' } } as const;
export const WINDOW = { from: { type: 'string' }, to: { type: 'string' }, kind: { type: 'string' } } as const;

/** What may be said of the members of an evidence. */
export const SETTINGS = {
  zone: { type: 'string', multiple: true },
  cluster: { type: 'string', multiple: true },
  offset: { type: 'string', multiple: true },
} as const;

/** What is exported is redacted unless somebody says otherwise. */
export const REDACT = { redact: { type: 'string' } } as const;

export function redactOf({ redact }: { readonly redact?: string }): 'default' | 'none' | undefined {
  if (redact === undefined || redact === 'default' || redact === 'none') return redact;
  throw usage(`--redact is default or none; not “${redact}”.`);
}

export function caseOf(values: { readonly case?: string }): string {
  if (!values.case) throw usage('Which case? Give it with --case DIR.');
  return values.case;
}

function timeOf(name: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time === undefined)
    throw usage(`--${name} takes an RFC 3339 time or the beginning of one, such as 2026-03-17T09:00; not “${text}”.`);
  return time;
}

/** The view that a filter and its window name; several words of a filter mean AND, as they do side by side. */
export function viewOf(
  positionals: readonly string[],
  values: { readonly from?: string; readonly to?: string; readonly kind?: string } = {},
): View {
  const kinds = listOf(values.kind)?.map((kind) => {
    if (!(KINDS as readonly string[]).includes(kind)) throw usage(`There is no kind “${kind}”; there are ${KINDS.join(', ')}.`);
    return kind as Kind;
  });
  const filter = positionals.join(' ').trim();
  return { filter: filter || undefined, from: timeOf('from', values.from), to: timeOf('to', values.to), kinds };
}

export const listOf = (text: string | undefined): readonly string[] | undefined => text?.split(',').map((part) => part.trim());

/** Names of attributes, aliases turned into the names they stand for. `others`: names that the command knows beside them. */
export function attributesOf(
  option: string,
  text: string | undefined,
  others: readonly string[] = [],
): readonly string[] | undefined {
  return listOf(text)?.map((name) => {
    if (name === '') throw usage(`--${option} takes names of attributes with commas between them; not “${text}”.`);
    const known = attribute(name)?.name ?? others.find((other) => other === name);
    if (known) return known;
    const near = ATTRIBUTES.filter((a) => a.name.startsWith(name.slice(0, 3))).map((a) => a.name);
    throw usage(`--${option}: there is no attribute “${name}”.${near.length > 0 ? ` Is it ${near.join(', ')}?` : ''}`);
  });
}

const UNITS = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
]);

/** `1h`, `30s`, `500ms` in nanoseconds. */
export function durationOf(option: string, text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit] = /^(\d{1,9})(ns|us|ms|s|m|h|d)$/.exec(text) ?? [];
  const ns = BigInt(amount ?? 0) * (UNITS.get(unit ?? '') ?? 0n);
  if (ns === 0n) throw usage(`--${option} takes a width such as 30s, 5m, 1h or 1d; not “${text}”.`);
  return ns;
}

export function numberOf(option: string, text: string | undefined, max = Number.MAX_SAFE_INTEGER): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= max)) throw usage(`--${option} takes a whole number up to ${max}; not “${text}”.`);
  return number;
}

/** Exactly one positional. */
export function oneOf(what: string, positionals: readonly string[]): string {
  const [value, ...more] = positionals;
  if (value === undefined) throw usage(`${what} is missing.`);
  if (more.length > 0) throw usage(`Only one ${what} at a time; “${more[0]}” is one too many.`);
  return value;
}
