import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { generateSample, type Sample } from '../../../resources/sample/generate';
import { SAMPLE, TRAPS, variant } from '../../../resources/sample/options';
import { gzipped, pack } from '../../../resources/sample/pack';
import type { Place, Truth, TruthProcess } from '../../../resources/sample/truth';

const folder = `${import.meta.dirname}/../../../resources/sample`;
const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');

interface Process {
  readonly exec_id: string;
  readonly parent_exec_id: string;
  readonly pid: number;
}
interface Line {
  readonly auditID?: string;
  readonly stage?: string;
  readonly requestURI?: string;
  readonly user?: { readonly username: string };
  readonly responseStatus?: { readonly code: number };
  readonly stageTimestamp?: string;
  readonly time?: string;
  readonly rule?: string;
  readonly process_exec?: { readonly process: Process };
  readonly process_exit?: { readonly process: Process };
  readonly process_kprobe?: { readonly process: Process; readonly function_name: string; readonly args?: readonly object[] };
}

/** Every line of every file, parsed; undefined where it does not parse. */
function parse({ files }: Sample): Map<string, readonly (Line | undefined)[]> {
  const parsed = (line: string): Line | undefined => {
    try {
      return JSON.parse(line) as Line;
    } catch {
      return undefined;
    }
  };
  return new Map(files.map(({ path, data }) => [path, data.toString().replace(/\n$/, '').split('\n').map(parsed)]));
}

const full = generateSample(SAMPLE);
const lines = parse(full);
const at = (parsed: ReturnType<typeof parse>, { file, line }: Place): Line | undefined => parsed.get(file)?.[line - 1];

/** Every place that the truth cites is the record it says. */
function checkTruth(truth: Truth, parsed: ReturnType<typeof parse>): void {
  for (const session of truth.sessions) {
    const first = at(parsed, session.stages[0]!.place);
    for (const { stage, place } of session.stages) {
      const record = at(parsed, place);
      expect(record).toMatchObject({ stage, auditID: first?.auditID, user: { username: session.user } });
      expect(record?.requestURI).toContain(`/namespaces/${session.namespace}/pods/${session.pod}/`);
    }
    expect(session.originator).toEqual(session.stages.at(-1)!.place);
    expect(at(parsed, session.originator)?.responseStatus?.code).toBe(session.outcome === 'refused' ? 403 : 101);
    for (const { place } of session.fallback ?? []) expect(at(parsed, place)?.auditID).not.toBe(first?.auditID);
    expect(session.processes[0]?.execId).toBe(session.root);
    const known = new Set(session.processes.map((process) => process.execId));
    for (const process of session.processes) {
      checkProcess(process, parsed);
      if (process.execId !== session.root) expect(known).toContain(process.parentExecId);
    }
    for (const { execId, places } of session.connections) {
      for (const place of places)
        expect(at(parsed, place)?.process_kprobe).toMatchObject({
          process: { exec_id: execId },
          function_name: expect.stringMatching(/^tcp_(connect|close)$/),
        });
    }
    for (const { execId, path, place } of session.files) {
      const told = at(parsed, place)?.process_kprobe;
      expect(told?.process.exec_id).toBe(execId);
      expect(JSON.stringify(told?.args)).toContain(JSON.stringify(path));
    }
    for (const place of session.hits) expect(at(parsed, place)?.rule).toBeTypeOf('string');
  }
  for (const probe of truth.probes) {
    for (const run of probe.runs) expect(at(parsed, run)).toBeDefined();
  }
}

function checkProcess({ execId, parentExecId, exec, exit, pid }: TruthProcess, parsed: ReturnType<typeof parse>): void {
  const started = exec && at(parsed, exec);
  if (started?.process_exec)
    expect(started.process_exec.process).toMatchObject({ exec_id: execId, parent_exec_id: parentExecId, pid });
  else if (started) expect(started).toMatchObject({ rule: 'Spawned process', output_fields: { 'proc.pid': pid } });
  if (exit) expect(at(parsed, exit)?.process_exit?.process.exec_id).toBe(execId);
}

