/**
 * Events of Splunk: as they are sent to its HTTP Event Collector (`event`), and rows of a search's export, JSON or CSV (`_raw`). Sources: Splunk, Format events for HTTP
 * Event Collector; REST API, search/jobs/export.
 */
import type { Envelope, Unwrapped } from './envelope';
import { type Fields, fieldsOf, has, only, said, sinceEpoch, textOf, timeOf } from './facts';

const HEC_KEYS = new Set(['event', 'time', 'host', 'source', 'sourcetype', 'index', 'fields']);

/** Seconds since 1970, or RFC 3339. */
const time = (value: unknown): string | undefined => sinceEpoch(value, 's') ?? timeOf(value);

function hec(value: Fields): Unwrapped | undefined {
  if (!has(value, 'event') || !only(value, HEC_KEYS)) return undefined;
  const context = said({ host: textOf(value.host), source: textOf(value.source), time: time(value.time) });
  if (textOf(value.event) !== undefined) return { text: value.event as string, context };
  return Object.keys(fieldsOf(value.event)).length > 0 ? { path: ['event'], context } : undefined;
}

export const splunk: Envelope = {
  id: 'splunk',
  title: 'Splunk events',
  value: (value) => {
    const raw = textOf(value._raw);
    if (raw !== undefined)
      return { text: raw, context: said({ host: textOf(value.host), source: textOf(value.source), time: time(value._time) }) };
    if (has(value, 'result') && textOf(fieldsOf(value.result)._raw) !== undefined) return { path: ['result'] };
    return hec(value);
  },
};
