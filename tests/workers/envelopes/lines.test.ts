/** Envelopes around lines of text: what is inside, and what they say of it. */
import { describe, expect, test } from 'vitest';
import { cloudwatch } from '../../../workers/envelopes/cloudwatch';
import { cri } from '../../../workers/envelopes/cri';
import { docker } from '../../../workers/envelopes/docker';
import type { Envelope } from '../../../workers/envelopes/envelope';
import { journald } from '../../../workers/envelopes/journald';
import { prefixed } from '../../../workers/envelopes/prefixed';
import { programLog } from '../../../workers/envelopes/program-log';
import { syslog } from '../../../workers/envelopes/syslog';

const EVENT = '{"kind":"Event","auditID":"a"}';
interface Case {
  readonly title: string;
  readonly line: string;
  readonly expected: ReturnType<NonNullable<Envelope['line']>>;
}
const table = (envelope: Envelope, cases: readonly Case[]) =>
  describe(envelope.title, () => {
    test.for(cases)('$title', ({ line, expected }) => {
      expect(envelope.line?.(line)).toEqual(expected);
    });
  });

table(cri, [
  {
    title: 'a whole line',
    line: `2026-03-17T09:41:02.345678901Z stdout F ${EVENT}`,
    expected: { text: EVENT, context: { time: '2026-03-17T09:41:02.345678901Z' } },
  },
  {
    title: 'an offset and a tag',
    line: `2026-03-17T10:41:02.3+01:00 stderr F:x ${EVENT}`,
    expected: { text: EVENT, context: { time: '2026-03-17T10:41:02.3+01:00' } },
  },
  {
    title: 'parts in order, with their blanks',
    line: '2026-03-17T09:41:02.1Z stdout P {"a": \n2026-03-17T09:41:02.1Z stdout F  1}',
    expected: { text: '{"a":  1}', context: { time: '2026-03-17T09:41:02.1Z' } },
  },
  {
    title: 'a klog line of the other stream between parts',
    line: '2026-03-17T09:41:02.1Z stdout P {"a":\n2026-03-17T09:41:02.1Z stderr F I0317 09:41:02.100000 1 a.go:1] x\n2026-03-17T09:41:02.2Z stdout F 1}',
    expected: { text: '{"a":1}', context: { time: '2026-03-17T09:41:02.1Z' } },
  },
  {
    title: 'something else of the other stream between parts, which breaks the record instead of vanishing',
    line: '2026-03-17T09:41:02.1Z stdout P {"a":\n2026-03-17T09:41:02.1Z stderr F who knows\n2026-03-17T09:41:02.2Z stdout F 1}',
    expected: { text: '{"a":who knows1}', context: { time: '2026-03-17T09:41:02.1Z' } },
  },
  { title: 'an empty line', line: '2026-03-17T09:41:02.1Z stdout F', expected: { ignored: 'blank line' } },
  { title: 'a time and nothing of it', line: `2026-03-17T09:41:02.1Z ${EVENT}`, expected: undefined },
  { title: 'bare JSON', line: EVENT, expected: undefined },
]);

describe('parts of CRI lines', () => {
  const part = '2026-03-17T09:41:02.1Z stdout P {"a":';
  test.for([
    { title: 'P goes on', line: part, first: undefined, expected: true },
    { title: 'F ends', line: '2026-03-17T09:41:02.1Z stdout F 1}', first: part, expected: false },
    { title: 'the other stream within', line: '2026-03-17T09:41:02.1Z stderr F x', first: part, expected: true },
    { title: 'the other stream, minutes later', line: '2026-03-17T09:47:02.1Z stderr F x', first: part, expected: false },
    { title: 'the other stream, no record open', line: '2026-03-17T09:41:02.1Z stderr F x', first: undefined, expected: false },
    { title: 'no CRI line', line: 'what is this', first: part, expected: false },
  ])('$title: $expected', ({ line, first, expected }) => {
    expect(cri.isPart?.(line, first)).toBe(expected);
  });
});