describe('the committed bundle', () => {
  test('is what the generator makes, byte for byte', () => {
    expect(digest(pack(full.files))).toBe(digest(readFileSync(`${folder}/sample.tgz`)));
    expect(digest(gzipped(Buffer.from(`${JSON.stringify(full.truth)}\n`)))).toBe(digest(readFileSync(`${folder}/truth.json.gz`)));
  });

  test('has at most 8 MB and at least 60,000 records', () => {
    expect(readFileSync(`${folder}/sample.tgz`).length).toBeLessThanOrEqual(8e6);
    expect(full.truth.records).toBeGreaterThanOrEqual(60_000);
    expect(full.truth.records).toBe([...lines.values()].reduce((total, file) => total + file.length, 0));
  });

  test('has one unreadable line: the last of a log that was copied while it was written', () => {
    const unreadable = [...lines].flatMap(([path, file]) =>
      file.flatMap((line, n) => (line ? [] : [`${path}:${n + 1} of ${file.length}`])),
    );
    const last = lines.get('lab-us/lab-cp-1/audit.log')!.length;
    expect(unreadable).toEqual([`lab-us/lab-cp-1/audit.log:${last} of ${last}`]);
    expect(full.truth.unreadable).toBe(1);
  });

  test('spans 24 hours, two clusters and more than six namespaces', () => {
    const times = [...lines.values()].flatMap((file) => file.flatMap((line) => line?.time ?? line?.stageTimestamp ?? [])).sort();
    expect(times[0]!.slice(0, 16)).toBe('2026-03-17T00:00');
    expect(times.at(-1)!.slice(0, 16)).toBe('2026-03-17T23:59');
    expect(full.truth.clusters.map(({ value }) => value)).toEqual(['prod-eu', 'lab-us']);
    const all = full.files.map(({ data }) => data.toString()).join('');
    for (const namespace of ['shop', 'billing', 'monitoring', 'kube-system', 'payments', 'platform'])
      expect(all).toContain(`"namespace":"${namespace}"`);
  });

  test('names public addresses of the documentation ranges only', () => {
    const addresses = new Set(
      full.files.flatMap(({ data }) => data.toString().match(/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g) ?? []),
    );
    const allowed = /^(10\.|127\.0\.0\.1$|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/;
    expect([...addresses].filter((address) => !allowed.test(address))).toEqual([]);
  });

  test('never gives one pid to two processes at once', () => {
    for (const [path, file] of lines) {
      const running = new Map<number, string>();
      const reused = new Set<number>();
      for (const line of file) {
        const started = line?.process_exec?.process;
        const ended = line?.process_exit?.process;
        if (started) {
          const before = running.get(started.pid);
          if (before !== undefined) expect({ path, before }).toEqual({ path, before: started.parent_exec_id });
          running.set(started.pid, started.exec_id);
          reused.add(started.pid);
        }
        if (ended) running.delete(ended.pid);
      }
    }
  });

  test('uses process ids again over the day', () => {
    const execs = [...lines.values()].flatMap((file) => file.flatMap((line) => line?.process_exec?.process ?? []));
    const ids = (path: string) => lines.get(path)!.flatMap((line) => line?.process_exec?.process.pid ?? []);
    expect(new Set(execs.map((process) => process.exec_id)).size).toBe(execs.length);
    expect(new Set(ids('prod-eu/node-2/tetragon.log')).size).toBeLessThan(ids('prod-eu/node-2/tetragon.log').length);
  });

  test('tells the download, and nothing else, of johndoe in billing-api', () => {
    const session = full.truth.sessions.find(({ story }) => story === 'download')!;
    expect(session).toMatchObject({
      user: 'johndoe',
      sourceAddress: '203.0.113.7',
      namespace: 'billing',
      outcome: 'ran',
      tty: true,
    });
    expect(session.processes.map(({ argv }) => argv[0])).toEqual(['bash', 'curl', 'tar', 'gzip', 'shred']);
    expect(session.connections.map(({ address, port }) => `${address}:${port}`)).toEqual(['198.51.100.23:443']);
    expect(session.files.map(({ mode, path }) => `${mode} ${path}`)).toContain('delete /root/.bash_history');
  });

  test('has the traps around it: a second bash with curl, and a probe with the same command, in the same pod', () => {
    const session = full.truth.sessions.find(({ story }) => story === 'download')!;
    const other = full.truth.sessions.find(({ story }) => story === 'second person')!;
    expect(other.pod).toBe(session.pod);
    expect(other.processes.map(({ argv }) => argv[0])).toEqual(['bash', 'ls', 'curl', 'grep']);
    const probe = full.truth.probes.find(({ pod }) => pod === session.pod)!;
    expect(probe.argv).toEqual(session.command);
    const near = probe.runs.filter((run) => at(lines, run)!.time!.startsWith('2026-03-17T14:03:1'));
    expect(near.length).toBeGreaterThan(0);
  });

  test('has the spike: over 20,000 connections of ab from one pod between 12:00 and 15:00', () => {
    const session = full.truth.sessions.find(({ story }) => story === 'bench')!;
    const argv = new Map(session.processes.map((process) => [process.execId, process.argv[0]]));
    const places = session.connections
      .filter(({ execId }) => argv.get(execId) === 'ab')
      .flatMap((connection) => connection.places);
    const inside = places.filter((place) => /T1[2-4]:/.test(at(lines, place)!.time!));
    expect(inside.length).toBeGreaterThan(20_000);
    expect(session.hits.map((hit) => at(lines, hit)!.rule)).toContain('Drop and execute new binary in container');
  });

  test.for([
    'refused exec',
    'websocket always refused',
    'kubectl cp',
    'port-forward',
    'kubectl run',
    'command not found',
    'silence',
    'wrapper',
    'outlives',
    'unknown address',
    'tcpdump',
    'still open',
    'same second',
  ])('has the story “%s”', (story) => {
    expect(full.truth.sessions.map((session) => session.story)).toContain(story);
  });

  test('is silent on node-3 while its agent was', () => {
    const [gap] = full.truth.gaps;
    const within = lines
      .get(gap!.file)!
      .filter((line) => line!.time! > '2026-03-17T09:12:01' && line!.time! < '2026-03-17T10:39:59');
    expect(within).toEqual([]);
    expect(full.truth.sessions.find(({ story }) => story === 'silence')).toMatchObject({ outcome: 'unrecorded' });
  });

  test('agrees with its truth, record by record', () => checkTruth(full.truth, lines));
});

describe('a small bundle', () => {
  const seeds = Array.from({ length: 20 }, (_, n) => n + 1);

  test.for(seeds)('with seed %i has other names, times and commands, and agrees with its truth', (seed) => {
    const options = variant(seed);
    const sample = generateSample(options);
    const session = sample.truth.sessions.find(({ story }) => story === 'download')!;
    checkTruth(sample.truth, parse(sample));
    expect(session).toMatchObject({ user: options.story.user, command: options.story.command, outcome: 'ran' });
    expect(session.processes).toHaveLength(5);
    expect(sample.truth.records).toBeLessThan(12_000);
  });

  test('is the same for the same seed, another for another', () => {
    const once = digest(pack(generateSample(variant(3)).files));
    expect(digest(pack(generateSample(variant(3)).files))).toBe(once);
    expect(digest(pack(generateSample(variant(4)).files))).not.toBe(once);
  });

  test('loses the share of agent records that it is told to', () => {
    const agents = (sample: Sample) =>
      sample.truth.members.filter(({ format }) => format === 'tetragon').reduce((total, { records }) => total + records, 0);
    const whole = agents(generateSample(variant(5)));
    const lossy = generateSample(variant(5, { traps: { ...TRAPS, loss: 0.03 } }));
    checkTruth(lossy.truth, parse(lossy));
    expect(agents(lossy) / whole).toBeGreaterThan(0.95);
    expect(agents(lossy) / whole).toBeLessThan(0.985);
  });

  test('tells every spawned process through Falco where no Tetragon runs', () => {
    const sample = generateSample(variant(6, { agent: 'falco-all-exec' }));
    checkTruth(sample.truth, parse(sample));
    expect(new Set(sample.truth.members.map(({ format }) => format))).toEqual(new Set(['k8s-audit', 'falco']));
    expect(sample.truth.sessions.find(({ story }) => story === 'download')!.processes.every(({ exec }) => exec)).toBe(true);
  });

  test('can be without probes, restarts, reuse and clock errors', () => {
    const traps = {
      probes: false,
      sameCommandSameSecond: false as const,
      clockOffset: 0,
      loss: 0,
      pidReuse: false,
      restarts: false,
    };
    const { truth } = generateSample(variant(7, { traps }));
    expect(truth.probes).toEqual([]);
    expect(truth.clockOffsets.every(({ ns }) => Math.abs(ns) === 0)).toBe(true);
  });

  test('grows to hundreds of sessions', () => {
    const { truth } = generateSample(variant(8, { extraSessions: 300 }));
    expect(truth.sessions.length).toBeGreaterThanOrEqual(300);
  });

  test('unpacks to what was packed', () => {
    const { files } = generateSample(variant(9));
    const tar = gunzipSync(pack(files));
    expect(tar.subarray(257, 262).toString()).toBe('ustar');
    expect(tar.includes(files.at(-1)!.data)).toBe(true);
  });
});
