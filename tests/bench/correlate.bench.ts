/**
 * Correlation of ten million activities with 10,000 sessions, then traces of sessions and details of activities in it. Prints one line of JSON a
 * figure. The database is made once and kept in the temporary folder; correlation is measured in a copy of it.
 *
 *     npm run bench correlate [activities [sessions]]
 */
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../workers/case/database';
import { correlate } from '../../workers/correlate/correlate';
import { activityDetail } from '../../workers/queries/detail';
import { Kept } from '../../workers/queries/kept';
import { Panes } from '../../workers/queries/panes';
import { sessions } from '../../workers/queries/sessions';
import { attachKept } from '../../workers/queries/source';
import { trace } from '../../workers/queries/trace';
import { fillSessions } from './sessions';

const CORRELATE_S = 10;
const LOOK_MS = 50;

const numbers = process.argv.slice(2).map(Number).filter(Number.isFinite);
const [activities = 10_000_000, count = 10_000] = numbers;
const whole = join(tmpdir(), `exhibit-bench-sessions-${activities}-${count}.duckdb`);
if (!existsSync(whole)) await make(whole);
const folder = mkdtempSync(join(tmpdir(), 'exhibit-bench-'));
const path = join(folder, 'case.duckdb');
try {
  copyFileSync(whole, path);
  await correlating();
  await looking();
} finally {
  rmSync(folder, { recursive: true });
}

async function correlating(): Promise<void> {
  const database = await Database.open(path);
  const connection = await database.connect();
  const steps: { step: string; at: number }[] = [];
  const start = performance.now();
  await correlate(connection, { onStep: (step) => steps.push({ step, at: performance.now() }) });
  const end = performance.now();
  const parts = steps.map(({ step, at }, i) => `${step} ${(((steps[i + 1]?.at ?? end) - at) / 1000).toFixed(1)} s`);
  const links = await connection.one<{ sessions: bigint; links: bigint }>(
    'SELECT count(*) FILTER (WHERE confidence >= 0.5) AS sessions, (SELECT count(*) FROM link) AS links FROM session',
  );
  const seconds = (end - start) / 1000;
  print(
    `correlation of ${activities} activities with ${count} sessions (${parts.join(', ')}; ${links?.sessions} linked, ${links?.links} links)`,
    seconds,
    's',
    CORRELATE_S,
  );
  await connection.run('CHECKPOINT');
  connection.close();
  database.close();
}

async function looking(): Promise<void> {
  const database = await Database.open(path, { readOnly: true });
  const panes = new Panes(database, new Kept());
  await panes.run(undefined, ({ connection }) => attachKept(connection));
  const list = await panes.run('list', (source) => sessions(source, {}));
  const picked = Array.from({ length: 20 }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / 20)]?.session ?? '');
  const [first = ''] = picked;
  await panes.run('detail', (source) => trace(source, first));
  await panes.run('detail', (source) => activityDetail(source, first));
  const traces = await each(picked, (id) => panes.run('detail', (source) => trace(source, id)));
  const details = await each(picked, (id) => panes.run('detail', (source) => activityDetail(source, id)));
  print('trace of a session, p95 of 20', traces, 'ms', LOOK_MS);
  print('detail of an activity without its bytes, p95 of 20', details, 'ms', LOOK_MS);
  await panes.close();
  database.close();
}

async function each(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (const id of ids) {
    const start = performance.now();
    await work(id);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] as number;
}

function print(work: string, value: number, unit: string, budget: number): void {
  const measured = `${value.toFixed(1)} ${unit}`;
  console.log(
    JSON.stringify({
      work,
      measured,
      floor: null,
      ratio: Number((value / budget).toFixed(2)),
      budget: `${budget} ${unit}`,
      ok: value <= budget,
    }),
  );
}

/** Under another name until it is whole. */
async function make(target: string): Promise<void> {
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  const database = await Database.open(partial, { memoryLimit: '6GB' });
  const connection = await database.connect();
  await fillSessions(connection, activities, count);
  connection.close();
  database.close();
  renameSync(partial, target);
}
