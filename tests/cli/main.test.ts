import { createHash } from 'node:crypto';
import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportResult } from '../../workers/contract/evidence';
import { type HostedEngine, startEngine } from '../../workers/host';
import { type Bundle, HOSTILE, LINES, writeBundle } from './bundle';
import { exhibit, type Ran } from './io';

let host: HostedEngine;
let bundle: Bundle;
let dir: string;
let imported: Ran;

const ask = (...argv: string[]) => exhibit([...argv, '--case', dir], host);
const object = (text: string) => JSON.parse(text) as Readonly<Record<string, unknown>>;

const hidden = (text: string) => text.includes('\u001b') || text.includes('\u202e');

beforeAll(async () => {
  host = startEngine();
  bundle = await writeBundle();
  dir = join(bundle.folder, 'a.exhibit');
  imported = await exhibit(['import', bundle.path, '--case', dir, '--received-from', 'Ann', '--json'], host);
});
afterAll(async () => {
  await host.close();
  await rm(bundle.folder, { recursive: true });
});

test('an import with a reject is done with remarks, and tells its place and reason', () => {
  const result = object(imported.out) as unknown as ImportResult;

  expect(imported.exit).toBe(3);
  expect(result.totals).toEqual({ records: 5, yielded: 4, activities: 4, merged: 0, duplicates: 0, ignored: 0, rejected: 1 });
  expect(result.rejects).toEqual([{ at: 'E1:5', why: expect.any(String) as string }]);
  expect(result.evidence[0]?.intake.receivedFrom).toBe('Ann');
  expect(imported.err).toContain('Importing');
});

test('the same bundle again is recognised; nothing is counted twice', async () => {
  const again = await exhibit(['import', bundle.path, '--case', dir, '--json'], host);

  expect(object(again.out)).toMatchObject({ evidence: [{ id: 'E1', already: true }] });
  expect((await ask('count')).out).toBe('4\n');
});

test('what is said of the records of a bundle that is there already is not passed over in silence', async () => {
  const { err } = await exhibit(['import', bundle.path, '--cluster', '**=prod', '--case', dir], host);

  expect(err).toContain('exhibit set E1');
});

test('where one of several bundles is not there, none is imported and no case is made', async () => {
  const none = join(bundle.folder, 'none.exhibit');
  const { exit, out, err } = await exhibit(['import', bundle.path, '/nowhere/b.tgz', '--case', none], host);

  expect({ exit, out }).toEqual({ exit: 1, out: '' });
  expect(err).toBe('exhibit import: There is no file or folder at /nowhere/b.tgz.');
  await expect(stat(none)).rejects.toThrow('ENOENT');
});

test.for([
  { title: 'in it', place: 'in.exhibit' },
  { title: 'deep in it', place: 'not/there/in.exhibit' },
  { title: 'behind a link into it', place: 'link/in.exhibit' },
])('a bundle that would hold its case is refused before any is imported, and no case is made: $title', async ({ place }) => {
  const folder = await mkdtemp(join(tmpdir(), 'exhibit-holds-'));
  const outer = join(folder, 'outer');
  await mkdir(outer);
  await writeFile(join(outer, 'audit.log'), `${LINES[0]}\n`);
  await symlink('.', join(outer, 'link'));
  const { exit, err } = await exhibit(['import', bundle.path, outer, '--case', join(outer, place)], host);
  const left = await readdir(outer);
  await rm(folder, { recursive: true });

  expect({ exit, left }).toEqual({ exit: 2, left: ['audit.log', 'link'] });
  expect(err).toBe(`exhibit import: ${outer} holds the case itself; keep the case elsewhere, or name what lies beside it.`);
});

test('a clean import exits 0', async () => {
  const clean = await writeBundle({ bad: false });
  const { exit } = await exhibit(['import', clean.path, '--case', join(clean.folder, 'b.exhibit')], host);
  await rm(clean.folder, { recursive: true });

  expect(exit).toBe(0);
});

