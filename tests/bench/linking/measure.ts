/** What the product says of a told world, through nothing but its import, its list of sessions and `query "session exists"`; against the truth. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CaseEngine } from '../../../workers/engine';
import type { Told } from './tell';

/** Shapes of `exhibit sessions --json` and of a row of `exhibit query`, as far as they are used. */
export interface Place {
  readonly member: string;
  readonly record: string;
}
export interface SessionLine {
  readonly session: string;
  readonly confidence: number | null;
  readonly originator: { readonly records: readonly Place[] };
}
export interface Row {
  readonly id: string;
  readonly session: string;
  readonly records: readonly Place[];
}
export interface Answers {
  readonly sessions: readonly SessionLine[];
  readonly rows: readonly Row[];
}

/** Links of activities, and of sessions whose root is told the link of that, with their confidence. */
export interface Score {
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
  readonly links: readonly { readonly confidence: number; readonly right: boolean }[];
  readonly roots: readonly { readonly confidence: number; readonly right: boolean }[];
  readonly faults: readonly string[];
}

export async function answers(told: Told): Promise<Answers> {
  const folder = mkdtempSync(join(tmpdir(), 'exhibit-linking-'));
  const engine = new CaseEngine();
  try {
    writeBundle(told, join(folder, 'bundle'));
    await engine.open({ dir: join(folder, 'case.exhibit'), create: true });
    await engine.import({ path: join(folder, 'bundle') });
    const rows: Row[] = [];
    await engine.query({ filter: 'session exists' }, (batch) => {
      for (const { id, session, records } of batch) rows.push({ id, session: session as string, records });
    });
    return { sessions: await engine.sessions({}), rows };
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
}

export function writeBundle(told: Told, folder: string): void {
  for (const { path, text } of told.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const at = ({ member, record }: Place): string => `${member}:${record}`;

export function score(told: Told, { sessions, rows }: Answers): Score {
  const auditOf = new Map<string, string>();
  const confidenceOf = new Map<string, number>();
  for (const { session, confidence, originator } of sessions) {
    auditOf.set(session, originator.records.map((place) => told.asked.get(at(place)) ?? '').find((id) => id !== '') ?? '');
    if (confidence !== null) confidenceOf.set(session, confidence);
  }
  const links: { confidence: number; right: boolean }[] = [];
  const faults: string[] = [];
  const found = new Set<string>();
  const rooted = new Map<string, boolean>();
  for (const { id, session, records } of rows) {
    if (id === session) continue;
    const audit = auditOf.get(session);
    for (const place of records) {
      const right = told.caused.get(at(place)) === audit;
      links.push({ confidence: confidenceOf.get(session) ?? 0, right });
      if (right) found.add(at(place));
      else
        faults.push(
          `${at(place)} given to ${audit} (${confidenceOf.get(session)}), is of ${told.caused.get(at(place)) ?? 'none'}`,
        );
      if (told.roots.get(audit ?? '')?.includes(at(place))) rooted.set(session, true);
    }
  }
  for (const [place, session] of told.caused) if (!found.has(place)) faults.push(`${place} of ${session} missed`);
  const right = links.filter((link) => link.right).length;
  const roots = [...confidenceOf]
    .filter(([, confidence]) => confidence >= 0.5)
    .filter(([session]) => told.roots.has(auditOf.get(session) ?? ''))
    .map(([session, confidence]) => ({ confidence, right: rooted.get(session) ?? false }));
  return { right, wrong: links.length - right, missed: told.caused.size - found.size, links, roots, faults };
}

/** Ten equal bins would be finer than the few wrong links allow: five, as the contract says. */
export function calibrationError(links: Score['links']): number {
  const bins = Array.from({ length: 5 }, (_, bin) =>
    links.filter(({ confidence }) => Math.min(4, Math.floor(confidence * 5)) === bin),
  );
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return bins
    .filter((bin) => bin.length > 0)
    .reduce(
      (sum, bin) =>
        sum + (bin.length / links.length) * Math.abs(mean(bin.map((l) => l.confidence)) - mean(bin.map((l) => Number(l.right)))),
      0,
    );
}
