/**
 * The identity chain of a session: address, client, cloud principal, user, groups, the token or certificate, whom it acted as; of a service account also who asked for
 * that token (where the API server names it, that very one; else any of the account's) and who created the account. Each link names the activity that tells it.
 */
import type { ActivityJson } from '../contract/activity';
import type { IdentityLink, IdentityLinkName } from '../contract/identity';
import { type Sql, sql } from '../contract/sql';
import { formatTime, parseTime } from '../contract/time';
import { timestamp } from '../filter/test';
import { CREDENTIAL_TOLD } from '../formats/api-call';
import { numbered } from './numbered';
import { idsOf } from './rows';
import { type RowOf, select } from './select';
import type { Source } from './source';

/** Who asked for tokens of an account: the latest few. Kubelets ask for those of the pods that they run. */
const MOST_ISSUERS = 5;
/** The longest that an API server lets a bound token live unless told otherwise is a year; what clients ask for is an hour to two days. */
const TOKEN_LIFE_NS = 48n * 3_600_000_000_000n;
const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** @param key the originator's activity */
export async function identityChain(source: Source, originator: ActivityJson, key: bigint): Promise<readonly IdentityLink[]> {
  const used = await credentialOf(source, key);
  return [...ownLinks(originator), ...credentialLinks(originator, used), ...(await accountLinks(source, originator, used))];
}

/** What `told` says of a credential (formats/api-call.ts). */
interface Credential {
  /** `JTI=…` of a token, `X509SHA256=…` of a certificate. */
  readonly credential: string | null;
  /** That the token is bound to, and the node that it was on. */
  readonly pod: string | null;
  readonly node: string | null;
}

async function credentialOf({ connection }: Source, key: bigint): Promise<Credential | undefined> {
  const [row] = await select(
    connection,
    { told: 'VARCHAR' },
    sql`SELECT told FROM activity WHERE key = CAST(${key} AS BIGINT) AND starts_with(told, ${CREDENTIAL_TOLD})`,
  );
  return row === undefined ? undefined : (JSON.parse(row.told) as Credential);
}

function credentialLinks({ id }: ActivityJson, used: Credential | undefined): IdentityLink[] {
  if (used === undefined) return [];
  const { credential, pod, node } = used;
  const isCertificate = credential?.startsWith('X509') ?? false;
  const basis = `id of the ${isCertificate ? 'certificate' : 'token'} that it came with, as the API server read it`;
  const bound = `its token was made for this pod${node === null ? '' : ` on ${node}`}; whoever could read it there may have used it`;
  return [
    ...(credential === null ? [] : [{ link: 'credential', value: credential, basis, records: [id] } as const]),
    ...(pod === null ? [] : [{ link: 'bound to pod', value: pod, basis: bound, records: [id] } as const]),
  ];
}

/** What the originator's own record says. */
function ownLinks(originator: ActivityJson): IdentityLink[] {
  const { id } = originator;
  const isCall = originator.kind === 'exec' || originator.kind === 'api';
  const list = (name: string) => (originator[name] as readonly string[] | undefined) ?? [];
  const text = (name: string) => (originator[name] === undefined ? [] : [String(originator[name])]);
  const addresses = list('sourceaddresses');
  const link = (name: IdentityLinkName, values: readonly string[], basis: string): IdentityLink[] =>
    values.length === 0 ? [] : [{ link: name, value: values.join(', '), basis, records: [id] }];
  return [
    ...link('address', addresses.slice(-1), isCall ? 'seen by the API server' : 'seen by the host'),
    ...link('claimed address', addresses.slice(0, -1), 'claimed by the client or a proxy'),
    ...link('client', text('useragent'), 'claimed by the client'),
    ...link('cloud principal', text('clouduser'), 'as the cloud named it to the API server'),
    ...link('user', text('user'), (originator.identitybasis as string | undefined) ?? 'as the API server authenticated it'),
    ...link('groups', list('groups'), 'as the API server authenticated them'),
    ...link('impersonated user', text('impersonated'), 'asked for by the client, and allowed to it: whose rights were used'),
    ...link('impersonated groups', list('impersonatedgroups'), 'asked for by the client, and allowed to it'),
    ...(isCall ? [] : link('machine account', text('username'), 'the account of the process, as the agent tells')),
  ];
}

interface Account {
  readonly namespace: string;
  readonly name: string;
  readonly cluster: string | undefined;
  /** Of the session. */
  readonly time: bigint;
}

