/** Who did it, and how sure that is: the identity chain, the reasons, the rivals. */

import { confidenceText } from '../contract/confidence';
import type { IdentityLinkName } from '../contract/identity';
import { CERTAIN } from '../contract/session';
import type { Trace } from '../contract/trace';
import { type Block, dim, evidence, quoting, type Spans, strong, type TableRow, words } from './blocks';
import { isCall, type Writer } from './writer';

const NOBODY = 'not asked for';
const NOT_HERE = dim('– not in this evidence');

/** Rows of the chain that a call to the API server has, in this order; what the evidence lacks of them is said. */
const OF_CALLS: readonly (readonly [link: IdentityLinkName, title: string, absent: string])[] = [
  ['address', 'Address', 'the record names none'],
  ['claimed address', 'Claimed address', ''],
  ['client', 'Client', 'the record names none'],
  ['cloud principal', 'Cloud principal', 'no cloud identity recorded'],
  ['user', 'Kubernetes user', 'the record names none'],
  ['groups', 'Groups', 'the record names none'],
  ['credential', 'Credential', ''],
  ['bound to pod', 'Bound to pod', ''],
  ['impersonated user', 'Acting as', NOBODY],
  ['impersonated groups', 'In the groups', ''],
  ['token asked for', 'Token asked for by', ''],
  ['account created', 'Account created by', ''],
];
const OF_PROCESSES: readonly (readonly [link: IdentityLinkName, title: string, absent: string])[] = [
  ['address', 'Address', 'the record of a process names none'],
  ['machine account', 'Account', 'the record names none'],
  ['user', 'User', ''],
];

export function who({ citing, citingIds }: Writer, trace: Trace): readonly Block[] {
  const { originator, chain } = trace;
  const record = citing(originator.records.slice(0, 1));
  const row = (link: string, value: Spans, basis: string, records: Spans = []): TableRow => ({
    cells: [[words(link)], value, [quoting(basis)], records],
  });
  const own = (isCall(trace) ? OF_CALLS : OF_PROCESSES).flatMap(([name, title, absent]) => {
    const links = chain.filter(({ link }) => link === name);
    if (links.length === 0)
      return absent === '' ? [] : [row(title, [absent === NOBODY ? words('nobody else') : NOT_HERE], absent)];
    return links.map(({ value, basis, records }) =>
      row(title, [{ text: value, evidence: true, strong: name === 'user' }], basis, citingIds(records)),
    );
  });
  const where = [
    originator.cluster,
    originator.namespace,
    originator.pod ?? originator.node ?? originator.host,
    originator.container,
  ]
    .filter((v) => v !== undefined)
    .map(String);
  return [
    {
      type: 'table',
      columns: [
        { head: 'Link', width: 0.18 },
        { head: 'Value', width: 0.4 },
        { head: 'Basis', width: 0.32 },
        { head: 'Record', width: 0.1 },
      ],
      rows: [
        ...own,
        ...(isCall(trace) ? [] : ofProcess(trace).map(([link, value, basis]) => row(link, [evidence(value)], basis, record))),
        row(
          isCall(trace) ? 'Entered' : 'Ran in',
          where.length === 0 ? [NOT_HERE] : [evidence(where.join(' / '))],
          isCall(trace) ? 'as the request names it' : 'as the agent names it',
          where.length === 0 ? [] : record,
        ),
      ],
    },
    { type: 'text', small: true, spans: attribution(trace) },
  ];
}

/** What an agent tells of the process that a session begins with. */
function ofProcess({ originator: o, why }: Trace): readonly (readonly [link: string, value: string, basis: string])[] {
  const rows: (readonly [string, string, string])[] = [];
  if (o.uid !== undefined) rows.push(['User id', String(o.uid), 'of the process, on its host or in its container']);
  if (o.loginuid !== undefined || o.loginname !== undefined)
    rows.push([
      'Login',
      [o.loginname, o.loginuid].filter((v) => v !== undefined).join(', user id '),
      'kept by the kernel through su and sudo',
    ]);
  const opener = why[0]?.what;
  if (o.parent !== undefined)
    rows.push(['Parent', String(o.parent), opener === undefined ? 'of the process' : opener.toLowerCase()]);
  return rows;
}

function attribution(trace: Trace): Spans {
  const { user } = trace.identity;
  if (user !== null)
    return [
      words('Acts are attributed to the credential '),
      evidence(user),
      words('. That a certain person used it is not shown by this evidence.'),
    ];
  if (isCall(trace)) return [words('The record names no user: to whom these acts belong is not shown by this evidence.')];
  const { uid, loginuid } = trace.originator;
  return [
    words('No call to an API server opened this session, so no Kubernetes credential stands behind it. '),
    words(
      uid === undefined && loginuid === undefined
        ? 'Who did it is not shown by this evidence.'
        : `Acts are attributed to user id ${loginuid ?? uid} of its host. Which person that was is not shown by this evidence; the host’s own log of logins may tell.`,
    ),
  ];
}

export function howSure({ citingIds }: Writer, trace: Trace): readonly Block[] {
  const blocks: Block[] = [];
  const pid = trace.root?.pid == null ? '' : ` of pid ${trace.root.pid}`;
  if (trace.confidence === null) {
    blocks.push({
      type: 'figure',
      value: '–',
      spans: [strong('no process is assigned to this session'), words('\nthe reasons stand below')],
    });
  } else {
    blocks.push({
      type: 'figure',
      value: confidenceText(trace.confidence),
      spans: [
        strong(trace.certain ? 'certain' : 'not certain'),
        words(
          ` (certain from ${CERTAIN})\n${
            isCall(trace)
              ? `that the process tree${pid} was started by this session`
              : `that the process tree${pid} is a session of its own, which no call of this evidence opened`
          }`,
        ),
      ],
    });
  }
  if (trace.why.length > 0) {
    blocks.push({
      type: 'table',
      columns: [
        { head: 'Reason', width: 0.36 },
        { head: 'In this case', width: 0.5 },
        { head: 'Record', width: 0.14 },
      ],
      rows: trace.why.map((r) => ({
        cells: [[words(`${r.holds ? '✓' : '✗'} `), quoting(r.what)], [quoting(r.detail)], citingIds(r.records)],
      })),
    });
  }
  blocks.push(...rivals(trace));
  return blocks;
}

function rivalsSaid(trace: Trace): string {
  if (trace.rivals.length > 0) return 'Other sessions that could own this tree:';
  if (!isCall(trace)) return 'None: a session of its own has no other owner; calls that could have opened it were weighed first.';
  return trace.confidence === null ? 'None: no tree is assigned.' : 'None within 0.2 of this answer.';
}

function rivals(trace: Trace): readonly Block[] {
  const blocks: Block[] = [];
  const others = trace.rivals.map((r): Spans => [evidence(r.session), words(` with confidence ${confidenceText(r.confidence)}`)]);
  blocks.push({
    type: 'text',
    spans: [strong('Rivals. '), words(rivalsSaid(trace))],
  });
  if (others.length > 0) blocks.push({ type: 'list', items: others });
  if (trace.considered.length > 0) {
    blocks.push({ type: 'text', spans: [words('Weighed and put aside:')] });
    blocks.push({
      type: 'list',
      items: trace.considered.map((c) => [evidence(c.session), words(` (${confidenceText(c.confidence)}): `), quoting(c.why)]),
    });
  }
  return blocks;
}
