/** The real samples: every file is listed with its bytes, records are as many as SOURCES.tsv says, and every reject is named here. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportResult, MemberInfo } from '../../../workers/contract/engine';
import { FORMATS } from '../../../workers/formats/index';
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

/** SOURCES.tsv counts the documents; each holds this many. */
const INNER = new Map([
  ['openshift/otlp_audit_kube.json', 3],
  ['openshift/otlp_audit_openshift.json', 3],
]);

test.skipIf(!haveSamples).each(['k8s', 'agents'] as const)('%s: records are as many as SOURCES.tsv says', (folder) => {
  const sources = new Map(sampleSources(folder).map(({ path, records }) => [path.slice(folder.length + 1), records]));
  const wrong = members(folder)
    .filter(({ format }) => format !== null)
    .map(({ path, records }) => ({ path, records, said: String(INNER.get(path) ?? sources.get(path)) }))
    .filter(({ records, said }) => /^\d+$/.test(said) && Number(said) !== records);
  expect(wrong).toEqual([]);
});

test.skipIf(!haveSamples)('all three formats are found, and each record has one fate', () => {
  const all = [...members('k8s'), ...members('agents')];
  expect(new Set(all.map(({ format }) => format).filter((format) => format !== null))).toEqual(
    new Set(FORMATS.map(({ id }) => id)),
  );
  for (const m of all) expect(m.yielded + m.merged + m.duplicates + m.ignored + m.rejected, m.path).toBe(m.records);
});

test.skipIf(!haveSamples)('what is not read yet says why', () => {
  const unread = [...members('k8s'), ...members('agents')].filter(({ format }) => format === null);
  expect(unread.filter(({ warning }) => warning === null)).toEqual([]);
});

test.skipIf(!haveSamples)('rejects are these and no others', () => {
  expect([...results.k8s.rejects, ...results.agents.rejects]).toMatchInlineSnapshot(`
    [
      {
        "at": "E1/falco-trace-files/fal_01_003.json:1",
        "why": "not a Kubernetes audit event",
      },
    ]
  `);
});