/** A service account's token may be used by whoever holds it: who asked for one before, and who made the account. */
async function accountLinks(
  source: Source,
  { user, cluster, time }: ActivityJson,
  used: Credential | undefined,
): Promise<IdentityLink[]> {
  const [, namespace, name] = SERVICE_ACCOUNT.exec(typeof user === 'string' ? user : '') ?? [];
  const at = parseTime(typeof time === 'string' ? time : '');
  if (namespace === undefined || name === undefined || at === undefined) return [];
  const account: Account = { namespace, name, cluster: cluster as string | undefined, time: at };
  const exact = used?.credential ? await issuersOf(source, account, used.credential) : [];
  const calls = await callsFor(
    source,
    account,
    sql`(a.subresource IS NULL OR (a.subresource = 'token' AND a.time >= ${timestamp(at - TOKEN_LIFE_NS)}))`,
  );
  const asked = exact.length > 0 ? exact : await issuers(source, calls);
  return [...asked, ...(await creators(source, calls))];
}

/** Who was given the very token: a request for a token tells the id of the one that it was answered with. */
async function issuersOf(source: Source, account: Account, credential: string): Promise<IdentityLink[]> {
  const given = sql`a.subresource = 'token' AND starts_with(a.told, ${CREDENTIAL_TOLD}) AND (a.told ->> '$.issued') = ${credential}`;
  return (await latest(source, await callsFor(source, account, given), MOST_ISSUERS)).map(({ caller, last, id }) => ({
    link: 'token asked for',
    value: caller,
    basis: `was given this very token at ${formatTime(last)}: the answer named its id`,
    records: [id],
  }));
}

async function issuers(source: Source, calls: readonly Call[]): Promise<IdentityLink[]> {
  const asked = calls.filter(({ subresource }) => subresource !== null);
  return (await latest(source, asked, MOST_ISSUERS)).map(({ caller, last, times, id }) => ({
    link: 'token asked for',
    value: caller,
    basis: `asked for a token of this account ${times === 1n ? 'once' : `${times} times`} in the two days before, last at ${formatTime(last)}; no record tells which token was used`,
    records: [id],
  }));
}

async function creators(source: Source, calls: readonly Call[]): Promise<IdentityLink[]> {
  const made = calls.filter(({ subresource }) => subresource === null);
  return (await latest(source, made, 1)).map(({ caller, last, id }) => ({
    link: 'account created',
    value: caller,
    basis: `created this account at ${formatTime(last)}`,
    records: [id],
  }));
}

const CALL = {
  actor: 'INTEGER?',
  scope: 'INTEGER?',
  subresource: 'VARCHAR?',
  last: 'TIMESTAMP_NS',
  times: 'BIGINT',
  key: 'BIGINT',
} as const;

/** Calls of one caller, and the latest of them. */
interface Call extends Pick<RowOf<typeof CALL>, 'subresource' | 'last' | 'times' | 'key'> {
  readonly caller: string;
}

/** Who made something of an account by calls before the session that were not refused. */
async function callsFor(source: Source, { namespace, name, cluster, time }: Account, what: Sql): Promise<readonly Call[]> {
  const rows = await select(
    source.connection,
    CALL,
    sql`
      SELECT a.actor, a.scope, a.subresource, max(a.time) AS last, count(*) AS times, arg_max(a.key, a.time) AS key
      FROM activity a
      WHERE a.resource = 'serviceaccounts' AND a.kind = 'api' AND a.verb = 'create' AND a.name = ${name} AND ${what}
        AND a.result NOT IN ('refused', 'failed') AND a.time <= ${timestamp(time)}
      GROUP BY ALL`,
  );
  const scopes = await numbered(
    source,
    'scope',
    rows.flatMap(({ scope }) => scope ?? []),
  );
  const actors = await numbered(
    source,
    'actor',
    rows.flatMap(({ actor }) => actor ?? []),
  );
  const calls = new Map<string, Call>();
  for (const { actor, scope, ...row } of rows) {
    const place = scopes.get(scope ?? -1);
    if (place?.namespace !== namespace || (cluster !== undefined && place.cluster !== null && place.cluster !== cluster))
      continue;
    const who = actors.get(actor ?? -1);
    const caller = String(who?.impersonated ?? who?.user ?? 'unknown');
    const of = `${row.subresource} ${caller}`;
    const known = calls.get(of);
    const times = row.times + (known?.times ?? 0n);
    calls.set(of, known && known.last > row.last ? { ...known, times } : { ...row, caller, times });
  }
  return [...calls.values()];
}

/** The latest `most`, with the id of each. */
async function latest(
  source: Source,
  calls: readonly Call[],
  most: number,
): Promise<readonly (Call & { readonly id: string })[]> {
  const some = calls
    .toSorted((a, b) => (a.last === b.last ? compareText(a.caller, b.caller) : a.last > b.last ? -1 : 1))
    .slice(0, most);
  const ids = await idsOf(
    source,
    some.map(({ key }) => key),
  );
  return some.map((call) => ({ ...call, id: ids.get(call.key) as string }));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
