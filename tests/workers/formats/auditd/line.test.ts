/** Lines of audit, read alone. */
import { expect, test } from 'vitest';
import { readLine } from '../../../../workers/formats/auditd/line';

const RECORD = 'type=SYSCALL msg=audit(1773740469.123:7): arch=c000003e syscall=59 auid=1000 uid=0 exe="/usr/bin/id" key=(null)';
const NAMES = 'ARCH=x86_64 SYSCALL=execve AUID="casey" UID="root"';

test.for([
  { title: 'as auditd writes it', separator: '\x1d' },
  { title: 'as rsyslog escapes it', separator: '#035' },
  { title: 'as a terminal shows it', separator: '^]' },
  { title: 'as a blank', separator: ' ' },
  { title: 'lost', separator: '' },
])('names are behind a separator, $title', ({ separator }) => {
  expect(readLine(`${RECORD}${separator}${NAMES}`)).toMatchObject({
    body: RECORD.slice(RECORD.indexOf(' arch')),
    names: ` ${NAMES}`,
  });
});

test.for([
  { title: 'an address', record: 'saddr=020001BBC6336407', names: 'SADDR={ saddr_fam=inet laddr=198.51.100.7 lport=443 }' },
  { title: 'a path', record: 'item=0 name="/srv/a" nametype=NORMAL cap_fp=0', names: 'OUID="root" OGID="root"' },
  { title: 'a login', record: "pid=1 uid=0 msg='op=login res=success'", names: 'UID="root" AUID="unset"' },
])('names of $title', ({ record, names }) => {
  expect(readLine(`type=PATH msg=audit(1773740469.123:7): ${record}#035${names}`)).toMatchObject({
    body: ` ${record}`,
    names: ` ${names}`,
  });
});

test.for([
  'pid=7 exe="/tmp/UID=root" key="a"',
  'cwd="/tmp/AUID=root"',
  'a0="UID=root"',
  "msg='op=x UID=root'",
  "msg='op=x AUID=root res=success'",
])('a value that looks like names is none: %s', (record) => {
  expect(readLine(`type=CWD msg=audit(1773740469.123:7): ${record}`)).toMatchObject({ body: ` ${record}`, names: '' });
});
