/** Every format that is read, in the order in which equal certainty is decided. */
import { admissionReview } from './admission-review';
import { auditd } from './auditd';
import { auditdCoalesced } from './auditd-coalesced';
import { ecs } from './ecs';
import { falco } from './falco';
import type { Format, Sample } from './format';
import { gke } from './gke';
import { hubble } from './hubble';
import { inspektorGadget } from './inspektor-gadget';
import { k8sAudit } from './k8s-audit';
import { k8sLegacy } from './k8s-legacy';
import { kubearmor } from './kubearmor';
import { kubearmorText } from './kubearmor-text';
import { ocsf } from './ocsf';
import { osquery } from './osquery';
import { scap } from './scap';
import { sysdig } from './sysdig';
import { sysmon } from './sysmon';
import { table } from './table';
import { tetragon } from './tetragon';
import { timesketch } from './timesketch';
import { tracee } from './tracee';

export const FORMATS: readonly Format[] = [
  // First, since an export of ours has the columns of many others.
  table,
  k8sAudit,
  k8sLegacy,
  tetragon,
  falco,
  gke,
  admissionReview,
  scap,
  auditd,
  auditdCoalesced,
  sysmon,
  ecs,
  ocsf,
  osquery,
  sysdig,
  tracee,
  kubearmor,
  kubearmorText,
  inspektorGadget,
  hubble,
  timesketch,
];

/** The surest format for a sample of records; undefined where none takes at least half of them. */
export function recognise(sample: Sample): Format | undefined {
  const sure = FORMATS.map((format) => ({ format, certainty: format.detect(sample) })).sort((a, b) => b.certainty - a.certainty);
  return sure[0] && sure[0].certainty >= 0.5 ? sure[0].format : undefined;
}
