/**
 * What is known but not read, told by how its content looks, so that the warning can name it. One line each.
 */
import { type Fields, fieldsOf, has } from '../envelopes/facts';

interface Known {
  readonly title: string;
  /** By the first bytes. */
  readonly bytes?: (head: Buffer) => boolean;
  /** By the first bytes as text. */
  readonly text?: RegExp;
  /** By one parsed record. */
  readonly record?: (record: Fields) => boolean;
}

const KNOWN: readonly Known[] = [
  {
    title: 'a packet capture (pcapng)',
    bytes: (head) => head.length >= 12 && head.readUInt32LE(0) === 0x0a0d0d0a && head.readUInt32LE(8) === 0x1a2b3c4d,
  },
  { title: 'xz-compressed data', bytes: (head) => head.subarray(0, 6).equals(Buffer.from('fd377a585a00', 'hex')) },
  { title: 'bzip2-compressed data', bytes: (head) => /^BZh[1-9]1AY&SY/.test(head.toString('latin1', 0, 10)) },
  { title: 'a 7-Zip archive', bytes: (head) => head.subarray(0, 6).equals(Buffer.from('377abcaf271c', 'hex')) },
  { title: 'a RAR archive', bytes: (head) => head.toString('latin1', 0, 6) === 'Rar!\x1a\x07' },
  {
    title: 'a packet capture (pcap)',
    bytes: (head) => head.length >= 4 && [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1].includes(head.readUInt32LE(0)),
  },
  { title: 'Google Cloud log entries that are not of a cluster’s API', record: (r) => has(r, 'protoPayload', 'logName') },
  { title: 'Kubernetes events (not audit events)', record: (r) => r.kind === 'Event' && has(r, 'involvedObject') },
  { title: 'OVN access logs of OpenShift', record: (r) => r.log_source === 'ovn' && r.log_type === 'audit' },
  { title: 'an ELF program', bytes: (head) => head.toString('latin1', 0, 4) === '\x7fELF' },
];

/** A sentence that says why a member is not read. */
export function looksLike(head: Buffer, records: readonly unknown[]): string {
  if (head.length === 0) return 'It is empty.';
  const text = head.toString('latin1', 0, 16_384);
  const known = KNOWN.find(
    (k) => k.bytes?.(head) || k.text?.test(text) || (k.record && records.some((record) => k.record?.(fieldsOf(record)))),
  );
  if (known) return `This looks like ${known.title}, which tells no activity that Exhibit reads.`;
  return records.some((record) => typeof record === 'object' && record !== null)
    ? 'This is JSON of no format that is known here; it was not read.'
    : 'This is of no format that is known here; it was not read.';
}
