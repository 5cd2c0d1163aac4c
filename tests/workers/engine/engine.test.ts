/** The real engine, in its thread, on the real sample: what it counts, traces, reports and seals. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSample } from '../../../resources/sample/generate';
import { SAMPLE } from '../../../resources/sample/options';
import { pack } from '../../../resources/sample/pack';
import type { TruthSession } from '../../../resources/sample/truth';
import type { ActivityJson } from '../../../workers/contract/activity';
import { KINDS } from '../../../workers/contract/attributes';
import type { CaseInfo } from '../../../workers/contract/case';
import type { ImportResult } from '../../../workers/contract/evidence';
import type { QueryRequest } from '../../../workers/contract/page';
import type { Report } from '../../../workers/contract/report';
import type { Trace } from '../../../workers/contract/trace';
import { type HostedEngine, startEngine } from '../../../workers/host';
import { exhibit } from '../../cli/io';
import { importSample, sampleSettings, sampleTruth, story } from '../../helpers/sample';
import { VIEWS } from './views';

const CREATED = '2026-03-18T08:00:00Z';
const folder = mkdtempSync(join(tmpdir(), 'exhibit-engine-'));
const dir = join(folder, 'sample.exhibit');
let host: HostedEngine;
let imported: ImportResult;
let info: CaseInfo;

beforeAll(async () => {
  host = startEngine();
  await host.engine.open({ dir, create: true });
  imported = await importSample(host.engine);
  info = await host.engine.info();
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

async function rowsOf(view: QueryRequest): Promise<ActivityJson[]> {
  const rows: ActivityJson[] = [];
  await host.engine.query(view, (batch) => void rows.push(...batch));
  return rows;
}

test('accounts for every record, and names the one that cannot be read', () => {
  const truth = sampleTruth();
  const { records, yielded, merged, duplicates, ignored, rejected } = imported.totals;

  expect(imported.totals).toMatchObject({ records: truth.records, rejected: truth.unreadable, duplicates: 0, ignored: 0 });
  expect(yielded + merged + duplicates + ignored + rejected).toBe(records);
  expect(imported.rejects).toEqual([
    { at: 'E1/lab-us/lab-cp-1/audit.log:6314', why: expect.stringContaining('not JSON') as string },
  ]);
  const members = imported.evidence[0]?.members.map(({ path, format, records: n, bytes }) => ({
    path,
    format,
    records: n,
    bytes,
  }));
  const byPath = (a: { readonly path: string }, b: { readonly path: string }) => (a.path < b.path ? -1 : 1);
  expect(members?.toSorted(byPath)).toEqual(
    truth.members.map(({ path, format, records: n, bytes }) => ({ path, format, records: n, bytes })).toSorted(byPath),
  );
});

test('has the golden digests, of the case and of its analysis', () => {
  const { digest, analysisDigest } = sampleSettings();

  expect(
    { digest: imported.digest, analysisDigest: info.analysisDigest },
    'The sample gives other digests. If evidence, settings, a projection or the correlator changed on purpose, renew them: npx tsx resources/sample/digest.ts',
  ).toEqual({ digest, analysisDigest });
});

describe('every number agrees with every other', () => {
  let all: readonly ActivityJson[];
  let byId: ReadonlyMap<string, ActivityJson>;
  beforeAll(async () => {
    all = await rowsOf({});
    byId = new Map(all.map((activity) => [activity.id, activity]));
  });

  test.for(VIEWS)('$title', async ({ title: _, holds, ...view }) => {
    const { engine } = host;
    const [counted, page, graph, tree, clusters] = await Promise.all([
      engine.count(view),
      engine.page({ ...view, limit: 3 }),
      engine.graph({ ...view, buckets: 200 }),
      engine.groups({ ...view, path: ['namespace', 'deployment', 'pod'] }),
      engine.groups({ ...view, path: ['cluster'] }),
    ]);
    const ids = (await rowsOf({ ...view, columns: ['id'] })).map(({ id }) => id);
    const legend = KINDS.map((kind) => graph.counts[kind]);
    const drawn = KINDS.map((kind) => graph.series[kind].reduce((sum, n) => sum + n, 0));
    const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

    expect(counted.count).toBe(ids.length);
    expect(page.total).toBe(ids.length);
    expect(page.rows).toEqual(ids.slice(0, 3).map((id) => byId.get(id)));
    expect(sum(legend)).toBe(ids.length);
    expect(drawn).toEqual(legend);
    expect(graph.total).toBe(ids.length);
    for (const level of [1, 2, 3]) {
      expect(sum(tree.filter(({ path }) => path.length === level).map(({ count }) => count))).toBe(ids.length);
    }
    expect(sum(clusters.map(({ count }) => count))).toBe(ids.length);
    if (holds) expect(ids).toEqual(all.filter(holds).map(({ id }) => id));
  });

  test('in at least 40 views', () => expect(VIEWS.length).toBeGreaterThanOrEqual(40));

  test.for(['comm="curl"', 'not server in known kind=net', 'user="johndoe"', 'severity >= medium'])(
    'the command line counts the same, asking the process that holds the case: %s',
    async (filter) => {
      const { out, exit } = await exhibit(['count', '--case', dir, '--json', filter], host);

      expect(exit).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ count: (await host.engine.count({ filter })).count });
    },
  );

  test('a row far down is the one that a full reading has there', async () => {
    const { rows } = await host.engine.page({ at: 31_234, limit: 5 });

    expect(rows).toEqual(all.slice(31_234, 31_239));
    expect(await host.engine.position({ id: rows[2]?.id as string })).toBe(31_236);
  });

  test('the order turned round is the same rows', async () => {
    const { rows } = await host.engine.page({ order: 'desc', limit: 4 });

    expect(rows.map(({ id }) => id)).toEqual(
      all
        .slice(-4)
        .reverse()
        .map(({ id }) => id),
    );
  });
});

/** What a trace tells, without a place: `bash`, `curl 198.51.100.23:443`, `delete /root/.bash_history`. */
const told = ({ processes, activities }: Trace) => ({
  commands: processes.map(({ cmdline }) => cmdline),
  connections: [...new Set(activities.filter(({ kind }) => kind === 'net').map((a) => `${a.comm} ${a.server}:${a.serverport}`))],
  files: [...new Set(activities.filter(({ kind }) => kind === 'file').map((a) => `${a.mode} ${a.path}`))],
});

