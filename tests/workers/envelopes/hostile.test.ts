/** Evidence chooses every value and every line: no envelope throws, hangs, or says anything that is no short text. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONTEXT, type Unwrapped } from '../../../workers/envelopes/envelope';
import { decodeBase64, sinceEpoch, timeOf } from '../../../workers/envelopes/facts';
import { ENVELOPES } from '../../../workers/envelopes/index';

function sane(opened: Unwrapped | undefined): void {
  if (!opened) return;
  const context = 'context' in opened ? (opened.context ?? {}) : {};
  for (const [name, text] of Object.entries(context)) {
    expect(CONTEXT).toContain(name);
    expect(text).toBeTypeOf('string');
    expect(text.length).toBeLessThanOrEqual(1024);
  }
  if ('text' in opened) expect(opened.text).toBeTypeOf('string');
  if ('ignored' in opened) expect(opened.ignored.length).toBeLessThan(80);
}

function open(value: unknown): void {
  for (const envelope of ENVELOPES) {
    envelope.list?.(value);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      sane(envelope.value?.(value as Record<string, unknown>));
  }
}

/** Keys that some envelope looks for, so that random values go deep. */
const KEYS =
  'MESSAGE __CURSOR _AUDIT_ID log stream time attrs message timestamp logEvents events messageType logGroup logStream logStreamName @message @logStream @log results field value awslogs data kinesis Data SequenceNumber recordId messageId properties category resourceId log_s Category AuditId Verb RequestUri Stage User tables columns rows name resourceLogs scopeLogs logRecords resource attributes key body stringValue kvlistValue arrayValue values log_type log_source structured openshift hostname _source _index hits index event _raw result _line _ts line labels logName jsonPayload textPayload kubernetes @timestamp records ts caller msg v level'.split(
    ' ',
  );
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1e300,
      '',
      'DATA_MESSAGE',
      'kube-audit',
      '2026-03-17T09:41:02Z',
      '{"a":1}',
      'H4sIAAAA',
      '/aws/eks/x/cluster',
    ),
    fc.string(),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('tree'), { maxKeys: 6 }),
  ),
}));

test('any value is opened, or left', () => {
  fc.assert(
    fc.property(tree, (value) => open(value)),
    { numRuns: 2000 },
  );
});

const PREFIXES = [
  '',
  '<14>',
  '<14>1 - - - - - [',
  '2026-03-17T09:41:02Z ',
  '2026-03-17T09:41:02Z stdout P ',
  'Mar 17 09:41:02 h t[',
  '[pod/',
  '{"log":"',
  '{"_LINE_BREAK":"line-max",',
  '-- ',
];

test('any line is opened, or left', () => {
  const line = fc.tuple(fc.constantFrom(...PREFIXES), fc.string({ unit: 'binary', maxLength: 200 }));
  fc.assert(
    fc.property(line, line, ([a, b], [c, d]) => {
      for (const text of [`${a}${b}`, `${a}${b}\n${c}${d}`]) {
        for (const envelope of ENVELOPES) {
          sane(envelope.line?.(text));
          expect(envelope.isPart?.(text, `${c}${d}`)).toBeOneOf([true, false, undefined]);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test.for([
  { title: 'one long word', line: 'a'.repeat(32 * 2 ** 20) },
  { title: 'quotes and backslashes', line: '"\\'.repeat(8 * 2 ** 20) },
  { title: 'structured data without an end', line: `<14>1 - - - - - ${'[a="\\"'.repeat(2 * 2 ** 20)}` },
  { title: 'a container’s line', line: `2026-03-17T09:41:02Z stdout F {"a":"${'x'.repeat(32 * 2 ** 20)}"}` },
  { title: 'brackets', line: '['.repeat(8 * 2 ** 20) },
])('a line of many megabytes is no burden: $title', ({ line }) => {
  const begun = process.cpuUsage();
  for (const envelope of ENVELOPES) {
    envelope.line?.(line);
    envelope.isPart?.(line);
  }
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(5000);
});

test.for([
  [0, 'ms', '1970-01-01T00:00:00.000Z'],
  ['1773740462345678', 'us', '2026-03-17T09:41:02.345678Z'],
  ['1773740462345678901', 'ns', '2026-03-17T09:41:02.345678901Z'],
  [1773740462, 's', '2026-03-17T09:41:02Z'],
  [1773740462.345, 's', '2026-03-17T09:41:02.345Z'],
  ['1773740462.345678901', 's', '2026-03-17T09:41:02.345678901Z'],
  ['1773740462.345', 'ms', undefined],
  [1e21, 's', undefined],
  [1.5, 'ms', undefined],
  ['-1', 'ms', undefined],
  ['9'.repeat(19), 'ms', undefined],
  [{}, 'ns', undefined],
] as const)('%s since 1970 in %s is %s', ([value, unit, expected]) => {
  expect(sinceEpoch(value, unit)).toBe(expected);
});

test('a time is RFC 3339 or none', () => {
  expect([timeOf('2026-03-17 09:41:02'), timeOf('2026-03-17T09:41:02+0100'), timeOf('yesterday'), timeOf(7)]).toEqual([
    '2026-03-17 09:41:02',
    '2026-03-17T09:41:02+01:00',
    undefined,
    undefined,
  ]);
});

test('base64 is text, perhaps packed, or nothing', () => {
  expect([decodeBase64('YQ=='), decodeBase64('////'), decodeBase64('?'), decodeBase64(null)]).toEqual([
    'a',
    undefined,
    undefined,
    undefined,
  ]);
});

test('no envelope takes a line for the part of a record that another one began', () => {
  const claimed = ENVELOPES.filter(({ isPart }) => isPart?.('a line', '{"a": "what a terminal broke'));
  expect(claimed.map(({ id }) => id)).toEqual([]);
});
