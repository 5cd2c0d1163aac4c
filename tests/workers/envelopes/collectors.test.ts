/** What journald, collectors and shippers wrap around records. */
import { expect, test } from 'vitest';
import { elasticsearch } from '../../../workers/envelopes/elasticsearch';
import { grafana } from '../../../workers/envelopes/grafana';
import { journald } from '../../../workers/envelopes/journald';
import { otlp } from '../../../workers/envelopes/otlp';
import { programLog } from '../../../workers/envelopes/program-log';
import { shipper } from '../../../workers/envelopes/shipper';
import { splunk } from '../../../workers/envelopes/splunk';
import { viaq } from '../../../workers/envelopes/viaq';
import { winlog } from '../../../workers/envelopes/winlog';
import { EVENT, MS, TIME, table } from './value-table';

table(journald, [
  {
    title: 'an entry',
    value: { __REALTIME_TIMESTAMP: '1773740462345678', _HOSTNAME: 'node-1', _SYSTEMD_UNIT: 'k3s.service', MESSAGE: EVENT },
    expected: { text: EVENT, context: { host: 'node-1', source: 'k3s.service', time: '2026-03-17T09:41:02.345678Z' } },
  },
  {
    title: 'a message as bytes',
    value: { __CURSOR: 'x', MESSAGE: [...Buffer.from('{"a":"é"}')] },
    expected: { text: '{"a":"é"}', context: {} },
  },
  { title: 'a message given twice', value: { __CURSOR: 'x', MESSAGE: ['a', 'b'] }, expected: { text: 'a\nb', context: {} } },
  {
    title: 'a message left out',
    value: { __CURSOR: 'x', MESSAGE: null },
    expected: { rejected: 'a message of more than 4 KiB, which journalctl leaves out without --all' },
  },
  { title: 'bytes that are none', value: { __CURSOR: 'x', MESSAGE: [1, 999] }, expected: undefined },
  {
    title: 'a record of the audit transport, with its stamp put back',
    value: {
      __CURSOR: 'x',
      _TRANSPORT: 'audit',
      _AUDIT_ID: '456',
      _SOURCE_REALTIME_TIMESTAMP: '1773740462345000',
      _HOSTNAME: 'node-1',
      MESSAGE: 'SYSCALL arch=c000003e syscall=59',
    },
    expected: {
      text: 'type=SYSCALL msg=audit(1773740462.345:456): arch=c000003e syscall=59',
      context: { host: 'node-1', time: '2026-03-17T09:41:02.345000Z' },
    },
  },
  { title: 'something with a message', value: { MESSAGE: EVENT }, expected: undefined },
]);

table(otlp, [
  {
    title: 'a body of text',
    value: { observedTimeUnixNano: '1773740462345678901', body: { stringValue: EVENT } },
    expected: { text: EVENT, context: { time: '2026-03-17T09:41:02.345678901Z' } },
  },
  {
    title: 'a body that was parsed',
    value: {
      attributes: [],
      body: {
        kvlistValue: {
          values: [
            { key: 'kind', value: { stringValue: 'Event' } },
            { key: 'code', value: { intValue: '9007199254740993' } },
            { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, {}] } } },
          ],
        },
      },
    },
    expected: { text: '{"kind":"Event","code":"9007199254740993","list":[true,null]}', context: {} },
  },
  { title: 'an empty body', value: { attributes: [], body: { stringValue: '' } }, expected: { ignored: 'empty body' } },
  { title: 'something with a body', value: { body: { stringValue: EVENT } }, expected: undefined },
]);

table(viaq, [
  {
    title: 'an access log of OVN',
    value: { log_type: 'audit', log_source: 'ovn', message: 'x' },
    expected: { ignored: 'access log of OVN' },
  },
  {
    title: 'a record of auditd',
    value: {
      '@timestamp': TIME,
      log_type: 'audit',
      log_source: 'auditd',
      hostname: 'node-1',
      message: 'type=SYSCALL msg=audit(1.2:3): x',
      openshift: { cluster_id: 'c' },
    },
    expected: { text: 'type=SYSCALL msg=audit(1.2:3): x', context: { cluster: 'c', node: 'node-1', host: 'node-1', time: TIME } },
  },
  {
    title: 'an application’s line that was parsed',
    value: { log_type: 'application', structured: { rule: 'x' }, message: 'x' },
    expected: { path: ['structured'], context: {} },
  },
  {
    title: 'an audit event, which is a record itself',
    value: { log_type: 'audit', log_source: 'kubeAPI', auditID: 'a' },
    expected: undefined,
  },
]);

