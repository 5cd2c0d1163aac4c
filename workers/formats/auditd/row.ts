/** The row that an event of Linux audit becomes, and how single values get into it. */
import { Cursor, LONGEST_TEXT, untrusted, utf8 } from './fields';
import { readSocket } from './socket';

/** Columns of `../auditd.ts`; what is absent stays so. */
export type Row = { -readonly [name in (typeof TEXTS)[number]]?: string | undefined } & {
  keys?: readonly string[];
  notes: string[];
};

export const TEXTS = [
  ...([
    'ms',
    'stamp',
    'node',
    'type',
    'rule',
    'syscall',
    'success',
    'exit',
    'flags',
    'ppid',
    'pid',
    'auid',
    'uid',
    'tty',
    'comm',
    'exe',
  ] as const),
  ...([
    'login',
    'user',
    'cwd',
    'cmdline',
    'path',
    'nametype',
    'asked',
    'renamed',
    'family',
    'address',
    'port',
    'ended',
    'exitcode',
    'child',
  ] as const),
  ...([
    'label',
    'account',
    'remote',
    'hostname',
    'local',
    'localport',
    'remoteport',
    'container',
    'containername',
    'image',
    'pod',
    'namespace',
    'parent',
    'skip',
  ] as const),
] as const;

/** Text of a value that may be hex. */
export function textIn(row: Row, value: string | undefined): string | undefined {
  const bytes = untrusted(value);
  return bytes === undefined ? undefined : bounded(row, utf8(bytes));
}

/** No column can hold U+0000: its picture stands for it. */
export function bounded(row: Row, text: string): string {
  if (text.includes('\ufffd')) row.notes.push('not UTF-8');
  const whole = text.includes('\0') ? text.replaceAll('\0', '\u2400') : text;
  if (whole.length <= LONGEST_TEXT) return whole;
  row.notes.push('text cut');
  return whole.slice(0, LONGEST_TEXT);
}

const UNSET = '4294967295';
const NUMBER = /^-?\d{1,19}$/;
export const numberOf = (value: string | undefined): string | undefined =>
  value !== undefined && NUMBER.test(value) && value !== UNSET && value !== '-1' ? value : undefined;

/** An exit value may be any number: -1 is an error, not unset. */
export const numeric = (value: string | undefined): string | undefined =>
  value !== undefined && NUMBER.test(value) ? value : undefined;

/** Several keys of one rule are joined by 0x01, and so are written as hex. */
export function keysOf(value: string | undefined): readonly string[] {
  const bytes = untrusted(value);
  return bytes === undefined
    ? []
    : utf8(bytes.slice(0, LONGEST_TEXT))
        .split('\x01')
        .filter((key) => key !== '');
}

/** Names that auditd itself looked up on the machine. */
export function readNames(row: Row, names: string): void {
  const at = new Cursor(names);
  row.login = named(at.get(' AUID='));
  row.user = named(at.get(' UID='));
  // What tools put beside them (envelopes/audit-record.ts).
  if (!names.includes(' PARENT=') && !names.includes(' CONTAINER=')) return;
  row.parent = named(at.get(' PARENT='));
  row.container = named(at.get(' CONTAINER='));
  row.containername = named(at.get(' CONTAINER_NAME='));
  row.image = named(at.get(' IMAGE='));
  row.pod = named(at.get(' POD='));
  row.namespace = named(at.get(' NAMESPACE='));
}

const named = (value: string | undefined): string | undefined => {
  const name = untrusted(value);
  return name === undefined || name === 'unset' || /^unknown\(/.test(name)
    ? undefined
    : utf8(name).replaceAll('\0', '').slice(0, 256);
};

/** @param bytes one character a byte */
export function readAddress(row: Row, bytes: string | undefined): void {
  const socket = readSocket(bytes);
  if (!socket || row.family !== undefined) return;
  row.family = socket.family;
  row.address = socket.address;
  row.port = socket.port;
  if (socket.path !== undefined) row.path = bounded(row, utf8(socket.path));
}