const happened = ({ processes, connections, files }: TruthSession) => {
  const argv0 = new Map(processes.map(({ execId, argv }) => [execId, argv[0]]));
  return {
    commands: processes.map(({ argv }) => argv.join(' ')),
    connections: connections.map(({ execId, address, port }) => `${argv0.get(execId)} ${address}:${port}`),
    files: files.map(({ mode, path }) => `${mode} ${path}`),
  };
};

const idOf = ({ originator: { file, line } }: TruthSession): string => `E1/${file}:${line}`;

/** Agents quote in their own ways, and name a command by its binary. */
const plain = (command: string): string => command.replaceAll('"', '').replace(/^\S*\//, '');

describe('a trace', () => {
  test('of johndoe has bash, curl, tar, gzip, shred and curl’s connection, no other process and no other connection', async () => {
    const truth = story('download');
    const trace = await host.engine.trace(idOf(truth));

    expect(told(trace)).toEqual(happened(truth));
    expect(trace.processes.map(({ comm }) => comm)).toEqual(['bash', 'curl', 'tar', 'gzip', 'shred']);
    expect(trace.identity).toMatchObject({ user: 'johndoe', sourceaddresses: ['203.0.113.7'] });
    expect(trace).toMatchObject({ certain: true, rivals: [] });
    expect(trace.confidence).toBeGreaterThanOrEqual(0.95);
    expect(trace.limits.length).toBeGreaterThan(0);
  });

  test('cites every record that the truth has, and none beside them', async () => {
    const truth = story('download');
    const { activities } = await host.engine.trace(idOf(truth));
    const cited = activities.flatMap(({ records }) => records.map(({ member, record }) => `${member}:${record}`));
    const places = [
      ...truth.processes.flatMap(({ exec, exit }) => [exec, exit]),
      ...truth.connections.flatMap((connection) => connection.places),
      ...truth.files.map(({ place }) => place),
      ...truth.hits,
    ].flatMap((place) => (place ? [`${place.file}:${place.line}`] : []));

    expect([...cited].sort()).toEqual([...places].sort());
  });

  test('of each session of the sample has the processes that the truth gives it', async () => {
    const sessions = sampleTruth().sessions.filter(({ outcome }) => outcome === 'ran');
    for (const session of sessions) {
      const { processes } = await host.engine.trace(idOf(session));
      const recorded = session.processes.filter(({ exec }) => exec).map(({ argv }) => plain(argv.join(' ')));

      expect({ session: idOf(session), commands: processes.map(({ cmdline }) => plain(cmdline ?? '')) }).toEqual({
        session: idOf(session),
        commands: recorded,
      });
    }
    expect(sessions.length).toBeGreaterThan(30);
  });

  test.for(['refused exec', 'silence', 'command not found', 'port-forward'])(
    'of “%s” has no process, and says why',
    async (name) => {
      const trace = await host.engine.trace(idOf(story(name)));

      expect(trace).toMatchObject({ root: null, processes: [], activities: [], confidence: null, certain: false });
      expect(trace.why.length).toBeGreaterThan(0);
    },
  );
});

test('an id leads to the very bytes of its record, and details to the same place', async () => {
  const truth = story('download');
  const member = imported.evidence[0]?.members.find(({ path }) => path === truth.originator.file);
  const { places } = await host.engine.record(idOf(truth));
  const detail = await host.engine.detail(idOf(truth));

  expect(member).toBeDefined();
  const kept = places.find(({ record }) => record === String(truth.originator.line));
  expect(JSON.parse(Buffer.from(kept?.bytes ?? []).toString())).toMatchObject({ kind: 'Event', stage: 'ResponseComplete' });
  expect(kept?.sha256).toBe(
    createHash('sha256')
      .update(kept?.bytes ?? '')
      .digest('hex'),
  );
  expect(detail.places).toEqual(places.map(({ bytes: _, ...place }) => place));
  expect(detail).toMatchObject({ traceable: true, activity: { user: 'johndoe', verb: 'get', subresource: 'exec' } });
});

describe('the same case, journal and time of making', () => {
  const FORMATS = ['pdf', 'html', 'json'] as const;
  const later = '2026-03-18T08:00:01Z';
  const copy = join(folder, 'copy', 'sample.exhibit');
  const made = new Map<string, Report[]>(FORMATS.map((format) => [format, []]));

  beforeAll(async () => {
    await host.engine.close();
    cpSync(dir, copy, { recursive: true });
    for (const [of, created] of [
      [dir, CREATED],
      [dir, CREATED],
      [copy, CREATED],
      [dir, later],
    ] as const) {
      await host.engine.open({ dir: of, readOnly: true });
      for (const format of FORMATS) {
        made.get(format)?.push(await host.engine.report({ ids: [idOf(story('download'))], format, created }));
      }
    }
    await host.engine.open({ dir });
    rmSync(copy, { recursive: true });
  });

  test.for(FORMATS)('give the same bytes as %s, and another second gives others', (format) => {
    const reports = made.get(format) ?? [];
    const [first, again, ofCopy, after] = reports.map(({ sha256 }) => sha256);

    expect([again, ofCopy]).toEqual([first, first]);
    expect(after).not.toBe(first);
    expect(reports.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'))).toEqual([first, again, ofCopy, after]);
    expect(reports.every(({ journaled }) => !journaled)).toBe(true);
  });
});

test('a report of a case that may be written is in the journal', async () => {
  const before = (await host.engine.info()).journal;
  const { journaled, sha256 } = await host.engine.report({ ids: [idOf(story('download'))], format: 'json', created: CREATED });
  const after = (await host.engine.info()).journal;

  expect(journaled).toBe(true);
  expect(after.entries).toBe(before.entries + 1);
  expect(readFileSync(join(dir, 'journal.ndjson'), 'utf8').trimEnd().split('\n').at(-1)).toContain(sha256);
});

test('the same bundle again is recognised, and changes nothing', async () => {
  const again = await importSample(host.engine);

  expect(again.evidence).toMatchObject([{ id: 'E1', already: true }]);
  expect(again.digest).toBe(imported.digest);
  expect((await host.engine.count({})).count).toBe(info.activities);
});

test('marks are found by filters, and survive closing and a read-only opening', async () => {
  const target = idOf(story('download'));
  const note = await host.engine.mark({ target, kind: 'note', text: 'this is where it began' });
  await host.engine.mark({ target, kind: 'tag', text: 'entry' });
  const tagged = () => host.engine.count({ filter: 'tag="entry" note contains "began"' });
  expect((await tagged()).count).toBe(1);

  await host.engine.open({ dir, readOnly: true });
  expect(await host.engine.marks()).toMatchObject([{ mark: note.mark, target, text: 'this is where it began' }, { kind: 'tag' }]);
  expect((await tagged()).count).toBe(1);

  await host.engine.open({ dir });
  await host.engine.unmark(note.mark);
  expect((await tagged()).count).toBe(0);
  expect(await host.engine.marks()).toMatchObject([{ kind: 'tag', text: 'entry' }]);
});

test('an exec is found in the deployment that only an agent names, and details say so', async () => {
  const view = { filter: 'kind=exec deployment="billing-api" user="johndoe"' };
  const { rows } = await host.engine.page({ ...view, limit: 9 });
  const { completed } = await host.engine.detail(idOf(story('download')));

  expect(rows.map(({ id }) => id)).toEqual([idOf(story('download'))]);
  expect(completed).toMatchObject({ deployment: 'other records of this pod' });
});

/** Every file of a folder with its bytes' hash and its time of change. */
function fingerprint(of: string): readonly string[] {
  return readdirSync(of, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mtimeMs, size } = statSync(path);
      return `${path} ${entry.isFile() ? `${size} ${mtimeMs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}` : ''}`;
    })
    .sort();
}

