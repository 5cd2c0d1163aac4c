import { expect, test } from 'vitest';
import { type Asked, asked, type OriginatorRow } from '../../../workers/correlate/originators';

const URI =
  '/api/v1/namespaces/shop/pods/web-1/exec?command=sh&command=-c&command=ls+-la%26%26id&container=web&stdin=true&tty=true';
const row = (changes: Partial<OriginatorRow>): OriginatorRow => ({
  key: 1n,
  subresource: 'exec',
  label: null,
  command: null,
  requesturi: URI,
  code: 101,
  result: 'ok',
  stage: 'ResponseComplete',
  namespace: 'shop',
  pod: null,
  name: 'web-1',
  container: null,
  ...changes,
});

test.for<{ title: string; row: Partial<OriginatorRow>; asks: Partial<Asked> }>([
  {
    title: 'words, container and terminal of the address',
    row: {},
    asks: { pod: 'web-1', container: 'web', argv: ['sh', '-c', 'ls -la&&id'], tty: true },
  },
  { title: 'the projected command before the address', row: { command: ['bash'] }, asks: { argv: ['bash'] } },
  { title: 'of a repeated container the last', row: { requesturi: '/x?container=a&container=b' }, asks: { container: 'b' } },
  { title: 'no terminal', row: { requesturi: '/x?command=ls' }, asks: { tty: false } },
  { title: 'no address: neither command nor terminal is known', row: { requesturi: null }, asks: { argv: null, tty: null } },
  {
    title: 'through the node proxy',
    row: { subresource: 'proxy', name: 'node-1', requesturi: '/api/v1/nodes/node-1/proxy/exec/shop/web-2/app?command=id' },
    asks: { namespace: 'shop', pod: 'web-2', container: 'app', argv: ['id'], barren: null },
  },
  {
    title: 'through the node proxy by its old path, with the uid of the pod',
    row: { subresource: 'proxy', requesturi: '/api/v1/proxy/nodes/node-1/exec/shop/web-2/0a1b-2c/app?command=id' },
    asks: { namespace: 'shop', pod: 'web-2', container: 'app', argv: ['id'], barren: null },
  },
  {
    title: 'the kubelet’s run has cmd',
    row: { subresource: 'proxy', requesturi: '/api/v1/nodes/node-1/proxy/run/shop/web-2/app?cmd=id' },
    asks: { argv: ['id'], barren: null },
  },
  { title: 'refused by the server', row: { result: 'refused', code: 403 }, asks: { barren: 'refused' } },
  { title: 'not found', row: { code: 404 }, asks: { barren: 'failed' } },
  { title: 'attach', row: { subresource: 'attach' }, asks: { barren: 'attach' } },
  { title: 'port-forward', row: { subresource: 'portforward' }, asks: { barren: 'port-forward' } },
  { title: 'debug', row: { subresource: 'ephemeralcontainers' }, asks: { barren: 'container' } },
])('$title', ({ row: changes, asks }) => {
  expect(asked(row(changes))).toMatchObject(asks);
});
