/** The case's own rules: what its analyst looks for beside what comes with Exhibit. */
import { ExhibitError } from '../contract/errors';
import type { RuleFile } from '../contract/findings';
import type { Journal } from './journal';
import { JournaledList } from './journaled-list';

export const RULES = new JournaledList<RuleFile>('rules', 'rules');
const MOST = 200;
/** Of all texts together: each change writes all of them into the journal. */
const MOST_TEXT = 512 * 1024;

/** Takes rules that can be read. Throws `usage` where there are too many, or two of one name. */
export function storeRules(journal: Journal, rules: readonly RuleFile[]): readonly RuleFile[] {
  const own = rules.map(({ name, text }) => ({ name, text }));
  const length = own.reduce((sum, { text }) => sum + text.length, 0);
  if (own.length > MOST || length > MOST_TEXT)
    throw new ExhibitError(
      'usage',
      `A case keeps at most ${MOST} rules of its own, and ${MOST_TEXT / 1024} KiB of text in them.`,
    );
  const twice = own.find(({ name }, i) => own.findIndex((other) => other.name === name) < i);
  if (twice)
    throw new ExhibitError('usage', `Two rules are named “${twice.name.slice(0, 100)}”; a rule’s name is that of its file.`);
  return RULES.store(journal, own);
}
