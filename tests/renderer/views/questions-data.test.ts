import { expect, test } from 'vitest';
import { controlsBy, listOf, matching, statesOf } from '../../../renderer/views/questions/questions-data';
import { type Answer, type AnswerState, type Control, headline } from '../../../workers/contract/answers';
import { KINDS } from '../../../workers/contract/attributes';

const answer = (question: string, title: string, state: AnswerState, controls: readonly Control[]): Answer => ({
  question,
  title,
  state,
  controls,
  figures: [{ what: 'requests refused', filter: 'code=403', count: 3, by: null, sample: [] }],
  facts: [],
  limits: [],
});
const ALL = [
  answer('refused', 'Which attempts were refused?', 'answered', [
    { framework: 'NIST 800-53', control: 'AC-7' },
    { framework: 'PCI DSS 4.0.1', control: '10.2.1.4' },
    { framework: 'PCI DSS 4.0.1', control: '8.2.1' },
  ]),
  answer('clocks', 'Were the clocks right?', 'unanswerable', [{ framework: 'NIST 800-53', control: 'AU-8' }]),
];
const found = (text: string, framework?: Control['framework']) =>
  matching(ALL, { text, framework }).map(({ question }) => question);

test.for([
  ['', undefined, ['refused', 'clocks']],
  ['10.2.1', undefined, ['refused']],
  ['CLOCKS au-8', undefined, ['clocks']],
  ['requests', undefined, ['refused', 'clocks']],
  ['', 'PCI DSS 4.0.1', ['refused']],
  ['clocks', 'PCI DSS 4.0.1', []],
] as const)('“%s” of %s finds %j', ([text, framework, ids]) => {
  expect(found(text, framework)).toEqual(ids);
});

test('controls stand by framework, in the order of the frameworks', () => {
  expect(controlsBy(ALL[0] as Answer)).toEqual([
    { framework: 'PCI DSS 4.0.1', names: ['10.2.1.4', '8.2.1'] },
    { framework: 'NIST 800-53', names: ['AC-7'] },
  ]);
  expect(controlsBy(ALL[0] as Answer, 'NIST 800-53')).toEqual([{ framework: 'NIST 800-53', names: ['AC-7'] }]);
});

test('states are counted', () => {
  expect(statesOf(ALL)).toEqual({ answered: 1, partly: 0, unanswerable: 1 });
});

test('a figure stands for an answer only where it answers', () => {
  expect(ALL.map((one) => headline(one)?.count)).toEqual([3, undefined]);
});

test('a figure leads to everything that it counts: every kind, all the time, nothing else left out', () => {
  expect(listOf('code=403', {}, 'E1:3')).toMatchObject({
    view: 'activity',
    filter: 'code=403',
    kinds: KINDS,
    off: [],
    scope: [],
    interactive: false,
    fold: false,
    from: undefined,
    to: undefined,
    at: 'E1:3',
  });
});

test('counted in a stretch of time, it leads to that stretch; the filter that narrowed it is part of its own', () => {
  expect(listOf('namespace="billing" code=403', { from: 5n, to: 9n })).toMatchObject({
    filter: 'namespace="billing" code=403',
    from: 5n,
    to: 9n,
    scope: [],
  });
});
