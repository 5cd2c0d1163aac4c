import { expect, test } from 'vitest';
import { FRAMEWORKS, type Framework } from '../../../workers/contract/answers';
import { attribute } from '../../../workers/contract/attributes';
import type { CaseInfo } from '../../../workers/contract/case';
import type { Coverage } from '../../../workers/contract/coverage';
import { parse } from '../../../workers/contract/filter';
import { type Told, weigh } from '../../../workers/questions/evidence';
import { custodyOf, silencesOf, spanOf } from '../../../workers/questions/facts';
import { QUESTIONS } from '../../../workers/questions/index';
import { controls, type Question } from '../../../workers/questions/question';

/** How each framework numbers its controls. */
const NUMBERED: Readonly<Record<Framework, RegExp>> = {
  'SOC 2': /^CC[1-9]\.\d$/,
  'PCI DSS 4.0.1': /^([1-9]|1[0-2])(\.\d{1,2}){1,3}$/,
  HIPAA: /^164\.3\d\d(\([a-z0-9]+\)|\([A-Z]\)|\([ivx]+\))*$/,
  'ISO 27001': /^A\.[5-8]\.\d{1,2}$/,
  'NIST 800-53': /^[A-Z]{2}-\d{1,2}(\(\d+\))?$/,
};

test.for(QUESTIONS)('$id can be asked', ({ title, controls: of, figures }) => {
  expect(title).toMatch(/^[A-Z].*\?$/);
  expect(of.length).toBeGreaterThan(0);
  for (const { framework, control } of of) expect(control).toMatch(NUMBERED[framework]);
  for (const { filter, by } of figures) {
    expect(() => parse(filter)).not.toThrow();
    if (by !== undefined) expect(attribute(by)?.type).toMatch(/text|choice|number|address/);
  }
});

test('each question is there once, and each framework asks some', () => {
  expect(new Set(QUESTIONS.map(({ id }) => id)).size).toBe(QUESTIONS.length);
  for (const name of FRAMEWORKS)
    expect(QUESTIONS.filter((of) => of.controls.some(({ framework }) => framework === name)).length).toBeGreaterThan(5);
});

const source = (format: string, state: Coverage['state']): Coverage => ({
  source: `node-1, ${format}`,
  format,
  place: 'node-1',
  state,
  detail: `${format} is ${state}.`,
  first: null,
  last: null,
  rejected: 0,
  selects: null,
  gaps: [],
});
const info = (coverage: readonly Coverage[], change: Partial<CaseInfo> = {}): CaseInfo => ({
  case: 'a',
  schema: 1,
  version: '1',
  readOnly: false,
  evidence: [],
  formats: {},
  kinds: {},
  activities: 1,
  undated: 0,
  first: null,
  last: null,
  coverage,
  digest: '',
  clocks: [],
  evidenceDigest: '',
  analysisDigest: '',
  journal: { entries: 1, head: 'f'.repeat(64) },
  ...change,
});
const told = (formats: Partial<Record<'exec' | 'api' | 'cmd' | 'file' | 'hits', string>>): Told => ({
  formats: new Map(Object.entries(formats).map(([kind, format]) => [kind as 'cmd', new Set([format])])),
  levels: formats.api ? [{ value: 'Metadata', count: 7 }] : [],
});
const question = (change: Partial<Question>): Question => ({
  id: 'q',
  title: 'Who?',
  controls: controls({ HIPAA: '164.312(b)' }),
  figures: [],
  needs: [],
  ...change,
});

test.for([
  {
    title: 'all that it needs is told in full',
    asked: { needs: ['requests', 'commands'] },
    of: [source('audit', 'complete'), source('agent', 'complete')],
    tells: { api: 'audit', cmd: 'agent' },
    state: 'answered',
    says: 'Audit levels: Metadata 7',
  },
  {
    title: 'no source tells what it needs',
    asked: { needs: ['commands'] },
    of: [source('audit', 'complete')],
    tells: { api: 'audit' },
    state: 'unanswerable',
    says: 'No source in this case tells commands; they come from a runtime agent, or auditd.',
  },
  {
    title: 'no source tells what would help',
    asked: { needs: ['requests'], helps: ['commands'] },
    of: [source('audit', 'complete')],
    tells: { api: 'audit' },
    state: 'partly',
    says: 'No source in this case tells commands',
  },
  {
    title: 'only rule hits tell of commands',
    asked: { needs: ['commands'] },
    of: [source('rules', 'hits-only')],
    tells: { cmd: 'rules', hits: 'rules' },
    state: 'partly',
    says: 'only what a rule matched: the absence of others proves nothing',
  },
  {
    title: 'rule hits are what is asked for',
    asked: { needs: ['alerts'] },
    of: [source('rules', 'hits-only')],
    tells: { cmd: 'rules', hits: 'rules' },
    state: 'answered',
    says: 'Hits of rules: told by node-1, rules.',
  },
  {
    title: 'a source has gaps',
    asked: { needs: ['commands'] },
    of: [source('agent', 'partial')],
    tells: { cmd: 'agent' },
    state: 'partly',
    says: 'node-1, agent: agent is partial.',
  },
  {
    title: 'such evidence never tells',
    asked: { never: 'Nobody can tell.' },
    of: [source('agent', 'complete')],
    tells: { cmd: 'agent' },
    state: 'unanswerable',
    says: 'Nobody can tell.',
  },
] as const)('where $title, it is $state', ({ asked, of, tells, state, says }) => {
  const weighed = weigh(question(asked), info(of), told(tells), undefined);

  expect(weighed.state).toBe(state);
  expect(weighed.limits.join(' ')).toContain(says);
});

test('an empty case answers nothing', () => {
  for (const asked of QUESTIONS)
    expect(weigh(asked, info([], { activities: 0 }), told({}), undefined).state).toBe('unanswerable');
});

test.for([
  ['2025-03-01T00:00:00Z', '2026-03-17T00:00:00Z', '381 days', undefined],
  ['2026-03-16T00:00:00Z', '2026-03-17T00:00:00Z', '24 hours', /less than the twelve months/],
  [null, null, 'Nothing in this case has a time', /no span/],
] as const)('the span from %s to %s is %s', ([first, last, says, short]) => {
  const found = spanOf(info([], { first, last }));

  expect(found.facts.join()).toContain(says);
  expect(found.short ?? '').toMatch(short ?? /^$/);
});

test('silences are named, and so is that there are none', () => {
  const gap = { from: '2026-03-17T09:00:00Z', to: '2026-03-17T10:00:00Z', why: '' };

  expect(silencesOf(info([{ ...source('agent', 'partial'), gaps: [gap] }])).facts).toEqual([
    'node-1, agent: from 2026-03-17T09:00:00Z to 2026-03-17T10:00:00Z.',
  ]);
  expect(silencesOf(info([source('agent', 'complete')])).facts.join()).toContain('None of the 1 sources');
});

test('custody gives the journal’s head', () => {
  expect(custodyOf(info([])).facts.join()).toContain(`1 entries; the last has hash ${'f'.repeat(64)}`);
});
