/** Who did it, and how sure that is: the identity chain, the reasons, the rivals. */
import { CERTAIN, type Trace } from '../contract/engine';
import type { IdentityLinkName } from '../contract/identity';
import { type Block, dim, evidence, quoting, type Spans, strong, type TableRow, words } from './blocks';
import type { Writer } from './writer';

/** Links of a service account that other calls tell than the session's own. */
const OF_ACCOUNTS: Partial<Record<IdentityLinkName, string>> = {
  'token asked for': 'Token asked for by',
  'account created': 'Account created by',
};

export function who({ citing }: Writer, trace: Trace): readonly Block[] {
  const { identity, originator } = trace;
  const record = citing(originator.records.slice(0, 1));
  const row = (link: string, value: Spans, basis: string, cited = true): TableRow => ({
    cells: [[words(link)], value, [words(basis)], cited ? record : []],
  });
  const absent = dim('– not in this evidence');
  const addresses = identity.sourceaddresses;
  const seen = addresses.at(-1);
  const entered = [originator.cluster, originator.namespace, originator.pod, originator.container]
    .filter((v) => v !== undefined)
    .map(String);
  return [
    {
      type: 'table',
      columns: [
        { head: 'Link', width: 0.18 },
        { head: 'Value', width: 0.44 },
        { head: 'Basis', width: 0.28 },
        { head: 'Record', width: 0.1 },
      ],
      rows: [
        row('Address', [seen === undefined ? absent : evidence(seen)], 'seen by the API server', seen !== undefined),
        ...(addresses.length > 1
          ? [row('', [evidence(addresses.slice(0, -1).join(', '))], 'claimed by the client or a proxy')]
          : []),
        row(
          'Client',
          [identity.useragent === null ? absent : evidence(identity.useragent)],
          'claimed by the client',
          identity.useragent !== null,
        ),
        row(
          'Cloud user',
          [identity.clouduser === null ? absent : evidence(identity.clouduser)],
          identity.clouduser === null ? 'no cloud identity recorded' : 'user.extra of the record',
          identity.clouduser !== null,
        ),
        row(
          'Kubernetes user',
          [identity.user === null ? absent : { text: identity.user, evidence: true, strong: true }],
          identity.basis ?? 'basis not recorded',
          identity.user !== null,
        ),
        row(
          'Groups',
          [identity.groups.length === 0 ? absent : evidence(identity.groups.join(', '))],
          'as authenticated',
          identity.groups.length > 0,
        ),
        row(
          'Impersonated',
          identity.impersonated === null ? [words('none')] : [evidence(identity.impersonated)],
          identity.impersonated === null ? 'not asked for' : 'asked for by the client',
        ),
        ...trace.chain.flatMap(({ link, value, basis, records }): TableRow[] => {
          const title = OF_ACCOUNTS[link];
          return title === undefined
            ? []
            : [{ cells: [[words(title)], [evidence(value)], [words(`${basis} `), evidence(records.join(', '))], []] }];
        }),
        row('Entered', [entered.length === 0 ? absent : evidence(entered.join(' / '))], 'request', entered.length > 0),
      ],
    },
    {
      type: 'text',
      small: true,
      spans: [
        words('Acts are attributed to the credential '),
        evidence(identity.user ?? '(none)'),
        words('. That a certain person used it is not shown by this evidence.'),
      ],
    },
  ];
}

export function howSure(trace: Trace): readonly Block[] {
  const blocks: Block[] = [];
  if (trace.confidence === null) {
    blocks.push({
      type: 'figure',
      value: '–',
      spans: [strong('no process is assigned to this session'), words('\nthe reasons stand below')],
    });
  } else {
    blocks.push({
      type: 'figure',
      value: trace.confidence.toFixed(2),
      spans: [
        strong(trace.certain ? 'certain' : 'not certain'),
        words(
          ` (certain from ${CERTAIN})\nthat the process tree${trace.root?.pid == null ? '' : ` of pid ${trace.root.pid}`} was started by this session`,
        ),
      ],
    });
  }
  if (trace.why.length > 0) {
    blocks.push({
      type: 'table',
      columns: [
        { head: 'Reason', width: 0.4 },
        { head: 'In this case', width: 0.6 },
      ],
      rows: trace.why.map((r) => ({ cells: [[words(`${r.holds ? '✓' : '✗'} `), quoting(r.what)], [quoting(r.detail)]] })),
    });
  }
  const rivals = trace.rivals.map((r): Spans => [evidence(r.session), words(` with confidence ${r.confidence.toFixed(2)}`)]);
  blocks.push({
    type: 'text',
    spans: [
      strong('Rivals. '),
      words(rivals.length === 0 ? 'None within 0.2 of this answer.' : 'Other sessions that could own this tree:'),
    ],
  });
  if (rivals.length > 0) blocks.push({ type: 'list', items: rivals });
  if (trace.considered.length > 0) {
    blocks.push({ type: 'text', spans: [words('Weighed and put aside:')] });
    blocks.push({
      type: 'list',
      items: trace.considered.map((c) => [evidence(c.session), words(` (${c.confidence.toFixed(2)}): `), quoting(c.why)]),
    });
  }
  return blocks;
}