describe('Docker log lines', () => {
  const log = (text: string, stream = 'stdout', time = '2026-03-17T09:41:02.345678901Z') =>
    JSON.stringify({ log: text, stream, time });
  const long = `{"a":"${'x'.repeat(16 * 1024)}`;
  test.for([
    {
      title: 'a whole line',
      value: { log: `${EVENT}\n`, stream: 'stdout', time: '2026-03-17T09:41:02Z' },
      expected: { text: EVENT, context: { time: '2026-03-17T09:41:02Z' } },
    },
    {
      title: 'with attributes',
      value: { log: EVENT, stream: 'stderr', attrs: { tag: 'x' }, time: 7 },
      expected: { text: EVENT, context: {} },
    },
    { title: 'an empty line', value: { log: '\n', stream: 'stdout', time: '' }, expected: { ignored: 'blank line' } },
    { title: 'another shipper’s record', value: { log: EVENT, stream: 'stdout', kubernetes: {} }, expected: undefined },
    { title: 'a log that is no text', value: { log: {}, stream: 'stdout', time: '' }, expected: undefined },
  ])('$title', ({ value, expected }) => {
    expect(docker.value?.(value)).toEqual(expected);
  });
  test.for([
    { title: 'a text of 16 KiB without a newline goes on', line: log(long), first: undefined, expected: true },
    { title: 'a long text with its newline does not', line: log(`${long}"}\n`), first: undefined, expected: false },
    { title: 'a backslash and an n are no newline', line: log(`${long}\\n`), first: undefined, expected: true },
    { title: 'a short text without a newline does not', line: log('prompt> '), first: undefined, expected: false },
    {
      title: 'the other stream within a record',
      line: log('I0317 09:41:02.100000 1 a.go:1] x\n', 'stderr'),
      first: log(long),
      expected: true,
    },
    { title: 'its own stream ends it', line: log('"}\n'), first: log(long), expected: false },
    { title: 'what is no log line ends it', line: EVENT, first: log(long), expected: false },
  ])('$title', ({ line, first, expected }) => {
    expect(docker.isPart?.(line, first)).toBe(expected);
  });
  test('parts are joined, what klog wrote between is left out', () => {
    const lines = [log(long), log('I0317 09:41:02.100000 1 a.go:1] x\n', 'stderr'), log('"}\n')];
    expect(docker.line?.(lines.join('\n'))).toEqual({ text: `${long}"}`, context: { time: '2026-03-17T09:41:02.345678901Z' } });
  });
  test('parts of which one is broken are nobody’s', () => {
    expect(docker.line?.(`${log(long)}\n{"log":"x`)).toBeUndefined();
  });
});

table(programLog, [
  { title: 'klog', line: 'W0317 09:41:02.345678       1 dispatcher.go:1] x', expected: { ignored: 'klog line' } },
  {
    title: 'logfmt',
    line: 'time="2026-03-17T09:41:02Z" level=info msg="Starting k3s"',
    expected: { ignored: 'log line of a program' },
  },
  {
    title: 'Falco’s start',
    line: 'Tue Mar 17 09:41:02 2026: Falco version: 0.39.0',
    expected: { ignored: 'log line of a program' },
  },
  ...[
    '2026-03-17T09:41:02+0000: Falco version: 0.41.3',
    'Events detected: 22',
    '   CRITICAL: 3',
    '   Terminal shell in container: 1',
    'Terminal shell in container: 1',
    '   - event drop detected: 0 occurrences',
  ].map((line) => ({ title: `of Falco: ${line}`, line, expected: { ignored: 'log line of a program' } })),
  {
    title: 'an alert of Falco with its whole time',
    line: '2026-03-17T09:41:02.345678901+0000: Notice A shell was spawned',
    expected: undefined,
  },
  { title: 'an alert of Falco as text', line: '09:41:02.345678901: Notice A shell was spawned', expected: undefined },
  { title: 'a word that only begins so', line: 'I0317 is not a time', expected: undefined },
]);

