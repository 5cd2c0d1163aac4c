/**
 * Makes the sample: one day (2026-03-17, UTC) of two invented clusters, `prod-eu` and `lab-us`, in the true formats of their sources.
 *
 *     npx tsx resources/sample/generate.ts [--seed N] [--out DIR]
 *
 * writes `sample.tgz` (what is imported), `sample.json` (names of the clusters, which the audit logs do not carry; other keys in it stay) and `truth.json.gz` (what really happened; never imported).
 *
 * The stories:
 * 1. *download.* At 14:03:11 johndoe (203.0.113.7) opens `bash` in a pod of billing-api; curl fetches an archive from 198.51.100.23, tar and gzip
 *    unpack it, shred removes the history. At the same time, in the same pod, oncall-2 runs bash and curl, and an exec probe runs johndoe's own command.
 * 2. *bench.* From 12:00 to 15:00 one pod of shop's storefront opens over 22,000 connections: johndoe had installed Apache Bench (`apk add apache2-utils`)
 *    at 11:57 and launched `ab`. Falco saw the new binary.
 * 3. *The noisy ps*, in a pod of shop's cart, all day.
 * 4. *unknown address.* Billing's ledger, and two sessions in billing, connect to 192.0.2.77:8443.
 * 5. *tcpdump*, in payments' gateway by oncall-2 (who then takes the capture with kubectl cp) and on the host node-3 over ssh.
 *
 * Beside them: refused execs; mira, whose websocket GET is always refused before the POST succeeds; a command that does not exist (101, no process);
 * an exec in the silence of node-3 (09:12 to 10:40 its Tetragon wrote nothing); a shell that becomes its command without fork; a process that outlives its
 * session; a port-forward; a kubectl run; a session still open at midnight; two people with one command in one second; an audit log whose last line was
 * still being written when it was copied; process ids that come back; clocks that differ by tens of milliseconds.
 *
 * The machines are told of by a label on each node (its API server logs the whole Node object, addresses among it) and by Auditbeat on the nodes of prod-eu, which alone
 * knows their MAC.
 *
 * Between a session's ResponseStarted and its process lie 0.13 s in the median (log-normal); its ResponseComplete follows the process's exit by some 30 ms.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extraSessions } from './extra';
import { tellHosts } from './hosts';
import type { SampleFile } from './log';
import { SAMPLE, type SampleOptions } from './options';
import { gzipped, pack } from './pack';
import { tellStories } from './stories';
import { runApi, runJobs, runNoisyPs, runProbes, runServices, startContainers } from './traffic';
import type { Truth, TruthMember } from './truth';
import { World } from './world';

export interface Sample {
  readonly files: readonly SampleFile[];
  readonly truth: Truth;
}

/** The same options give the same bytes, everywhere. */
export function generateSample(options: SampleOptions): Sample {
  const world = new World(options);
  const full = options.size === 'full';
  startContainers(world);
  const probes = runProbes(world);
  const told = tellStories(world);
  const extra = extraSessions(world);
  runNoisyPs(world, full ? 40 : 120);
  runJobs(world);
  runServices(world, full ? 14_000 : 8_000, full ? 2_600 : 2_000);
  runApi(world, full ? 1 : 0.6);
  if (full) tellHosts(world);

  for (const node of world.nodes) node.settle();

  const members: TruthMember[] = [];
  const files: SampleFile[] = [];
  for (const log of world.logs) {
    for (const { member, path, data } of log.files()) {
      members.push(member);
      files.push({ path, data });
    }
  }
  const sum = (of: (member: TruthMember) => number) => members.reduce((total, member) => total + of(member), 0);
  const truth: Truth = {
    version: 1,
    seed: options.seed,
    clusters: world.clusters,
    clockOffsets: [...world.nodes, ...world.servers].map(({ name, offset }) => ({ host: name, ns: offset })),
    gaps: world.gaps.map(({ log, from, to }) => ({
      file: log.parts[0]!.path,
      from: world.calendar.nanos(from),
      to: world.calendar.nanos(to),
    })),
    members,
    records: sum((member) => member.records),
    unreadable: sum((member) => member.unreadable),
    sessions: [...told.sessions, ...extra].map((tell) => tell()),
    probes: probes.map((tell) => tell()),
    logins: told.logins.map((tell) => tell()),
  };
  return { files, truth };
}

function main(args: readonly string[]): void {
  const value = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const out = resolve(value('--out') ?? import.meta.dirname);
  const { files, truth } = generateSample({ ...SAMPLE, seed: Number(value('--seed') ?? SAMPLE.seed) });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'sample.tgz'), pack(files));
  const settings = join(out, 'sample.json');
  const before = existsSync(settings) ? (JSON.parse(readFileSync(settings, 'utf8')) as object) : {};
  writeFileSync(settings, `${JSON.stringify({ ...before, name: 'sample.tgz', clusters: truth.clusters }, undefined, 2)}\n`);
  writeFileSync(join(out, 'truth.json.gz'), gzipped(Buffer.from(`${JSON.stringify(truth)}\n`)));
  process.stderr.write(`${truth.records} records in ${truth.members.length} files, ${truth.sessions.length} sessions\n`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
