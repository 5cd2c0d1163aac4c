/** Serves the contract: one case at a time, every method a few lines over the parts that do the work. */
import { basename } from 'node:path';
import type { CaseFolder } from './case/folder';
import { lineOf } from './case/journal';
import { SCHEMA_VERSION } from './case/schema';
import { readRange } from './case/store';
import type { CaseInfo } from './contract/case';
import type { Engine } from './contract/engine';
import { ExhibitError } from './contract/errors';
import type { ImportResult } from './contract/evidence';
import type { OnProgress } from './contract/progress';
import { MOST_SKIPPED_BYTES } from './contract/skipped';
import type { Pane } from './contract/view';
import { findings } from './detect/findings';
import { packWith, useRules } from './detect/pack';
import { ENVELOPES } from './envelopes/index';
import { exportActivities } from './export/activities';
import { FORMATS } from './formats/index';
import type { Watch } from './import/change';
import { importEvidence } from './import/import';
import { setSettings } from './import/reread';
import { Jobs } from './jobs';
import { OpenCase } from './open-case';
import { readPlaces } from './places';
import { board } from './queries/board';
import { count } from './queries/count';
import { activityDetail, placesOf } from './queries/detail';
import { flow } from './queries/flow';
import { graph } from './queries/graph';
import { groups } from './queries/groups';
import { page } from './queries/page';
import { policies } from './queries/policies';
import { position } from './queries/position';
import { query } from './queries/query';
import { related } from './queries/related';
import { repeats } from './queries/repeats';
import { resolve } from './queries/resolve';
import { sessionOf, sessions } from './queries/sessions';
import { skipped, skippedPlace } from './queries/skipped';
import type { Source } from './queries/source';
import { trace } from './queries/trace';
import { traceOffer } from './queries/trace-offer';
import { values } from './queries/values';
import { answers } from './questions/answer';
import { readKey } from './redact/key';
import { entryOf, makeReport } from './report/make';
import { reportSource } from './report/source';
import { makeBag } from './verify/make-bag';
import { verify } from './verify/verify';
import { VERSION } from './version';

export class CaseEngine implements Engine {
  private opened: OpenCase | undefined;
  private opening: Promise<unknown> = Promise.resolve();
  private readonly jobs = new Jobs();

  async version() {
    const formats = FORMATS.map(({ id, title, recognisedBy, limits }) => ({ id, title, recognisedBy, limits }));
    const envelopes = ENVELOPES.map(({ id, title, limits = [] }) => ({ id, title, limits }));
    return { version: VERSION, schema: SCHEMA_VERSION, formats, envelopes };
  }

  /** One after another: two at once would leave the first case open, and locked, with nobody to close it. */
  open(request: Parameters<Engine['open']>[0]): Promise<CaseInfo> {
    const opened = this.opening.then(() => this.openInstead(request));
    this.opening = opened.catch(() => undefined);
    return opened;
  }

  private async openInstead(request: Parameters<Engine['open']>[0]): Promise<CaseInfo> {
    await this.leave();
    const opened = await OpenCase.open(request, this);
    this.opened = opened;
    await opened.query(async ({ kept }) => useRules(kept, opened.folder.rules()));
    return opened.info();
  }

  /** Waits for a case that is being opened: it would be left open, and DuckDB ends a process that goes away under it. */
  close(): Promise<void> {
    this.jobs.stopAll();
    const closed = this.opening.then(() => this.leave());
    this.opening = closed.catch(() => undefined);
    return closed;
  }

  private async leave(): Promise<void> {
    this.jobs.stopAll();
    const { opened } = this;
    this.opened = undefined;
    await opened?.close();
  }

  info = (): Promise<CaseInfo> => this.case().info();

  import: Engine['import'] = (request, onProgress) =>
    this.changing(onProgress, ({ folder }, watch) => importEvidence(folder, request, watch.onProgress, watch.signal, watch.job));

  setSettings: Engine['setSettings'] = (request, onProgress) =>
    this.changing(onProgress, ({ folder }, watch) => setSettings(folder, request, watch));

  /** A change of the evidence, after which sessions are worked out anew. */
  private changing(
    onProgress: OnProgress | undefined,
    change: (opened: OpenCase, watch: Watch) => Promise<ImportResult>,
  ): Promise<ImportResult> {
    const opened = this.case();
    return this.jobs.run(onProgress, ({ job, signal, report }) =>
      opened.alone(async () => {
        const result = await change(opened, { job, signal, onProgress });
        opened.changed();
        await opened.analyse({
          signal,
          onStep: (detail) => report({ phase: 'correlating', detail, done: 0, total: null, unit: 'steps' }),
        });
        await opened.renewMarks();
        return result;
      }),
    );
  }

  async stop(job: string): Promise<void> {
    this.jobs.stop(job);
  }

  page: Engine['page'] = (request) => this.inPane(request, page);
  graph: Engine['graph'] = (request) => this.inPane(request, graph);
  groups: Engine['groups'] = (request) => this.inPane(request, groups);
  values: Engine['values'] = (request) => this.inPane(request, values);
  repeats: Engine['repeats'] = (request) => this.inPane(request, repeats);
  sessions: Engine['sessions'] = (request) => this.inPane(request, sessions);
  position: Engine['position'] = (request) => this.case().query((source) => position(source, request));
  count: Engine['count'] = (request) => this.case().query((source) => count(source, request));
  query: Engine['query'] = (request, onRows) => this.case().query((source) => query(source, request, onRows));
  trace: Engine['trace'] = (id, request) => this.case().query((source) => trace(source, id, request));

