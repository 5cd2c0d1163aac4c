/** What the database says of each evidence against what the journal said when it was imported. */
import type { Connection } from '../case/database';
import { type Detail, type JournalEntry, pendingIntents } from '../case/journal';
import { canonical } from '../contract/canonical';
import type { VerifyCheck } from '../contract/verify';
import type { Known } from './cited';

interface EvidenceRow extends Record<string, unknown> {
  readonly id: string;
  readonly imported_at: string;
  readonly intake: string;
  readonly settings: string;
}

/** What an entry of the journal says of an evidence that was imported, and until when that took. */
interface Imported {
  readonly seq: number;
  readonly said: Detail;
  readonly from: string;
  readonly until: string;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Name, hash, size, who handed it over, how it was to be read, and when it was imported. */
export async function verifyIntake(connection: Connection, journal: readonly JournalEntry[]): Promise<VerifyCheck> {
  const rows = await connection.all<EvidenceRow>(
    `SELECT 'E' || evidence AS id, name, sha256, bytes, imported_at, intake, settings FROM evidence ORDER BY evidence`,
  );
  const imported = importedIn(journal);
  // What a crash interrupted is concluded when the case is next opened.
  const pending = new Set(pendingIntents(journal).map(({ detail }) => detail.evidence));
  const wrong = [
    ...rows.flatMap((row) => {
      const entry = imported.get(row.id);
      if (entry) return differences(row, entry);
      return pending.has(row.id) ? [] : [`${row.id} is in no entry`];
    }),
    ...[...imported.keys()].filter((id) => rows.every((row) => row.id !== id)).map((id) => `${id} is missing`),
  ];
  return {
    what: 'The evidence list is the one of the journal',
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? `Evidences: ${rows.length}.` : `The database was changed: ${wrong.join('; ')}.`,
  };
}

/** The evidences of a report against what the journal beside it says of their imports: name, hash and size. */
export function checkImported(evidence: readonly Known[], journal: readonly JournalEntry[]): VerifyCheck {
  const imported = importedIn(journal);
  const wrong = [
    ...evidence.flatMap((of) => {
      const entry = imported.get(of.id);
      if (!entry) return [`${of.id} is in no entry`];
      const { seq, said } = entry;
      const different = (['name', 'sha256', 'bytes'] as const).filter((name) => name in said && said[name] !== of[name]);
      return different.map((name) => `${name} of ${of.id} (journal entry ${seq})`);
    }),
    ...[...imported.keys()].filter((id) => evidence.every((of) => of.id !== id)).map((id) => `${id} is missing`),
  ];
  return {
    what: 'The evidence of the report is that of the journal',
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? `Evidences: ${evidence.length}.` : `One of them was changed: ${wrong.join('; ')}.`,
  };
}

/** By evidence; settings are those of the last change. */
function importedIn(journal: readonly JournalEntry[]): ReadonlyMap<string, Imported> {
  const outcomes = new Map(
    journal.flatMap(({ detail, at }) => (['done', 'recovered'].includes(String(detail.outcome)) ? [[detail.of, at]] : [])),
  );
  const found = new Map<string, Imported>();
  for (const { what, seq, at, detail } of journal) {
    const until = outcomes.get(seq);
    const id = String(detail.evidence);
    if (until === undefined) continue;
    const before = found.get(id);
    if (what === 'import') found.set(id, { seq, said: detail, from: at, until });
    else if (what === 'settings' && before)
      found.set(id, { ...before, seq, said: { ...before.said, ...(detail.after as Detail) } });
  }
  return found;
}

function differences(row: EvidenceRow, { seq, said, from, until }: Imported): readonly string[] {
  const now: Detail = { ...row, ...parsed(row.settings), intake: parsed(row.intake), bytes: Number(row.bytes) };
  const names = ['name', 'sha256', 'bytes', 'intake', 'zones', 'clusters', 'offsets'];
  // An entry says nothing of what its version did not know.
  const different = names.filter((name) => name in said && canonical(said[name]) !== canonical(now[name] ?? null));
  const isThen = TIME.test(row.imported_at) && from <= row.imported_at && row.imported_at <= until;
  return [...different, ...(isThen ? [] : ['time of import'])].map((name) => `${name} of ${row.id} (journal entry ${seq})`);
}

/** Nothing where it is no JSON. */
function parsed(text: string): Detail {
  try {
    return JSON.parse(text) as Detail;
  } catch {
    return {};
  }
}
