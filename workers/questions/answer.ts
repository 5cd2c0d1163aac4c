/** Answers the auditor's questions from an open case: counts, most frequent values, a sample, and how far the evidence carries them. */
import { type Answer, type Figure, MOST_SAMPLES, MOST_VALUES } from '../contract/answers';
import { attribute, KINDS, type Kind } from '../contract/attributes';
import type { ActivityJson, CaseInfo, View } from '../contract/engine';
import { besides, equation } from '../contract/filter-edit';
import { count } from '../queries/count';
import { page } from '../queries/page';
import type { Source } from '../queries/source';
import { values } from '../queries/values';
import { type Told, weigh } from './evidence';
import { QUESTIONS } from './index';
import type { AskedFigure, Question } from './question';

/** @param view what the answers are narrowed to: a scope, a period */
export async function answers(source: Source, info: CaseInfo, view: View): Promise<readonly Answer[]> {
  const told = await toldIn(source, view);
  const given: Answer[] = [];
  for (const question of QUESTIONS) given.push(await answer(source, info, told, view, question));
  return given;
}

async function answer(source: Source, info: CaseInfo, told: Told, view: View, question: Question): Promise<Answer> {
  const figures: Figure[] = [];
  for (const asked of question.figures) figures.push(await figure(source, view, asked));
  const { facts, short } = question.facts?.(info) ?? { facts: [] };
  const { id, title, controls } = question;
  return { question: id, title, controls, figures, facts, ...weigh(question, info, told, short) };
}

async function figure(source: Source, view: View, { what, filter: asked, by }: AskedFigure): Promise<Figure> {
  const filter = both(view.filter, asked);
  const { from, to } = view;
  const { count: n } = await count(source, { filter, from, to });
  const of = by === undefined || n === 0 ? undefined : attribute(by);
  const found = of ? await values(source, { filter, from, to, attribute: of.name, limit: MOST_VALUES }) : [];
  return {
    what,
    filter,
    count: n,
    by: of
      ? {
          attribute: of.name,
          values: found.map(({ value, count: times }) => ({
            value,
            count: times,
            filter: both(filter, equation(of, '=', value)),
          })),
        }
      : null,
    sample: await sample(source, { filter, from, to }, n),
  };
}

/** Spread evenly over the result, so that the same case gives the same sample. */
async function sample(source: Source, view: View, total: number): Promise<readonly ActivityJson[]> {
  const size = Math.min(total, MOST_SAMPLES);
  const rows: ActivityJson[] = [];
  for (let i = 0; i < size; i++) {
    const at = Math.floor(((i + 0.5) * total) / size);
    rows.push(...(await page(source, { ...view, at, limit: 1 })).rows);
  }
  return rows;
}

const both = (one: string | undefined, other: string): string =>
  one === undefined || one.trim() === '' ? other : `${besides(one)} ${besides(other)}`;

async function toldIn(source: Source, view: View): Promise<Told> {
  const { filter, from, to } = view;
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
