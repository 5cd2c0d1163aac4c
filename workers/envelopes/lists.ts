/**
 * Answers of web interfaces and exports that only hold a list of records: `{"data":[…]}`, `{"value":[…],"@odata.nextLink":…}`, `{"records":[…]}` and the like. What else is in
 * the object must be about the list; an object that also tells something is a record.
 */
import type { Envelope } from './envelope';
import { fieldsOf } from './facts';

const LISTS = ['data', 'value', 'records', 'results', 'events', 'logs', 'entries', 'items', 'alerts', 'flows'];
const ABOUT =
  /^(?:@odata\..*|page|pages|paging|pagination|cursor|next.*|previous.*|prev|links?|_links|meta|metadata|total.*|count|limit|offset|size|took|timed_out|status|success|version|preview|init_offset|messages|fields|highlighted|node_key|log_type|hasMore|has_more|continuation.*|export.*|statistics|searchedLogStreams|query.*|request_?id)$/i;

/** The list in an object that holds nothing else; undefined where it is a record. */
function listIn(value: unknown): { readonly name: string; readonly items: readonly unknown[] } | undefined {
  const holder = fieldsOf(value);
  const keys = Object.keys(holder);
  const name = LISTS.find((key) => Array.isArray(holder[key]) && keys.every((other) => other === key || ABOUT.test(other)));
  return name === undefined ? undefined : { name, items: holder[name] as readonly unknown[] };
}

export const lists: Envelope = {
  id: 'lists',
  title: 'a list of records',
  list: (value) => {
    const list = listIn(value);
    return list && Object.keys(fieldsOf(list.items[0])).length > 0 ? { path: [list.name] } : undefined;
  },
  // The last page of an answer, often; the API server's own client writes a list of nothing as null.
  value: (value) =>
    listIn(value)?.items.length === 0 || (value.kind === 'EventList' && (value.items ?? null) === null)
      ? { ignored: 'an empty list' }
      : undefined,
};