table(syslog, [
  {
    title: 'RFC 3164',
    line: `<14>Mar  7 09:41:02 node-1 kube-apiserver[4321]: ${EVENT}`,
    expected: { text: EVENT, context: { host: 'node-1', source: 'kube-apiserver' } },
  },
  {
    title: 'journalctl',
    line: `Nov 01 00:00:00 node-1 k3s[1]: ${EVENT}`,
    expected: { text: EVENT, context: { host: 'node-1', source: 'k3s' } },
  },
  {
    title: 'journalctl in another language',
    line: `févr. 01 00:00:00 node-1 k3s[1]: ${EVENT}`,
    expected: { text: EVENT, context: { host: 'node-1', source: 'k3s' } },
  },
  {
    title: 'journalctl -o short-precise',
    line: `Nov 01 00:00:00.123456 node-1 k3s[1]: ${EVENT}`,
    expected: { text: EVENT, context: { host: 'node-1', source: 'k3s' } },
  },
  {
    title: 'journalctl -o short-iso',
    line: `2026-11-01T00:00:00+0100 node-1 k3s[1]: ${EVENT}`,
    expected: { text: EVENT, context: { host: 'node-1', source: 'k3s', time: '2026-11-01T00:00:00+01:00' } },
  },
  {
    title: 'journalctl -o short-full',
    line: `Sun 2026-11-01 00:00:00 UTC node-1 k3s[1]: ${EVENT}`,
    expected: { text: EVENT, context: { host: 'node-1', source: 'k3s', time: '2026-11-01T00:00:00Z' } },
  },
  {
    title: 'rsyslog with a time of its own',
    line: `2026-03-17T09:41:02.345678+01:00 node-1 tag: ${EVENT}`,
    expected: { text: EVENT, context: { host: 'node-1', source: 'tag', time: '2026-03-17T09:41:02.345678+01:00' } },
  },
  {
    title: 'RFC 5424',
    line: `<165>1 2026-03-17T09:41:02.003Z node-1 app 12 ID47 - ${EVENT}`,
    expected: { text: EVENT, context: { host: 'node-1', source: 'app', time: '2026-03-17T09:41:02.003Z' } },
  },
  {
    title: 'RFC 5424 with structured data and a byte order mark',
    line: `<165>1 - - - - - [a@1 k="v\\"]"][b@1] \ufeff${EVENT}`,
    expected: { text: EVENT, context: {} },
  },
  {
    title: 'an audit record of the kernel that journald kept: its stamp is lost',
    line: '2026-03-17T09:41:02.345678+0100 node-1 audit[4242]: SYSCALL arch=c000003e syscall=59',
    expected: {
      text: 'type=SYSCALL msg=audit(~2026-03-17T09:41:02.345678+0100): arch=c000003e syscall=59',
      context: { host: 'node-1', source: 'audit', time: '2026-03-17T09:41:02.345678+01:00' },
    },
  },
  {
    title: 'one whose kind an older journald has no name for',
    line: 'Mar 17 09:41:02 node-1 audit: <audit-1334> prog-id=9 op=LOAD',
    expected: { text: 'type=1334 msg=audit(~Mar 17 09:41:02): prog-id=9 op=LOAD', context: { host: 'node-1', source: 'audit' } },
  },
  {
    title: 'an audit record of the dispatcher',
    line: 'Mar 17 09:41:02 node-1 audispd: node=node-1 type=SYSCALL msg=audit(1.2:3): arch=1',
    expected: { text: 'node=node-1 type=SYSCALL msg=audit(1.2:3): arch=1', context: { host: 'node-1', source: 'audispd' } },
  },
  {
    title: 'an audit record of the kernel',
    line: 'Mar 17 09:41:02 node-1 kernel: [ 12.345678] audit: type=1300 audit(1.2:3): arch=1',
    expected: { text: 'type=1300 audit(1.2:3): arch=1', context: { host: 'node-1', source: 'kernel' } },
  },
  { title: 'nothing behind the tag', line: 'Mar 17 09:41:02 node-1 cron[1]: ', expected: { ignored: 'blank line' } },
  { title: 'an old audit line', line: '2017-06-15T21:50:50.259470834Z AUDIT: id="a" stage="Panic"', expected: undefined },
  { title: 'a CRI line', line: `2026-03-17T09:41:02.1Z stdout F ${EVENT}`, expected: undefined },
  {
    title: 'a line of aws logs tail',
    line: `2026-03-17T09:41:02.1+00:00 kube-apiserver-audit-0a1b ${EVENT}`,
    expected: undefined,
  },
  { title: 'a time and klog', line: '2026-03-17T09:41:02.1Z I0317 09:41:02.345678 1 a.go:1] x: y', expected: undefined },
]);

