import { expect, test } from 'vitest';
import { generateSample } from '../../../resources/sample/generate';
import { type SampleOptions, TRAPS, variant } from '../../../resources/sample/options';
import { correlate } from '../../../workers/correlate/correlate';
import { loadSample } from './load';
import { type Score, score, summarise } from './score';

const SEEDS = [100, 101, 102];
const all = { ...TRAPS, sameCommandSameSecond: 'any', clockOffset: 2, loss: 0.03 } as const;

async function evaluate(changes: Partial<SampleOptions>) {
  const scores: Score[] = [];
  for (const seed of SEEDS) {
    const sample = generateSample(variant(seed, { extraSessions: 24, ...changes }));
    const { connection, close } = await loadSample(sample);
    try {
      await correlate(connection);
      scores.push(await score(connection, sample.truth));
    } finally {
      close();
    }
  }
  return summarise(scores);
}

test.for([
  { title: 'Tetragon with 2 s offsets, 3 % loss, restarts, probes and pid reuse', changes: { traps: all }, least: 0.97 },
  { title: 'Falco with the same', changes: { agent: 'falco-all-exec', traps: all }, least: 0.95 },
] as const)('$title: F1 at least $least, certain links right, calibrated', { timeout: 300_000 }, async ({ changes, least }) => {
  const { f1, certainRight, ece } = await evaluate(changes);

  expect(f1).toBeGreaterThanOrEqual(least);
  expect(certainRight).toBeGreaterThanOrEqual(0.95);
  expect(ece).toBeLessThanOrEqual(0.05);
});
