/** Filters and windows over the sample, and what each means in plain JavaScript where that can be said in a line. */
import type { ActivityJson } from '../../../workers/contract/activity';
import { parseTime } from '../../../workers/contract/time';
import type { View } from '../../../workers/contract/view';

type Holds = (activity: ActivityJson) => boolean;
export interface Case extends View {
  readonly title: string;
  /** Absent where the language says more than a line of JavaScript. */
  readonly holds?: Holds;
}

const text = (value: unknown): string => String(value ?? '');
const list = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as string[]) : []);
const at = (time: string): bigint => {
  const ns = parseTime(time);
  if (ns === undefined) throw new Error(`no time: ${time}`);
  return ns;
};
const between =
  (from: string, to: string): Holds =>
  ({ time }) =>
    text(time) >= `${from}` && text(time) < `${to}`;

const filters: readonly (readonly [filter: string, holds?: Holds])[] = [
  ['comm="curl"', (a) => a.comm === 'curl'],
  ['comm!="ps"', (a) => a.comm !== 'ps'],
  ['comm="bash" namespace="billing"', (a) => a.comm === 'bash' && a.namespace === 'billing'],
  ['not (comm="ps" or comm="ab")', (a) => a.comm !== 'ps' && a.comm !== 'ab'],
  ['comm in ("tar", "gzip", "shred")', (a) => ['tar', 'gzip', 'shred'].includes(text(a.comm))],
  ['comm not in ("ab", "ps")', (a) => !['ab', 'ps'].includes(text(a.comm))],
  ['comm exists', (a) => a.comm !== undefined],
  ['not comm exists', (a) => a.comm === undefined],
  ['cmdline contains "198.51.100.23"', (a) => text(a.cmdline).includes('198.51.100.23')],
  ['cmdline contains "HISTORY"', (a) => text(a.cmdline).toLowerCase().includes('history')],
  ['cmdline startswith "tar "', (a) => text(a.cmdline).startsWith('tar ')],
  ['exe endswith "/curl"', (a) => text(a.exe).endsWith('/curl')],
  ['comm like "g*p"', (a) => /^g.*p$/s.test(text(a.comm))],
  ['comm like "?s"', (a) => /^.s$/s.test(text(a.comm))],
  ['cmdline matches "^(bash|sh)( -c .*)?$"', (a) => /^(bash|sh)( -c .*)?$/.test(text(a.cmdline))],
  ['user="johndoe"', (a) => a.user === 'johndoe'],
  ['ka.user.name="johndoe" and kind=exec', (a) => a.user === 'johndoe' && a.kind === 'exec'],
  ['groups="system:authenticated"', (a) => list(a.groups).includes('system:authenticated')],
  ['groups!="system:authenticated"', (a) => !list(a.groups).includes('system:authenticated')],
  ['sourceaddresses="203.0.113.7"', (a) => list(a.sourceaddresses).includes('203.0.113.7')],
  ['resource="pods" verb!="get"', (a) => a.resource === 'pods' && a.verb !== 'get'],
  ['code >= 400', (a) => typeof a.code === 'number' && a.code >= 400],
  ['code < 200 or code = 404', (a) => typeof a.code === 'number' && (a.code < 200 || a.code === 404)],
  ['pid > 9000 pid <= 9200', (a) => typeof a.pid === 'number' && a.pid > 9000 && a.pid <= 9200],
  ['result=refused', (a) => a.result === 'refused'],
  ['kind in (net, file)', (a) => a.kind === 'net' || a.kind === 'file'],
  ['server="198.51.100.23"', (a) => a.server === '198.51.100.23'],
  ['server in "198.51.100.0/24"', (a) => text(a.server).startsWith('198.51.100.')],
  ['server in "192.0.2.0/24" serverport=8443', (a) => text(a.server).startsWith('192.0.2.') && a.serverport === 8443],
  ['server in private'],
  ['server exists not server in private'],
  ['server in known'],
  ['not server in known kind=net'],
  ['direction=out', (a) => a.direction === 'out'],
  ['path="/root/.bash_history"', (a) => a.path === '/root/.bash_history'],
  ['mode="delete"', (a) => a.mode === 'delete'],
  ['namespace="shop" deployment exists', (a) => a.namespace === 'shop' && a.deployment !== undefined],
  ['cluster="lab-us"', (a) => a.cluster === 'lab-us'],
  ['cluster!="lab-us" kind!=api', (a) => a.cluster !== 'lab-us' && a.kind !== 'api'],
  ['rule exists', (a) => a.rule !== undefined],
  ['severity >= medium'],
  ['interactive=yes', (a) => a.interactive === 'yes'],
  ['interactive=unknown or interactive=no', (a) => a.interactive === 'unknown' || a.interactive === 'no'],
  ['session exists', (a) => a.session !== undefined],
  ['confidence < 0.95', (a) => typeof a.confidence === 'number' && a.confidence < 0.95],
  ['format="falco"', (a) => a.format === 'falco'],
  ['time >= 2026-03-17T12:00 time < 2026-03-17T13', between('2026-03-17T12:00', '2026-03-17T13')],
  ['duration > 60'],
  ['johndoe'],
  ['"bash_history"'],
  ['user="nobody-of-this-name"', () => false],
  ['user="x\' OR 1=1 --"', () => false],
];

const noon = { from: at('2026-03-17T12:00'), to: at('2026-03-17T13:00') };
const inNoon = between('2026-03-17T12:00:00', '2026-03-17T13:00:00');

export const VIEWS: readonly Case[] = [
  { title: 'everything', holds: () => true },
  { title: 'an hour', ...noon, holds: inNoon },
  { title: 'an hour of commands', ...noon, kinds: ['cmd'], holds: (a) => inNoon(a) && a.kind === 'cmd' },
  { title: 'no kind', kinds: [], holds: () => false },
  { title: 'execs and files', kinds: ['exec', 'file'], holds: (a) => a.kind === 'exec' || a.kind === 'file' },
  { title: 'a window before everything', from: 0n, to: 1n, holds: () => false },
  { title: 'a window open to the right', from: at('2026-03-17T23:00'), holds: (a) => text(a.time) >= '2026-03-17T23:00' },
  { title: 'an empty filter', filter: ' ', holds: () => true },
  { title: 'a filter in a window', filter: 'comm="ab"', ...noon, holds: (a) => a.comm === 'ab' && inNoon(a) },
  {
    title: 'a filter, a window and kinds',
    filter: 'namespace="shop"',
    ...noon,
    kinds: ['net', 'api'],
    holds: (a) => a.namespace === 'shop' && inNoon(a) && (a.kind === 'net' || a.kind === 'api'),
  },
  ...filters.map(([filter, holds]) => ({ title: filter, filter, ...(holds ? { holds } : {}) })),
];
