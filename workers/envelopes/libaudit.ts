/**
 * Go programs built on go-libaudit that keep what they were given: Auditbeat with `include_raw_message` (the lines in `event.original`, once in `messages`), and test collections that
 * put a coalesced event below `event`.
 */
import type { Envelope } from './envelope';
import { fieldsOf, has, said, textOf } from './facts';

const RAW = /^(?:node=\S{1,255} )?type=\S{1,64} msg=audit\(/;
const isRaw = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= 4096 &&
  value.every((line) => typeof line === 'string' && RAW.test(line));

export const libaudit: Envelope = {
  id: 'libaudit',
  title: 'Auditbeat events with their raw records',
  value: (document) => {
    const event = fieldsOf(document.event);
    if (has(event, 'record_type', 'sequence') && !has(document, 'record_type')) return { path: ['event'] };
    const lines = [event.original, fieldsOf(document.auditd).messages, document.messages]
      .map((raw) => (typeof raw === 'string' ? raw.split('\n') : raw))
      .find(isRaw);
    if (!lines) return undefined;
    const host = fieldsOf(document.host);
    return {
      text: lines.map((line) => line.replaceAll('\n', ' ')).join('\n'),
      context: said({ host: textOf(host.hostname) ?? textOf(host.name) }),
    };
  },
};