table(prefixed, [
  {
    title: 'oc adm node-logs',
    line: `ip-10-0-1-2.internal ${EVENT}`,
    expected: { text: EVENT, context: { node: 'ip-10-0-1-2.internal', host: 'ip-10-0-1-2.internal' } },
  },
  {
    title: 'oc adm node-logs of auditd',
    line: 'master-0 type=SYSCALL msg=audit(1.2:3): x',
    expected: { text: 'type=SYSCALL msg=audit(1.2:3): x', context: { node: 'master-0', host: 'master-0' } },
  },
  { title: 'kubectl logs --prefix', line: `[pod/falco-x/falco] ${EVENT}`, expected: { text: EVENT } },
  { title: 'stern', line: `falco-x falco ${EVENT}`, expected: { text: EVENT } },
  { title: 'docker compose', line: `falco-1  | ${EVENT}`, expected: { text: EVENT } },
  { title: 'grep over several files', line: `/var/log/audit-1.log:${EVENT}`, expected: { text: EVENT } },
  { title: 'grep -n', line: `audit-2026-03-17T09-41-02.345.log:17:${EVENT}`, expected: { text: EVENT } },
  { title: 'awslogs', line: `/aws/eks/demo/cluster kube-apiserver-audit-0a1b ${EVENT}`, expected: { text: EVENT } },
  {
    title: 'aws logs filter-log-events --output text',
    line: `EVENTS\t3912\t1773740470000\tkube-apiserver-audit-0a1b\t${EVENT}\t1773740462345`,
    expected: { text: EVENT, context: { time: '2026-03-17T09:41:02.345Z', source: 'kube-apiserver-audit-0a1b' } },
  },
  {
    title: 'aws logs get-log-events --output text',
    line: `EVENTS\t1773740470000\t${EVENT}\t1773740462345`,
    expected: { text: EVENT, context: { time: '2026-03-17T09:41:02.345Z' } },
  },
  {
    title: 'kubectl logs --timestamps',
    line: `2026-03-17T09:41:02.345678901Z ${EVENT}`,
    expected: { text: EVENT, context: { time: '2026-03-17T09:41:02.345678901Z' } },
  },
  {
    title: 'a CloudWatch export to S3',
    line: `2026-03-17T09:41:02.345Z ${EVENT}`,
    expected: { text: EVENT, context: { time: '2026-03-17T09:41:02.345Z' } },
  },
  {
    title: 'klog behind a node',
    line: 'master-0 I0317 09:41:02.345678 1 a.go:1] x',
    expected: { text: 'I0317 09:41:02.345678 1 a.go:1] x', context: { node: 'master-0', host: 'master-0' } },
  },
  { title: 'a name and prose', line: 'master-0 audit.log', expected: undefined },
]);

table(cloudwatch, [
  {
    title: 'aws logs tail',
    line: `2026-03-17T09:41:02.345000+00:00 kube-apiserver-audit-0a1b ${EVENT}`,
    expected: { text: EVENT, context: { time: '2026-03-17T09:41:02.345000+00:00', source: 'kube-apiserver-audit-0a1b' } },
  },
  {
    title: 'another stream of the control plane',
    line: '2026-03-17T09:41:02.345000+00:00 authenticator-0a1b time="x" level=info',
    expected: { ignored: 'not an audit stream' },
  },
  { title: 'text of an unknown stream', line: '2026-03-17T09:41:02.345000+00:00 app hello', expected: undefined },
]);

test('what journald cut after 48 KiB is joined', () => {
  const prefix = 'Nov 01 00:00:00 node-1 k3s[1]: ';
  const part = `{"a":"${'é'.repeat((48 * 1024 - 6) / 2)}`;
  expect([syslog.isPart?.(prefix + part), syslog.isPart?.(`${prefix}${part}"`), syslog.isPart?.(part)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(syslog.line?.(`${prefix}${part}\n${prefix}"}`)).toEqual({
    text: `${part}"}`,
    context: { host: 'node-1', source: 'k3s' },
  });
});

test('one line of JSON is an entry', () => {
  expect(journald.line?.('{"__CURSOR":"x","MESSAGE":"type=SYSCALL msg=audit(1.2:3): x"}')).toEqual({
    text: 'type=SYSCALL msg=audit(1.2:3): x',
    context: {},
  });
  expect(docker.line?.('{"log":"type=x\\n","stream":"stdout","time":""}')).toEqual({ text: 'type=x', context: {} });
  expect(journald.line?.('{"kind":"Event"}')).toBeUndefined();
});

test('a heading of journalctl is ignored', () => {
  expect(journald.line?.('-- Journal begins at Sun 2026-11-01 00:00:00 UTC. --')).toEqual({ ignored: 'heading of journalctl' });
  expect(journald.line?.('-- who knows')).toBeUndefined();
});

test('entries that journald cut are joined', () => {
  const entry = (text: string, more: object) =>
    JSON.stringify({ __REALTIME_TIMESTAMP: '1', _HOSTNAME: 'node-1', MESSAGE: text, ...more });
  const first = entry('{"a":', { _LINE_BREAK: 'line-max' });
  expect([journald.isPart?.(first), journald.isPart?.(entry('1}', {}))]).toEqual([true, false]);
  expect(journald.line?.(`${first}\n${entry('1}', {})}`)).toMatchObject({ text: '{"a":1}', context: { host: 'node-1' } });
});
