/**
 * Hits of Elasticsearch and OpenSearch: a search's answer (`hits.hits`), single hits as elasticdump writes them (`_source`), or with the fields that were asked for (`fields`, each a
 * list), and bulk files, whose action lines carry nothing.
 * Source: Elasticsearch reference, search API and bulk API.
 */
import type { Envelope } from './envelope';
import { type Fields, fieldsOf, has } from './facts';

const ACTIONS = new Set(['index', 'create', 'update', 'delete']);
const ACTION_KEYS =
  /^(?:_[a-z_]+|routing|pipeline|require_alias|require_data_stream|retry_on_conflict|version|version_type|if_seq_no|if_primary_term|dynamic_templates|list_executed_pipelines)$/;

const alone = (values: unknown): unknown => (Array.isArray(values) && values.length === 1 ? values[0] : values);

function isAction(value: Fields): boolean {
  const [key = '', ...more] = Object.keys(value);
  const action = value[key];
  return (
    more.length === 0 &&
    ACTIONS.has(key) &&
    typeof action === 'object' &&
    Object.keys(fieldsOf(action)).every((name) => ACTION_KEYS.test(name))
  );
}

export const elasticsearch: Envelope = {
  id: 'elasticsearch',
  title: 'search hits of Elasticsearch',
  value: (value) => {
    if (
      Object.keys(fieldsOf(value._source)).length > 0 &&
      (has(value, '_index') || has(value, '_id') || Object.keys(value).length === 1)
    )
      return { path: ['_source'] };
    const fields = Object.entries(fieldsOf(value.fields));
    if (has(value, '_index', '_id') && !has(value, '_source') && fields.length > 0)
      return { text: JSON.stringify(Object.fromEntries(fields.map(([name, values]) => [name, alone(values)]))) };
    if (Array.isArray(fieldsOf(value.hits).hits)) return { path: ['hits', 'hits'] };
    return isAction(value) ? { ignored: 'bulk action line' } : undefined;
  },
};
