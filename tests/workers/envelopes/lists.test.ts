/** Values that only hold a list of records. */
import { describe, expect, test } from 'vitest';
import { base64 } from '../../../workers/envelopes/base64';
import { cloudwatch } from '../../../workers/envelopes/cloudwatch';
import { lists } from '../../../workers/envelopes/lists';
import { otlp } from '../../../workers/envelopes/otlp';
import { EVENT, GROUP, MS, STREAM, table } from './value-table';

table(lists, [
  {
    title: 'an empty page',
    value: { events: [], searchedLogStreams: [], nextToken: 'x' },
    expected: { ignored: 'an empty list' },
  },
  { title: 'an EventList of nothing', value: { kind: 'EventList', items: null }, expected: { ignored: 'an empty list' } },
  { title: 'an EventList without items', value: { kind: 'EventList' }, expected: { ignored: 'an empty list' } },
  { title: 'an EventList with something in the place of items', value: { kind: 'EventList', items: {} }, expected: undefined },
  { title: 'a record with an empty list', value: { data: [], rule: 'x' }, expected: undefined },
]);

describe('lists', () => {
  const event = { id: '1', timestamp: MS, message: EVENT };
  test.for([
    {
      title: 'a subscription payload',
      envelope: cloudwatch,
      value: { messageType: 'DATA_MESSAGE', logGroup: GROUP, logStream: STREAM, logEvents: [event] },
      expected: { path: ['logEvents'], context: { cluster: 'demo', source: STREAM } },
    },
    {
      title: 'a payload of another group',
      envelope: cloudwatch,
      value: { messageType: 'DATA_MESSAGE', logGroup: '/aws/lambda/x', logEvents: [event] },
      expected: { path: ['logEvents'], context: {} },
    },
    {
      title: 'filter-log-events',
      envelope: cloudwatch,
      value: { events: [event], searchedLogStreams: [], nextToken: 'x' },
      expected: { path: ['events'] },
    },
    { title: 'events of something else', envelope: cloudwatch, value: { events: [{ a: 1 }] }, expected: undefined },
    {
      title: 'records of a Kinesis event',
      envelope: base64,
      value: { Records: [{ kinesis: { data: 'x' } }] },
      expected: { path: ['Records'] },
    },
    {
      title: 'pulled messages',
      envelope: base64,
      value: { receivedMessages: [{ message: { data: 'x', messageId: '1' } }] },
      expected: { path: ['receivedMessages'] },
    },
    { title: 'records without data', envelope: base64, value: { records: [{ category: 'kube-audit' }] }, expected: undefined },
    {
      title: 'a list under data',
      envelope: lists,
      value: { page: { total: 1 }, data: [{ a: 1 }] },
      expected: { path: ['data'] },
    },
    {
      title: 'OData',
      envelope: lists,
      value: { '@odata.context': 'x', value: [{ a: 1 }], '@odata.nextLink': 'x' },
      expected: { path: ['value'] },
    },
    { title: 'records', envelope: lists, value: { records: [{ a: 1 }] }, expected: { path: ['records'] } },
    {
      title: 'a record with a list of data',
      envelope: lists,
      value: { workload: {}, data: [{ name: 'x' }] },
      expected: undefined,
    },
    { title: 'a list of texts', envelope: lists, value: { data: ['a'] }, expected: undefined },
    {
      title: 'a list of Kubernetes objects',
      envelope: lists,
      value: { kind: 'List', apiVersion: 'v1', items: [{ kind: 'Event' }] },
      expected: undefined,
    },
    {
      title: 'OTLP: what the resource says',
      envelope: otlp,
      value: {
        resource: {
          attributes: [
            { key: 'openshift.cluster.uid', value: { stringValue: 'c' } },
            { key: 'openshift.log.type', value: { stringValue: 'audit' } },
            { key: 'openshift.log.source', value: { stringValue: 'openshiftAPI' } },
            { key: 'k8s.node.name', value: { stringValue: 'node-1' } },
            { key: 'k8s.pod.name', value: { stringValue: 'collector' } },
            7,
          ],
        },
        scopeLogs: [],
      },
      expected: { path: ['scopeLogs'], context: { cluster: 'c', server: 'openshiftAPI', node: 'node-1', host: 'node-1' } },
    },
  ])('$title', ({ envelope, value, expected }) => {
    expect(envelope.list?.(value)).toEqual(expected);
  });
});
