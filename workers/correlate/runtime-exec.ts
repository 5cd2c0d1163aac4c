/**
 * What a node's container runtime let into a container. Records of the node itself (Linux audit, osquery, Sysmon) name no container, but tell the runtime's own command: `runc … exec …
 * <container id>`, whose child is what was let in. So that child and all below it are put where the id says, and no longer count as the node's.
 */
import type { Connection } from '../case/database';
import { join, raw, sql } from '../contract/sql';
import { BIT, type Subjects } from './input';
import { type ScopeRow, shortId } from './places';
import type { Forest } from './tree';

/** OCI runtimes, which all take the container's id as the last word of `exec`. */
const RUNTIMES = ['runc', 'crun', 'youki', 'runsc'] as const;
/** What runs for as long as the container, and is the parent of what the runtime let in once that has ended. */
const isRuntime = `(a.comm IN (${[...RUNTIMES, 'conmon'].map((name) => `'${name}'`).join(', ')}) OR starts_with(a.comm, 'containerd-shim'))`;
const isExec = `a.comm IN (${RUNTIMES.map((name) => `'${name}'`).join(', ')}) AND contains(a.cmdline, ' exec ')`;

/** First 12 digits of the container that a runtime's exec names, and whether a process is a runtime's own, of `activity a`. */
export const LET_INTO = `CASE WHEN ${isExec} THEN regexp_extract(a.cmdline, '\\s([0-9a-f]{12})[0-9a-f]{52}\\s*$', 1) END`;
export const IS_RUNTIME = `coalesce(${isRuntime}, false)`;

/** What a runtime's exec lets in begins within this, seconds. */
const LATEST = 2;

/**
 * Containers that a node's runtime entered and that no agent names by itself, as scopes with numbers below zero: of one that an agent names the node's records tell nothing new.
 * `hosts`: scopes of the nodes that tell so.
 */
export async function readLetIn(
  connection: Connection,
  scopes: readonly ScopeRow[],
): Promise<{ readonly rows: readonly ScopeRow[]; readonly hosts: ReadonlySet<number> }> {
  const machines = scopes.filter(({ pod, containerid, host, node }) => pod === null && containerid === null && (host ?? node));
  if (machines.length === 0) return { rows: [], hosts: new Set() };
  const told = await connection.all<{ scope: number; id: string }>(sql`
    SELECT DISTINCT a.scope, ${raw(LET_INTO)} AS id
    FROM activity a
    WHERE a.kind = 'cmd' AND ${raw(isExec)} AND a.scope IN (${join(machines.map(({ scope }) => sql`${scope}`))}) AND length(id) = 12
    ORDER BY ALL`);
  const named = new Set(scopes.map(({ containerid }) => shortId(containerid)));
  const machineOf = new Map(machines.map((row) => [row.scope, row]));
  const entered = told.filter(({ id }) => !named.has(id));
  return {
    rows: entered.map(({ scope, id }, i) => ({ ...(machineOf.get(scope) as ScopeRow), scope: -1 - i, containerid: id })),
    hosts: new Set(entered.map(({ scope }) => scope)),
  };
}

/** Puts what was let in, and all below it, into its container; cuts it off from the node's runtime. Changes `forest.parent`, `subjects.place` and `subjects.bits`. */
export function letIn(forest: Forest, subjects: Subjects, isMachine: (place: number) => boolean): void {
  const { place, bits, ppid, into } = subjects;
  const rowOf = (process: number): number => forest.row[process] as number;
  const placeOf = new Int32Array(forest.size).fill(-1);
  /** The latest exec below each parent. */
  const latest = new Map<string, number>();
  for (const process of inOrder(forest)) {
    const row = rowOf(process);
    if (!isMachine(place[row] as number) || ((bits[row] as number) & BIT.CMD) === 0) continue;
    const above = `${place[row]} ${ppid[row]}`;
    if ((into[row] as number) >= 0) latest.set(above, process);
    const parent = forest.parent[process] as number;
    if (((bits[row] as number) & BIT.RUNTIME) !== 0 || forest.replaces[process] === 1) continue;
    const exec = parent >= 0 && (into[rowOf(parent)] as number) >= 0 ? parent : latest.get(above);
    const isSoon =
      exec !== undefined &&
      (forest.start[process] as number) - (forest.start[exec] as number) <= LATEST &&
      (ppid[row] as number) > 1;
    const isFromRuntime = parent >= 0 && ((bits[rowOf(parent)] as number) & BIT.RUNTIME) !== 0;
    if (!isSoon && !isFromRuntime && ((bits[row] as number) & BIT.OUTER) === 0) continue;
    forest.parent[process] = -1;
    bits[row] = ((bits[row] as number) | BIT.OUTER) & ~BIT.INNER;
    if (isSoon) placeOf[process] = into[rowOf(exec)] as number;
  }
  for (let process = 0; process < forest.size; process++) inherit(forest, placeOf, process);
  for (let row = 0; row < subjects.size; row++) {
    const inside = placeOf[forest.ofRow[row] as number] as number;
    if (inside >= 0) place[row] = inside;
  }
}

/** Processes by their start. */
const inOrder = ({ size, start }: Forest): Uint32Array =>
  new Uint32Array(size).map((_, i) => i).sort((a, b) => (start[a] as number) - (start[b] as number) || a - b);

/** The place of the nearest ancestor that has one; `-2` marks the way, so that a ring ends. */
function inherit({ parent }: Forest, placeOf: Int32Array, from: number): void {
  const path: number[] = [];
  let at = from;
  while (at >= 0 && placeOf[at] === -1) {
    placeOf[at] = -2;
    path.push(at);
    at = parent[at] as number;
  }
  const found = at >= 0 ? (placeOf[at] as number) : -2;
  for (const step of path) placeOf[step] = found;
}
