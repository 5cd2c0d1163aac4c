/** What a report says against what the case says now: the report is collected again from the case, and each part compared. */
import type { JournalEntry } from '../case/journal';
import { canonical } from '../contract/canonical';
import { ExhibitError } from '../contract/errors';
import type { VerifyCheck } from '../contract/verify';
import { viewOfAnswers } from '../report/answers';
import { viewOf } from '../report/list';
import { buildModel, type ReportModel, type ReportSource } from '../report/model';
import { hasRedaction } from '../report/redaction';
import { VERSION } from '../version';
import { type Checked, isForeign } from './itself';

/** Parts of a report, by what a person calls them. */
const PARTS: readonly (readonly [name: string, of: (model: ReportModel) => unknown])[] = [
  ['evidence list', ({ case: of }) => of.evidence],
  ['counts, digests and coverage of the case', ({ case: { journal: _, evidence: __, case: ___, ...rest } }) => rest],
  ['sessions', ({ traces }) => traces],
  ['drawing of the period', ({ periods }) => periods],
  ['list', ({ list }) => list],
  ['answers', ({ answers }) => answers],
  ['findings', ({ findings }) => findings],
  ['marks', ({ marks }) => marks],
  ['redactions', ({ redactions }) => redactions],
  ['custody journal', ({ custody }) => custody],
  ['citations', ({ citations }) => citations],
  ['attached records', ({ attached }) => attached],
];
/** What marks are in: made or changed since, they make these differ. */
const MARKED = ['list', 'answers', 'marks', 'redactions', 'citations', 'attached records'];
/** What rests on them where a list may be filtered by them, or they are what is told of. */
const ofMarks = ({ board, list }: ReportModel): readonly string[] => (board || list !== null ? [...MARKED, 'findings'] : MARKED);
/** What no version of Exhibit tells otherwise. */
const OF_ANY_VERSION = ['evidence list', 'custody journal'];
/** Whether a case may count otherwise after an entry. */
const countsAnew = ({ what, detail }: JournalEntry): boolean =>
  ['known', 'rules'].includes(what) ||
  (['import', 'settings'].includes(what) && ['done', 'recovered'].includes(String(detail.outcome)));

/**
 * @param since entries of the journal after the one that the report states
 * @param isNamed whether something else names this very file: only then may another version have counted otherwise
 */
export async function checkNumbers(
  model: ReportModel,
  source: ReportSource,
  since: readonly JournalEntry[],
  isNamed: boolean,
): Promise<Checked> {
  const grown = since.some(countsAnew);
  if (grown)
    return {
      checks: [],
      unchecked: [
        'The numbers of the report: evidence was imported or read under other settings, or known addresses or rules were changed since, and they are those of the case before.',
      ],
    };
  if ([model.list, model.answers].some((of) => of !== null && hasRedaction(of.filter)))
    return { checks: [], unchecked: ['The numbers of the report: its filter holds a secret, which is not in it.'] };
  const marked = since.some(({ what }) => what === 'mark');
  try {
    const now = await collected(model, source);
    const left = marked ? ofMarks(model) : [];
    const compared = PARTS.filter(([name]) => !left.includes(name)).map(([name, of]) => compare(name, of(model), of(now)));
    const mayDiffer = ({ ok, name }: Compared) => !ok && isForeign(model) && isNamed && !OF_ANY_VERSION.includes(name);
    return {
      checks: compared.filter((part) => !mayDiffer(part)).map(({ name: _, ...check }) => check),
      unchecked: [
        ...compared
          .filter(mayDiffer)
          .map(({ what, detail }) => `${what}: Exhibit ${model.case.version} told it, and this is ${VERSION}. ${detail}`),
        ...(marked ? ['The marks of the report, and what is cited for them: marks were made or changed since.'] : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof ExhibitError) || error.code === 'stopped') throw error;
    return { checks: [{ what: 'The report’s sessions are in the case', ok: false, detail: error.message }], unchecked: [] };
  }
}

/** As it was collected then: with as much of the journal, and without a key where there was none. */
async function collected(model: ReportModel, source: ReportSource): Promise<ReportModel> {
  const { journal } = model.case;
  const then: ReportSource = {
    ...source,
    info: async () => ({ ...(await source.info()), journal }),
    journal: async () => (await source.journal()).slice(0, journal.entries),
    key: async () => (model.redaction.keyed ? source.key() : undefined),
  };
  return buildModel(then, {
    ids: model.traces.map(({ session }) => session),
    board: model.board,
    list: model.list === null ? undefined : viewOf(model.list),
    questions: model.answers === null ? undefined : viewOfAnswers(model.answers),
    redact: model.redaction.rule,
    withRecords: model.attached.length > 0,
    format: 'json',
    created: model.created,
    zone: model.zone,
    title: model.title,
    question: model.question ?? undefined,
    examiner: model.examiner ?? undefined,
  });
}

interface Compared extends VerifyCheck {
  readonly name: string;
}

function compare(name: string, said: unknown, now: unknown): Compared {
  const difference = firstDifference(said, now, '');
  return {
    name,
    what: `The report’s ${name}, collected again from the case`,
    ok: difference === undefined,
    detail: difference ?? 'The same.',
  };
}

const short = (value: unknown): string => (value === undefined ? 'nothing' : canonical(value).slice(0, 120));

const isList = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Where two values of JSON first differ, as a sentence. */
function firstDifference(said: unknown, now: unknown, at: string): string | undefined {
  if (!isList(said) || !isList(now) || Array.isArray(said) !== Array.isArray(now))
    return canonical(said ?? null) === canonical(now ?? null)
      ? undefined
      : `${at === '' ? 'All of it' : at}: the report says ${short(said)}, the case ${short(now)}.`;
  for (const name of new Set([...Object.keys(said), ...Object.keys(now)])) {
    const found = firstDifference(said[name], now[name], at === '' ? name : `${at}.${name}`);
    if (found) return found;
  }
  return undefined;
}