test('opened read-only, a case is read in every way and stays as it is to the byte', async () => {
  await host.engine.close();
  const before = fingerprint(dir);
  const { engine } = host;
  await engine.open({ dir, readOnly: true });
  await engine.page({ limit: 100 });
  await engine.graph({ buckets: 100 });
  await engine.groups({ path: ['namespace', 'pod'] });
  await engine.sessions({});
  await engine.record(idOf(story('bench')));
  const report = await engine.report({ ids: [idOf(story('download'))], format: 'pdf', created: CREATED });
  const { ok } = await engine.verify({});
  await engine.close();

  expect(fingerprint(dir)).toEqual(before);
  expect({ ok, journaled: report.journaled }).toEqual({ ok: true, journaled: false });
  await engine.open({ dir });
});

test('pages do not wait for an import that runs, and the import changes nothing that was there', async () => {
  const bundle = join(folder, 'another.tgz');
  writeFileSync(bundle, pack(generateSample({ ...SAMPLE, seed: 2, extraSessions: 0 }).files));
  const page = async (i: number): Promise<number> => {
    const start = performance.now();
    await host.engine.page({
      filter: i % 2 === 0 ? 'comm!="ps"' : 'namespace="shop"',
      at: (i * 997) % 20_000,
      limit: 60,
      pane: 'list',
    });
    return performance.now() - start;
  };
  const p95 = (took: readonly number[]): number => took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.95)] as number;

  const took: number[] = [];
  const began = performance.now();
  let running = true;
  const ended = () => {
    running = false;
  };
  const importing = host.engine.import({ path: bundle });
  importing.then(ended, ended);
  for (let i = 0; running; i++) {
    took.push(await page(i));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await importing;
  const whole = performance.now() - began;
  console.log(`a page during an import of ${whole.toFixed(0)} ms: p95 ${p95(took).toFixed(0)} ms over ${took.length} pages`);

  // The bench holds the budget of 100 ms on a quiet machine; here other tests run beside it, and slow down both alike.
  expect(took.length).toBeGreaterThan(20);
  expect(p95(took)).toBeLessThan(whole / 5);
  expect((await host.engine.count({ filter: 'evidence="E1"' })).count).toBe(info.activities);
  expect((await host.engine.marks()).length).toBe(1);
});