test.for([
  { title: 'everything', argv: ['count'], out: '4\n' },
  { title: 'what a filter matches', argv: ['count', 'user="ann"'], out: '2\n' },
  { title: 'several words as AND', argv: ['count', 'user="ann"', 'verb="get"', 'kind=exec'], out: '1\n' },
  {
    title: 'a window, its end left out',
    argv: ['count', '--from', '2026-03-17T09:00:02Z', '--to', '2026-03-17T09:00:04Z'],
    out: '2\n',
  },
  { title: 'some kinds', argv: ['count', '--kind', 'exec,net'], out: '1\n' },
])('counts $title', async ({ argv, out }) => {
  expect(await ask(...argv)).toMatchObject({ exit: 0, out, err: '' });
});

test('counts by attribute, and in slices of time with nine digits', async () => {
  const by = object((await ask('count', '--by', 'ka.verb', '--json')).out);
  const slices = object((await ask('count', '--bucket', '2s', '--json')).out);

  expect(by).toEqual({
    count: 4,
    undated: 0,
    groups: [
      { verb: 'delete', count: 1 },
      { verb: 'get', count: 3 },
    ],
  });
  expect(slices.groups).toEqual([
    { from: '2026-03-17T09:00:00.000000000Z', count: 1 },
    { from: '2026-03-17T09:00:02.000000000Z', count: 2 },
    { from: '2026-03-17T09:00:04.000000000Z', count: 1 },
  ]);
});

test('query gives the places of all records as a column', async () => {
  const { out } = await ask('query', '--format', 'ndjson', '--columns', 'id,records', '--limit', '1');
  const row = JSON.parse(out) as { readonly records: readonly unknown[] };

  expect(Object.keys(row)).toEqual(['id', 'records']);
  expect(row.records[0]).toEqual({ evidence: 'E1', member: expect.any(String), record: expect.any(String) });
});

test('query as ndjson gives one document a line, in time order, only the columns asked for', async () => {
  const { out } = await ask('query', '--format', 'ndjson', '--columns', 'time,user');
  const rows = out.trimEnd().split('\n').map(object);

  expect(rows).toHaveLength(4);
  expect(rows[0]).toEqual({ time: '2026-03-17T09:00:01.000000000Z', user: 'ann' });
  expect(rows[2]).toMatchObject({ user: HOSTILE });
});

test('query as CSV makes a formula harmless', async () => {
  const { out } = await ask('query', '--format', 'csv', '--columns', 'code,user', '--kind', 'api');

  expect(out).toBe(`code,user\r\n200,ann\r\n403,"'${HOSTILE.replaceAll('"', '""')}"\r\n200,ben\r\n`);
});

test('query as a table shows hidden characters as escapes', async () => {
  const { out } = await ask('query', '--limit', '3');

  expect(out).toContain('\\x1b[31m\\u{202e}cod.exe');
  expect(hidden(out)).toBe(false);
  expect(out.split('\n')[0]).toMatch(/^time {2,}kind {2,}namespace/);
});

test('groups lists parents first, absent levels as null', async () => {
  const { groups } = object((await ask('groups', '--path', 'cluster,namespace', '--json')).out);

  expect(groups).toEqual([
    { path: [null], count: 4 },
    { path: [null, 'shop'], count: 4 },
  ]);
});

test('record gives back the exact bytes of the line', async () => {
  expect(await ask('record', 'E1:2')).toMatchObject({ exit: 0, out: LINES[1] });
});

test('record on a terminal shows escapes, never sends them', async () => {
  const { out } = await exhibit(['record', 'E1:3', '--case', dir], host, { terminal: true });

  expect(hidden(out)).toBe(false);
});

test('info has the contract’s fields', async () => {
  const info = object((await ask('info', '--json')).out);
  const keys =
    'case schema version evidence formats kinds activities undated first last coverage digest evidenceDigest analysisDigest journal';

  expect(Object.keys(info)).toEqual(expect.arrayContaining(keys.split(' ')));
  expect(info).toMatchObject({ activities: 4, kinds: { exec: 1, api: 3 }, first: '2026-03-17T09:00:01.000000000Z' });
});

