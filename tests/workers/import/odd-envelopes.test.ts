/** What lies around records and among them, where nobody looked when the member was recognised. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HEAD } from '../../../workers/bundle/member-stream';
import { envelopeLimits } from '../../../workers/queries/envelopes';
import { Kept } from '../../../workers/queries/kept';
import { TestCase, temporary } from './cases';
import { makeLogs } from './logs';

let root: string;
let made: TestCase;
beforeAll(async () => {
  root = temporary();
  made = await TestCase.make();
});
afterAll(async () => {
  await made.close();
  rmSync(root, { recursive: true, force: true });
});

const { audit } = makeLogs(4);
const [first = '', second = ''] = audit;

test('noise that comes up behind the first records is passed over like any', async () => {
  const long = (n: number) => JSON.stringify({ ...JSON.parse(first), auditID: `long-${n}`, userAgent: 'x'.repeat(4000) });
  const events = Array.from({ length: Math.ceil(HEAD / 4000) }, (_, n) => long(n));
  const noise = [
    '{"index":{"_index":"audit"}}',
    '{"ts":1.5,"caller":"a.go:1","msg":"up","v":0}',
    'I0501 10:00:00.000000 1 a.go:1] up',
  ];
  const file = join(root, 'audit.ndjson');
  writeFileSync(file, [...events, ...noise, '{"what":"is this"}', second].join('\n'));
  const [member] = (await made.import(file)).evidence[0]?.members ?? [];
  expect(member).toMatchObject({ records: events.length + 5, ignored: 3, rejected: 1, yielded: events.length + 1 });
  expect(member?.ignoredWhy).toEqual({ 'bulk action line': 1, 'klog line': 2 });
});

test('a key that stands twice in an envelope is noted on its records', async () => {
  const file = join(root, 'docker.json');
  const line = (text: string) => JSON.stringify(`${text}\n`);
  writeFileSync(
    file,
    [audit[2], audit[3]]
      .map((text = '') => `{"log":${line(text)},"log":${line(first)},"stream":"stdout","time":"2024-05-01T10:00:00Z"}\n`)
      .join(''),
  );
  const result = await made.import(file);
  expect(result.evidence[0]?.members[0]).toMatchObject({ records: 2, yielded: 2, rejected: 0 });
  const rows = await made.all<{ flags: readonly string[] | null }>(
    `SELECT flags FROM activity a JOIN member m USING (member) WHERE m.path = '' AND m.name = 'docker.json'`,
  );
  expect(rows.map(({ flags }) => flags)).toEqual([['duplicate key in the envelope'], ['duplicate key in the envelope']]);
});

test('a member says in which envelopes its records came, and their limits hold for what came in them', async () => {
  const folder = join(root, 'aks');
  mkdirSync(folder);
  const aks = (log: string) =>
    JSON.stringify({ time: '2024-05-01T10:00:00Z', category: 'kube-audit-admin', properties: { log } });
  writeFileSync(join(folder, 'PT1H.json'), audit.slice(0, 2).map(aks).join('\n'));
  writeFileSync(
    join(folder, 'plain.log'),
    audit
      .slice(2)
      .map((line) => `2024-05-01T10:00:00Z stdout F ${line}`)
      .join('\n'),
  );
  const [evidence] = (await made.import(folder)).evidence;
  expect(evidence?.members.map(({ path, envelopes }) => [path, envelopes])).toEqual([
    ['PT1H.json', ['aks']],
    ['plain.log', ['cri']],
  ]);
  const connection = await made.folder.database.connect();
  const limitsOf = (member: string) => envelopeLimits({ connection, kept: new Kept() }, [{ evidence: evidence?.id, member }]);
  expect(await limitsOf('PT1H.json')).toEqual([expect.stringContaining('kube-audit-admin has no get and list')]);
  expect(await limitsOf('plain.log')).toEqual([]);
  expect(await envelopeLimits({ connection, kept: new Kept() })).toHaveLength(1);
  connection.close();
});

test('the reader thread, as it is built, unpacks xz', async () => {
  const file = join(root, 'one.xz');
  writeFileSync(file, Buffer.from('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQACb25lAAB+5RDF1WpsmgABGwMLL7kQH7bzfQEAAAAABFla', 'base64'));
  expect((await made.import(file)).evidence[0]?.members).toMatchObject([{ path: 'one.xz', bytes: 3, format: null }]);
});
