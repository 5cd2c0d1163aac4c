import type { ActivityJson } from '../../workers/contract/activity';
import type { Answer } from '../../workers/contract/answers';
import { attribute, type Kind } from '../../workers/contract/attributes';
import type { CaseInfo, CaseState } from '../../workers/contract/case';
import { addTerm, equation } from '../../workers/contract/filter-edit';
import type { Findings } from '../../workers/contract/findings';
import type { Ordering } from '../../workers/contract/page';
import type { PolicyHits } from '../../workers/contract/policy-hits';
import type { SessionSummary } from '../../workers/contract/session';
import type { Shell } from '../../workers/contract/shell';
import { parseTime } from '../../workers/contract/time';
import type { View } from '../../workers/contract/view';
import type { WindowEngine } from '../../workers/transport/methods';
import type { Connection } from '../connect';
import { type Address, EVERYWHERE, type ScopePath } from './address';
import { type Failure, failureOf } from './failure';
import { joinFilter } from './filter-text';
import { Imports } from './imports.svelte';
import { Marks } from './marks.svelte';
import { Others } from './others.svelte';
import { Router } from './router.svelte';
import { Rows } from './rows.svelte';
import { SavedFilters } from './saved-filters.svelte';
import { Slot } from './slot.svelte';

/** A window of time; absent ends are open. */
export interface TimeWindow {
  readonly from?: bigint;
  readonly to?: bigint;
}

/** What the list shows, and in which order. */
export type OrderedView = View & Required<Ordering>;

/** The case that is open, what of it is in view, and the verbs that change it. Made once, handed down. */
export class Workbench {
  readonly engine: WindowEngine;
  readonly shell: Shell;
  readonly router: Router;
  readonly rows: Rows<ActivityJson, OrderedView>;
  readonly imports: Imports;
  readonly filters: SavedFilters;
  readonly marks: Marks;
  readonly others: Others;
  info: CaseInfo | undefined = $state.raw();
  /** True until we know whether a case is open. */
  starting = $state(true);
  failure: Failure | undefined = $state.raw();
  /** The connection to the engine is gone. */
  lost = $state(false);
  readonly sessions = new Slot<readonly SessionSummary[]>();
  /** Hits of agents' rules in the whole case. */
  readonly policies = new Slot<readonly PolicyHits[]>();
  /** What our own rules find in it. */
  readonly findings = new Slot<Findings>();
  /** The auditor's questions, once their view has asked. */
  readonly questions = new Slot<readonly Answer[]>();
  /** Renewed whenever the case's contents change, so that every question is asked anew. */
  revision = $state(0);
  /** The selected activity, once the list has it: what commands on a row work with. */
  selected: ActivityJson | undefined = $state.raw();
  #windows: TimeWindow[] = [];
  zoomable = $state(0);

  readonly address: Address = $derived.by(() => this.router.address);
  /** Scope, filter and the interactive switch as one filter text. Undefined while the filter has a mistake. */
  readonly filterText: string | undefined = $derived.by(() => this.#joined(true));
  /** The same without the scope, for the hierarchy: it keeps showing what lies beside the chosen scope. */
  readonly unscopedText: string | undefined = $derived.by(() => this.#joined(false));
  #lastGood = { filter: '', unscoped: '' };

  constructor(readonly connection: Connection) {
    this.engine = connection.engine;
    this.shell = connection.shell;
    this.router = new Router(window);
    this.rows = new Rows((view, at, limit) => this.engine.page({ ...view, at, limit, pane: 'list' }));
    this.imports = new Imports(this);
    this.filters = new SavedFilters(this.engine);
    this.marks = new Marks(this.engine, () => this.#marked());
    this.others = new Others(this);
    void connection.closed.then(() => {
      this.lost = true;
    });
  }

  /** Asks whether a case is open, and goes where the address says. */
  async start(): Promise<void> {
    try {
      this.#opened(await this.engine.info());
      if (this.address.view === 'welcome' && window.location.hash === '') this.router.go({ view: 'activity' }, 'replace');
      else this.router.go({}, 'replace');
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code !== 'no-case') this.failure = failure;
      this.router.go({ view: 'welcome' }, 'replace');
    } finally {
      this.starting = false;
    }
  }

  /** Opens a case by one of the shell's ways, and shows it. */
  async open(how: (shell: Shell) => Promise<CaseInfo>): Promise<Failure | undefined> {
    try {
      const info = await how(this.shell);
      this.#forget();
      // A case that has evidence is not the one that was to be made for what was typed.
      if (info.evidence.length > 0) this.imports.draft.forget();
      this.#opened(info);
      this.router.go({ ...EVERYWHERE, view: info.activities > 0 ? 'activity' : 'evidence', at: undefined, session: undefined });
      this.router.forget();
      return undefined;
    } catch (error) {
      // The engine left the case before, if it came that far.
      if (this.info)
        await this.engine.info().catch(() => {
          this.#forget();
          this.info = undefined;
        });
      return failureOf(error);
    }
  }

  /** What was asked of a case that is open no more. */
  #forget(): void {
    this.rows.clear();
    this.sessions.clear();
    this.filters.forget();
    this.policies.clear();
    this.findings.clear();
    this.questions.clear();
    this.marks.forget();
    this.#windows = [];
    this.zoomable = 0;
  }

  /** The journal went on by what changes nothing of what the evidence tells. */
  journalMoved({ entries, head }: CaseState): void {
    if (this.info) this.info = { ...this.info, journal: { entries, head } };
  }

  /** Reads the case's figures again, after an import. */
  async refresh(): Promise<void> {
    this.#opened(await this.engine.info());
  }

  #opened(info: CaseInfo): void {
    this.info = info;
    this.others.saw(info);
    this.failure = undefined;
    this.revision++;
    const revision = this.revision;
    this.sessions.ask(`sessions ${revision}`, () => this.engine.sessions({ pane: 'sessions' }));
    this.policies.ask(`policies ${revision}`, () => this.engine.policies({ pane: 'policies' }));
    this.marks.load(revision);
    this.filters.load(revision);
  }

