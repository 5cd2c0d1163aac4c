/**
 * Rows of CloudWatch Logs Insights: CSV and JSON of the console (objects by field), and what `aws logs get-query-results` prints (`results`, each row a list of
 * `{field, value}`). `@timestamp` is UTC without a zone. Source: AWS API_GetQueryResults; CloudWatch Logs user guide, supported logs and discovered fields.
 */

import { eksCluster, isOtherStream, NOT_AN_AUDIT_STREAM } from './cloudwatch';
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, said, textOf, timeOf } from './facts';

function row(value: Fields): Unwrapped | undefined {
  const message = value['@message'];
  if (typeof message !== 'string' && Object.keys(fieldsOf(message)).length === 0) return undefined;
  const stream = value['@logStream'];
  if (isOtherStream(stream)) return { ignored: NOT_AN_AUDIT_STREAM };
  const written = textOf(value['@timestamp']);
  const time = timeOf(written?.match(/^[\d-]+ [\d:.]+$/) ? `${written.replace(' ', 'T')}Z` : written);
  const context = said({ cluster: eksCluster(value['@log']), source: textOf(stream), time });
  return typeof message === 'string' ? { text: message, context } : { path: ['@message'], context };
}

/** Undefined where it is no row of fields. */
function fields(cells: unknown): Fields | undefined {
  if (!Array.isArray(cells) || cells.length === 0) return undefined;
  const pairs = cells.map(fieldsOf).map(({ field, value }) => [field, value] as const);
  return pairs.every(([field]) => typeof field === 'string') ? Object.fromEntries(pairs) : undefined;
}

export const cloudwatchInsights: Envelope = {
  id: 'cloudwatch-insights',
  title: 'CloudWatch Logs Insights rows',
  value: (value) => {
    if (!Array.isArray(value.results)) return row(value);
    const rows = value.results.map(fields);
    return rows.length > 0 && rows.every((each) => each !== undefined) ? { text: JSON.stringify(rows) } : undefined;
  },
};
