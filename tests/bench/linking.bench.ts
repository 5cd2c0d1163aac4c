/**
 * Linking of execs to what they caused, against generated evidence whose truth is known (`linking/`): precision, recall and F1 over links of activities to
 * sessions, how often links called certain are right, and calibration. One case more goes through the command line, which must say the same.
 *
 *     npm run bench linking          ten seeds a scenario
 *     node --import tsx tests/bench/linking.bench.ts 2 falco     two seeds of the scenarios with this word; `faults` lists what went wrong
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answers, answers, calibrationError, type Score, type SessionLine, score, writeBundle } from './linking/measure';
import { SCENARIOS, type Scenario } from './linking/scenario';
import { type Told, tell } from './linking/tell';
import { live } from './linking/world';

const LEAST_CERTAIN = 0.95;
const MOST_ERROR = 0.05;
const FIRST_SEED = 4_000;

const words = process.argv.slice(2).filter((word) => !Number.isFinite(Number(word)) && word !== 'faults');
const seeds = Number(process.argv.slice(2).find((word) => Number.isFinite(Number(word))) ?? 10);

const toldOf = (scenario: Scenario, seed: number): Told => tell(live(scenario, seed));

function rowOf(scenario: Scenario, least: number, scores: readonly Score[]) {
  const sum = (of: (score: Score) => number): number => scores.reduce((total, one) => total + of(one), 0);
  const right = sum((s) => s.right);
  const precision = right / Math.max(1, right + sum((s) => s.wrong));
  const recall = right / Math.max(1, right + sum((s) => s.missed));
  const f1 = (2 * precision * recall) / Math.max(1e-9, precision + recall);
  const certain = scores.flatMap((s) => s.roots).filter(({ confidence }) => confidence >= LEAST_CERTAIN);
  const certainRight = certain.length === 0 ? 1 : certain.filter((link) => link.right).length / certain.length;
  const error = Math.max(calibrationError(scores.flatMap((s) => s.links)), calibrationError(scores.flatMap((s) => s.roots)));
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    work: `${scenario.title}, ${scores.length} seeds`,
    measured: `F1 ${f1.toFixed(4)}`,
    precision: round(precision),
    recall: round(recall),
    certain: `${certain.length}, right ${certainRight.toFixed(3)}`,
    ece: round(error),
    budget: `F1 ${least.toFixed(2)}`,
    ok: Math.round(f1 * 1e3) / 1e3 >= least && certainRight >= LEAST_CERTAIN && error <= MOST_ERROR,
  };
}

let failed = false;
for (const { least, ...scenario } of SCENARIOS) {
  if (words.length > 0 && !words.every((word) => scenario.title.toLowerCase().includes(word.toLowerCase()))) continue;
  const scores: Score[] = [];
  for (let n = 0; n < seeds; n++) {
    const told = toldOf(scenario, FIRST_SEED + n);
    const scored = score(told, await answers(told));
    scores.push(scored);
    if (process.argv.includes('faults')) for (const fault of scored.faults) console.error(`seed ${FIRST_SEED + n}: ${fault}`);
  }
  const row = rowOf(scenario, least, scores);
  failed ||= !row.ok;
  console.log(JSON.stringify(row));
}
if (words.length === 0) throughTheCommandLine();
if (failed) process.exitCode = 1;

/** The same answers where a person gets them. */
function throughTheCommandLine(): void {
  const { least: _, ...scenario } = SCENARIOS[0] as (typeof SCENARIOS)[number];
  const told = toldOf(scenario, FIRST_SEED);
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-linking-'));
  const program = join(import.meta.dirname, '../../bin/exhibit.cjs');
  if (!existsSync(program)) throw new Error('bin/exhibit.cjs is not there');
  try {
    writeBundle(told, join(folder, 'bundle'));
    const dir = join(folder, 'case.exhibit');
    const run = (...argv: string[]): string =>
      execFileSync(process.execPath, [program, ...argv, '--case', dir], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    run('import', join(folder, 'bundle'));
    const { sessions } = JSON.parse(run('sessions', '--json')) as { sessions: readonly SessionLine[] };
    const rows = run('query', 'session exists', '--columns', 'id,member,record,records,session', '--format', 'ndjson')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Answers['rows'][number]);
    const { right, wrong, missed } = score(told, { sessions, rows });
    const ok = wrong === 0 && missed === 0 && right > 0;
    failed ||= !ok;
    console.log(
      JSON.stringify({
        work: 'the same through the command line',
        measured: `${right} links right, ${wrong} wrong, ${missed} missed`,
        ok,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
