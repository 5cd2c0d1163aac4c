import { ANSWER_WORDS, type Answer, controlTexts } from '../../workers/contract/answers';
import { CASE, caseOf, JSON_OPTION, parse, viewOf } from '../args';
import { reading } from '../case';
import { type Command, DONE } from '../command';
import { cell, json } from '../text';

const OPTIONS = { ...CASE, ...JSON_OPTION, from: { type: 'string' }, to: { type: 'string' } } as const;

function text({ title, controls, state, figures, facts, limits }: Answer): string {
  const counted = figures.flatMap(({ what, count, by, filter, sample }) => [
    `  ${count.toLocaleString('en-US').padStart(9)}  ${what}`,
    ...(by && by.values.length > 0
      ? [`${' '.repeat(13)}${by.attribute}: ${by.values.map(({ value, count: n }) => `${cell(value)} ${n}`).join(', ')}`]
      : []),
    ...(count > 0
      ? [`${' '.repeat(13)}such as ${sample.map(({ id }) => cell(id)).join(', ')}`, `${' '.repeat(13)}${cell(filter)}`]
      : []),
  ]);
  return [
    title,
    `  ${controlTexts(controls).join('; ')}`,
    `  ${ANSWER_WORDS[state]}`,
    ...facts.map((fact) => `  ${cell(fact)}`),
    ...counted,
    ...limits.map((limit) => `  - ${cell(limit)}`),
    '',
    '',
  ].join('\n');
}

export const questions: Command = {
  name: 'questions',
  summary: 'an auditor’s questions, answered as far as the evidence carries',
  help: `questions --case DIR [FILTER] [--from T] [--to T] [--json]

  Questions that SOC 2, PCI DSS 4.0.1, HIPAA, ISO 27001 and NIST 800-53 ask, each with its figures, the filter that counts them
  again, a sample of activities, and how far the evidence carries the answer. A filter narrows all of them, such as to the
  namespaces in scope; --from and --to to the period of the audit.`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const given = await reading(caseOf(values), io, (engine) => engine.questions(viewOf(positionals, values)));
    await io.out(values.json ? json({ questions: given }) : given.map(text).join(''));
    return DONE;
  },
};
