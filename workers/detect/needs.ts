/** How far the evidence of a case lets a rule be evaluated. A rule that could not look has found nothing in another sense than one that looked. */
import type { Coverage } from '../contract/coverage';
import type { RuleState } from '../contract/findings';
import { coverage } from '../queries/coverage';
import { facts } from '../queries/facts';
import type { Source } from '../queries/source';
import { toldIn } from '../questions/answer';
import { SORTS, type Told } from '../questions/evidence';
import type { Need } from '../questions/question';
import { LONG_NS } from './cites';
import type { Rule } from './rule';

export interface Evaluable {
  readonly state: RuleState;
  /** What it lacks; null where nothing. */
  readonly why: string | null;
}

const WHOLE: Evaluable = { state: 'whole', why: null };
const RANK: Readonly<Record<RuleState, number>> = { none: 0, partly: 1, whole: 2 };

/** Answers for any number of rules of one case. */
export async function evaluability(source: Source): Promise<(rule: Rule) => Evaluable> {
  const { first = 0n, last = 0n } = await facts(source);
  const sources = await coverage(source);
  const told = await toldIn(source, {});
  return ({ needs, condition }) => {
    const states = needs.map((need) => (need === 'bodies' ? bodies(told) : sourcesOf(need, sources, told)));
    if (condition.type === 'new' && last - first < LONG_NS)
      states.push({ state: 'none', why: 'The case spans less than three days: too little to tell what is usual in it.' });
    return states.reduce((worst, one) => (RANK[one.state] < RANK[worst.state] ? one : worst), WHOLE);
  };
}

function sourcesOf(need: Need, coverages: readonly Coverage[], told: Told): Evaluable {
  const { what, from, kinds } = SORTS[need];
  const formats = new Set(kinds.flatMap((kind) => [...(told.formats.get(kind) ?? [])]));
  if (formats.size === 0) return { state: 'none', why: `No source in this case tells ${what}; they come from ${from}.` };
  const sources = coverages.filter(({ format }) => formats.has(format));
  const whole = need === 'alerts' ? sources : sources.filter(({ state }) => state !== 'hits-only');
  if (whole.length === 0) return { state: 'partly', why: `Of ${what} there is only what an agent’s rule matched.` };
  const [partial, ...more] = whole.filter(({ state }) => state === 'partial');
  if (!partial) return WHOLE;
  const others = more.length > 0 ? `, and ${more.length} more` : '';
  return { state: 'partly', why: `A source of ${what} has gaps, or leaves something out: ${partial.source}${others}.` };
}

function bodies({ levels }: Told): Evaluable {
  const has = (level: string) => levels.some(({ value }) => value === level);
  if (!has('Request') && !has('RequestResponse'))
    return { state: 'none', why: 'It needs what requests wrote, and no record here has a higher audit level than Metadata.' };
  if (!has('Metadata')) return WHOLE;
  return { state: 'partly', why: 'It needs what requests wrote, and records of the audit level Metadata leave that out.' };
}
