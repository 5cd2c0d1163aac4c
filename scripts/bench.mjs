/**
 * `npm run bench [name…]`: runs tests/bench/*.bench.ts one after another. A bench prints one JSON object a line for what it measured, such as
 * `{"work":"import 500 MB","measured":"3.1 s","floor":"2.0 s","ratio":1.55,"budget":2,"ok":true}`; other lines pass to stderr.
 */
import { readdir } from 'node:fs/promises';
import { inRoot, main, read, say } from './lib.mjs';
import { setUp } from './setup.mjs';

function rowOf(line) {
  try {
    const row = JSON.parse(line);
    return typeof row === 'object' && row !== null && 'work' in row ? row : undefined;
  } catch {
    return undefined;
  }
}

async function runBench(name) {
  say(`${name}…`);
  const { code, text } = await read(process.execPath, ['--import', 'tsx', inRoot(`tests/bench/${name}`)], {
    env: { UV_THREADPOOL_SIZE: '16' },
  });
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of lines) if (!rowOf(line)) say(line);
  const failed = code === 0 ? [] : [{ work: name, measured: `failed with exit code ${code}`, ok: false }];
  return [...lines.map(rowOf).filter((row) => row !== undefined), ...failed];
}

await main(async () => {
  await setUp();
  const asked = process.argv.slice(2);
  const names = (await readdir(inRoot('tests/bench'))).filter((name) => name.endsWith('.bench.ts')).sort();
  const rows = [];
  for (const name of names)
    if (asked.length === 0 || asked.some((part) => name.includes(part))) rows.push(...(await runBench(name)));
  console.table(rows);
  return rows.every((row) => row.ok !== false) ? 0 : 1;
});