table(elasticsearch, [
  { title: 'a hit', value: { _index: 'x', _id: '1', _source: { a: 1 } }, expected: { path: ['_source'] } },
  { title: 'an answer', value: { took: 1, hits: { total: 1, hits: [] } }, expected: { path: ['hits', 'hits'] } },
  { title: 'an action line', value: { index: { _index: 'x', _id: '1' } }, expected: { ignored: 'bulk action line' } },
  { title: 'an empty action line', value: { create: {} }, expected: { ignored: 'bulk action line' } },
  { title: 'a record with such a key', value: { delete: { path: '/etc' } }, expected: undefined },
]);

table(splunk, [
  {
    title: 'an event of the collector',
    value: { time: 1773740462.345, host: 'node-1', source: 'audit', event: { a: 1 } },
    expected: { path: ['event'], context: { host: 'node-1', source: 'audit', time: '2026-03-17T09:41:02.345Z' } },
  },
  { title: 'an event as text', value: { event: EVENT }, expected: { text: EVENT, context: {} } },
  {
    title: 'a row of an export',
    value: { _raw: EVENT, _time: '2026-03-17T09:41:02.345+00:00', host: 'node-1' },
    expected: { text: EVENT, context: { host: 'node-1', time: '2026-03-17T09:41:02.345+00:00' } },
  },
  {
    title: 'a result of an export',
    value: { preview: false, offset: 0, result: { _raw: EVENT } },
    expected: { path: ['result'] },
  },
  { title: 'a record with an event', value: { '@timestamp': TIME, event: { category: 'process' } }, expected: undefined },
]);

table(shipper, [
  {
    title: 'Filebeat',
    value: { '@timestamp': TIME, message: EVENT, host: { name: 'node-1' } },
    expected: { text: EVENT, context: { host: 'node-1', time: TIME } },
  },
  {
    title: 'Fluent Bit',
    value: { log: `${EVENT}\n`, stream: 'stdout', kubernetes: { host: 'node-1', pod_name: 'falco-x' } },
    expected: { text: `${EVENT}\n`, context: { host: 'node-1', node: 'node-1' } },
  },
  {
    title: 'Vector',
    value: { message: EVENT, source_type: 'kubernetes_logs', timestamp: TIME },
    expected: { text: EVENT, context: { time: TIME } },
  },
  { title: 'logcli', value: { labels: {}, line: EVENT, timestamp: TIME }, expected: { text: EVENT, context: { time: TIME } } },
  {
    title: 'a stream of Loki',
    value: { stream: {}, values: [['1773740462345678901', EVENT], 7] },
    expected: { text: JSON.stringify([{ line: EVENT, timestamp: '2026-03-17T09:41:02.345678901Z' }, {}]) },
  },
  {
    title: 'an answer of Loki',
    value: { status: 'success', data: { resultType: 'streams', result: [] } },
    expected: { path: ['data', 'result'] },
  },
  {
    title: 'LogDNA',
    value: { _line: EVENT, _ts: MS, _host: 'node-1', _app: 'ibmcloud-kube-audit' },
    expected: { text: EVENT, context: { host: 'node-1', source: 'ibmcloud-kube-audit', time: TIME } },
  },
  {
    title: 'Cloud Logging of a container',
    value: {
      logName: 'x',
      jsonPayload: { rule: 'x' },
      timestamp: TIME,
      resource: { labels: { cluster_name: 'demo' } },
      labels: { 'compute.googleapis.com/resource_name': 'node-1' },
    },
    expected: { path: ['jsonPayload'], context: { cluster: 'demo', node: 'node-1', host: 'node-1', time: TIME } },
  },
  { title: 'an audit entry of Google', value: { logName: 'x', protoPayload: {}, textPayload: EVENT }, expected: undefined },
  { title: 'a message that is prose', value: { '@timestamp': TIME, message: 'hello' }, expected: undefined },
  {
    title: 'prose of Filebeat',
    value: { '@timestamp': TIME, message: 'hello', input: { type: 'container' } },
    expected: { text: 'hello', context: { time: TIME } },
  },
  { title: 'prose of Fluent Bit', value: { log: 'hello', kubernetes: {} }, expected: { text: 'hello', context: {} } },
  {
    title: 'an event of Elastic’s with a message',
    value: { '@timestamp': TIME, message: EVENT, process: {}, input: { type: 'log' } },
    expected: undefined,
  },
  { title: 'a line number', value: { line: 7, timestamp: TIME }, expected: undefined },
  { title: 'a record with a line of its own', value: { line: 'hello', timestamp: TIME, rule: 'x' }, expected: undefined },
]);

