import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EvaluatedRule, type Finding, RULE_STATE_WORDS, type RuleFile } from '../../workers/contract/findings';
import { CASE, caseOf, JSON_OPTION, parse, usage, viewOf, WINDOW } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { json, plural, table } from '../text';

const OPTIONS = { ...CASE, ...WINDOW, ...JSON_OPTION, rules: { type: 'string' } } as const;
const ENDING = '.yaml';

export const findings: Command = {
  name: 'findings',
  summary: 'what our own rules find, with the records that each finding cites',
  help: `findings --case DIR [FILTER] [--from T] [--to T] [--kind cmd,net] [--rules FOLDER] [--json]

  --rules   your own rules beside those that come with Exhibit: every .yaml file of the folder
  --json    {"findings":[…],"unlisted","rules":[…],"pack":{"version","rules"}}: every rule, also those that this evidence cannot answer`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const rules = values.rules === undefined ? undefined : rulesIn(values.rules);
    const found = await reading(caseOf(values), io, (engine) => engine.findings({ ...viewOf(positionals, values), rules }));
    if (values.json) {
      await io.out(json(found));
      return DONE;
    }
    const headings = ['severity', 'first', 'count', 'finding', 'where', 'user', 'cites'];
    await io.out(table(headings, found.findings.map(line)));
    if (found.unlisted) io.note(`${plural(found.unlisted.findings, 'more finding')} not listed; narrow the filter.`);
    io.note(judged(found.rules));
    return DONE;
  },
};

function line({ severity, first, count, title, scope, user, cited }: Finding): readonly unknown[] {
  const where = [scope.cluster, scope.namespace, scope.pod ?? scope.node ?? scope.host].filter((name) => name !== null).join('/');
  return [severity, first, count, title, where, user, cited[0]];
}

/** `136 rules: 10 evaluated, 122 evaluated in part, 4 cannot be evaluated with this evidence; --json says why.` */
function judged(rules: readonly EvaluatedRule[]): string {
  const states = Object.entries(RULE_STATE_WORDS).map(([state, words]) => {
    const count = rules.filter((rule) => rule.state === state).length;
    return count > 0 ? `${count} ${words}` : undefined;
  });
  return `${plural(rules.length, 'rule')}: ${states.filter(Boolean).join(', ')}; --json says why.`;
}

/** The rules of a folder. Throws `usage` where there is none. */
export function rulesIn(folder: string): readonly RuleFile[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(ENDING));
    if (files.length === 0) throw usage(`There is no rule in ${folder}: rules are files that end in ${ENDING}.`);
    return files.map((file) => ({ name: file.slice(0, -ENDING.length), text: readFileSync(join(folder, file), 'utf8') }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined || (error as { code?: string }).code === 'usage') throw error;
    throw usage(`The rules in ${folder} cannot be read: ${(error as Error).message}.`);
  }
}
