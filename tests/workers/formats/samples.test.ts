import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMATS } from '../../../workers/formats/index';
import { haveSamples, sampleBytes, sampleSources } from '../../helpers/samples';
import { recognised, Stage } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** What each file holds, by the flavours of SOURCES.tsv; every flavour that is not here is of a format that is not built. */
const BUILT = new Map<string, string>([
  ...['falco-trace-files', 'apiserver-v1', 'apiserver-v1alpha1', 'eventlist-webhook', 'k3s', 'gke-converted-audit', 'eks'].map(
    (flavour) => [flavour, 'k8s-audit'] as const,
  ),
  ...['gke-go-entry', 'gke-bigquery'].map((flavour) => [flavour, 'gke'] as const),
  ['admissionreview', 'admission-review'],
  ['tetragon', 'tetragon'],
  ['falco-json', 'falco'],
  ['falco-json(sidekick)', 'falco'],
  ['sysdig activity audit forwarder payload', 'sysdig'],
  ['tracee', 'tracee'],
  ['tracee-v1(structured)', 'tracee'],
  ['inspektor-gadget', 'inspektor-gadget'],
  ['kubearmor', 'kubearmor'],
  ['sysmon-for-linux XML inside Log Analytics syslog JSON lines', 'sysmon'],
]);

/** Rejected, one by one: a fuzzer's case of Falco's, `{"kind": 0}`. */
const REJECTS = new Map([
  ['k8s/falco-trace-files/fal_01_003.json', [{ at: '1', why: 'rejected: not a Kubernetes audit event' }]],
]);

describe.skipIf(!haveSamples)('real samples', () => {
  const sources = [...sampleSources('k8s'), ...sampleSources('agents')];

  test.for(sources.filter(({ flavour }) => BUILT.has(flavour)))(
    '$path holds $records records',
    async ({ path, flavour, records }) => {
      const { format } = recognised(sampleBytes(path));
      expect(format?.id).toBe(BUILT.get(flavour));
      const { rows, rejects } = await stage.run(format ?? FORMATS[0]!, sampleBytes(path));
      expect({ records: rows.length + rejects.length, rejects }).toEqual({
        records: Number.parseInt(records, 10),
        rejects: REJECTS.get(path) ?? [],
      });
    },
  );
});