table(programLog, [
  { title: 'klog as JSON', value: { ts: 1773740462345.6, caller: 'a.go:1', msg: 'x', v: 0 }, expected: { ignored: 'klog line' } },
  {
    title: 'zap',
    value: { level: 'info', ts: TIME, caller: 'a.go:1', msg: 'x' },
    expected: { ignored: 'log line of a program' },
  },
  { title: 'something with a message', value: { msg: 'x', level: 'info' }, expected: undefined },
]);

const SYSMON = {
  channel: 'Linux-Sysmon/Operational',
  computer_name: 'node-1',
  event_id: '1',
  record_id: 24,
  time_created: '2026-03-17T09:41:02.345Z',
  event_data: { Image: '/usr/bin/id', CommandLine: 'sh -c "a < b" & c\nd', 'not a name': 'x', version: 5 },
};
table(winlog, [
  {
    title: 'an event of Sysmon for Linux',
    value: { winlog: SYSMON, host: { name: 'worker-1' } },
    expected: {
      text: `<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID><TimeCreated SystemTime="${TIME}"/><EventRecordID>24</EventRecordID><Computer>node-1</Computer></System><EventData><Data Name="Image">/usr/bin/id</Data><Data Name="CommandLine">sh -c &quot;a &lt; b&quot; &amp; c&#10;d</Data></EventData></Event>`,
      context: { host: 'worker-1' },
    },
  },
  { title: 'one of Windows', value: { winlog: { ...SYSMON, channel: 'Security' } }, expected: undefined },
  { title: 'one without its data', value: { winlog: { channel: SYSMON.channel } }, expected: undefined },
]);

const ALERT = '09:41:02.345000000: Notice A shell was spawned (user=root)';
const LABELS = {
  rule: 'Terminal shell in container',
  priority: 'Notice',
  source: 'syscall',
  hostname: 'node-1',
  tags: 'T1059,shell',
};
const SIDEKICK = {
  time: TIME,
  rule: LABELS.rule,
  priority: 'Notice',
  source: 'syscall',
  hostname: 'node-1',
  tags: ['T1059', 'shell'],
  output: ALERT,
};
table(shipper, [
  {
    title: 'an alert that Falcosidekick wrote into Loki keeps its rule',
    value: { stream: LABELS, values: [['1773740462345000000', ALERT]] },
    expected: { text: JSON.stringify([{ ...SIDEKICK, time: '2026-03-17T09:41:02.345000000Z' }]) },
  },
  {
    title: 'as logcli prints it',
    value: { labels: LABELS, line: ALERT, timestamp: TIME },
    expected: { text: JSON.stringify(SIDEKICK) },
  },
]);

test('the time of a line of Grafana’s is kept to its last digit', () => {
  const time = (row: Record<string, unknown>) => grafana.value?.({ Line: '{}', ...row });
  expect(time({ tsNs: '1773740462345678901', Date: TIME })).toMatchObject({
    context: { time: '2026-03-17T09:41:02.345678901Z' },
  });
  expect(time({ Date: TIME, id: '1' })).toMatchObject({ context: { time: TIME } });
  expect(grafana.line?.(`${MS}\t${TIME}\tx`)).toEqual({ text: 'x', context: { time: TIME } });
});
