/**
 * OpenShift's ClusterLogForwarder in its own data model (viaq), for what is not an audit Event: those are flat in it, and `k8s-audit` reads them as they are. Records of auditd and of applications
 * are in `message` (or parsed in `structured`); OVN's access logs are no activity. Source: openshift/cluster-logging-operator internal/generator/vector/filter/openshift/viaq/v1.
 */
import type { Envelope } from './envelope';
import { fieldsOf, said, textOf, timeOf } from './facts';

const TYPES = new Set(['audit', 'infrastructure', 'application']);

export const viaq: Envelope = {
  id: 'viaq',
  title: 'OpenShift log records (viaq)',
  value: (value) => {
    if (typeof value.log_type !== 'string' || !TYPES.has(value.log_type)) return undefined;
    if (value.log_source === 'ovn') return { ignored: 'access log of OVN' };
    const host = textOf(value.hostname);
    const context = said({
      cluster: textOf(fieldsOf(value.openshift).cluster_id),
      node: host,
      host,
      time: timeOf(value['@timestamp']),
    });
    if (value.log_type !== 'audit' && Object.keys(fieldsOf(value.structured)).length > 0)
      return { path: ['structured'], context };
    return textOf(value.message) === undefined ? undefined : { text: value.message as string, context };
  },
};
