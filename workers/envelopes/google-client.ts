/**
 * A log entry as Google's client for Go dumps it beside its audit payload: `{"Entry":{"Timestamp":…,"InsertID":…},"AuditPayload":"{…}"}`. The entry's own payload is
 * the same message with the names of the program's fields and bodies as protobuf trees; the text beside it is the AuditLog as Cloud Logging writes it.
 * Seen in sysdiglabs/stackdriver-webhook-bridge; the names are those of cloud.google.com/go/logging's Entry.
 */
import { isObject } from '../formats/format';
import type { Envelope } from './envelope';

const NAMES = [
  ['timestamp', 'Timestamp'],
  ['insertId', 'InsertID'],
  ['logName', 'LogName'],
  ['labels', 'Labels'],
  ['operation', 'Operation'],
  ['resource', 'Resource'],
] as const;

export const googleClient: Envelope = {
  id: 'google-client',
  title: 'dumps of Google’s logging client for Go',
  value({ Entry, AuditPayload }) {
    if (!isObject(Entry) || typeof AuditPayload !== 'string') return undefined;
    if (!isJsonObject(AuditPayload)) return { rejected: 'its audit payload is not a JSON object' };
    const members = NAMES.filter(([, name]) => Entry[name] !== undefined).map(
      ([key, name]) => `${JSON.stringify(key)}:${JSON.stringify(Entry[name])}`,
    );
    return { text: `{${[...members, `"protoPayload":${AuditPayload}`].join(',')}}` };
  },
};

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
