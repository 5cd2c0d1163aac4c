/** Logs that were downloaded from Grafana. */
import { beforeAll, expect, test } from 'vitest';
import { grafana } from '../../../workers/envelopes/grafana';
import { type Arrived, arriveAll, csv, EVENTS, IDS, KLOG, lines } from './arrive';

const NS = '1773740462345678901';
const MS = 1773740462345;
const DATE = '2026-03-17T09:41:02.345Z';
const ROWS = [
  ['Date', 'job', 'Time', 'Line', 'tsNs', 'id'],
  ...[KLOG, ...EVENTS].map((event) => [DATE, 'audit', '2026-03-17 10:41:02.345', event, NS, '1_a']),
];
const FRAME = [['Time', Array(4).fill(MS)] as const, ['Line', [KLOG, ...EVENTS]] as const, ['tsNs', Array(4).fill(NS)] as const];

const DOWNLOADS: readonly { title: string; content: string; around: readonly string[]; more?: readonly string[] }[] = [
  { title: 'CSV', content: csv(ROWS), around: ['grafana'] },
  { title: 'CSV for Excel', content: `sep=,\r\n${csv(ROWS)}`, around: ['grafana'] },
  {
    title: 'JSON',
    content: JSON.stringify([KLOG, ...EVENTS].map((line) => ({ line, timestamp: NS, date: DATE, fields: { job: 'audit' } }))),
    around: ['shipper'],
  },
  {
    title: 'text behind its heading',
    content: lines(
      'Common labels: {"job":"audit"}',
      'Line limit: "1000 (3 returned)"',
      '',
      '',
      ...[KLOG, ...EVENTS].map((line) => `${MS}\t${DATE}\t${line}`),
    ),
    around: ['grafana'],
    more: ['1 ignored: a heading of Grafana', '2 ignored: a heading of Grafana'],
  },
  {
    title: 'the inspector’s JSON',
    content: JSON.stringify({
      state: 'Done',
      series: [{ refId: 'A', fields: FRAME.map(([name, values]) => ({ name, values })) }],
    }),
    around: ['grafana', 'shipper'],
  },
  {
    title: 'an answer of the query API',
    content: JSON.stringify({
      results: {
        A: {
          status: 200,
          frames: [
            { schema: { fields: FRAME.map(([name]) => ({ name })) }, data: { values: FRAME.map(([, values]) => values) } },
          ],
        },
      },
    }),
    around: ['grafana', 'shipper'],
  },
];

let arrived: readonly Arrived[];
beforeAll(async () => {
  arrived = await arriveAll(DOWNLOADS.map(({ content }) => content));
});

test.for(DOWNLOADS.map(({ title, around, more = [] }, i) => ({ title, around, more, i })))('$title', ({ around, more, i }) => {
  const { activities, ignored, ...rest } = arrived[i] as Arrived;
  expect(rest).toEqual({ format: 'k8s-audit', around, rejects: [] });
  expect(activities.map(({ auditid }) => auditid)).toEqual(IDS);
  expect(ignored.slice(0, more.length)).toEqual(more);
  expect(ignored.slice(more.length)).toMatchObject([expect.stringContaining('ignored: klog line')]);
});

test('the time is that of the line, to its last digit', () => {
  const time = (row: Record<string, unknown>) => grafana.value?.({ Line: '{}', ...row });
  expect(time({ tsNs: NS, Date: DATE })).toMatchObject({ context: { time: '2026-03-17T09:41:02.345678901Z' } });
  expect(time({ Date: DATE, id: '1' })).toMatchObject({ context: { time: DATE } });
  expect(grafana.line?.(`${MS}\t${DATE}\tx`)).toEqual({ text: 'x', context: { time: DATE } });
});
