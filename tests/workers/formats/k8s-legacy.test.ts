import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DecodedSink, Place } from '../../../workers/formats/format';
import { k8sLegacy, pairs, unquoted } from '../../../workers/formats/k8s-legacy';
import { haveSamples, sampleBytes } from '../../helpers/samples';
import { recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, '../../fixtures/k8s-legacy', name));
/** Those that are activities. */
const rowsOf = async (bytes: Buffer): Promise<Record<string, unknown>[]> =>
  (await stage.run(k8sLegacy, bytes)).rows
    .filter(({ skip }) => skip === null)
    .map((row) => ({ at: String(row.r), ...told(row) }));

/** What the decoder makes of lines, one after another. */
function decoded(lines: readonly (string | Buffer)[]) {
  const seen: { readonly place: Place; readonly json?: unknown; readonly fate?: string }[] = [];
  const sink: DecodedSink = {
    record: (place, json) => void seen.push({ place, json: JSON.parse(json) }),
    skip: (place, fate) => void seen.push({ place, fate }),
  };
  const decoder = k8sLegacy.text?.open(sink);
  lines.forEach((line, i) => {
    decoder?.line({ record: i + 1, item: '', offset: 0, length: line.length }, Buffer.from(line as string));
  });
  decoder?.finish();
  return seen;
}

describe.skipIf(!haveSamples)('the example of the documentation', () => {
  test('is two stages of one request', async () => {
    const bytes = sampleBytes('k8s/apiserver-legacy-text/website_docs_legacy_audit.log');
    expect(recognised(bytes).format?.id).toBe('k8s-legacy');
    const [received, complete] = await rowsOf(bytes);
    expect(complete).toMatchObject({
      at: '2',
      time: '2017-06-15T21:50:50.259470834Z',
      precision: 'ns',
      kind: 'api',
      result: 'ok',
      user: 'system:serviceaccount:kube-system:default',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
      sourceaddresses: ['10.2.1.3'],
      verb: 'update',
      resource: 'endpoints',
      name: 'kube-controller-manager',
      namespace: 'kube-system',
      code: 200,
      stage: 'ResponseComplete',
      action: 'UpdateEndpoints',
      auditid: '591e9fde-6a98-46f6-b7bc-ec8ef575696d',
    });
    expect(complete?.flags).toContain('resource and name from the URI');
    expect(received).toMatchObject({ at: '1', stage: 'RequestReceived', rank: 3, merge: complete?.merge });
  });
});

test('up to 1.6 request and answer are one record, at the place of the request', async () => {
  const rows = await rowsOf(fixture('two-lines-a-request.log'));
  expect(rows.map(({ at }) => at)).toEqual(['1', '4', '5', '7']);
  expect(rows[0]).toMatchObject({
    time: '2017-03-21T07:57:09.106841886Z',
    end: '2017-03-21T07:57:09.108403639Z',
    verb: 'list',
    resource: 'pods',
    namespace: 'default',
    code: 200,
    result: 'ok',
  });
  expect(rows[1]).toMatchObject({
    kind: 'exec',
    label: 'kube exec',
    verb: 'create',
    user: 'ops',
    impersonated: 'system:serviceaccount:shop:deployer',
    impersonatedgroups: ['a "quoted" one'],
    namespace: 'shop',
    pod: 'cart-0',
    container: 'cart',
    command: ['sh', '-c', 'id -a'],
    code: 101,
  });
});

test('a request without an answer, and an answer without its request, are kept as what they are', async () => {
  const rows = await rowsOf(fixture('two-lines-a-request.log'));
  expect(rows[2]).toMatchObject({
    at: '5',
    verb: 'delete',
    resource: 'deployments',
    apigroup: 'extensions',
    name: 'cart',
    stage: 'RequestReceived',
    result: 'unknown',
  });
  expect(rows[3]).toMatchObject({
    at: '7',
    time: '2017-03-21T07:57:13.000000000Z',
    code: 403,
    result: 'refused',
    flags: ['time is not that of the request'],
  });
});

test('what is of no resource has none', async () => {
  const rows = await rowsOf(fixture('a-line-a-stage.log'));
  expect(rows[2]).toMatchObject({ verb: 'get', requesturi: '/healthz', user: 'system:anonymous' });
  expect(rows[2]).not.toHaveProperty('resource');
  expect(rows[2]).not.toHaveProperty('sourceaddresses');
  expect(rows[2]).not.toHaveProperty('flags');
});

test('lines of the server between are ignored, others rejected', () => {
  const seen = decoded([
    'I0321 03:57:10.000000       1 a.go:1] x',
    'what is this',
    '2017-03-21T03:57:09Z AUDIT: id="a" uri="',
    Buffer.from([0x41, 0xff]),
  ]);
  expect(seen.map(({ fate }) => fate)).toEqual([
    'ignored: klog line',
    'rejected: not an audit line',
    'rejected: not an audit line',
    'rejected: not UTF-8',
  ]);
});

test('an id that two requests use is two requests', () => {
  const request = '2017-03-21T03:57:09Z AUDIT: id="a" method="GET" user="u" uri="/api/v1/pods"';
  const seen = decoded([request, request, '2017-03-21T03:57:10Z AUDIT: id="a" response="200"']);
  expect(seen.map(({ place, json }) => [place.record, (json as { stage: string }).stage])).toEqual([
    [1, 'RequestReceived'],
    [2, 'ResponseComplete'],
  ]);
});

test('requests that wait for an answer are bounded', () => {
  const lines = Array.from(
    { length: 100_010 },
    (_, i) => `2017-03-21T03:57:09Z AUDIT: id="${i}" method="GET" user="u" uri="/api/v1/pods"`,
  );
  const seen = decoded(lines);
  expect(seen).toHaveLength(lines.length);
  expect(seen[0]?.place.record).toBe(1);
});

test.for([
  { text: 'a\\"b\\\\c', value: 'a"b\\c' },
  { text: '\\n\\t\\x41\\u00e9\\U0001f600', value: '\n\tA\u00e9\u{1f600}' },
  { text: '\\x00\\ud800\\UFFFFFFFF', value: '\ufffd\ufffd\ufffd' },
])('Go’s quoting of $value is undone', ({ text, value }) => {
  expect(unquoted(text.replace('FFFFFFFF', 'ffffffff'))).toBe(value);
});

test('a value cannot end its quotes by itself', () => {
  expect(pairs('user="a\\" as=\\"b" uri="/x"', 0)).toEqual(
    new Map([
      ['user', 'a" as="b'],
      ['uri', '/x'],
    ]),
  );
});

test('no text breaks the decoder', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((s) => `2017-03-21T03:57:09Z AUDIT: id="${s}" method="GET" uri="${s}"`),
        ),
        { maxLength: 5 },
      ),
      (lines) => {
        expect(decoded(lines).length).toBeLessThanOrEqual(lines.length);
      },
    ),
    { numRuns: 200 },
  );
});
