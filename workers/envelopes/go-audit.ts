/**
 * go-audit (slackhq/go-audit, parser.go and extras_containers.go): one object an event, `messages` with the kernel's texts by number of their type, `uid_map` with the names of
 * the user ids in them, and `containers` with what Docker or containerd said of the process's container.
 */
import { auditRecord, type Found } from './audit-record';
import type { Envelope } from './envelope';
import { type Fields, fieldsOf, textOf } from './facts';

const STAMP = /^\d{1,10}\.\d{1,3}$/;
const MOST = 4096;

function names(data: string, uids: Fields): Found {
  const name = (field: RegExp) => {
    const id = field.exec(data)?.[1];
    const found = id !== undefined && Object.hasOwn(uids, id) ? textOf(uids[id]) : undefined;
    return found === 'UNKNOWN_USER' ? undefined : found;
  };
  return { AUID: name(/(?:^| )auid=(\d{1,10})\b/), UID: name(/(?:^| )uid=(\d{1,10})\b/) };
}

const container = (value: Fields): Found => ({
  CONTAINER: textOf(value.id),
  CONTAINER_NAME: textOf(value.name),
  IMAGE: textOf(value.image),
  POD: textOf(value.pod_name),
  NAMESPACE: textOf(value.pod_namespace),
});

export const goAudit: Envelope = {
  id: 'go-audit',
  title: 'go-audit events',
  value: ({ sequence, timestamp, messages, uid_map }) => {
    if (!Number.isSafeInteger(sequence) || typeof timestamp !== 'string' || !STAMP.test(timestamp) || !Array.isArray(messages))
      return undefined;
    const uids = fieldsOf(uid_map);
    const lines = messages.slice(0, MOST).flatMap((each) => {
      const { type, data, containers } = fieldsOf(each);
      if (!Number.isSafeInteger(type) || typeof data !== 'string') return [];
      return [
        auditRecord(String(type), `${timestamp}:${sequence}`, data.trimStart(), {
          ...names(data, uids),
          ...container(fieldsOf(containers)),
        }),
      ];
    });
    return lines.length === 0 ? { ignored: 'an event without messages' } : { text: lines.join('\n') };
  },
};
