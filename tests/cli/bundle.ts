/** A small bundle for tests of the shells: four requests, one of them hostile, one line that is no record. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Begins like a formula, hides a terminal escape and a direction override. */
export const HOSTILE = '=HYPERLINK("http://198.51.100.7")\u001b[31m\u202ecod.exe';

interface Request {
  readonly second: number;
  readonly user: string;
  readonly uri: string;
  readonly verb: string;
  readonly subresource?: string;
  readonly code: number;
}

const line = ({ second, user, uri, verb, subresource, code }: Request, i: number): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `00000000-0000-4000-8000-00000000000${i}`,
    stage: 'ResponseComplete',
    requestURI: uri,
    verb,
    user: { username: user, groups: ['system:authenticated'] },
    sourceIPs: ['192.0.2.10'],
    userAgent: 'kubectl/v1.31.1',
    objectRef: { resource: 'pods', namespace: 'shop', name: 'web-1', apiVersion: 'v1', ...(subresource ? { subresource } : {}) },
    responseStatus: { code },
    requestReceivedTimestamp: `2026-03-17T09:00:0${second}.000000Z`,
    stageTimestamp: `2026-03-17T09:00:0${second}.100000Z`,
  });

const POD = '/api/v1/namespaces/shop/pods/web-1';
const REQUESTS: readonly Request[] = [
  { second: 1, user: 'ann', uri: POD, verb: 'get', code: 200 },
  {
    second: 2,
    user: 'ann',
    uri: `${POD}/exec?command=bash&container=web&stdin=true&tty=true`,
    verb: 'get',
    subresource: 'exec',
    code: 101,
  },
  { second: 3, user: HOSTILE, uri: POD, verb: 'get', code: 403 },
  { second: 4, user: 'ben', uri: POD, verb: 'delete', code: 200 },
];

/** Lines of the bundle, as `exhibit record` gives them back. */
export const LINES = REQUESTS.map(line);

export interface Bundle {
  readonly folder: string;
  readonly path: string;
}

/** Writes the bundle into a new folder; `bad` adds a line that is no record. */
export async function writeBundle({ bad = true } = {}): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'exhibit-test-'));
  const path = join(folder, 'audit.log');
  await writeFile(path, `${LINES.join('\n')}\n${bad ? '{"kind":"Event",\n' : ''}`);
  return { folder, path };
}
