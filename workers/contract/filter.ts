/**
 * The filter language (contract section 5): text to `Filter`, checked against the attributes' types. Pure syntax, so that shells can colour, complete and check
 * what is being typed; `workers/filter/compile.ts` gives it its meaning.
 *
 *     filter  = [ or ]
 *     or      = and { "or" and }
 *     and     = unary { [ "and" ] unary }
 *     unary   = "not" unary | "(" or ")" | term
 *     term    = attribute ( operator value | [ "not" ] "in" list | match value | "exists" ) | text
 *     list    = "(" value { "," value } ")" | value          (a lone value for addresses: a range, private, known)
 */
import { ATTRIBUTES, type Attribute, attribute } from './attributes';
import { ExhibitError } from './errors';
import { both, type CompareOperator, EVERYTHING, either, type Filter, type MatchOperator } from './filter-ast';
import { type Token, tokenize } from './filter-tokens';
import { isAddress, OPERATORS, type Operator, objection } from './filter-types';
import { nearest } from './nearest';

export { EVERYTHING, type Filter } from './filter-ast';
export { printFilter, quote } from './filter-print';

const MAX_LENGTH = 16_384;
const MAX_DEPTH = 50;
/** Terms and list values together. */
const MAX_TERMS = 1_000;
const MAX_TEXTS = 20;

/** A term of the top level's AND, with its place: one chip of the workbench. Anything else at the top is one term. */
export interface Term {
  readonly from: number;
  readonly to: number;
  readonly filter: Filter;
}

export interface Parsed {
  readonly filter: Filter;
  readonly terms: readonly Term[];
  /** Regular expressions with their places: only RE2 can say whether they are right. */
  readonly patterns: readonly { readonly from: number; readonly to: number; readonly value: string }[];
}

/** The filter of a text. Throws `filter` with the place of the first mistake and what was expected there. */
export const parseFilter = (text: string): Filter => parse(text).filter;

/** As `parseFilter`, with the places of its top-level terms. */
export function parse(text: string): Parsed {
  if (text.length > MAX_LENGTH) {
    throw new ExhibitError('filter', `The filter is longer than ${MAX_LENGTH} characters; shorten it.`, {
      from: MAX_LENGTH,
      to: text.length,
      expected: [],
    });
  }
  return new Parser(text).run();
}

const MATCHES: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith', 'like', 'matches']);
const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'not']);
const TERM = ['an attribute', 'text', 'not', '('];

class Parser {
  private readonly tokens: readonly Token[];
  private readonly patterns: { from: number; to: number; value: string }[] = [];
  private terms: Term[] = [];
  private at = 0;
  private size = 0;
  private texts = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  run(): Parsed {
    if (this.tokens.length === 0) return { filter: EVERYTHING, terms: [], patterns: [] };
    const filter = this.or(0);
    if (this.peek()) throw this.error(['and', 'or', 'the end']);
    if (filter.type !== 'and') {
      const last = this.tokens[this.tokens.length - 1] as Token;
      this.terms = [{ from: (this.tokens[0] as Token).from, to: last.to, filter }];
    }
    return { filter, terms: this.terms, patterns: this.patterns };
  }

  private or(depth: number): Filter {
    const parts = [this.and(depth)];
    while (this.take('keyword', 'or')) parts.push(this.and(depth));
    return either(parts);
  }

  private and(depth: number): Filter {
    const parts: Filter[] = [];
    const terms: Term[] = [];
    do {
      const from = this.peek()?.from ?? this.text.length;
      const filter = this.unary(depth);
      parts.push(filter);
      terms.push({ from, to: (this.tokens[this.at - 1] as Token).to, filter });
    } while (this.take('keyword', 'and') || this.beginsTerm());
    if (depth === 0) this.terms = terms;
    return both(parts);
  }

  /** Whether the next token can only begin another term: side by side means AND. */
  private beginsTerm(): boolean {
    const token = this.peek();
    if (!token || token.type === 'close') return false;
    return !(token.type === 'keyword' && token.value === 'or') && token.type !== 'comma' && token.type !== 'operator';
  }

  private unary(depth: number): Filter {
    if (depth > MAX_DEPTH) throw this.error([], `The filter is nested more than ${MAX_DEPTH} deep; simplify it.`);
    if (this.take('keyword', 'not')) return { type: 'not', part: this.unary(depth + 1) };
    if (this.take('open')) {
      const filter = this.or(depth + 1);
      if (!this.take('close')) throw this.error([')', 'and', 'or']);
      return filter;
    }
    return this.term();
  }

