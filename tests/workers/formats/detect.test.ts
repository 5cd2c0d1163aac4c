/** Content decides (a format never sees a name): every fixture is recognised, and nothing foreign is taken. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FORMATS, recognise } from '../../../workers/formats/index';
import { haveSamples, sampleBytes, sampleSources } from '../../helpers/samples';
import { recognised } from '../../helpers/stage';

const fixtures = resolve(import.meta.dirname, '../../fixtures');
const files = (folder: string) => readdirSync(resolve(fixtures, folder)).map((file) => ({ folder, file }));

test.for(FORMATS.flatMap(({ id }) => files(id)))('$folder/$file is recognised, whatever it is called', ({ folder, file }) => {
  expect(recognised(readFileSync(resolve(fixtures, folder, file))).format?.id).toBe(folder);
});

test.for(files('foreign'))('$folder/$file is nobody’s, whatever it is called', ({ folder, file }) => {
  expect(recognised(readFileSync(resolve(fixtures, folder, file))).format).toBeUndefined();
});

test.for([
  { title: 'an empty file', records: [] },
  { title: 'values that are no objects', records: [1, 'x', null, [{}]] },
  { title: 'objects of nothing', records: [{}, {}] },
  {
    title: 'one event among many others',
    records: [{ auditID: 'a', stage: 'Panic', verb: 'get' }, ...Array.from({ length: 9 }, () => ({ a: 1 }))],
  },
])('$title is not recognised', ({ records }) => {
  expect(recognise({ records })).toBeUndefined();
});

test.for([
  { title: 'two process kinds in one object', record: { time: 't', process_exec: {}, process_exit: {} } },
  { title: 'a process kind without a time or node', record: { process_exec: {} } },
])('is no Tetragon event: $title', ({ record }) => {
  expect(recognise({ records: [record] })).toBeUndefined();
});

describe.skipIf(!haveSamples)('real samples of formats that are not built', () => {
  const built =
    /^(falco|apiserver-v1|apiserver-v1alpha1|eventlist|k3s|gke-converted|gke-go|gke-bigquery|admissionreview|eks|tetragon|scap|ECS|osquery|sysdig|tracee|inspektor|kubearmor|auditd|go-libaudit|sysmon)/;
  // Their inner events or trimmed copies are audit events as such.
  const taken =
    /openshift\/(raw|viaq_audit_(kubernetes|openshift)|apiaudit)|unwrapped|k8s\/aks|derived-envelopes|otlp_audit|legacy-text|panther_aks|webhook_eventlist|panther_eks|gke\/(gps|khi_k8s)|gke_gcloud|panther_gke/;
  const foreign = [...sampleSources('k8s'), ...sampleSources('agents')].filter(
    ({ path, flavour }) => !built.test(flavour) && !taken.test(path),
  );

  test.for(foreign)('$path is left alone', ({ path }) => {
    expect(recognised(sampleBytes(path)).format).toBeUndefined();
  });
});