  /** For who shows them. They are worked out over the whole case, so not before what is looked at first is there. */
  askFindings(): void {
    this.findings.ask(`findings ${this.revision}`, () => this.engine.findings({ pane: 'findings' }));
  }

  /** Everything is asked anew where the filter may see the change. */
  #marked(): void {
    if (/\b(tag|note)\b/i.test(this.address.filter)) this.revision++;
  }

  /** The view as the engine takes it; a mistaken filter leaves the last good one in force. */
  view(parts: { readonly scope?: boolean; readonly window?: boolean; readonly kinds?: boolean } = {}): View {
    const { scope = true, window: timed = true, kinds = true } = parts;
    const a = this.address;
    const text = scope ? this.filterText : this.unscopedText;
    if (text !== undefined) this.#lastGood[scope ? 'filter' : 'unscoped'] = text;
    const filter = text ?? this.#lastGood[scope ? 'filter' : 'unscoped'];
    return {
      ...(filter === '' ? {} : { filter }),
      ...(timed && a.from !== undefined ? { from: a.from } : {}),
      ...(timed && a.to !== undefined ? { to: a.to } : {}),
      ...(kinds ? { kinds: a.kinds } : {}),
    };
  }

  /** What the list shows, in its order. */
  orderedView(): OrderedView {
    const { sort, descending } = this.address;
    return { ...this.view(), sort, order: descending ? 'desc' : 'asc' };
  }

  #joined(scoped: boolean): string | undefined {
    const { scope, interactive, filter } = this.address;
    try {
      return joinFilter({ scope: scoped ? scope : [], interactive, filter });
    } catch {
      return undefined;
    }
  }

  /** First instant of the case and the one after its last; undefined while it has no dated activity. */
  get extent(): { readonly from: bigint; readonly to: bigint } | undefined {
    const [first, last] = [parseTime(this.info?.first ?? ''), parseTime(this.info?.last ?? '')];
    return first === undefined || last === undefined ? undefined : { from: first, to: last + 1n };
  }

  /** The window as shown: open ends are the case's own. */
  get shownWindow(): { readonly from: bigint; readonly to: bigint } | undefined {
    const extent = this.extent;
    return extent && { from: this.address.from ?? extent.from, to: this.address.to ?? extent.to };
  }

  setWindow(window: TimeWindow): void {
    this.#windows.push({ from: this.address.from, to: this.address.to });
    this.zoomable = this.#windows.length;
    this.router.go({ from: window.from, to: window.to });
  }

  zoomBack(): void {
    const last = this.#windows.pop();
    this.zoomable = this.#windows.length;
    this.router.go({ from: last?.from, to: last?.to });
  }

  /** Switches a kind, or shows it alone; alone already: all that were on by default again. */
  toggleKind(kind: Kind, alone: boolean, all: readonly Kind[]): void {
    const on = this.address.kinds;
    const kinds = alone
      ? on.length === 1 && on[0] === kind
        ? all.filter((k) => k !== 'api' || kind === 'api')
        : [kind]
      : all.filter((k) => (k === kind ? !on.includes(k) : on.includes(k)));
    this.router.go({ kinds });
  }

  /** Adds `attribute = value` (or `!=`) to the filter. */
  addEquation(name: string, operator: '=' | '!=', value: string): void {
    const of = attribute(name);
    if (of) this.addTerm(equation(of, operator, value));
  }

  addTerm(term: string): void {
    this.addTerms([term]);
  }

  /** Adds several terms as one change. */
  addTerms(terms: readonly string[]): void {
    const { filter, off } = this.address;
    const added = terms.reduce((text, term) => safely(() => addTerm(text, term), term), filter);
    this.router.go({ filter: added, off: off.filter((t) => !terms.includes(t)) });
  }

  /** Narrows to places of the hierarchy; without any: everywhere. */
  setScope(...scope: readonly ScopePath[]): void {
    this.router.go({ scope });
  }

  /** Sorts the list by this; by it already, turns it round. */
  sortBy(sort: string): void {
    const { sort: now, descending } = this.address;
    this.router.go({ sort, descending: now === sort && !descending });
  }

  select(id: string | undefined): void {
    this.router.go({ at: id }, 'replace');
  }

  /** Label and the rest of a session, by its id. */
  readonly sessionById: ReadonlyMap<string, SessionSummary> = $derived.by(
    () => new Map((this.sessions.value ?? []).map((s) => [s.session, s])),
  );

  /** The session that an activity belongs to. */
  sessionOf(activity: ActivityJson | undefined): SessionSummary | undefined {
    return typeof activity?.session === 'string' ? this.sessionById.get(activity.session) : undefined;
  }
}

function safely<T>(make: () => T, otherwise: T): T {
  try {
    return make();
  } catch {
    return otherwise;
  }
}
