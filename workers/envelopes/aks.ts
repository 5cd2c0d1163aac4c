/**
 * Resource logs of Azure Kubernetes Service as diagnostic settings hand them on: Event Hub (`records`), storage blobs (one record a line), one record. Categories kube-audit and
 * kube-audit-admin hold an audit Event as text in `properties.log`, others the text of a component. The cluster is the last segment of `resourceId`, as it is written there
 * (often in capitals). Sources: Azure Monitor resource logs schema; samples of sysdiglabs/aks-audit-log.
 */
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, has, parsed, said, textOf, timeOf } from './facts';

const AUDIT = new Set(['kube-audit', 'kube-audit-admin']);
const OTHER = new Set([
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'cluster-autoscaler',
  'cloud-controller-manager',
  'guard',
  'csi-azuredisk-controller',
  'csi-azurefile-controller',
  'csi-snapshot-controller',
]);

/** The last segment of the id of a resource. */
export const clusterOf = (resourceId: unknown): string | undefined =>
  textOf(resourceId)
    ?.split('/')
    .findLast((segment) => segment !== '');

/** Undefined for a category of audit records; else why it is left out. */
export function leftOut(category: unknown): string | undefined {
  if (typeof category !== 'string') return 'no category';
  if (AUDIT.has(category.toLowerCase())) return undefined;
  return OTHER.has(category.toLowerCase()) ? `category ${category.toLowerCase()}` : 'another category';
}

export const isCategory = (category: unknown): boolean =>
  typeof category === 'string' && (AUDIT.has(category) || OTHER.has(category));

function opened(record: Fields): Unwrapped | undefined {
  const nested = typeof record.properties !== 'string';
  const properties = fieldsOf(nested ? record.properties : parsed(record.properties));
  if (!has(properties, 'log') || typeof record.category !== 'string') return undefined;
  const ignored = leftOut(record.category);
  if (ignored !== undefined) return { ignored };
  const context = said({ cluster: clusterOf(record.resourceId), time: timeOf(record.time), source: textOf(properties.pod) });
  if (typeof properties.log === 'string') return { text: properties.log, context };
  return nested ? { path: ['properties', 'log'], context } : { text: JSON.stringify(properties.log), context };
}

export const aks: Envelope = {
  id: 'aks',
  title: 'AKS diagnostic records',
  limits: ['Of AKS’s categories, kube-audit-admin has no get and list.'],
  value: opened,
};
