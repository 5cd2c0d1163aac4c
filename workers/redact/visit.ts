/** The texts of activities, sessions and marks that evidence or people wrote, ours left alone. */
import type { ActivityJson, RecordPlace } from '../contract/activity';
import type { Redactable, Redactor } from './redactor';

/** Names of values that are ours: ids, places, times, hashes. */
const OURS = new Set(
  'id session process records evidence member record sha256 hash previous mark target on at time end start first last kind precision format confidence'.split(
    ' ',
  ),
);

export type OnValue = (value: Redactable, name: string, records: readonly RecordPlace[]) => Redactable;

/** Every text of a value, with the name that it has there and the records that tell it. */
export function visit(value: unknown, name: string, records: readonly RecordPlace[], on: OnValue): unknown {
  if (typeof value === 'string') return OURS.has(name) ? value : on(value, name, records);
  if (Array.isArray(value)) {
    if (OURS.has(name)) return value;
    if (name === 'command' && value.every((word) => typeof word === 'string')) return on(value, name, records);
    return value.map((one) => visit(one, name, records, on));
  }
  if (value === null || typeof value !== 'object') return value;
  const own = (value as { readonly records?: unknown }).records;
  const told = Array.isArray(own) && typeof own[0] === 'object' ? (own as readonly RecordPlace[]) : records;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, visit(one, key, told, on)]));
}

/** An activity without its secrets. */
export function redactActivity(activity: ActivityJson, redactor: Redactor<string>): ActivityJson {
  visit(activity, '', [], (value) => {
    redactor.learn(value);
    return value;
  });
  return visit(activity, '', [], (value, name) =>
    typeof value === 'string' ? redactor.text(value, name) : redactor.words(value, name),
  ) as ActivityJson;
}
