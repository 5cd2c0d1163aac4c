/**
 * Whether a case says what its originals say: they are imported and analysed again, into a case beside it, and all rows of both are compared. So whatever was changed
 * in the database is found and named, whatever sums were changed with it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../case/database';
import { CaseFolder } from '../case/folder';
import { sourcePath } from '../case/store';
import { printId } from '../contract/id';
import type { SourceSettings } from '../contract/intake';
import type { VerifyCheck } from '../contract/verify';
import { completeScopes } from '../correlate/complete';
import { CORRELATOR_VERSION, correlate } from '../correlate/correlate';
import { FORMATS } from '../formats/index';
import { ImportThreads, importEvidence } from '../import/import';
import { sourceSettings } from '../import/settings';
import { rowsOf, type Stretch, stretches } from '../import/stretches';
import type { Job } from '../jobs';
import { ANALYSED, type OpenCase } from '../open-case';
import { meta } from '../queries/info';

export interface ComparedAgain {
  readonly checks: readonly VerifyCheck[];
  readonly unchecked: readonly string[];
}

/** The originals must be what was sealed. Takes as long as the imports did, and as much room, in the system's temporary folder. */
export function compareAgain(opened: OpenCase, job: Job): Promise<ComparedAgain> {
  return opened.query(async ({ connection }) => {
    const otherwise = await readOtherwise(connection);
    if (otherwise !== undefined) return { checks: [], unchecked: [otherwise] };
    const analysed = (await meta(connection, ANALYSED))?.endsWith(` correlate ${CORRELATOR_VERSION}`) ?? false;
    const check = await beside(opened.dir, connection, analysed, job, (again) => compare(connection, again, analysed));
    const unchecked = analysed ? [] : ['Sessions against the originals: another version of Exhibit found them.'];
    return { checks: [check], unchecked };
  });
}

/** Why an import of today would not read as that of the case did. */
async function readOtherwise(connection: Connection): Promise<string | undefined> {
  const read = await connection.all<{ format: string; projection: number }>(
    'SELECT DISTINCT format, projection FROM member WHERE format IS NOT NULL ORDER BY ALL',
  );
  const others = read.filter(({ format, projection }) => FORMATS.find(({ id }) => id === format)?.version !== projection);
  if (others.length === 0) return undefined;
  return `The rows of the database against the originals: another version of Exhibit read ${others.map(({ format }) => format).join(', ')}.`;
}

/** Imports the originals of a case in their order, as they were, into a case of its own that is gone afterwards. */
async function beside<T>(
  dir: string,
  connection: Connection,
  analysed: boolean,
  { job, report, signal }: Job,
  work: (again: Connection) => Promise<T>,
): Promise<T> {
  const originals = await connection.all<{ name: string; sealed: string; settings: string }>(
    'SELECT name, sealed, settings FROM evidence ORDER BY evidence',
  );
  const scratch = await mkdtemp(join(tmpdir(), 'exhibit-verify-'));
  const kept = new ImportThreads();
  try {
    const folder = await CaseFolder.open(scratch, { create: true });
    try {
      for (const { name, sealed, settings } of originals) {
        const said = sourceSettings(JSON.parse(settings) as SourceSettings);
        const path = sourcePath(dir, sealed).toString();
        await importEvidence(folder, { path, name, ...said }, report, signal, job, kept);
      }
      const again = await folder.database.connect();
      if (analysed) {
        await completeScopes(again);
        await correlate(again, { signal });
      }
      const result = await work(again);
      again.close();
      return result;
    } finally {
      folder.close();
    }
  } finally {
    await kept.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Differences that are named; the others are counted. */
const MOST_NAMED = 5;

/** Two cases over the same evidence, by their connections; `analysed`: also what was found in them. */
export async function compare(connection: Connection, again: Connection, analysed: boolean): Promise<VerifyCheck> {
  const what = 'The originals, imported again, give what the case says';
  const [was, is] = [await stretches(connection, analysed), await stretches(again, analysed)];
  const keyed = (all: readonly Stretch[]) => new Map(all.map((each) => [keyOf(each), each]));
  const [before, now] = [keyed(was), keyed(is)];
  const different = [...new Map([...before, ...now])].flatMap(([key, stretch]) =>
    before.get(key)?.digest === now.get(key)?.digest ? [] : [stretch],
  );
  if (different.length === 0) return { what, ok: true, detail: `${told(was)}.` };
  const named: string[] = [];
  for (const stretch of different.slice(0, MOST_NAMED)) named.push(await difference(connection, again, stretch));
  const more = different.length > MOST_NAMED ? [`${different.length - MOST_NAMED} more places`] : [];
  return {
    what,
    ok: false,
    detail: `The database was changed, or reads otherwise than it did: ${[...named, ...more].join('; ')}.`,
  };
}

const keyOf = ({ rows, evidence, path, stretch }: Stretch): string => JSON.stringify([rows, evidence, path, stretch]);

/** Where two cases first differ in a stretch. */
async function difference(connection: Connection, again: Connection, stretch: Stretch): Promise<string> {
  const { rows, evidence, path } = stretch;
  const [was, is] = [await rowsOf(connection, stretch), await rowsOf(again, stretch)];
  const found = was.findIndex(({ record, digest }, i) => record !== is[i]?.record || digest !== is[i]?.digest);
  const at = found < 0 ? was.length : found;
  const records = [was[at]?.record, is[at]?.record].filter((record) => record !== undefined);
  const record = records.reduce((least, each) => (each < least ? each : least), records[0] ?? 0n);
  if (evidence === 0) return rows;
  return record === 0n
    ? `${rows} in E${evidence}${path && `/${path}`}`
    : `${rows} at ${printId({ evidence, member: path, record, k: 1 })}`;
}

/** `activities 62,021, further records of activities 13,816, …` */
function told(all: readonly Stretch[]): string {
  const counts = new Map<string, number>();
  for (const { rows, count } of all) counts.set(rows, (counts.get(rows) ?? 0) + count);
  return [...counts].map(([rows, count]) => `${rows} ${count.toLocaleString('en-US')}`).join(', ');
}
