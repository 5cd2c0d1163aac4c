/** What the correlator found against what a generated sample says happened. Activities are compared by key, found through any of their records. */
import type { Place, Truth, TruthSession } from '../../../resources/sample/truth';
import type { Connection } from '../../../workers/case/database';

export interface Scored {
  readonly truth: TruthSession;
  readonly confidence: number | null;
  /** Whether a root is told, whether one was found, and whether it is that one (by any record that tells of it). */
  readonly root: { readonly wanted: boolean; readonly found: boolean; readonly right: boolean };
  /** Activities below it that it should have, and has. */
  readonly missing: readonly bigint[];
  readonly extra: readonly bigint[];
  readonly wanted: number;
  /** Column `detail`. */
  readonly why: string;
}

export interface Score {
  readonly sessions: readonly Scored[];
  /** Sessions that no truth tells of. */
  readonly unknown: number;
}

export async function score(connection: Connection, truth: Truth): Promise<Score> {
  const keys = await keysByPlace(connection);
  const keyOf = ({ file, line }: Place): bigint | undefined => keys.get(`${file}:${line}`);
  const rows = await connection.all<{
    session: number;
    key: bigint;
    confidence: number | null;
    root: bigint | null;
    detail: string;
  }>(
    `SELECT s.session, s.key, s.confidence, p.key AS root, s.detail FROM session s LEFT JOIN process p ON p.process = s.root AND p.session = s.session`,
  );
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const links = await connection.all<{ session: number; key: bigint }>('SELECT session, key FROM link WHERE confidence >= 0.5');
  const sessions = truth.sessions.map((told): Scored => {
    const row = byKey.get(keyOf(told.originator) as bigint);
    if (!row) throw new Error(`no session at ${told.originator.file}:${told.originator.line}`);
    const wanted = new Set(wantedOf(told).flatMap((place) => keyOf(place) ?? []));
    const rootKeys = new Set([...rootPlaces(told), ...told.hits].flatMap((place) => keyOf(place) ?? []));
    const found = new Set(links.filter(({ session, key }) => session === row.session && key !== row.key).map(({ key }) => key));
    return {
      truth: told,
      confidence: row.confidence,
      root: rootOf(rootPlaces(told).length > 0, row.root, rootKeys),
      missing: [...wanted].filter((key) => !found.has(key)),
      extra: [...found].filter((key) => !wanted.has(key)),
      wanted: wanted.size,
      why: row.detail,
    };
  });
  return { sessions, unknown: rows.length - new Set(truth.sessions.map((told) => keyOf(told.originator))).size };
}

const wantedOf = (told: TruthSession): readonly Place[] => [
  ...told.processes.flatMap(({ exec, exit }) => [exec, exit].filter((place) => place !== undefined)),
  ...told.connections.flatMap(({ places }) => places),
  ...told.files.map(({ place }) => place),
  ...told.hits,
];

const rootPlaces = (told: TruthSession): readonly Place[] => {
  const root = told.processes.find(({ execId }) => execId === told.root);
  return [root?.exec, root?.exit].filter((place) => place !== undefined);
};

const rootOf = (wanted: boolean, found: bigint | null, right: ReadonlySet<bigint>): Scored['root'] => ({
  wanted,
  found: found !== null,
  right: found !== null && wanted && right.has(found),
});

/** Key of the activity that a record tells, cited or kept. */
async function keysByPlace(connection: Connection): Promise<ReadonlyMap<string, bigint>> {
  const rows = await connection.all<{ path: string; record: bigint; key: bigint }>(`
    SELECT m.path, c.record, c.key FROM citation c JOIN member m USING (member)
    UNION ALL
    SELECT m.path, a.record, a.key FROM activity a JOIN member m USING (member)`);
  return new Map(rows.map(({ path, record, key }) => [`${path}:${record}`, key]));
}

/** Precision, recall and F1 over activities below originators; calibration over links (contract section 7). */
export function summarise(scores: readonly Score[]) {
  const all = scores.flatMap(({ sessions }) => sessions);
  const wanted = sum(all.map((s) => s.wanted));
  const missing = sum(all.map((s) => s.missing.length));
  const extra = sum(all.map((s) => s.extra.length));
  const hit = wanted - missing;
  const links = all.filter((s) => s.confidence !== null).map((s) => ({ sure: s.confidence as number, right: s.root.right }));
  const certain = links.filter(({ sure }) => sure >= 0.95);
  const roots = all.filter((s) => s.root.wanted).length;
  const right = links.filter((link) => link.right).length;
  return {
    f1: (2 * hit) / (2 * hit + missing + extra),
    rootF1: (2 * right) / (links.length + roots),
    certainRight: certain.length === 0 ? 1 : certain.filter(({ right: r }) => r).length / certain.length,
    certain: certain.length,
    links: links.length,
    ece: calibrationError(links),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function calibrationError(links: readonly { readonly sure: number; readonly right: boolean }[]): number {
  const bins = [0, 1, 2, 3, 4].map((bin) => links.filter(({ sure }) => Math.min(4, Math.floor(sure * 5)) === bin));
  return sum(
    bins
      .filter((bin) => bin.length > 0)
      .map(
        (bin) =>
          (bin.length / links.length) *
          Math.abs(sum(bin.map(({ sure }) => sure)) / bin.length - bin.filter(({ right }) => right).length / bin.length),
      ),
  );
}
