/**
 * Whole events that the Azure plugin of auditd joined itself (microsoft/OMS-Auditd-Plugin, AuditEventProcessor.cpp and SyslogEventWriter.cpp): names beside numbers, texts
 * already decoded, quotes inside texts not escaped, one command line that may hold anything.
 */
import { unhex, utf8 } from './fields';
import type { AuditLine } from './line';
import { bounded, keysOf, numberOf, numeric, type Row, readAddress } from './row';
import { syscallName } from './syscalls';
import { ttyNumber } from './tty';

const FIELD = / ([A-Za-z_][A-Za-z_0-9]{0,63})=("[^"]*"|\[[^\]]*\]|\S*)/g;
/** Fields that may hold blanks and quotes, and those that can come behind them. */
const FREE = ['cmdline', 'proctitle'] as const;
const BEHIND = [' cmdline_truncated=', ' redactors=', ' containerid='] as const;

/** The texts of free fields, and the record without them. */
function takeFree(body: string): { readonly rest: string; readonly free: ReadonlyMap<string, string> } {
  let rest = body;
  const free = new Map<string, string>();
  for (const name of FREE) {
    const at = rest.indexOf(` ${name}=`);
    if (at < 0) continue;
    const start = at + name.length + 2;
    const ends = [...BEHIND, ...FREE.map((other) => ` ${other}=`)]
      .map((field) => rest.lastIndexOf(field))
      .filter((end) => end >= start);
    const end = ends.length > 0 ? Math.min(...ends) : rest.length;
    const text = rest.slice(start, end).trim();
    free.set(name, text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text);
    rest = rest.slice(0, at) + rest.slice(end);
  }
  return { rest, free };
}

export function readAuoms(row: Row, { type, body }: AuditLine): void {
  if (type === 'AUOMS_PROCESS_INVENTORY') row.skip = 'ignored: a list of what was running';
  const { rest, free } = takeFree(body);
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of rest.matchAll(FIELD)) {
    if (!fields.has(name)) fields.set(name, value.startsWith('"') ? value.slice(1, -1) : value);
  }
  const text = (value: string | undefined): string | undefined =>
    value === undefined || value === '' || value === '(null)' || value === '?' ? undefined : bounded(row, utf8(value));
  const call =
    fields.get('syscall') ?? (type === 'AUOMS_CONNECT' ? 'connect' : type === 'AUOMS_PROCESS_INVENTORY' ? undefined : 'execve');
  if (call !== undefined) row.syscall = syscallName(fields.get('arch'), call);
  row.success = fields.get('success');
  row.exit = numeric(fields.get('exit'));
  row.pid = numberOf(fields.get('pid'));
  row.ppid = numberOf(fields.get('ppid'));
  row.auid = numberOf(fields.get('auid'));
  row.uid = numberOf(fields.get('uid'));
  row.user = name(text(fields.get('user')));
  row.login = name(text(fields.get('audit_user')));
  const tty = ttyNumber(fields.get('tty'));
  row.tty = tty === undefined ? undefined : String(tty);
  row.comm = text(fields.get('comm'));
  row.exe = text(fields.get('exe'));
  row.cwd = text(fields.get('cwd'));
  row.cmdline = text(free.get('cmdline')) ?? text(free.get('proctitle'));
  row.path = text(fields.get('name') ?? firstOf(fields.get('path_name')));
  row.nametype = fields.get('nametype') ?? firstOf(fields.get('path_nametype'));
  row.container = text(fields.get('containerid'));
  const keys = keysOf(fields.get('key'));
  if (keys.length > 0) row.keys = keys;
  readAddress(row, unhex((fields.get('saddr') ?? '').toUpperCase()));
}

const name = (text: string | undefined): string | undefined => (text === 'unset' || text === '-1' ? undefined : text);

const firstOf = (list: string | undefined): string | undefined => /^\["([^"]*)"/.exec(list ?? '')?.[1];