  flow: Engine['flow'] = (request) => this.inPane(request, flow);
  policies: Engine['policies'] = (request) => this.inPane(request, policies);
  findings: Engine['findings'] = (request) => this.inPane(request, findings);
  questions: Engine['questions'] = async (request, onProgress) => {
    const info = await this.info();
    return this.jobs.run(onProgress, ({ report }) => this.inPane(request, (source) => answers(source, info, request, report)));
  };
  skipped: Engine['skipped'] = (request) => this.inPane(request, skipped);
  related: Engine['related'] = (id) => this.case().query((source) => related(source, id));

  skippedBytes: Engine['skippedBytes'] = (place) => {
    const { dir } = this.case();
    return this.case().query(async (source) => {
      const { source: file, offset, length } = await skippedPlace(source, place);
      const bytes = await readRange(dir, file, offset, Math.min(length, MOST_SKIPPED_BYTES));
      return { offset, length, bytes: new Uint8Array(bytes) };
    });
  };

  detail: Engine['detail'] = (id) => {
    const { dir } = this.case();
    return this.case().query(async (source) => {
      const { activity, completed, places, key } = await activityDetail(source, id);
      const session = await sessionOf(source, key);
      const located = (await readPlaces(dir, places)).map(({ bytes: _, ...place }) => place);
      return { activity, completed, places: located, session, ...(await traceOffer(source, activity, session)) };
    });
  };

  record: Engine['record'] = (id) => {
    const { dir } = this.case();
    return this.case().query(async (source) => ({
      id,
      places: await readPlaces(dir, await placesOf(source, (await resolve(source, id)).key)),
    }));
  };

  report: Engine['report'] = (request, onProgress) => {
    const opened = this.case();
    const { folder } = opened;
    return this.jobs.run(onProgress, async (job) => {
      const report = await makeReport(reportSource(opened), request, job);
      const entry = folder.journalMade('report', entryOf(request, report));
      const journal = entry ? { entries: entry.seq, head: entry.hash } : (await opened.info()).journal;
      return { ...report, journaled: entry !== undefined, journal };
    });
  };

  verify: Engine['verify'] = (request, onProgress) => {
    const opened = request.report === undefined && request.bag === undefined ? this.case() : this.opened;
    return this.jobs.run(onProgress, (job) => verify(request, opened, job));
  };

  export: Engine['export'] = ({ out, ids, created }, onProgress) => {
    const opened = this.case();
    const { dir, folder } = opened;
    return this.jobs.run(onProgress, (job) =>
      opened.alone(async () => {
        const info = await opened.info();
        const { entries, head } = info.journal;
        const report = await makeReport(reportSource(opened), { ids, board: ids.length === 0, format: 'pdf', created }, job);
        const sha256 = await makeBag({ dir, out, info, report: report.bytes }, job);
        const entry = folder.journalMade('export', { format: 'bag', manifest: sha256, report: report.sha256 });
        return { sha256, entries, head, journaled: entry !== undefined };
      }),
    );
  };

  exportActivities: Engine['exportActivities'] = (request, onProgress) => {
    const opened = this.case();
    const { folder } = opened;
    return this.jobs.run(onProgress, async (job) => {
      const made = await opened.query((source) => exportActivities(source, request, readKey(opened.dir), job));
      const { format, out, filter = '', redact } = request;
      const how = redact === 'none' ? { redaction: 'none' } : {};
      const entry = folder.journalMade('export', { format, name: basename(out), filter, ...made, ...how });
      return { ...made, journaled: entry !== undefined };
    });
  };

  async marks() {
    return this.case().folder.marks();
  }

  mark: Engine['mark'] = (mark) => this.marking((folder) => folder.mark(mark));
  remark: Engine['remark'] = (mark, text) => this.marking((folder) => folder.remark(mark, text));
  unmark: Engine['unmark'] = (mark) => this.marking((folder) => folder.unmark(mark));
  restore: Engine['restore'] = (mark) => this.marking((folder) => folder.restore(mark));

  private async marking<T>(change: (folder: CaseFolder) => T): Promise<T> {
    const opened = this.case();
    const changed = change(opened.folder);
    await opened.renewMarks();
    return changed;
  }

  board: Engine['board'] = () => {
    const { folder } = this.case();
    return this.case().query((source) => board(source, folder.marks()));
  };

  async known() {
    return this.case().folder.known();
  }

  async setKnown(known: Parameters<Engine['setKnown']>[0]) {
    const opened = this.case();
    const stored = opened.folder.setKnown(known);
    await opened.renewKnown();
    return stored;
  }

  async rules() {
    return this.case().folder.rules();
  }

  async setRules(rules: Parameters<Engine['setRules']>[0]) {
    const opened = this.case();
    packWith(rules);
    const stored = opened.folder.setRules(rules);
    await opened.query(async ({ kept }) => useRules(kept, stored));
    return stored;
  }

  async filters() {
    return this.case().folder.filters();
  }

  async setFilters(filters: Parameters<Engine['setFilters']>[0]) {
    return this.case().folder.setFilters(filters);
  }

  async journal() {
    return this.case().folder.journalEntries().map(lineOf);
  }

  async state() {
    return this.case().state();
  }

  private case(): OpenCase {
    if (this.opened) return this.opened;
    throw new ExhibitError('no-case', 'No case is open; open one first.');
  }

  private async inPane<R extends Pane, T>(request: R, work: (source: Source, request: R) => Promise<T>): Promise<T> {
    return this.case().panes.run(request.pane, (source) => work(source, request));
  }
}