  private term(): Filter {
    if (++this.size > MAX_TERMS) throw this.error([], `The filter has more than ${MAX_TERMS} terms; shorten it.`);
    const token = this.peek();
    if (token?.type === 'word' && this.operatorFollows()) return this.attributeTerm(token);
    if (token?.type !== 'word' && token?.type !== 'quoted') throw this.error(TERM);
    if (++this.texts > MAX_TEXTS) throw this.error([], `The filter searches for more than ${MAX_TEXTS} texts; shorten it.`);
    this.at++;
    if (this.peek()?.type === 'operator') throw this.error(['and', 'or', 'an attribute before the operator']);
    return { type: 'text', value: token.value };
  }

  private operatorFollows(): boolean {
    const [one, two] = [this.tokens[this.at + 1], this.tokens[this.at + 2]];
    if (one?.type === 'operator') return true;
    if (one?.type !== 'keyword') return false;
    if (one.value === 'not') return two?.type === 'keyword' && two.value === 'in';
    return one.value === 'in' || one.value === 'exists' || MATCHES.has(one.value);
  }

  private attributeTerm(token: Token): Filter {
    const of = attribute(token.value);
    if (!of) throw this.unknown(token);
    this.at++;
    const negated = this.take('keyword', 'not');
    const operator = this.peek() as Token;
    this.check(of, operator);
    this.at++;
    if (operator.value === 'exists') return { type: 'exists', attribute: of.name };
    if (operator.value === 'in') return { type: 'in', attribute: of.name, negated, values: this.list(of) };
    const value = this.value(of, operator.value as Operator);
    if (MATCHES.has(operator.value)) {
      return { type: 'match', attribute: of.name, operator: operator.value as MatchOperator, value };
    }
    return { type: 'compare', attribute: of.name, operator: operator.value as CompareOperator, value };
  }

  private check(of: Attribute, operator: Token): void {
    if ((OPERATORS[of.type] as readonly string[]).includes(operator.value)) return;
    throw new ExhibitError(
      'filter',
      `Column ${operator.from + 1}: ${of.name} (${of.type}) has no ${operator.value}; it has ${OPERATORS[of.type].join(' ')}.`,
      { from: operator.from, to: operator.to, expected: OPERATORS[of.type] },
    );
  }

  private list(of: Attribute): readonly string[] {
    if (!this.take('open')) {
      if (!isAddress(of)) throw this.error(['(']);
      return [this.value(of, 'in')];
    }
    const values = [this.value(of, 'in')];
    while (this.take('comma')) {
      if (++this.size > MAX_TERMS) throw this.error([], `The filter has more than ${MAX_TERMS} values; shorten it.`);
      values.push(this.value(of, 'in'));
    }
    if (!this.take('close')) throw this.error([',', ')']);
    return values;
  }

  private value(of: Attribute, operator: Operator): string {
    const token = this.peek();
    // A keyword where only a value can stand is a word: `name=in`. The connectives are not: `name= and …` lacks its value.
    const word = token?.type === 'word' || (token?.type === 'keyword' && !CONNECTIVES.has(token.value));
    if (!token || (!word && token.type !== 'quoted')) {
      throw this.error([`a value for ${of.name}, such as "${of.choices?.[0] ?? 'text'}"`]);
    }
    const value = token.type === 'keyword' ? this.text.slice(token.from, token.to) : token.value;
    const expected = objection(of, operator, value);
    if (expected) throw this.error([expected]);
    this.at++;
    if (operator === 'matches') this.patterns.push({ from: token.from, to: token.to, value });
    return value;
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private take(type: Token['type'], value?: string): boolean {
    const token = this.peek();
    if (token?.type !== type || (value !== undefined && token.value !== value)) return false;
    this.at++;
    return true;
  }

  private unknown(token: Token): ExhibitError {
    const near = nearest(
      token.value,
      ATTRIBUTES.map((a) => a.name),
    );
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : ' Put quotes around it to search for the text.';
    return new ExhibitError('filter', `Column ${token.from + 1}: there is no attribute “${token.value.slice(0, 100)}”.${hint}`, {
      from: token.from,
      to: token.to,
      expected: near,
    });
  }

  private error(expected: readonly string[], message?: string): ExhibitError {
    const token = this.peek();
    const from = token?.from ?? this.text.length;
    const to = token?.to ?? this.text.length;
    const found = token ? `“${this.text.slice(from, Math.min(to, from + 40))}”` : 'the end';
    const quotes = token?.type === 'bad' && token.value === "'" ? ' Values stand in double quotes.' : '';
    const text = message ?? `Column ${from + 1}: expected ${expected.join(' or ')}, found ${found}.${quotes}`;
    return new ExhibitError('filter', text, { from, to, expected });
  }
}
