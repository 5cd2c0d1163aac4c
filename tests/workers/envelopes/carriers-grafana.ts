/** Logs that were downloaded from Grafana. */
import { type Arrival, csv, EVENTS, KLOG, lines } from './arrive';

const NS = '1773740462345678901';
const MS = 1773740462345;
const DATE = '2026-03-17T09:41:02.345Z';
const ROWS = [
  ['Date', 'job', 'Time', 'Line', 'tsNs', 'id'],
  ...[KLOG, ...EVENTS].map((event) => [DATE, 'audit', '2026-03-17 10:41:02.345', event, NS, '1_a']),
];
const FRAME = [['Time', Array(4).fill(MS)] as const, ['Line', [KLOG, ...EVENTS]] as const, ['tsNs', Array(4).fill(NS)] as const];

export const DOWNLOADS: readonly Arrival[] = [
  { title: 'Grafana: CSV', content: csv(ROWS), places: ['3', '4', '5'], ignored: ['2 ignored: klog line'], around: ['grafana'] },
  {
    title: 'Grafana: CSV for Excel',
    content: `sep=,\r\n${csv(ROWS)}`,
    places: ['4', '5', '6'],
    ignored: ['3 ignored: klog line'],
    around: ['grafana'],
  },
  {
    title: 'Grafana: JSON',
    content: JSON.stringify([KLOG, ...EVENTS].map((line) => ({ line, timestamp: NS, date: DATE, fields: { job: 'audit' } }))),
    places: ['1.2', '1.3', '1.4'],
    ignored: ['1.1 ignored: klog line'],
    around: ['shipper'],
  },
  {
    title: 'Grafana: text behind its heading',
    content: lines(
      'Common labels: {"job":"audit"}',
      'Line limit: "1000 (3 returned)"',
      '',
      '',
      ...[KLOG, ...EVENTS].map((line) => `${MS}\t${DATE}\t${line}`),
    ),
    places: ['6', '7', '8'],
    ignored: ['1 ignored: a heading of Grafana', '2 ignored: a heading of Grafana', '5 ignored: klog line'],
    around: ['grafana'],
  },
  {
    title: 'Grafana: the inspector’s JSON',
    content: JSON.stringify({
      state: 'Done',
      series: [{ refId: 'A', fields: FRAME.map(([name, values]) => ({ name, values })) }],
    }),
    places: ['1.2', '1.3', '1.4'],
    ignored: ['1.1 ignored: klog line'],
    around: ['grafana', 'shipper'],
  },
  {
    title: 'Grafana: an answer of the query API',
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
    places: ['1.2', '1.3', '1.4'],
    ignored: ['1.1 ignored: klog line'],
    around: ['grafana', 'shipper'],
  },
];
