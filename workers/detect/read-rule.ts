/** Reads a rule from its file. Every fault is one sentence that names the file and says what was expected. */
import { parse } from 'yaml';
import { attribute, SEVERITIES } from '../contract/attributes';
import { ExhibitError } from '../contract/errors';
import { type Parsed, parse as parseFilter } from '../contract/filter';
import { attributesIn } from '../contract/filter-ast';
import { FINDING_CONFIDENCES } from '../contract/findings';
import { BUILT_INS } from './built-in';
import type { PackFile } from './pack-files';
import type { Condition, Rule, RuleNeed } from './rule';

const MOST_TEXT = 64 * 1024;
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const NEEDS = ['requests', 'commands', 'files', 'connections', 'alerts', 'bodies'] as const satisfies readonly RuleNeed[];
const ALWAYS = ['title', 'severity', 'confidence', 'tags', 'about', 'innocent', 'needs'];
/** What each sort of rule has beside what every rule has; the first that fits. */
const SORTS = [
  { type: 'sequence', keys: ['first', 'then', 'by', 'within'] },
  { type: 'burst', keys: ['when', 'by', 'within', 'at least', 'different'] },
  { type: 'new', keys: ['when', 'new'] },
  { type: 'built in', keys: ['built in'] },
  { type: 'filter', keys: ['when'] },
] as const;
/** What changes with what an analyst notes, or is a finding itself. */
const NOT_ASKED: ReadonlySet<string> = new Set(['finding', 'tag', 'note']);

/** Throws `usage`. */
export const readRule = (file: PackFile): Rule => new Reader(file).rule();

class Reader {
  private readonly fields: ReadonlyMap<string, unknown>;

  constructor(private readonly file: PackFile) {
    if (!NAME.test(file.name)) throw this.fault('the file’s name may have small letters, digits and single hyphens only');
    this.fields = this.parsed();
  }

  rule(): Rule {
    const sort = SORTS.find(({ keys }) => this.fields.has(keys[0]) && keys.slice(1, 2).every((key) => this.fields.has(key)));
    if (!sort) throw this.fault('it has no condition: “when”, “first” and “then”, or “built in”');
    const extra = [...this.fields.keys()].find((key) => !ALWAYS.includes(key) && !(sort.keys as readonly string[]).includes(key));
    if (extra !== undefined)
      throw this.fault(`“${extra.slice(0, 50)}” is no field of such a rule; it has ${[...ALWAYS, ...sort.keys].join(', ')}`);
    return {
      rule: this.file.name,
      title: this.text('title'),
      severity: this.choice('severity', SEVERITIES),
      confidence: this.choice('confidence', FINDING_CONFIDENCES),
      tags: this.texts('tags'),
      about: this.text('about'),
      innocent: this.text('innocent'),
      needs: this.texts('needs').map((need) => this.oneOf('needs', need, NEEDS)),
      condition: this.condition(sort.type),
    };
  }

  private condition(type: Condition['type']): Condition {
    switch (type) {
      case 'filter':
        return { type, when: this.filter('when') };
      case 'burst':
        return {
          type,
          when: this.filter('when'),
          by: this.attributes('by'),
          withinNs: this.width('within'),
          atLeast: this.number('at least'),
          ...(this.fields.has('different') && { different: this.attribute('different', this.text('different')) }),
        };
      case 'sequence':
        return {
          type,
          first: this.filter('first'),
          next: this.filter('then'),
          by: this.attributes('by'),
          withinNs: this.width('within'),
        };
      case 'new':
        return { type, when: this.filter('when'), values: this.attributes('new') };
      case 'built in':
        return { type, name: this.choice('built in', BUILT_INS) };
    }
  }

  private parsed(): ReadonlyMap<string, unknown> {
    if (this.file.text.length > MOST_TEXT) throw this.fault(`it is longer than ${MOST_TEXT / 1024} KiB`);
    const read = () => {
      try {
        return parse(this.file.text, { maxAliasCount: 0 }) as unknown;
      } catch (error) {
        throw this.fault(`it is no YAML (${(error as Error).message.split('\n', 1)[0]})`);
      }
    };
    const value = this.file.yaml ?? read();
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.fault('it is no list of fields and values');
    return new Map(Object.entries(value));
  }

  private text(field: string): string {
    const value = this.fields.get(field);
    if (typeof value === 'string' && value.trim() !== '') return value.trim().replace(/\s*\n\s*/g, ' ');
    throw this.fault(`“${field}” is missing, or no text`);
  }

  private texts(field: string): readonly string[] {
    const value = this.fields.get(field);
    const list = Array.isArray(value) ? value : [value];
    if (list.every((one) => typeof one === 'string' && one !== '')) return list as string[];
    throw this.fault(`“${field}” is missing, or no list of texts`);
  }

  private oneOf<T extends string>(field: string, value: string, choices: readonly T[]): T {
    const found = choices.find((one) => one === value);
    if (found) return found;
    throw this.fault(`“${field}” is ${choices.join(', ')}; not “${value.slice(0, 50)}”`);
  }

  private choice = <T extends string>(field: string, choices: readonly T[]): T => this.oneOf(field, this.text(field), choices);

  private number(field: string): number {
    const value = this.fields.get(field);
    if (typeof value === 'number' && Number.isInteger(value) && value > 1 && value <= 1_000_000) return value;
    throw this.fault(`“${field}” is a whole number from 2 to 1000000`);
  }

  private attribute(field: string, value: string): string {
    const found = attribute(value);
    if (found && !NOT_ASKED.has(found.name)) return found.name;
    throw this.fault(`“${field}” names the attribute “${value.slice(0, 50)}”, and a rule can ask for no such one`);
  }

  private attributes = (field: string): readonly string[] => this.texts(field).map((value) => this.attribute(field, value));

  private width(field: string): bigint {
    const [, amount, unit] = /^(\d{1,6})(s|m|h|d)$/.exec(this.text(field)) ?? [];
    const seconds = { s: 1n, m: 60n, h: 3_600n, d: 86_400n }[unit ?? ''];
    if (amount !== undefined && seconds !== undefined && amount !== '0') return BigInt(amount) * seconds * 1_000_000_000n;
    throw this.fault(`“${field}” is a time such as 30s, 5m, 1h or 1d`);
  }

  private filter(field: string): Parsed {
    const parsed = this.parsedFilter(field, this.text(field));
    const asked = [...attributesIn(parsed.filter)].find((name) => NOT_ASKED.has(name));
    if (asked === undefined) return parsed;
    throw this.fault(`“${field}” asks for “${asked}”, which no rule can ask for`);
  }

  private parsedFilter(field: string, text: string): Parsed {
    try {
      return parseFilter(text);
    } catch (error) {
      throw this.fault(`“${field}” is no filter (${(error as Error).message})`);
    }
  }

  private fault(what: string): ExhibitError {
    return new ExhibitError('usage', `The rule “${this.file.name.slice(0, 100)}” cannot be read: ${what}.`);
  }
}
