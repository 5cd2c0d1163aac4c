/** What makes two activities the same thing done again: the attributes by which the list folds repeats, and by which a filter finds them. */

import type { ActivityJson } from './activity';
import { attribute, type Kind } from './attributes';
import { equation } from './filter-edit';
import { quoteWords } from './shell-words';

/** Of every kind: where it happened. Pods are left out, since the replicas of a deployment do the same. */
const PLACES = ['namespace', 'deployment'] as const;

/** Times, process ids and client ports tell repeats apart and are left out. */
export const LIKENESS: Readonly<Record<Kind, readonly string[]>> = {
  cmd: ['comm', 'cmdline', ...PLACES],
  net: ['direction', 'comm', 'server', 'serverport', ...PLACES],
  file: ['mode', 'comm', 'path', ...PLACES],
  exec: ['label', 'user', 'command', ...PLACES],
  api: ['verb', 'resource', 'subresource', 'user', ...PLACES],
  policy: ['rule', ...PLACES],
};

/** The terms that hold for whatever is like this activity, side by side. */
export function likeTerms(a: ActivityJson): readonly string[] {
  const terms = LIKENESS[a.kind].map((name) => {
    const [of, value] = [attribute(name), a[name]];
    if (!of || value === undefined) return `not ${name} exists`;
    return equation(of, '=', Array.isArray(value) ? quoteWords(value.map(String)) : String(value));
  });
  return [`kind=${a.kind}`, ...terms];
}

/** The term that leaves out whatever is like this activity. */
export const unlikeTerm = (a: ActivityJson): string => `not (${likeTerms(a).join(' ')})`;
