/** Records in the true form of their sources, each with one hostile text wherever a person can put one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hostile, STRINGS } from './strings';

const second = (i: number): string => new Date(Date.UTC(2026, 2, 17, 9, 0, i)).toISOString().slice(0, 19);
const at = (i: number, nanos = '000000000'): string => `${second(i)}.${nanos}Z`;
const exec = (i: number): string => Buffer.from(`worker-1:${1000 + i}:${2000 + i}`).toString('base64');

/** A lone surrogate cannot be percent-encoded: it goes as the replacement character there. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** An exec whose user, agent and command are the text. */
export const auditLine = ({ text }: Hostile, i: number): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/shop/pods/web-1/exec?command=${encoded(text.slice(0, 4000))}&container=web&stdin=true&tty=true`,
    verb: 'get',
    user: { username: text, groups: [text, 'system:authenticated'] },
    sourceIPs: ['192.0.2.10'],
    userAgent: text,
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web-1', apiVersion: 'v1', subresource: 'exec' },
    responseStatus: { code: 101 },
    requestReceivedTimestamp: at(i, '000000'),
    stageTimestamp: at(i, '900000'),
  });

const podOf = ({ text }: Hostile) => ({
  namespace: text,
  name: 'web-1',
  container: { id: `containerd://${'0123456789abcdef'.repeat(4)}`, name: text, image: { id: 'sha256:1', name: text } },
  workload: text,
  workload_kind: 'Deployment',
});

/** A process whose binary, arguments, folder and scope are the text. */
export const tetragonLine = (hostile: Hostile, i: number): string =>
  JSON.stringify({
    process_exec: {
      process: {
        exec_id: exec(i),
        pid: 2000 + i,
        uid: 0,
        cwd: hostile.text,
        binary: `/bin/${hostile.text}`,
        arguments: hostile.text,
        flags: 'execve clone',
        start_time: at(i, '100000001'),
        auid: 4294967295,
        pod: podOf(hostile),
        docker: '0123456789abcdef0123456789abcde',
        parent_exec_id: exec(999),
      },
    },
    time: at(i, '100000001'),
    node_name: 'worker-1',
  });

/** A rule hit whose rule, tags and fields are the text. */
export const falcoLine = ({ text }: Hostile, i: number): string =>
  JSON.stringify({
    hostname: 'worker-1',
    output: text,
    output_fields: { 'evt.type': 'execve', 'proc.name': text, 'proc.cmdline': text, 'proc.pid': 3000 + i, 'k8s.ns.name': text },
    priority: 'Warning',
    rule: text,
    source: 'syscall',
    tags: [text],
    time: at(i, '200000001'),
  });

export const SOURCES = [
  { member: 'audit.log', line: auditLine, shows: ['user', 'useragent'] },
  { member: 'tetragon.log', line: tetragonLine, shows: ['namespace', 'container', 'cwd'] },
  { member: 'falco.json', line: falcoLine, shows: ['rule', 'comm'] },
] as const;

/** Every text in every source: line `i + 1` of each member holds `STRINGS[i]`. Answers the folder. */
export function writeStrings(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const { member, line } of SOURCES) writeFileSync(join(folder, member), `${STRINGS.map(line).join('\n')}\n`);
  return folder;
}
