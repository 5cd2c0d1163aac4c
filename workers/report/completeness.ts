/** What the evidence holds and what it lacks: its members with the fate of their records, audit levels, and what could not be read. */
import type { MemberInfo } from '../contract/evidence';
import { saidOf } from '../contract/member';
import { type Block, dim, evidence, quoting, type Spans, type TableRow, words } from './blocks';
import type { ReportEvidence } from './evidence';
import type { Writer } from './writer';

/** Members that are printed; all are in the data. */
const MOST_MEMBERS = 100;

const number = (n: number): string => n.toLocaleString('en');

export function completeness(writer: Writer): readonly Block[] {
  const { case: info, citations } = writer.model;
  const cited = new Set(citations.map((c) => `${c.evidence} ${c.member}`));
  const all = info.evidence.flatMap((of) => of.members.map((member) => ({ of, member })));
  // Of more than fit: those that records are cited of, then those that something could not be read of.
  const rank = ({ of, member }: (typeof all)[number]) =>
    cited.has(`${of.id} ${member.path}`) ? 0 : member.format === null || member.rejected > 0 ? 1 : 2;
  const shown = new Set(all.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_MEMBERS));
  return [
    { type: 'heading', level: 1, text: 'Evidence, member by member' },
    {
      type: 'text',
      spans: [
        words(
          'Every record has one fate: it yielded an activity, was merged into one, is a duplicate, was ignored as bookkeeping of its source, or was rejected since it could not be read.',
        ),
        ...(shown.size < all.length
          ? [words(` ${number(all.length - shown.size)} more members stand in the data attached.`)]
          : []),
      ],
    },
    {
      type: 'table',
      columns: [
        { head: 'Member, format, first and last time', width: 0.5 },
        { head: 'Records', width: 0.1, align: 'right' },
        { head: 'Yielded', width: 0.1, align: 'right' },
        { head: 'Merged', width: 0.1, align: 'right' },
        { head: 'Dupl., ign.', width: 0.1, align: 'right' },
        { head: 'Rejected', width: 0.1, align: 'right' },
      ],
      rows: all.filter((one) => shown.has(one)).map((one) => rowOf(writer, one.of, one.member)),
    },
    ...levels(writer),
    ...rejects(writer),
  ];
}

function rowOf({ clock }: Writer, { id, kind }: ReportEvidence, member: MemberInfo): TableRow {
  const { path, format, first, last } = member;
  const said = [saidOf(member), member.warning].filter(Boolean).join('; ');
  const times: Spans =
    first === null || last === null
      ? []
      : [
          words('\n'),
          dim(
            `${clock.full(first, 's')} to ${clock.date(first) === clock.date(last) ? clock.clock(last, 's') : clock.full(last, 's')}`,
          ),
        ];
  const counts = [member.records, member.yielded, member.merged, member.duplicates + member.ignored, member.rejected];
  return {
    cells: [
      [
        evidence(kind === 'file' ? id : `${id}/${path}`),
        words('\n'),
        format === null ? dim('not read: of no known format') : words(format),
        ...(said === '' ? [] : [dim(', '), { ...quoting(said), dim: true }]),
        ...times,
      ],
      ...counts.map((count) => [words(number(count))]),
    ],
  };
}

function levels({ model }: Writer): readonly Block[] {
  const { levels: told } = model.case;
  if (told.length === 0) return [];
  const text = told.map(({ value, count }) => `${value} ${number(count)}`).join(', ');
  return [
    {
      type: 'text',
      spans: [
        words('Audit levels of the requests: '),
        quoting(text),
        words('. At Metadata a record says who did what to which object, not what was written or answered.'),
      ],
    },
  ];
}

function rejects({ model }: Writer): readonly Block[] {
  const { rejects: told, evidence: all } = model.case;
  const count = all.reduce((sum, { rejected }) => sum + rejected, 0);
  if (count === 0) return [{ type: 'text', spans: [words('Every record could be read.')] }];
  const more = count - told.length;
  return [
    { type: 'text', spans: [words(`Could not be read${more > 0 ? `, the first ${told.length} of ${number(count)}` : ''}:`)] },
    { type: 'list', items: told.map(({ at, why }) => [evidence(at), words(': '), quoting(why)]) },
  ];
}
