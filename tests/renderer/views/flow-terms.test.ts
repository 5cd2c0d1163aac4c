import { expect, test } from 'vitest';
import { nodeName, shortName } from '../../../renderer/views/flow/flow-names';
import { termsOf } from '../../../renderer/views/flow/flow-terms';
import { parse } from '../../../workers/contract/filter';
import type { FlowNode } from '../../../workers/contract/flow';

const node = (given: Partial<FlowNode>): FlowNode => ({
  column: 'user',
  family: 'others',
  inside: false,
  folded: 1,
  members: [],
  whole: true,
  ...given,
});
const fold = (given: Partial<FlowNode>): FlowNode => {
  const { value: _, ...rest } = node(given);
  return rest;
};

test.for([
  { of: node({ value: 'johndoe' }), name: 'johndoe', only: 'user="johndoe"', without: 'user!="johndoe"' },
  { of: node({ column: 'code', value: '403' }), name: '403 Forbidden', only: 'code=403', without: 'code!=403' },
  {
    of: node({ column: 'resource', value: 'pods' }),
    name: 'Workload pods',
    only: 'resource="pods"',
    without: 'resource!="pods"',
  },
  {
    of: node({ column: 'resource', value: 'leases' }),
    name: 'Other leases',
    only: 'resource="leases"',
    without: 'resource!="leases"',
  },
  {
    of: node({ column: 'clouduser', value: null }),
    name: 'not recorded',
    only: 'not clouduser exists',
    without: 'clouduser exists',
  },
  {
    of: node({ column: 'impersonated', value: null }),
    name: 'none',
    only: 'not impersonated exists',
    without: 'impersonated exists',
  },
  {
    of: node({ column: 'groups', value: '["dev","on,call"]' }),
    name: 'dev, on,call',
    only: 'groups="dev" groups="on,call"',
    without: 'not (groups="dev" groups="on,call")',
  },
  {
    of: fold({ column: 'sourceaddresses', family: '10.244.0.0/16', folded: 40 }),
    name: '10.244.0.0/16',
    only: 'sourceaddresses in "10.244.0.0/16"',
    without: 'not (sourceaddresses in "10.244.0.0/16")',
  },
  {
    of: fold({ column: 'sourceaddresses', family: 'external', folded: 40 }),
    name: 'external',
    only: 'sourceaddresses exists not sourceaddresses in private',
    without: 'not (sourceaddresses exists not sourceaddresses in private)',
  },
  {
    of: fold({ family: 'service accounts', folded: 40 }),
    name: 'service accounts',
    only: 'user startswith "system:serviceaccount:"',
    without: 'not (user startswith "system:serviceaccount:")',
  },
  {
    of: fold({ family: 'service accounts', folded: 2, members: ['a', 'b'], whole: false }),
    name: 'other service accounts',
    only: 'user in ("a", "b")',
    without: 'not (user in ("a", "b"))',
  },
])('$name is $only', ({ of, name, only, without }) => {
  expect(nodeName(of)).toBe(name);
  expect(termsOf(of)).toEqual({ only, without });
  for (const term of [only, without]) expect(() => parse(term)).not.toThrow();
});

test.for([
  ['a fold whose members are not all known', fold({ folded: 40, members: ['a'], whole: false })],
  [
    'what is left of a family that others are shown beside',
    fold({ column: 'sourceaddresses', family: 'external', folded: 40, members: ['a'], whole: false }),
  ],
  ['a group that everybody has', node({ column: 'groups', value: '["system:authenticated"]' })],
  ['a text that was cut', node({ value: 'x'.repeat(500) })],
] as const)('no filter says %s', ([, of]) => {
  expect(termsOf(of)).toBeUndefined();
});

test.for([
  ['system:serviceaccount:shop:cart', '…shop:cart'],
  ['system:node:node-1', '…node-1'],
  ['system:serviceaccounts:shop', '…shop'],
  ['arn:aws:sts::111122223333:assumed-role/ci-deploy/runner-7', '…assumed-role/ci-deploy/runner-7'],
  ['system:masters', 'system:masters'],
  ['johndoe', 'johndoe'],
] as const)('%s is drawn as %s', ([name, short]) => {
  expect(shortName(name)).toBe(short);
});
