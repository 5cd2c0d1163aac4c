/** What columns and nodes of the flow are called. */
import {
  FLOW_COLUMNS,
  type FlowColumn,
  type FlowNode,
  foldId,
  OTHER_RESOURCES,
  RESOURCE_SORTS,
} from '../../../workers/contract/flow';

export const COLUMN_TITLES: Readonly<Record<FlowColumn, string>> = {
  sourceaddresses: 'Source IP',
  groups: 'Group',
  clouduser: 'Cloud user',
  user: 'Kubernetes user',
  impersonated: 'Impersonated',
  resource: 'Resource type',
  action: 'Action',
  code: 'Status',
};

/** Reason phrases of RFC 9110 and RFC 6585, as the API server answers with them. */
export const STATUS_TEXTS: ReadonlyMap<number, string> = new Map([
  [101, 'Switching'],
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [204, 'No Content'],
  [302, 'Found'],
  [304, 'Not Modified'],
  [307, 'Temporary Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Not Allowed'],
  [406, 'Not Acceptable'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [413, 'Too Large'],
  [415, 'Unsupported'],
  [422, 'Invalid'],
  [429, 'Too Many'],
  [500, 'Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Unavailable'],
  [504, 'Timeout'],
]);

const ABSENT: Readonly<Record<FlowColumn, string>> = {
  sourceaddresses: 'not recorded',
  groups: 'not recorded',
  clouduser: 'not recorded',
  user: 'not recorded',
  impersonated: 'none',
  resource: 'no resource',
  action: 'not recorded',
  code: 'no result',
};
const OTHERS: Readonly<Record<FlowColumn, string>> = {
  sourceaddresses: 'other addresses',
  groups: 'other groups',
  clouduser: 'other cloud users',
  user: 'other users',
  impersonated: 'other users',
  resource: 'other resources',
  action: 'more actions',
  code: 'other results',
};

const SORTS: ReadonlyMap<string, string> = new Map(
  RESOURCE_SORTS.flatMap(([sort, resources]) => resources.map((resource) => [resource, sort] as const)),
);

/** Groups are a JSON list, as the engine made it. */
export const groupsOf = (value: string): readonly string[] => JSON.parse(value) as readonly string[];

export function nodeName(node: Pick<FlowNode, 'column' | 'value' | 'family' | 'whole'>): string {
  const { column, value, family, whole } = node;
  if (value === null) return ABSENT[column];
  if (value === undefined) return foldName(column, family, whole);
  return valueName(column, value);
}

export function valueName(column: FlowColumn, value: string): string {
  if (column === 'groups') return groupsOf(value).join(', ');
  if (column === 'resource') return `${SORTS.get(value) ?? OTHER_RESOURCES} ${value}`;
  if (column === 'code') return [value, STATUS_TEXTS.get(Number(value))].filter(Boolean).join(' ');
  return value;
}

function foldName(column: FlowColumn, family: string, whole: boolean): string {
  if (family === 'others') return OTHERS[column];
  if (column === 'resource') return whole || family === OTHER_RESOURCES ? family : `${family} other`;
  return whole || family.includes('/') ? family : `other ${family}`;
}

/** Without what many names begin with, so that the end that tells them apart is seen: a title has the whole. */
export const shortName = (name: string): string => name.replace(/^(system:(serviceaccounts?|node):|arn:([^:]*:){4})(?=.)/, '…');

/** The head of an opened fold. */
export function foldTitle(id: string): string {
  const [column = '', family = ''] = [id.slice(0, id.indexOf(':')), id.slice(id.indexOf(':') + 1)];
  return foldName(FLOW_COLUMNS.find((name) => name === column) ?? 'user', family, family !== 'others');
}

export const foldOf = ({ column, family }: FlowNode): string => foldId(column, family);

/** Whether what is said of it is ours and not the evidence's. */
export const isOwnWord = ({ value, family }: FlowNode): boolean =>
  value === null || (value === undefined && !family.includes('/'));

export const columnAt = (node: FlowNode): number => FLOW_COLUMNS.indexOf(node.column);
