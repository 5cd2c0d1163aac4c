/**
 * Rows of Azure Log Analytics: table AzureDiagnostics (`log_s` holds the audit Event as text), tables AKSAudit and AKSAuditAdmin (the Event's fields as columns, put together again), as the portal's
 * CSV, `az monitor log-analytics query`, a data export, or the query API (`tables` with `columns` and `rows`); of EKS, table AWSEKSLogs (`RawEvent`). Sources: Azure Monitor Logs reference,
 * AzureDiagnostics, AKSAudit, AKSControlPlane, AWSEKSLogs; Log Analytics query API, response format.
 */
import { objectRefOf } from '../formats/request-path';
import { clusterOf, isCategory, leftOut } from './aks';
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, has, parsed, said, textOf, timeOf } from './facts';

/** The portal writes `Name [UTC]` above a time. */
const column = (row: Fields, name: string): unknown => row[name] ?? row[`${name} [UTC]`];

/** As the portal writes a time in English: `3/17/2026, 9:41:02.345 AM`. Other languages put the day first, which cannot be told apart. */
const PORTAL = /^(\d{1,2})\/(\d{1,2})\/(\d{4}), (\d{1,2}):(\d\d):(\d\d(?:\.\d{1,7})?)[ \u202f]([AP])M$/;

export function portalTime(value: unknown): string | undefined {
  const [, month = '', day = '', year, hour, minute, second, half] = PORTAL.exec(textOf(value) ?? '') ?? [];
  if (year === undefined) return timeOf(value);
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${String(hours).padStart(2, '0')}:${minute}:${second}Z`;
}

/** The Event's fields: name in audit.k8s.io/v1, column, and what the column holds. */
const EVENT: readonly (readonly [field: string, column: string, holds: 'text' | 'time' | 'json'])[] = [
  ['level', 'Level', 'text'],
  ['auditID', 'AuditId', 'text'],
  ['stage', 'Stage', 'text'],
  ['requestURI', 'RequestUri', 'text'],
  ['verb', 'Verb', 'text'],
  ['user', 'User', 'json'],
  ['sourceIPs', 'SourceIps', 'json'],
  ['userAgent', 'UserAgent', 'text'],
  ['objectRef', 'ObjectRef', 'json'],
  ['responseStatus', 'ResponseStatus', 'json'],
  ['requestObject', 'RequestObject', 'json'],
  ['responseObject', 'ResponseObject', 'json'],
  ['requestReceivedTimestamp', 'RequestReceivedTime', 'time'],
  ['stageTimestamp', 'StageReceivedTime', 'time'],
  ['annotations', 'Annotations', 'json'],
];

/** JSON text of a cell: a dynamic column is an object, or its text. */
function cell(value: unknown, holds: 'text' | 'time' | 'json'): string | undefined {
  if (holds !== 'json') {
    const text = holds === 'time' ? portalTime(value) : textOf(value);
    return text === undefined ? undefined : JSON.stringify(text);
  }
  if (typeof value === 'string') return /^\s*[[{]/.test(value) && parsed(value) !== undefined ? value : undefined;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
}

function event(row: Fields): string {
  const fields = EVENT.flatMap(([field, name, holds]) => {
    const json = cell(column(row, name), holds);
    return json === undefined ? [] : [`"${field}":${json}`];
  });
  const path = column(row, 'ObjectRef') === undefined ? objectRefOf(textOf(column(row, 'RequestUri')) ?? '') : undefined;
  if (path) fields.push(`"objectRef":${JSON.stringify(path)}`);
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1",${fields.join(',')}}`;
}

/** Columns that were asked for; of all, these tell the table. */
const isEvent = (row: Fields): boolean =>
  has(row, 'Verb') && (has(row, 'AuditId') || (column(row, 'TimeGenerated') !== undefined && has(row, 'RequestUri')));

function opened(row: Fields): Unwrapped | undefined {
  const context = () =>
    said({
      cluster: clusterOf(column(row, '_ResourceId') ?? column(row, 'ResourceId')),
      time: portalTime(column(row, 'TimeGenerated')),
      source: textOf(row.PodName) ?? textOf(row.pod_s),
    });
  if (isEvent(row)) return { text: event(row), context: context() };
  if (has(row, 'Category', 'log_s') && (row.Type === undefined || typeof row.Type === 'string')) {
    const ignored = leftOut(row.Category);
    return ignored === undefined && typeof row.log_s === 'string'
      ? { text: row.log_s, context: context() }
      : { ignored: ignored ?? 'no text' };
  }
  // AWSEKSLogs, of Sentinel's connector.
  if (has(row, 'RawEvent', 'ClusterName')) {
    const told = { ...context(), ...said({ cluster: textOf(row.ClusterName) }) };
    return typeof row.RawEvent === 'string' ? { text: row.RawEvent, context: told } : { path: ['RawEvent'], context: told };
  }
  // AKSControlPlane: the texts of the components.
  return has(row, 'Category', 'Message', 'TenantId') && isCategory(row.Category)
    ? { ignored: leftOut(row.Category) ?? 'another table' }
    : undefined;
}

/** The rows of one table as objects; undefined where it is none. */
function rows(table: Fields): readonly Fields[] | undefined {
  if (!Array.isArray(table.columns) || !Array.isArray(table.rows)) return undefined;
  const names = table.columns.map((each) => String(fieldsOf(each).name ?? ''));
  return table.rows.map((cells) => (Array.isArray(cells) ? Object.fromEntries(names.map((name, i) => [name, cells[i]])) : {}));
}

export const logAnalytics: Envelope = {
  id: 'log-analytics',
  title: 'Log Analytics rows',
  limits: [
    'Of AKS’s categories and tables, kube-audit-admin and AKSAuditAdmin have no get and list; AKSAudit and AKSAuditAdmin have no impersonated user and no bodies that were too big.',
  ],
  value: (value) => {
    if (!Array.isArray(value.tables)) return opened(value);
    const tables = value.tables.map(fieldsOf).map(rows);
    return tables.length > 0 && tables.every((table) => table !== undefined)
      ? { text: JSON.stringify(tables.flat()) }
      : undefined;
  },
};
