/** One open case: its folder, what its queries run on, and the socket on which other processes may ask. */
import { sha256 } from './case/digest';
import { CaseFolder, META } from './case/folder';
import { readJournal } from './case/journal';
import { caseName } from './case/store';
import type { CaseInfo, CaseState, KnownRange } from './contract/case';
import type { Engine } from './contract/engine';
import type { RuleFile } from './contract/findings';
import { sql } from './contract/sql';
import { readClocks } from './correlate/clocks';
import { completeScopes } from './correlate/complete';
import { CORRELATOR_VERSION, type CorrelateOptions, correlate } from './correlate/correlate';
import { rulePack } from './detect/pack';
import { describeEvidence } from './import/describe';
import { analysisDigest, caseDigests } from './import/digest';
import { placeMarks } from './queries/board';
import { coverage } from './queries/coverage';
import { activityCounts, meta } from './queries/info';
import { Kept } from './queries/kept';
import { Panes } from './queries/panes';
import { attachKept, type Source, setKnown } from './queries/source';
import { Renewal } from './renewal';
import { newSocketPath, type ServedSocket, serveSocket } from './transport/socket';
import { VERSION } from './version';

/** Names in `meta`. */
export const ANALYSIS = 'analysisDigest';
export const ANALYSED = META.analysed;

export class OpenCase {
  private readonly kept = new Kept();
  readonly panes: Panes;
  private revision = 0;
  private served: ServedSocket | undefined;
  /** Settles when the last change that was asked for has ended. */
  private changes: Promise<unknown> = Promise.resolve();
  private readonly marking = new Renewal(() => this.placeMarks());

  private constructor(readonly folder: CaseFolder) {
    this.panes = new Panes(folder.database, this.kept);
  }

  static async open(request: Parameters<Engine['open']>[0], engine: Engine): Promise<OpenCase> {
    const socket = newSocketPath();
    const folder = await CaseFolder.open(request.dir, { readOnly: request.readOnly, create: request.create, socket });
    const opened = new OpenCase(folder);
    try {
      await opened.query(async ({ connection }) => attachKept(connection));
      if (folder.holder?.socket) opened.served = await serveSocket(engine, folder.holder.socket, folder.holder.key);
      await opened.renewKnown();
      // Marks on sessions are on what these hold.
      if (!folder.readOnly) await opened.analyse();
      await opened.renewMarks();
      return opened;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  get dir(): string {
    return this.folder.paths.dir;
  }

  /** Work of no pane: it is never superseded. */
  query<T>(work: (source: Source) => Promise<T>): Promise<T> {
    return this.panes.run(undefined, work);
  }

  /** Changes of the case run one after another. */
  alone<T>(change: () => Promise<T>): Promise<T> {
    const result = this.changes.then(change);
    this.changes = result.catch(() => undefined);
    return result;
  }

  state(): CaseState {
    const { entries, head } = this.folder.journal ?? readJournal(this.folder.paths.journal);
    return { case: caseName(this.dir), entries: entries.length, head, revision: this.revision };
  }

  async info(): Promise<CaseInfo> {
    return this.query(async (source) => {
      const { connection } = source;
      const { case: name, entries, head } = this.state();
      return {
        case: name,
        schema: Number(await meta(connection, 'schema')),
        version: VERSION,
        readOnly: this.folder.readOnly,
        ...(this.folder.notices.length > 0 && { notices: this.folder.notices }),
        evidence: await describeEvidence(connection),
        ...(await activityCounts(connection)),
        coverage: await coverage(source),
        clocks: await readClocks(connection),
        ...(await caseDigests(connection)),
        analysisDigest: withRules((await meta(connection, ANALYSIS)) ?? '', {
          known: this.folder.known(),
          rules: this.folder.rules(),
        }),
        journal: { entries, head },
      };
    });
  }

  /** Renews sessions where evidence or correlator changed since; nothing to do otherwise. */
  async analyse(options: CorrelateOptions = {}): Promise<void> {
    await this.query(async ({ connection }) => {
      const of = `${(await caseDigests(connection)).digest} correlate ${CORRELATOR_VERSION}`;
      if ((await meta(connection, ANALYSED)) === of) return;
      // Evidence once imported stays: where nothing is, nothing was.
      if (await connection.one('SELECT 1 FROM activity LIMIT 1')) {
        await completeScopes(connection);
        await correlate(connection, options);
      }
      const digest = await analysisDigest(connection, [`correlate ${CORRELATOR_VERSION}`]);
      await connection.run(sql`INSERT OR REPLACE INTO meta VALUES (${ANALYSIS}, ${digest}), (${ANALYSED}, ${of})`);
      // Refused while another connection writes; the write-ahead log keeps what was committed.
      await connection.run('CHECKPOINT').catch(() => 0);
    });
    this.changed();
  }

  /** What was kept ready no longer holds. */
  changed(): void {
    this.revision++;
    this.kept.clear();
  }

  /** Brings marks to where filters see them. One whose record is not in the case (any more) is left out there, and kept in the list. */
  renewMarks(): Promise<void> {
    return this.marking.run();
  }

  private async placeMarks(): Promise<void> {
    await this.query((source) => placeMarks(source, this.folder.marks()));
    this.kept.clear('marks');
  }

  /** Brings the case's own known addresses to where filters see them. */
  async renewKnown(): Promise<void> {
    const ranges = this.folder.known().map(({ range }) => range);
    await this.query(({ connection }) => setKnown(connection, ranges));
    this.changed();
  }

  async close(): Promise<void> {
    await this.served?.close();
    await this.changes;
    await this.panes.close();
    this.folder.close();
  }
}

/** Findings follow from the case, its sessions, Exhibit's rules and the case's own, and the addresses that it knows: so these stand for them. */
function withRules(sessions: string, { known, rules }: { known: readonly KnownRange[]; rules: readonly RuleFile[] }): string {
  const own = rules.map(({ name, text }) => `rule ${name} ${sha256(text)}`).sort();
  const addresses = known.map(({ range }) => `known ${range}`).sort();
  return sha256([sessions, `rules ${rulePack().version}`, ...own, ...addresses, ''].join('\n'));
}
