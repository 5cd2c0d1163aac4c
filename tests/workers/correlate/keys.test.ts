import { expect, test } from 'vitest';
import { agreesOnKey, keyOf } from '../../../workers/correlate/keys';

const KEY = '0b5a6a52-9d0e-4d0f-8e44-1f5b6c7d8e9f';
const OTHER = 'ffffffff-9d0e-4d0f-8e44-1f5b6c7d8e9f';

test.for([
  { cmdline: `env KUBERNETES_EXEC_AUDIT_ID=${KEY} bash`, key: KEY },
  { cmdline: `/usr/bin/env A=1 SPO_EXEC_REQUEST_UID=${KEY.toUpperCase()} sh -c ls`, key: KEY },
  { cmdline: `bash -c env KUBERNETES_EXEC_AUDIT_ID=${KEY} sh`, key: null },
  { cmdline: 'env KUBERNETES_EXEC_AUDIT_ID=guess bash', key: null },
  { cmdline: null, key: null },
])('$cmdline has the key $key', ({ cmdline, key }) => {
  expect(keyOf(cmdline)).toBe(key);
});

test.for([
  { title: 'its own', call: { auditid: KEY, argv: ['bash'] }, carriers: 1, agrees: true },
  { title: 'another’s', call: { auditid: OTHER, argv: ['bash'] }, carriers: 1, agrees: false },
  { title: 'copied into a second process', call: { auditid: KEY, argv: ['bash'] }, carriers: 2, agrees: null },
  {
    title: 'asked for by the caller',
    call: { auditid: OTHER, argv: ['env', `KUBERNETES_EXEC_AUDIT_ID=${KEY}`, 'sh'] },
    carriers: 1,
    agrees: null,
  },
])('a key that is $title: $agrees', ({ call, carriers, agrees }) => {
  const namesakes = new Map([
    [KEY, 1],
    [OTHER, 1],
  ]);
  expect(agreesOnKey(KEY, call, carriers, namesakes)).toBe(agrees);
});

test('an audit id that two calls bear, or none, proves nothing', () => {
  const call = { auditid: KEY, argv: ['bash'] };

  expect(agreesOnKey(KEY, call, 1, new Map([[KEY, 2]]))).toBe(null);
  expect(agreesOnKey(KEY, call, 1, new Map())).toBe(null);
});
