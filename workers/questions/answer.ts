/** Answers the auditor's questions from an open case: counts, most frequent values, a sample, and how far the evidence carries them. */
import { type Answer, MOST_VALUES } from '../contract/answers';
import { KINDS, type Kind } from '../contract/attributes';
import type { CaseInfo } from '../contract/case';
import type { Progress } from '../contract/progress';
import type { View } from '../contract/view';
import { count } from '../queries/count';
import type { Source } from '../queries/source';
import { values } from '../queries/values';
import { type Told, weigh } from './evidence';
import { both, type Counted, counted, withSamples } from './figures';
import { QUESTIONS } from './index';

/**
 * @param view what the answers are narrowed to: a scope, a period
 * @param report told of each figure before it is counted
 */
export async function answers(
  source: Source,
  info: CaseInfo,
  view: View,
  report?: (progress: Omit<Progress, 'job'>) => void,
): Promise<readonly Answer[]> {
  const told = await toldIn(source, view);
  const asked = QUESTIONS.flatMap(({ id, figures }) => figures.map((figure) => ({ id, figure })));
  const all: Counted[] = [];
  for (const { figure } of asked) {
    report?.({ phase: 'counting', detail: figure.what, done: all.length, total: asked.length, unit: 'steps' });
    all.push(await counted(source, view, figure));
  }
  const figures = await withSamples(source, all);
  return QUESTIONS.map((question) => {
    const { id, title, controls } = question;
    const { facts, short, never } = question.facts?.(info) ?? { facts: [] };
    return {
      question: id,
      title,
      controls,
      figures: figures.filter((_, i) => asked[i]?.id === id),
      facts,
      ...weigh(never === undefined ? question : { ...question, never }, info, told, short),
    };
  });
}

/** What the sources of the case tell. */
export const toldInCase = (source: Source): Promise<Told> => source.kept.get('told', () => toldIn(source, {}));

/** What the sources of a view tell. */
async function toldIn(source: Source, { filter, from, to }: View): Promise<Told> {
  const { groups } = await count(source, { filter, from, to, by: ['format', 'kind'] });
  const hits = await count(source, { filter: both(filter, 'rule exists'), from, to, by: ['format'] });
  const formats = new Map<Kind | 'hits', Set<string>>();
  const add = (kind: Kind | 'hits' | undefined, format: unknown) => {
    if (kind !== undefined) formats.set(kind, (formats.get(kind) ?? new Set()).add(String(format)));
  };
  for (const group of groups)
    add(
      KINDS.find((kind) => kind === group.kind),
      group.format,
    );
  for (const group of hits.groups) add('hits', group.format);
  const levels = await values(source, {
    filter: both(filter, 'kind in ("exec", "api")'),
    from,
    to,
    attribute: 'level',
    limit: MOST_VALUES,
  });
  return { formats, levels };
}
