/** How far the evidence of a case lets a rule be evaluated. A rule that could not look has found nothing in another sense than one that looked. */
import type { Coverage } from '../contract/coverage';
import type { RuleState } from '../contract/findings';
import { coverage } from '../queries/coverage';
import { facts } from '../queries/facts';
import type { Source } from '../queries/source';
import { toldInCase } from '../questions/answer';
import { SORTS, type Told } from '../questions/evidence';
import type { Need } from '../questions/question';
import { LONG_NS } from './cites';
import { faultsOf, type Period } from './faults';
import type { Rule } from './rule';

export interface Evaluable {
  readonly state: RuleState;
  /** What it lacks; null where nothing. */
  readonly why: string | null;
}

const WHOLE: Evaluable = { state: 'whole', why: null };
const RANK: Readonly<Record<RuleState, number>> = { none: 0, partly: 1, whole: 2 };
/** So many faults of sources are named. */
const NAMED = 2;

/** Answers for any number of rules of one case, of what happened in a period of it. */
export async function evaluability(source: Source, period: Period): Promise<(rule: Rule) => Evaluable> {
  const { first = 0n, last = 0n } = await facts(source);
  const sources = await coverage(source);
  const told = await toldInCase(source);
  return ({ needs, condition }) => {
    const states = needs.map((need) => (need === 'bodies' ? bodies(told) : sourcesOf(need, sources, told, period)));
    if (condition.type === 'new' && last - first < LONG_NS)
      states.push({ state: 'none', why: 'The case spans less than three days: too little to tell what is usual in it.' });
    return states.reduce((worst, one) => (RANK[one.state] < RANK[worst.state] ? one : worst), WHOLE);
  };
}

function sourcesOf(need: Need, coverages: readonly Coverage[], told: Told, period: Period): Evaluable {
  const { what, from, kinds } = SORTS[need];
  const formats = new Set(kinds.flatMap((kind) => [...(told.formats.get(kind) ?? [])]));
  if (formats.size === 0) return { state: 'none', why: `No source in this case tells ${what}; they come from ${from}.` };
  const faults = faultsOf(
    coverages.filter(({ format }) => formats.has(format)),
    period,
    need === 'alerts',
  );
  if (faults.length === 0) return WHOLE;
  const others = faults.length > NAMED ? `; and ${faults.length - NAMED} more` : '';
  return { state: 'partly', why: `Some ${what} may be missing: ${faults.slice(0, NAMED).join('; ')}${others}.` };
}

function bodies({ levels }: Told): Evaluable {
  const has = (level: string) => levels.some(({ value }) => value === level);
  if (!has('Request') && !has('RequestResponse'))
    return { state: 'none', why: 'It needs what requests wrote, and no record here has a higher audit level than Metadata.' };
  if (!has('Metadata')) return WHOLE;
  return { state: 'partly', why: 'It needs what requests wrote, and records of the audit level Metadata leave that out.' };
}
