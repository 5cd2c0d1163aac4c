/** Answers to the auditor's questions (docs/decisions/0012-questions.md): figures that can be counted again, and how far the evidence carries them. */
import type { ActivityJson } from './activity';

/** In the order in which they are shown. ISO 27001 means its Annex A of 2022, NIST 800-53 revision 5, SOC 2 the common criteria, HIPAA 45 CFR. */
export const FRAMEWORKS = ['SOC 2', 'PCI DSS 4.0.1', 'HIPAA', 'ISO 27001', 'NIST 800-53'] as const;
export type Framework = (typeof FRAMEWORKS)[number];

export interface Control {
  readonly framework: Framework;
  /** `10.2.1.4`, as the framework numbers it. */
  readonly control: string;
}

/** `SOC 2 CC6.1, CC7.2`: by framework, in their order. */
export const controlTexts = (controls: readonly Control[]): readonly string[] =>
  FRAMEWORKS.flatMap((framework) => {
    const names = controls.filter((of) => of.framework === framework).map(({ control }) => control);
    return names.length === 0 ? [] : [`${framework} ${names.join(', ')}`];
  });

/** How far the evidence carries an answer; why, is in `limits`. */
export type AnswerState = 'answered' | 'partly' | 'unanswerable';
export const ANSWER_WORDS: Readonly<Record<AnswerState, string>> = {
  answered: 'answered',
  partly: 'answered in part',
  unanswerable: 'cannot be answered from this evidence',
};

export interface Figure {
  /** What is counted, in a few words. */
  readonly what: string;
  /** In the filter language: whoever runs it gets the count again. */
  readonly filter: string;
  readonly count: number;
  /** Most frequent values of an attribute, at most `MOST_VALUES`; null where the question does not ask for them. */
  readonly by: {
    readonly attribute: string;
    readonly values: readonly { readonly value: string; readonly filter: string; readonly count: number }[];
  } | null;
  /** Some of them, drawn as at random, but always the same from the same case; in order of time. */
  readonly sample: readonly ActivityJson[];
}
export const MOST_VALUES = 5;
export const MOST_SAMPLES = 5;

export interface Answer {
  /** Id of the question. */
  readonly question: string;
  /** The question in plain words. */
  readonly title: string;
  readonly controls: readonly Control[];
  readonly state: AnswerState;
  readonly figures: readonly Figure[];
  /** What the case says of itself, where that is asked: spans, silences, custody. */
  readonly facts: readonly string[];
  /** What the answer rests on and what it cannot show, in sentences. */
  readonly limits: readonly string[];
}

/** The figure that stands for an answer where there is room for one: none where facts answer it, or nothing does. */
export const headline = ({ state, facts, figures }: Answer): Figure | undefined =>
  state === 'unanswerable' || facts.length > 0 ? undefined : figures[0];
