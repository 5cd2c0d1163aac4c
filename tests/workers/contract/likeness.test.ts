import { expect, test } from 'vitest';
import type { ActivityJson } from '../../../workers/contract/activity';
import { attribute, KINDS } from '../../../workers/contract/attributes';
import { parseFilter } from '../../../workers/contract/filter';
import { chips } from '../../../workers/contract/filter-edit';
import { LIKENESS, likeTerms, unlikeTerm } from '../../../workers/contract/likeness';

const records = [{ evidence: 'E1', member: '', record: '1' }];

test('each kind is compared by attributes that exist', () => {
  for (const kind of KINDS) for (const name of LIKENESS[kind]) expect(attribute(name)?.name).toBe(name);
});

test.for([
  [
    { kind: 'cmd', comm: 'ps', cmdline: 'ps "x"', namespace: 'shop', pid: 7 },
    'kind=cmd comm="ps" cmdline="ps \\"x\\"" namespace="shop" not deployment exists',
  ],
  [
    { kind: 'exec', label: 'kube exec', user: 'a', command: ['sh', '-c', 'id; ls'], namespace: 'n', deployment: 'd' },
    `kind=exec label="kube exec" user="a" command="sh -c 'id; ls'" namespace="n" deployment="d"`,
  ],
] as const)('what is absent is absent in all that are like it (%#)', ([given, expected]) => {
  const terms = likeTerms({ id: 'E1:1', records, ...given } as ActivityJson).join(' ');
  expect(terms).toBe(expected);
  expect(() => parseFilter(terms)).not.toThrow();
});

test('what is unlike it is one term', () => {
  const term = unlikeTerm({ id: 'E1:1', records, kind: 'policy', rule: 'r' } as ActivityJson);
  expect(term).toBe('not (kind=policy rule="r" not namespace exists not deployment exists)');
  expect(chips(term)).toHaveLength(1);
});
