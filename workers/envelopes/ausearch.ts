/**
 * Linux audit records as `ausearch -i` prints them, put back into the spelling of auditd as far as that goes: `type=T msg=audit(03/17/2026 09:41:02.345:9) : uid=root …`. Names stand in place of numbers,
 * values are not quoted, and the time is that of the machine on which ausearch ran, in the order of its language and without its zone: it is taken as UTC, the month first
 * where that can be. A value ends where the next field begins, as far as one can see. Source: audit-userspace, auparse/interpret.c, src/ausearch-report.c.
 */
import { ERRNO } from '../formats/auditd/syscalls';
import { auditRecord, auditText, bytesOf, type Found } from './audit-record';
import type { Envelope } from './envelope';
import { headOf, said } from './facts';

const RECORD =
  /^(?:node=(\S{1,255}) )?type=([A-Z][A-Z0-9_]{0,63}|UNKNOWN\[\d{1,6}\]) msg=audit\((\d{1,4})[./-](\d{1,2})[./-](\d{1,4}) (\d\d:\d\d:\d\d)\.(\d{3}):(\d{1,20})\) : ?/;
/** A field begins behind a blank. Of a program's arguments only `a0`, `a1`… in their order do. */
const FIELD = /(?:^| )([a-z][a-z0-9_-]{0,63})=/g;
/** Records of one field, which may hold what looks like others. */
const ALONE = /^(proctitle|cwd|saddr)=(.*)$/s;
/** Text as the kernel and programs write it. */
const TEXTS = new Set(['comm', 'exe', 'name', 'cwd', 'key', 'acct', 'cmd', 'data', 'path', 'proctitle', 'ocomm']);
const UNSET = '4294967295';
/** Flags of `open` that say what was done (include/uapi/asm-generic/fcntl.h). */
const FLAGS: ReadonlyMap<string, number> = new Map([
  ['O_WRONLY', 1],
  ['O_RDWR', 2],
  ['O_CREAT', 0o100],
  ['O_EXCL', 0o200],
  ['O_TRUNC', 0o1000],
  ['O_APPEND', 0o2000],
  ['O_DIRECTORY', 0o200000],
]);

interface Field {
  readonly name: string;
  readonly value: string;
}

function fieldsOfLine(type: string, text: string): readonly Field[] {
  // The rest of the line is the value.
  const [, alone, rest] = ALONE.exec(text) ?? [];
  if (alone !== undefined && rest !== undefined) return [{ name: alone, value: rest }];
  const starts: { readonly name: string; readonly from: number; readonly at: number }[] = [];
  for (const found of text.matchAll(FIELD)) {
    const name = found[1] as string;
    const expected = type === 'EXECVE' ? (starts.length === 0 ? 'argc' : `a${starts.length - 1}`) : name;
    if (name === expected) starts.push({ name, at: found.index, from: found.index + found[0].length });
  }
  return starts.map(({ name, from }, i) => ({ name, value: text.slice(from, starts[i + 1]?.at ?? text.length).trim() }));
}

/** ISO 8601 names the year first; a first number beyond 12 is a day; else the month comes first, as in English. */
function secondsOf(first: string, second: string, third: string, clock: string): number | undefined {
  const yearFirst = first.length === 4;
  const dayFirst = !yearFirst && Number(first) > 12;
  const year = yearFirst ? first : third.length === 2 ? `20${third}` : third;
  const [month, day] = yearFirst ? [second, third] : dayFirst ? [second, first] : [first, second];
  const time = Date.parse(`${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}T${clock}Z`);
  return Number.isNaN(time) || time < 0 ? undefined : time / 1000;
}

/** `{ saddr_fam=inet laddr=192.0.2.7 lport=443 }`, before 3.0 `inet host:192.0.2.7 serv:443`. */
function socket(text: string): string | undefined {
  const [, address, port] = /(?:laddr=|host:)(\d{1,3}(?:\.\d{1,3}){3}) (?:lport=|serv:)(\d{1,5})/.exec(text) ?? [];
  if (address === undefined) return undefined;
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(2, 0);
  bytes.writeUInt16BE(Number(port) & 0xffff, 2);
  address.split('.').forEach((byte, i) => {
    bytes.writeUInt8(Number(byte) & 0xff, 4 + i);
  });
  return bytes.toString('hex').toUpperCase();
}

const flags = (text: string): number => text.split('|').reduce((all, name) => all | (FLAGS.get(name) ?? 0), 0);

/** The number of a user or a group; undefined where its name stands in its place. */
function idOf(value: string): string | undefined {
  if (value === 'unset') return UNSET;
  return /^(?:unknown\()?(\d{1,10})\)?$/.exec(value)?.[1];
}

/** As auditd writes the value; undefined where there is nothing to be written of it. */
function written(type: string, { name, value }: Field): string | undefined {
  if (TEXTS.has(name) || (type === 'EXECVE' && name !== 'argc'))
    return /^\((?:null|none)\)$/.test(value) ? '(null)' : auditText(bytesOf(value));
  if (/[ug]id$/.test(name)) return idOf(value);
  if (name === 'ses') return value === 'unset' ? UNSET : value;
  if (name === 'saddr') return socket(value);
  if (type === 'SYSCALL' && /^a[0-3]$/.test(name))
    return value.startsWith('O_') ? flags(value).toString(16) : value.replace(/^0x/, '');
  if (name === 'exit') {
    const error = ERRNO[value.replace(/\(.*$/s, '')];
    return error === undefined ? value : String(-error);
  }
  return value;
}

/** Names that stand in place of numbers. */
function foundIn(fields: readonly Field[]): Found {
  const nameOf = (field: string) => {
    const value = fields.find(({ name }) => name === field)?.value;
    return value === undefined || idOf(value) !== undefined ? undefined : value;
  };
  return { AUID: nameOf('auid'), UID: nameOf('uid') };
}

export const ausearch: Envelope = {
  id: 'ausearch',
  title: 'ausearch -i',
  limits: [
    'ausearch -i writes times in the zone and in the order of its machine and says neither: they are taken as UTC, and as month, day, year where that can be.',
    'ausearch -i writes values without quotes: a name or an argument with “ field=” in it looks like a further field.',
  ],
  line: (line) => {
    const [prefix, node, type, first, second, third, clock, ms, serial] = RECORD.exec(headOf(line)) ?? [];
    if (prefix === undefined || !type || !first || !second || !third || !clock) return undefined;
    const seconds = secondsOf(first, second, third, clock);
    if (seconds === undefined) return { rejected: 'a time of ausearch that is none' };
    const fields = fieldsOfLine(type, line.slice(prefix.length));
    const text = fields.flatMap((field) => {
      const value = written(type, field);
      return value === undefined ? [] : [`${field.name}=${value.replaceAll(' ', field.name === 'msg' ? ' ' : '_')}`];
    });
    return {
      text: auditRecord(type, `${seconds}.${ms}:${serial}`, text.join(' '), foundIn(fields)),
      context: said({ host: node }),
    };
  },
};
