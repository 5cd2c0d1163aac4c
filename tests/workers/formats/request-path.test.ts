import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestPath } from '../../../workers/formats/request-path';

test.for([
  ['GET', '/api/v1/namespaces/shop/pods', { verb: 'list', apiVersion: 'v1', namespace: 'shop', resource: 'pods' }],
  [
    'GET',
    '/api/v1/namespaces/shop/pods?watch=true&x=1',
    { verb: 'watch', apiVersion: 'v1', namespace: 'shop', resource: 'pods' },
  ],
  [
    'GET',
    '/api/v1/watch/namespaces/shop/pods/p',
    { verb: 'watch', apiVersion: 'v1', namespace: 'shop', resource: 'pods', name: 'p' },
  ],
  ['DELETE', '/api/v1/namespaces/shop/pods', { verb: 'deletecollection', apiVersion: 'v1', namespace: 'shop', resource: 'pods' }],
  [
    'POST',
    '/api/v1/namespaces/shop/pods/p/exec?command=id',
    { verb: 'create', apiVersion: 'v1', namespace: 'shop', resource: 'pods', name: 'p', subresource: 'exec' },
  ],
  [
    'PATCH',
    '/apis/apps/v1/namespaces/shop/deployments/d/scale',
    {
      verb: 'patch',
      apiGroup: 'apps',
      apiVersion: 'v1',
      namespace: 'shop',
      resource: 'deployments',
      name: 'd',
      subresource: 'scale',
    },
  ],
  ['GET', '/api/v1/namespaces', { verb: 'list', apiVersion: 'v1', resource: 'namespaces' }],
  [
    'PUT',
    '/api/v1/namespaces/shop/finalize',
    { verb: 'update', apiVersion: 'v1', namespace: 'shop', resource: 'namespaces', name: 'shop', subresource: 'finalize' },
  ],
  ['GET', '/api/v1/nodes/n%2F1', { verb: 'get', apiVersion: 'v1', resource: 'nodes', name: 'n/1' }],
  ['GET', '/api/v1/proxy/nodes/n/exec', { verb: 'proxy', apiVersion: 'v1', resource: 'nodes', name: 'n', subresource: 'exec' }],
  ['GET', '/api/v1', { verb: 'get' }],
  ['GET', '/apis/apps/v1', { verb: 'get' }],
  ['HEAD', '/healthz', { verb: 'head' }],
  ['GET', '/api/v1/namespaces/%E0%A4/pods', { verb: 'list', apiVersion: 'v1', namespace: '%E0%A4', resource: 'pods' }],
] as const)('%s %s', ([method, uri, expected]) => {
  expect(requestPath(uri, method)).toEqual(expected);
});

test('any text is a path of something', () => {
  const verbs = fc.property(fc.string(), fc.string(), (uri, method) => {
    expect(requestPath(uri, method).verb).toBeTypeOf('string');
  });
  fc.assert(verbs);
});
