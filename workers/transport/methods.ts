/** Which calls a connection may make. Everything else is refused where it arrives. */
import type { Engine } from '../contract/engine';
import type { Shell } from '../contract/shell';

/** Every call of the engine: for the process that started its thread. */
export const ENGINE_METHODS = [
  'version',
  'open',
  'close',
  'info',
  'import',
  'setSettings',
  'stop',
  'page',
  'position',
  'graph',
  'groups',
  'count',
  'values',
  'repeats',
  'query',
  'detail',
  'record',
  'sessions',
  'trace',
  'report',
  'verify',
  'export',
  'exportActivities',
  'related',
  'flow',
  'policies',
  'findings',
  'questions',
  'skipped',
  'skippedBytes',
  'journal',
  'state',
  'marks',
  'mark',
  'remark',
  'unmark',
  'restore',
  'board',
  'known',
  'setKnown',
  'rules',
  'setRules',
  'filters',
  'setFilters',
] as const satisfies readonly (keyof Engine)[];

/** Calls that take a path, or change what others look at: a window makes them through its shell, which alone resolves handles. */
type ShellOnly = 'open' | 'close' | 'import' | 'report' | 'verify' | 'export' | 'exportActivities';
const SHELL_ONLY: readonly string[] = [
  'open',
  'close',
  'import',
  'report',
  'verify',
  'export',
  'exportActivities',
] satisfies ShellOnly[];

export type WindowEngine = Omit<Engine, ShellOnly>;
export const WINDOW_METHODS = ENGINE_METHODS.filter((method) => !SHELL_ONLY.includes(method)) as (keyof WindowEngine)[];

/** Calls of a command line that finds the case open elsewhere: reading, and a report of it. */
export const READER_METHODS = [
  'version',
  'info',
  'count',
  'groups',
  'query',
  'detail',
  'record',
  'sessions',
  'trace',
  'findings',
  'questions',
  'report',
  'verify',
  'export',
  'exportActivities',
] as const satisfies readonly (keyof Engine)[];
export type ReaderEngine = Pick<Engine, (typeof READER_METHODS)[number]>;

export const SHELL_METHODS = [
  'kind',
  'recent',
  'openCase',
  'newCase',
  'openSample',
  'choose',
  'import',
  'saveReport',
  'saveActivities',
  'verify',
] as const satisfies readonly (keyof Shell)[];

/** What a window talks to. `closed` resolves when it no longer can. */
export interface Workbench {
  readonly engine: WindowEngine;
  readonly shell: Shell;
  readonly closed: Promise<void>;
}
