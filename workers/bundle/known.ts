/**
 * What is known but not read, told by how its content looks, so that the warning can name it. One line each.
 */
import { type Fields, fieldsOf, has } from '../envelopes/facts';

interface Known {
  readonly title: string;
  /** What to do, where it may hold what is looked for. */
  readonly instead?: string;
  /** By the first bytes. */
  readonly bytes?: (head: Buffer) => boolean;
  /** By the first bytes as text. */
  readonly text?: RegExp;
  /** By one parsed record. */
  readonly record?: (record: Fields) => boolean;
}

const UNPACK = 'unpack it, and import what comes out';
const UNPACK_FOLDER = 'unpack it, and import the folder';

const begins =
  (hex: string) =>
  (head: Buffer): boolean =>
    head.subarray(0, hex.length / 2).toString('hex') === hex;

const KNOWN: readonly Known[] = [
  {
    title: 'a packet capture (pcapng)',
    bytes: (head) => head.length >= 12 && head.readUInt32LE(0) === 0x0a0d0d0a && head.readUInt32LE(8) === 0x1a2b3c4d,
  },
  { title: 'lzip-compressed data', instead: UNPACK, bytes: begins('4c5a4950') },
  { title: 'LZMA-compressed data', instead: UNPACK, bytes: begins('5d00008000') },
  { title: 'data that compress made (.Z)', instead: UNPACK, bytes: begins('1f9d') },
  { title: 'a 7-Zip archive', instead: UNPACK_FOLDER, bytes: begins('377abcaf271c') },
  { title: 'a RAR archive', instead: UNPACK_FOLDER, bytes: begins('526172211a07') },
  { title: 'a cpio archive', instead: UNPACK_FOLDER, text: /^07070[17]/ },
  { title: 'a Debian package or another ar archive', instead: UNPACK_FOLDER, text: /^!<arch>\n/ },
  { title: 'a later part of a split zip archive', instead: 'join the parts first', bytes: begins('504b0708') },
  {
    title: 'a journal of systemd',
    instead: 'import what `journalctl --file FILE --all -o json` prints of it',
    bytes: begins('4c504b5348485248'),
  },
  {
    title: 'an event log of Windows',
    bytes: begins('456c6646696c6500'),
  },
  {
    title: 'an Avro container',
    instead: 'import what `avro-tools tojson` prints of it',
    bytes: begins('4f626a01'),
  },
  {
    title: 'a list of texts',
    instead: 'put each on a line of its own, as `jq -r .[]` does',
    text: /^\s*\[\s*"/,
  },
  { title: 'an SQLite database', bytes: begins('53514c69746520666f726d6174203300') },
  {
    title: 'a packet capture (pcap)',
    bytes: (head) => head.length >= 4 && [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1].includes(head.readUInt32LE(0)),
  },
  {
    title: 'ausearch’s own CSV',
    instead: 'it left most of each record out; ask for the records with ausearch --raw',
    text: /^(?:NODE,)?EVENT,DATE,TIME,(?:.*,)?SERIAL_NUM,EVENT_KIND,/m,
  },
  {
    title: 'ausearch’s own sentences',
    instead: 'they left most of each record out; ask for the records with ausearch --raw',
    text: /^(?:On \S{1,255} at|At) \d\d:\d\d:\d\d \S{6,10} [^,\n]{1,256}, (?:acting as|successfully|unsuccessfully|was unsuccessful)/m,
  },
  {
    title: 'journalctl -o verbose',
    instead: 'print the journal with journalctl --all -o json, or -o export',
    text: /^[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? \S{1,16} \[s=[0-9a-f]{1,64};i=/m,
  },
  {
    title: 'what tetra getevents prints for reading (-o compact)',
    instead: 'take Tetragon’s export file, or tetra getevents -o json',
    text: /^(?:🚀|💥|📚|📪|📝|🔌|🧹|📬|🔓|⁉️|🔑|❓|📍) ?(?:process|open|close|write|read|connect|exit|sendmsg|setns|kprobe|tracepoint|lseek)\b/mu,
  },
  {
    title: 'a report of aureport',
    instead: 'it left most of each record out; ask for the records with ausearch --raw',
    text: /^[A-Z][A-Za-z ]{2,40} (?:Report|Summary)\n=+\n(?:# |total )/m,
  },
  {
    title: 'what a gadget prints for reading',
    instead: 'run it with -o json',
    text: /^(?:K8S\.NODE +K8S\.NAMESPACE|RUNTIME\.CONTAINERNAME|NODE +NAMESPACE +POD +CONTAINER) +[A-Z]/m,
  },
  {
    title: 'what a gadget prints in YAML',
    instead: 'run it with -o json',
    text: /^---\n(?=(?:.{0,4096}\n){0,200}?(?:timestamp_raw|mntns_id|netns_id): \d)/,
  },
  {
    title: 'what Tracee prints for reading',
    instead: 'run it with --output json',
    text: /^TIME +(?:CONTAINER_ID|UTS_NAME|MNT_NS|UID) +.{0,256} EVENT +ARGS/m,
  },
  {
    title: 'what hubble observe prints for reading',
    instead: 'print the flows with hubble observe -o jsonpb',
    text: /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\.\d{3}(?: \[[^\]\n]{1,255}\])?: \S{1,512} (?:\([^)\n]{1,64}\) )?(?:->|<-|<>) \S| {2}TIMESTAMP: )/m,
  },
  {
    title: 'Google Cloud log entries that are not of a cluster’s API, in YAML',
    text: /^(?:---\n)?(?:insertId|httpRequest|jsonPayload): ?.*\n(?:.*\n)*?logName: projects\//,
  },
  { title: 'Google Cloud log entries that are not of a cluster’s API', record: (r) => has(r, 'protoPayload', 'logName') },
  { title: 'Kubernetes events (not audit events)', record: (r) => r.kind === 'Event' && has(r, 'involvedObject') },
  { title: 'OVN access logs of OpenShift', record: (r) => r.log_source === 'ovn' && r.log_type === 'audit' },
  {
    title: 'what a browser kept of its requests (HAR)',
    instead: 'import the bodies of the answers, `jq -r .log.entries[].response.content.text`',
    text: /^\s*\{\s*"log":\s*\{\s*"version":[^{]{1,64}"creator":/,
  },
  {
    title: 'text in UTF-32',
    instead: 'convert it first, as `iconv -f UTF-32 -t UTF-8` does',
    bytes: (head) => /^(?:fffe0000|0000feff|[57]b000000|000000[57]b)/.test(head.toString('hex', 0, 4)),
  },
  {
    title: 'syslog in frames of counted octets',
    instead: 'write each frame on a line of its own',
    text: /^\d{1,7} <\d{1,3}>1 \S+ \S+ .*\d <\d{1,3}>1 /,
  },
  { title: 'an ELF program', bytes: (head) => head.toString('latin1', 0, 4) === '\x7fELF' },
];

/** A sentence that says why a member is not read. */
export function looksLike(head: Buffer, records: readonly unknown[]): string {
  if (head.length === 0) return 'It is empty.';
  const text = head.toString('utf8', 0, 16_384);
  if (text.trim() === '') return 'It holds nothing but blank lines.';
  if (head.every((byte) => byte === 0)) return 'It holds nothing but zeros, as an empty tar archive does.';
  const known = KNOWN.find(
    (k) => k.bytes?.(head) || k.text?.test(text) || (k.record && records.some((record) => k.record?.(fieldsOf(record)))),
  );
  if (known?.instead) return `This looks like ${known.title}, which Exhibit does not open: ${known.instead}.`;
  if (known) return `This looks like ${known.title}, which tells no activity that Exhibit reads.`;
  if (records.length === 0 && /^\s*[[{]/.test(text))
    return 'This begins like JSON, but no value in it is whole: it was cut off or damaged; it was not read.';
  return records.some((record) => typeof record === 'object' && record !== null)
    ? 'This is JSON of no format that is known here; it was not read.'
    : 'This is of no format that is known here; it was not read.';
}
