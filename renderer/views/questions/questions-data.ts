/** The auditor's questions as the view shows them: narrowed by framework and words, and where their figures lead. */
import { type Answer, type AnswerState, FRAMEWORKS, type Framework } from '../../../workers/contract/answers';
import { KINDS } from '../../../workers/contract/attributes';
import type { View } from '../../../workers/contract/view';
import { type Address, EVERYWHERE } from '../../state/address';

export interface QuestionFilter {
  readonly text: string;
  /** Undefined: all. */
  readonly framework: Framework | undefined;
}

export const matching = (all: readonly Answer[], { text, framework }: QuestionFilter): readonly Answer[] => {
  const words = text.toLowerCase().split(/\s+/);
  return all.filter(({ title, controls, figures }) => {
    if (framework !== undefined && !controls.some((of) => of.framework === framework)) return false;
    const hay = [title, ...controls.map((of) => `${of.framework} ${of.control}`), ...figures.map(({ what }) => what)]
      .join(' ')
      .toLowerCase();
    return words.every((word) => hay.includes(word));
  });
};

/** `PCI DSS` */
export const SHORT_NAMES: Readonly<Record<Framework, string>> = {
  'SOC 2': 'SOC 2',
  'PCI DSS 4.0.1': 'PCI DSS',
  HIPAA: 'HIPAA',
  'ISO 27001': 'ISO 27001',
  'NIST 800-53': 'NIST',
};

/** Controls by framework; of one framework alone, where one is chosen. */
export const controlsBy = (
  { controls }: Answer,
  only?: Framework,
): readonly { readonly framework: Framework; readonly names: readonly string[] }[] =>
  FRAMEWORKS.filter((framework) => only === undefined || framework === only).flatMap((framework) => {
    const names = controls.filter((of) => of.framework === framework).map(({ control }) => control);
    return names.length === 0 ? [] : [{ framework, names }];
  });

export const STATE_WORDS: Readonly<Record<AnswerState, string>> = {
  answered: 'Answered',
  partly: 'Answered in part',
  unanswerable: 'Cannot be answered from this evidence',
};

/** How many of the answers are in each state. */
export const statesOf = (all: readonly Answer[]): Readonly<Record<AnswerState, number>> => {
  const of = (state: AnswerState) => all.filter((answer) => answer.state === state).length;
  return { answered: of('answered'), partly: of('partly'), unanswerable: of('unanswerable') };
};

/** Everything that a figure counts, of every kind, at the times of the view that it was counted in, in the list; `at` one of them. */
export const listOf = (filter: string, { from, to }: Pick<View, 'from' | 'to'> = {}, at?: string): Partial<Address> => ({
  view: 'activity',
  ...EVERYWHERE,
  from,
  to,
  filter,
  fold: false,
  kinds: KINDS,
  at,
});