test('an exec is a session, and its trace says what cannot be known', async () => {
  const { sessions } = object((await ask('sessions', '--json')).out);
  const trace = object((await ask('trace', 'E1:2', '--json')).out);

  expect(sessions).toMatchObject([{ session: 'E1:2', user: 'ann', confidence: null }]);
  expect(trace).toMatchObject({ session: 'E1:2', root: null, identity: { user: 'ann' } });
  expect((trace.limits as string[]).length).toBeGreaterThan(0);
});

test.for([
  { ending: 'json', begins: '{' },
  { ending: 'html', begins: '<!' },
  { ending: 'pdf', begins: '%PDF' },
])('report writes $ending and prints its digest', async ({ ending, begins }) => {
  const path = join(bundle.folder, `r.${ending}`);
  const { exit, out, err } = await ask('report', 'E1:2', '-o', path, '--created', '2026-04-01T00:00:00Z');
  const bytes = await readFile(path);

  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  expect(out).toBe(`${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`);
  expect(bytes.subarray(0, begins.length).toString().toLowerCase()).toBe(begins.toLowerCase());
});

test('a report that cannot be written is refused before the journal says that it was made', async () => {
  const entries = async () => (object((await ask('info', '--json')).out).journal as { readonly entries: number }).entries;
  const before = await entries();
  const { exit, err } = await ask('report', 'E1:2', '-o', '/nowhere/r.json');

  expect({ exit, err }).toEqual({ exit: 1, err: 'exhibit report: /nowhere/r.json cannot be written (ENOENT).' });
  expect(await entries()).toBe(before);
});

test.for([['query'], ['verify', '--quick'], ['report', 'E1:2', '-o', 'r.json']])(
  '%s ends when it is interrupted',
  async (argv) => {
    const [verb = '', ...rest] = argv;
    const at = verb === 'verify' ? [verb, dir, ...rest] : [...argv, '--case', dir];

    expect(await exhibit(at, host, { interrupted: AbortSignal.abort() })).toEqual({
      exit: 1,
      out: '',
      err: `exhibit ${verb}: It was stopped before it was done; run it again.`,
    });
  },
);

test('verify checks the case and exits 0; a sealed original that has changed is found and exits 3', async () => {
  const copy = join(bundle.folder, 'changed.exhibit');
  await cp(dir, copy, { recursive: true });
  const [sealed] = (await readdir(join(copy, 'evidence/E1'))).map((name) => join(copy, 'evidence/E1', name));
  await chmod(sealed as string, 0o600);
  await appendFile(sealed as string, '\n');
  const [good, changed] = [await exhibit(['verify', dir, '--json'], host), await exhibit(['verify', copy, '--json'], host)];

  expect(good).toMatchObject({ exit: 0, err: '' });
  expect(object(good.out)).toMatchObject({ ok: true });
  expect(changed.exit).toBe(3);
  expect(object(changed.out)).toMatchObject({ ok: false });
});

test('formats lists what is read without a case', async () => {
  const { formats } = object((await exhibit(['formats', '--json'], host)).out);

  expect((formats as { id: string }[]).map(({ id }) => id)).toEqual(expect.arrayContaining(['k8s-audit', 'tetragon', 'falco']));
});

