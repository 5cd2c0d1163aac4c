import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { generateSample, type Sample } from '../../../resources/sample/generate';
import { variant } from '../../../resources/sample/options';
import type { Place } from '../../../resources/sample/truth';
import type { ActivityJson } from '../../../workers/contract/engine';
import { CaseEngine } from '../../../workers/engine';

/** Seeds unlike the committed sample's; each has other names, times and commands. */
const SEEDS = Array.from({ length: 20 }, (_, i) => 201 + i);

async function traced<T>(sample: Sample, work: (engine: CaseEngine) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-truth-'));
  const engine = new CaseEngine();
  try {
    for (const { path, data } of sample.files) {
      mkdirSync(dirname(join(folder, 'bundle', path)), { recursive: true });
      writeFileSync(join(folder, 'bundle', path), data);
    }
    await engine.open({ dir: join(folder, 'case.exhibit'), create: true });
    await engine.import({ path: join(folder, 'bundle'), clusters: sample.truth.clusters });
    return await work(engine);
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
}

const cited = (activity: ActivityJson): string[] => activity.records.map(({ member, record }) => `${member}:${record}`);
const place = ({ file, line }: Place): string => `${file}:${line}`;

test.for(SEEDS)('finds exactly the sessions that happened, seed %i', { timeout: 120_000 }, async (seed) => {
  const sample = generateSample(variant(seed));

  await traced(sample, async (engine) => {
    let unsure = 0;
    const sessions = await engine.sessions({});
    const byRecord = new Map(
      sessions.flatMap((session) => cited(session.originator).map((record) => [record, session] as const)),
    );
    for (const truth of sample.truth.sessions) {
      const session = byRecord.get(place(truth.originator));
      const trace = await engine.trace(session?.session ?? '');
      const told = trace.activities.flatMap(cited).sort();
      const places = [
        ...truth.processes.flatMap(({ exec, exit }) => [exec, exit]),
        ...truth.connections.flatMap((connection) => connection.places),
        ...truth.files.map((file) => file.place),
        ...truth.hits,
      ];
      const happened = places
        .filter((at) => at !== undefined)
        .map(place)
        .sort();
      const ran = truth.outcome === 'ran';
      expect({ user: session?.user, root: trace.root !== null }).toEqual({ user: truth.user, root: ran });
      // Two people with one command within milliseconds may be told apart by nothing; then the answer says so, and names the other.
      if (truth.story === 'ordinary' && ran && !trace.certain) {
        expect(trace.considered.length).toBeGreaterThan(0);
        unsure++;
      } else
        expect({ story: truth.story, certain: trace.certain, told }).toEqual({
          story: truth.story,
          certain: ran,
          told: happened,
        });
    }
    expect(unsure).toBeLessThanOrEqual(2);
    expect(sessions).toHaveLength(sample.truth.sessions.length);
  });
});
