/** Findings on paper: the fact with its records, why it matters, how sure that is, what else it may be; and what the rules could see. */
import { RULE_STATE_WORDS, type RuleState, type RuleText } from '../contract/findings';
import { type Block, dim, evidence, quoting, type Spans, strong, words } from './blocks';
import type { ReportFinding, ReportFindings } from './finds';
import type { Writer } from './writer';

/** Citations of one finding, and rules of one reason, that are printed. */
const CITED = 12;
const NAMED = 6;

const plural = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** @param of what they are on: this session, what is listed */
export function findingsOn(writer: Writer, found: readonly ReportFinding[], of: string): readonly Block[] {
  const { findings } = writer.model;
  if (findings === null) return [];
  const rules = new Map(findings.rules.map((rule) => [rule.rule, rule]));
  const about = `Rules of Exhibit (pack ${findings.pack.version}) are held against every activity of the case;`;
  if (found.length === 0)
    return [{ type: 'text', spans: [words(`${about} none cites ${of}. What they could not see stands under Rules.`)] }];
  return [
    {
      type: 'text',
      spans: [
        words(
          `${about} these cite ${of}. The activities with their records are the fact; title, reason and severity are an interpretation, and say nothing of anybody’s intent. Confidence is a judgement: high where a record itself states what the title says, low where a name or a number only hints at it.`,
        ),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: 'Finding', width: 0.3 },
        { head: 'The fact, why it matters, and what else it may be', width: 0.54 },
        { head: 'Record', width: 0.16 },
      ],
      rows: found.flatMap((finding, i) => {
        const rule = rules.get(finding.rule);
        if (rule === undefined) return [];
        const isFirst = found.findIndex((other) => other.rule === finding.rule) === i;
        const meant = isFirst ? meaning(rule) : [dim('\nwhat that means stands with the first of this rule')];
        return [{ cells: [headOf(rule), [...fact(writer, finding), ...meant], cited(writer, finding)] }];
      }),
    },
  ];
}

const headOf = ({ rule, title, severity, confidence, own }: RuleText): Spans => [
  strong(title),
  words(`\nseverity ${severity}, confidence ${confidence}\n`),
  { text: rule, evidence: true, dim: true },
  ...(own ? [dim('\na rule of this case’s own')] : []),
];

function fact({ clock }: Writer, { scope, user, count, first, last }: ReportFinding): Spans {
  const place = [scope.cluster, scope.namespace, scope.pod ?? scope.host ?? scope.node]
    .filter((name) => name !== null)
    .join(' / ');
  const until =
    last === null || last === first
      ? ''
      : ` to ${clock.date(last) === clock.date(first ?? last) ? clock.clock(last, 'ms') : clock.full(last, 'ms')}`;
  return [
    strong(plural(count, 'activity', 'activities')),
    words(first === null ? ', no time recorded' : `, ${clock.full(first, 'ms')}${until}`),
    ...(user === null ? [] : [words(', credential '), evidence(user)]),
    ...(place === '' ? [] : [words('\n'), { text: place, evidence: true, dim: true } as const]),
  ];
}

const meaning = ({ about, innocent, tags }: RuleText): Spans => [
  words(`\n${about}`),
  words(`\nElse: ${innocent}`),
  ...(tags.length === 0 ? [] : [dim(`\n${tags.join(', ')}`)]),
];

function cited({ citingIds }: Writer, { records, count }: ReportFinding): Spans {
  const more = count - Math.min(records.length, CITED);
  return [...citingIds(records.slice(0, CITED)), ...(more > 0 ? [dim(`and ${plural(more, 'more', 'more')}`)] : [])];
}

/** Which rules there were, and what kept some from seeing all; no block where none was asked. */
export function rules({ model: { findings } }: Writer): readonly Block[] {
  if (findings === null) return [];
  const { pack, evaluated, unlisted } = findings;
  const count = (state: RuleState) => evaluated.filter((rule) => rule.state === state).length;
  const reasons = reasonsOf(evaluated);
  return [
    { type: 'heading', level: 1, text: 'Rules' },
    {
      type: 'text',
      spans: [
        words(
          `Pack ${pack.version} (the first digits of the SHA-256 of all rules) has ${plural(pack.rules, 'rule')}. Of the time that this report shows ${count('whole')} could see everything that they need, ${count('partly')} a part of it, ${count('none')} nothing: what these did not find may have been there all the same.`,
        ),
        ...(unlisted === 0 ? [] : [words(` ${plural(unlisted, 'finding')} of the least severe are left out.`)]),
      ],
    },
    ...(reasons.length === 0
      ? []
      : [
          {
            type: 'table',
            columns: [
              { head: 'State', width: 0.2 },
              { head: 'Why', width: 0.36 },
              { head: 'Rules', width: 0.44 },
            ],
            rows: reasons.map(({ state, why, names }) => ({
              cells: [[words(RULE_STATE_WORDS[state])], [quoting(why)], [words(plural(names.length, 'rule')), ...namesOf(names)]],
            })),
          } as const,
        ]),
  ];
}

const namesOf = (names: readonly string[]): Spans => [
  words('\n'),
  { text: names.slice(0, NAMED).join(', '), evidence: true, dim: true },
  ...(names.length > NAMED ? [dim(' and others, which the data attached names')] : []),
];

interface Reason {
  readonly state: RuleState;
  readonly why: string;
  readonly names: readonly string[];
}

/** Rules of the same reason together, those that saw nothing first. */
function reasonsOf(evaluated: ReportFindings['evaluated']): readonly Reason[] {
  const reasons = new Map<string, { state: RuleState; why: string; names: string[] }>();
  for (const { rule, state, why } of evaluated) {
    if (state === 'whole') continue;
    const key = `${state} ${why}`;
    const known = reasons.get(key) ?? { state, why: why ?? '', names: [] };
    known.names.push(rule);
    reasons.set(key, known);
  }
  return [...reasons.values()]
    .map((reason) => ({ ...reason, names: reason.names.sort() }))
    .sort((a, b) => (a.state === b.state ? b.names.length - a.names.length : a.state === 'none' ? -1 : 1));
}