test.for([
  { title: 'no command', argv: [], says: 'Which command?' },
  { title: 'an unknown command', argv: ['improt'], says: 'There is no command “improt”' },
  { title: 'a format of later', argv: ['export', '--format', 'ecs'], says: 'export is not built yet' },
  { title: 'a format that nobody knows', argv: ['export', '--format', 'foo'], says: 'not “foo”' },
  { title: 'an option given twice', argv: ['count', '--case', 'x', '--case', 'y'], says: '--case is given twice' },
  { title: 'an unknown option', argv: ['count', '--cas', 'x'], says: '--cas' },
  { title: 'an option without its value', argv: ['count', '--case'], says: '--case' },
  { title: 'no case', argv: ['count'], says: '--case DIR' },
  { title: 'no bundle', argv: ['import', '--case', 'x'], says: 'Which bundle?' },
  {
    title: 'a setting before its bundle',
    argv: ['import', '--zone', 'a=UTC', 'b', '--case', 'x'],
    says: 'name its bundle first',
  },
  { title: 'a setting without a value', argv: ['import', 'b', '--zone', 'UTC', '--case', 'x'], says: 'MEMBER=ZONE' },
  { title: 'a time that is none', argv: ['count', '--case', 'x', '--from', 'yesterday'], says: 'RFC 3339' },
  { title: 'an unknown kind', argv: ['count', '--case', 'x', '--kind', 'commands'], says: 'no kind “commands”' },
  { title: 'an unknown attribute', argv: ['count', '--case', 'x', '--by', 'comn'], says: 'no attribute “comn”' },
  { title: 'an attribute without a name', argv: ['query', '--case', 'x', '--columns', 'id,'], says: 'commas between them' },
  { title: 'a width that is none', argv: ['count', '--case', 'x', '--bucket', '0h'], says: '--bucket' },
  { title: 'a limit that is none', argv: ['query', '--case', 'x', '--limit', '-1'], says: '--limit=-1' },
  { title: 'an unknown query format', argv: ['query', '--case', 'x', '--format', 'xml'], says: '--format' },
  { title: 'a trace of nothing', argv: ['trace', '--case', 'x'], says: 'ID is missing' },
  { title: 'two traces', argv: ['trace', 'a', 'b', '--case', 'x'], says: 'one too many' },
  { title: 'a report without a file', argv: ['report', 'a', '--case', 'x'], says: '-o' },
  { title: 'a report of an unknown kind', argv: ['report', 'a', '-o', 'a.doc', '--case', 'x'], says: '.pdf, .html or .json' },
  { title: 'a report of nothing', argv: ['report', '-o', 'a.pdf', '--case', 'x'], says: 'take what is marked with --board' },
  { title: 'a port beyond', argv: ['serve', '--port', '65536'], says: '--port' },
  { title: 'serve with a bare name', argv: ['serve', 'a.exhibit'], says: '--case a.exhibit' },
])('$title is wrong usage', async ({ argv, says }) => {
  const { exit, out, err } = await exhibit(argv, host);

  expect({ exit, out }).toEqual({ exit: 2, out: '' });
  expect(err).toContain(says);
});

test('a mistake in a filter is wrong usage and names its column', async () => {
  expect(await ask('count', 'user="ann" and cmnd="x"')).toMatchObject({
    exit: 2,
    out: '',
    err: expect.stringContaining('olumn 16') as string,
  });
});

test.for(['%PDF-', 'no report'])('verifying a file that holds %j, and not what a report has, is a failed check', async (held) => {
  const path = join(bundle.folder, 'a.pdf');
  await writeFile(path, held);

  expect(await exhibit(['verify', path], host)).toMatchObject({
    exit: 3,
    out: expect.stringContaining('cannot be checked') as string,
  });
});

test.for([
  { title: 'a case that is not there', argv: ['count', '--case', '/nowhere/a.exhibit'] },
  { title: 'a bundle that is not there', argv: ['import', '/nowhere/bundle.tgz'] },
  { title: 'a bundle that is a device', argv: ['import', '/dev/null'] },
  { title: 'an id that is not there', argv: ['trace', 'E9:1'] },
])('$title is refused in one sentence', async ({ argv }) => {
  const { exit, out, err } = argv.includes('--case') ? await exhibit(argv, host) : await ask(...argv);

  expect({ exit, out }).toEqual({ exit: 1, out: '' });
  expect(err.split('\n').filter((line) => line.startsWith('exhibit '))).toHaveLength(1);
});

test('says its version', async () => {
  expect(await exhibit(['--version'], host)).toMatchObject({ exit: 0, out: expect.stringMatching(/^exhibit \d/) as string });
});

test.for([{ argv: ['help'] }, { argv: ['--help'] }, { argv: ['count', '--help'] }, { argv: ['help', 'import'] }])(
  '$argv helps on stdout',
  async ({ argv }) => {
    expect(await exhibit(argv, host)).toMatchObject({ exit: 0, out: expect.stringContaining('exhibit') as string, err: '' });
  },
);
