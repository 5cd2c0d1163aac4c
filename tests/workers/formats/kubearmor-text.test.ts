/** Telemetry as `karmor logs` prints it; what becomes of it once it is read is told in kubearmor.test.ts. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubearmorText } from '../../../workers/formats/kubearmor-text';
import { recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const LOG = readFileSync(resolve(import.meta.dirname, '../../fixtures/kubearmor-text/shapes.log'), 'utf8');
const run = (text: string) => stage.run(kubearmorText, Buffer.from(text));

test('a log and an alert, each in the place of all its lines', async () => {
  const { rows, rejects } = await run(LOG);
  expect(rejects).toMatchObject([{ at: '51', why: 'rejected: a log or alert without its operation' }]);
  const [log, alert] = rows.filter(({ skip }) => skip === null);
  expect([log?.r, alert?.r]).toEqual([3n, 30n]);
  expect(LOG.slice(Number(log?.o), Number(log?.o) + Number(log?.l))).toMatch(/^== Log [\s\S]*TTY: pts0$/);
  expect([log, alert].map((row) => told(row))).toMatchObject([
    {
      time: '2026-03-17T09:41:02.345678000Z',
      precision: 'us',
      kind: 'cmd',
      result: 'ok',
      cluster: 'lab',
      host: 'worker-1',
      namespace: 'shop',
      workload: 'cart',
      workloadkind: 'Deployment',
      pod: 'cart-5d9c-x2x4x',
      container: 'cart',
      cmdline: '/usr/bin/curl -s https://files.example.net',
      exe: '/usr/bin/curl',
      cwd: '/srv',
      pid: 2101,
      ppid: 2100,
      vpid: 31,
      tty: 34816,
      parent: 'sh',
    },
    {
      time: '2026-03-17T09:41:03.000001000Z',
      kind: 'file',
      result: 'refused',
      errno: 13,
      path: '/etc/shadow',
      mode: 'read',
      rule: 'block-secrets',
      severity: 'critical',
      tags: ['NIST', 'SI-4'],
      uid: 1000,
    },
  ]);
});

test('what karmor says before the first is no record', async () => {
  const { rows } = await run(LOG);
  expect(rows.flatMap(({ skip }) => skip ?? [])).toEqual(Array(2).fill('ignored: text before the first log or alert'));
});

test.for([
  { title: 'as it is', text: LOG, id: 'kubearmor-text' },
  { title: 'indented, as in a page', text: LOG.replace(/^/gm, '  '), id: 'kubearmor-text' },
  { title: 'a heading alone', text: '== Log / 2026-03-17 09:41:02 ==\n', id: undefined },
  { title: 'fields alone', text: 'Operation: Process\nSource: x\n', id: undefined },
])('$title: $id', ({ text, id }) => {
  expect(recognised(Buffer.from(text)).format?.id).toBe(id);
});

test('cut anywhere, it costs the entry that was cut', () =>
  fc.assert(
    fc.asyncProperty(fc.nat(LOG.length), async (at) => {
      const { rows } = await run(LOG.slice(0, at));
      const whole = rows.filter(({ skip }) => skip === null).length;
      expect(whole).toBeLessThanOrEqual(2);
      if (at > LOG.indexOf('== Alert / ')) expect(whole).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 6 },
  ));
