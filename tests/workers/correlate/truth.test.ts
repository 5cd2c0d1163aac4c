import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { generateSample, type Sample } from '../../../resources/sample/generate';
import { variant } from '../../../resources/sample/options';
import type { Place, TruthSession } from '../../../resources/sample/truth';
import type { ActivityJson } from '../../../workers/contract/activity';
import { CaseEngine } from '../../../workers/engine';

/** Seeds unlike the committed sample's; each has other names, times and commands. */
const SEEDS = Array.from({ length: 20 }, (_, i) => 201 + i);

async function imported(sample: Sample, work: (engine: CaseEngine) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-truth-'));
  const engine = new CaseEngine();
  try {
    for (const { path, data } of sample.files) {
      mkdirSync(dirname(join(folder, 'bundle', path)), { recursive: true });
      writeFileSync(join(folder, 'bundle', path), data);
    }
    await engine.open({ dir: join(folder, 'case.exhibit'), create: true });
    await engine.import({ path: join(folder, 'bundle'), clusters: sample.truth.clusters });
    await work(engine);
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
}

const cited = ({ records }: ActivityJson): string[] => records.map(({ member, record }) => `${member}:${record}`);
const place = ({ file, line }: Place): string => `${file}:${line}`;

/** Every record that tells of what a session did, its own calls left out. */
const recordsOf = ({ processes, connections, files, hits }: TruthSession): string[] =>
  [
    ...processes.flatMap(({ exec, exit }) => [exec, exit].filter((at) => at !== undefined)),
    ...connections.flatMap(({ places }) => places),
    ...files.map((file) => file.place),
    ...hits,
  ]
    .map(place)
    .sort();

/** The records of every activity below a session, by session. */
async function toldBySession(engine: CaseEngine): Promise<ReadonlyMap<string, readonly string[]>> {
  const told = new Map<string, string[]>();
  await engine.query({ filter: 'session exists' }, (rows) => {
    for (const row of rows) {
      if (row.session === row.id) continue;
      told.set(row.session as string, [...(told.get(row.session as string) ?? []), ...cited(row)]);
    }
  });
  return told;
}

test.for(SEEDS)('finds exactly the sessions that happened, seed %i', { timeout: 300_000 }, async (seed) => {
  const sample = generateSample(variant(seed));

  await imported(sample, async (engine) => {
    const sessions = await engine.sessions({});
    const told = await toldBySession(engine);
    const ofRecord = new Map(sessions.flatMap((session) => cited(session.originator).map((record) => [record, session])));

    expect(sessions).toHaveLength(sample.truth.sessions.length);
    for (const truth of sample.truth.sessions) {
      const session = ofRecord.get(place(truth.originator));
      const { story, user, outcome } = truth;
      const found = {
        user: session?.user,
        linked: session?.confidence !== null,
        certain: session?.certain,
        records: [...(told.get(session?.session ?? '') ?? [])].sort(),
      };
      const ran = outcome === 'ran';
      expect({ story, outcome, ...found }).toEqual({
        story,
        outcome,
        user,
        linked: ran,
        certain: ran,
        records: recordsOf(truth),
      });
    }

    const download = sample.truth.sessions.find(({ story }) => story === 'download') as TruthSession;
    const { processes, activities } = await engine.trace(ofRecord.get(place(download.originator))?.session ?? '');
    const connections = activities
      .filter(({ kind }) => kind === 'net')
      .map(({ server, serverport }) => `${server}:${serverport}`);
    expect(processes.map(({ pid }) => pid)).toEqual(download.processes.map(({ pid }) => pid));
    expect(processes.map(({ comm }) => comm).slice(1)).toEqual(['curl', 'tar', 'gzip', 'shred']);
    expect([...new Set(connections)]).toEqual(download.connections.map(({ address, port }) => `${address}:${port}`));
  });
});
