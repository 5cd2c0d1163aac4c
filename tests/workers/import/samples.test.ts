/** The real samples: every file is listed with its bytes, records are as many as SOURCES.tsv says, and every reject is named here. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportResult, MemberInfo } from '../../../workers/contract/evidence';
import { haveSamples, sampleBytes, samplePath, sampleSources } from '../../helpers/samples';
import { TestCase } from './cases';

let made: TestCase;
let results: Readonly<Record<'k8s' | 'agents', ImportResult>>;

beforeAll(async () => {
  if (!haveSamples) return;
  made = await TestCase.make();
  results = { k8s: await made.import(samplePath('k8s')), agents: await made.import(samplePath('agents')) };
}, 300_000);
afterAll(async () => {
  await made?.close();
});

const members = (folder: 'k8s' | 'agents'): readonly MemberInfo[] => results[folder].evidence[0]?.members ?? [];

/** Captures are compressed; a member's bytes are the decompressed ones. */
const unpacked = (bytes: Buffer): Buffer => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);

test.skipIf(!haveSamples).each(['k8s', 'agents'] as const)('lists every member of %s with its bytes', (folder) => {
  const byPath = new Map(members(folder).map((member) => [member.path, member]));
  for (const { path } of sampleSources(folder)) {
    const name = path.slice(folder.length + 1);
    const member = byPath.get(name);
    expect(member, path).toBeDefined();
    expect(member?.bytes, path).toBe(unpacked(sampleBytes(path)).length);
  }
});

/**
 * SOURCES.tsv says how many records a file has; where it counts something else, here is what and why: documents that hold several events (OTLP), lines of audit events told by several
 * lines (`further` ones are records of their own only where they lie apart), events of a capture whose other blocks are records too.
 */
const INNER = new Map([
  ['openshift/otlp_audit_kube.json', 3],
  ['openshift/otlp_audit_openshift.json', 3],
]);

/** These hold lines that are no record of an event, which SOURCES.tsv does not count. */
const UNCOUNTED = [
  { path: 'auditd/golibaudit-audit-rhel7.log', records: 47, said: '46' },
  { path: 'auditd/plaso-selinux.log', records: 10, said: '8' },
];

test.skipIf(!haveSamples).each(['k8s', 'agents'] as const)('%s: records are as many as SOURCES.tsv says', (folder) => {
  const sources = new Map(sampleSources(folder).map(({ path, records }) => [path.slice(folder.length + 1), records]));
  const wrong = members(folder)
    .filter(({ format }) => format !== null)
    .map(({ path, records, ignoredWhy }) => {
      const apart = ignoredWhy['a further line of an event that is told at its first'] ?? 0;
      const said = String(INNER.get(path) ?? sources.get(path));
      return { path, records: records - apart, said: / (\d+) events?$/.exec(said)?.[1] ?? said };
    })
    .filter(({ records, said }) => /^\d+$/.test(said) && Number(said) !== records);
  expect(wrong).toEqual(folder === 'k8s' ? [] : UNCOUNTED);
});

test.skipIf(!haveSamples)('each record has one fate, and every file the one that is listed', async () => {
  const all = [...members('k8s'), ...members('agents')];
  for (const m of all) expect(m.yielded + m.merged + m.duplicates + m.ignored + m.rejected, m.path).toBe(m.records);
  const rows = all.map((m) =>
    [
      m.path,
      m.format ?? '-',
      m.records,
      m.yielded,
      m.activities,
      m.merged,
      m.duplicates,
      m.ignored,
      m.rejected,
      m.warning ?? '',
    ].join('\t'),
  );
  const heading = 'path\tformat\trecords\tyielded\tactivities\tmerged\tduplicates\tignored\trejected\twarning';
  await expect([heading, ...rows, ''].join('\n')).toMatchFileSnapshot('./samples.tsv');
});

test.skipIf(!haveSamples)('rejects are these and no others', () => {
  expect([...results.k8s.rejects, ...results.agents.rejects].map(({ at, why }) => `${at} ${why}`)).toMatchInlineSnapshot(`
    [
      "E1/falco-trace-files/fal_01_003.json:1 not a Kubernetes audit event",
      "E2/auditd/golibaudit-audit-rhel7.log:31 no audit record (audit(seconds.milliseconds:serial) is not in the line)",
      "E2/auditd/plaso-selinux.log:2 no time and serial number as audit(seconds.milliseconds:serial) in column 20",
      "E2/auditd/plaso-selinux.log:4 no time and serial number as audit(seconds.milliseconds:serial) in column 20",
      "E2/auditd/plaso-selinux.log:6 no record type in column 6",
      "E2/auditd/plaso-selinux.log:7 no type before column 5",
    ]
  `);
});
