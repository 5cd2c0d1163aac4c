/** Who called the API with what result: calls as paths through eight columns (docs/decisions/0017-api-flow.md). */
import type { Kind } from './attributes';
import type { Pane, View } from './view';

/** From left to right, each named by the attribute that it shows. */
export const FLOW_COLUMNS = [
  'sourceaddresses',
  'groups',
  'clouduser',
  'user',
  'impersonated',
  'resource',
  'action',
  'code',
] as const;
export type FlowColumn = (typeof FLOW_COLUMNS)[number];

/** The kinds that are calls of the Kubernetes API. */
export const API_KINDS: readonly Kind[] = ['exec', 'api'];

/** Values of a column that are told apart by themselves, where a request does not say how many. */
export const FLOW_ROWS = 8;
/** Values that each opening of a fold adds. */
export const FLOW_STEP = 20;

export interface FlowRequest extends View, Pane {
  /** Which of the calls in view are lit, as a filter; all where absent. */
  readonly lit?: string;
  /** How many values a column tells apart before it folds (1 to 40). */
  readonly most?: number;
  /** Folds that are opened, by `foldId`; once more for each further stretch of `FLOW_STEP` values. */
  readonly open?: readonly string[];
}

/** A value, or a fold of several that belong together. */
export interface FlowNode {
  readonly column: FlowColumn;
  /** Null: the calls do not have it. Undefined: a fold. Of `groups` a JSON list of texts. */
  readonly value?: string | null;
  /** What values are folded by, such as `10.244.0.0/16` or `service accounts`. */
  readonly family: string;
  /** It is shown because its family was opened. */
  readonly inside: boolean;
  /** How many values it stands for, and the first of them. */
  readonly folded: number;
  readonly members: readonly string[];
  /** A fold of all values of its family: none is shown beside it. */
  readonly whole: boolean;
}

export interface Flow {
  /** In the columns' order. */
  readonly nodes: readonly FlowNode[];
  /** Of each path the number of a node in `nodes` for every column, one path after the other. */
  readonly paths: Float64Array;
  /** Calls of each path; those that are lit; those of kind exec. */
  readonly calls: Float64Array;
  readonly lit: Float64Array;
  readonly execs: Float64Array;
}

/** Names a fold in a request and in an address. */
export const foldId = (column: FlowColumn, family: string): string => `${column}:${family}`;

/** Sorts of resources, in the order in which they are tried; what none of them names is `Other`. */
export const RESOURCE_SORTS: readonly (readonly [sort: string, resources: readonly string[]])[] = [
  [
    'Workload',
    [
      'pods',
      'deployments',
      'daemonsets',
      'statefulsets',
      'replicasets',
      'replicationcontrollers',
      'jobs',
      'cronjobs',
      'podtemplates',
      'horizontalpodautoscalers',
      'poddisruptionbudgets',
    ],
  ],
  ['RBAC', ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings', 'serviceaccounts']],
  [
    'Storage',
    [
      'persistentvolumes',
      'persistentvolumeclaims',
      'storageclasses',
      'volumeattachments',
      'csidrivers',
      'csinodes',
      'csistoragecapacities',
      'volumesnapshots',
    ],
  ],
  ['Secrets', ['secrets']],
  [
    'Config',
    [
      'configmaps',
      'namespaces',
      'resourcequotas',
      'limitranges',
      'customresourcedefinitions',
      'mutatingwebhookconfigurations',
      'validatingwebhookconfigurations',
      'apiservices',
      'priorityclasses',
    ],
  ],
  ['Network', ['services', 'endpoints', 'endpointslices', 'ingresses', 'ingressclasses', 'networkpolicies']],
];
export const OTHER_RESOURCES = 'Other';

/**
 * Housekeeping of the cluster itself, which the flow and its tables leave out until asked: what a component of the cluster renews or reports (leases, events, the states of nodes and
 * pods) or asks about somebody's rights, and what went well. Whatever was refused or failed is none, nor what a person did.
 */
export const HOUSEKEEPING = [
  '(result=ok user matches "^system:(apiserver$|cloud-controller-manager$|kube-|node:|serviceaccount:)"',
  '(resource in ("leases", "subjectaccessreviews", "tokenreviews")',
  'or action in ("CreateEvents", "PatchEvents", "PatchNodes_Status", "UpdateNodes_Status", "PatchPods_Status", "UpdatePods_Status")))',
].join(' ');
