/** What both shells offer the workbench beside the engine. They differ in how a person chooses and saves. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { caseName } from '../case/store';
import type { CaseInfo } from '../contract/case';
import type { Engine } from '../contract/engine';
import { type ErrorCode, ExhibitError } from '../contract/errors';
import { intakeOf } from '../contract/intake';
import type { RecentCase, Shell } from '../contract/shell';
import { dataFolder } from './folders';
import type { Handles } from './handles';
import { contentsOf, RecentCases, stateOf } from './recent';
import { openSample, sampleFolder } from './sample';
import { activitiesFile } from './save-activities';

/** What only the shell at hand can do. */
export interface ShellHost {
  readonly kind: 'desktop' | 'served';
  /** A path, by a dialog; null where there is none, or the person changed their mind. */
  choose(what: 'bundle' | 'case'): Promise<string | null>;
  /** Saves where the person says and returns null, or returns the file for the window to save. */
  save<File extends { readonly name: string; readonly bytes: Uint8Array }>(file: File): Promise<File | null>;
  /** Called after a bundle was sealed in the case. */
  imported?(handle: string): Promise<void>;
}

/** What is remembered of a case that did not open. */
const STATES: { readonly [C in ErrorCode]?: 'newer' | 'damaged' } = {
  'case-newer': 'newer',
  'case-damaged': 'damaged',
  'journal-damaged': 'damaged',
};

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} ._-]{0,99}$/u;

async function newCaseFolder(name: string): Promise<string> {
  const trimmed = name.trim().normalize('NFC');
  if (!NAME.test(trimmed))
    throw new ExhibitError(
      'usage',
      'A case’s name has letters, digits, spaces, dots, dashes and underscores, and begins with a letter or digit.',
    );
  const dir = join(dataFolder(), 'cases', `${trimmed}.exhibit`);
  const taken = await stat(dir).catch(() => undefined);
  if (taken) throw new ExhibitError('usage', `There is a case named “${trimmed}” already; choose another name.`);
  await mkdir(join(dataFolder(), 'cases'), { recursive: true });
  return dir;
}

export function makeShell(engine: Engine, handles: Handles, host: ShellHost): Shell {
  const recent = new RecentCases(dataFolder());

  const opening = async (dir: string, open: () => Promise<CaseInfo>): Promise<CaseInfo> => {
    const opened = new Date().toISOString();
    try {
      const info = await open();
      // To read only, what kept it from being opened to write is still so.
      const known = info.readOnly ? (await recent.list()).find((met) => met.dir === dir) : undefined;
      await recent.remember({ dir, opened, contents: contentsOf(info), ...(known?.failure ? { failure: known.failure } : {}) });
      return info;
    } catch (error) {
      const state = error instanceof ExhibitError ? STATES[error.code] : undefined;
      if (state) await recent.remember({ dir, opened, failure: { state, detail: (error as Error).message } });
      throw error;
    }
  };

  return {
    kind: async () => host.kind,
    recent: async () =>
      Promise.all(
        (await recent.list()).map(async (met): Promise<RecentCase> => {
          const { handle } = handles.give(met.dir);
          const { dir, opened, contents } = met;
          return { handle, name: caseName(dir), opened, contents, ...(await stateOf(met)) };
        }),
      ),
    openCase: async (handle, readOnly) => {
      const dir = handles.resolve(handle).path;
      return await opening(dir, () => engine.open({ dir, readOnly: readOnly === true }));
    },
    newCase: async (name) => {
      const dir = await newCaseFolder(String(name));
      return await opening(dir, () => engine.open({ dir, create: true }));
    },
    openSample: async () => {
      const info = await openSample(engine);
      await recent.remember({ dir: sampleFolder(), opened: new Date().toISOString(), contents: contentsOf(info) });
      return info;
    },
    choose: async (what) => {
      const path = await host.choose(what === 'case' ? 'case' : 'bundle');
      return path === null ? null : handles.give(path);
    },
    import: async (handle, { zones, clusters, ...intake }, onProgress) => {
      const said = { zones, clusters, ...intakeOf(intake) };
      const result = await engine.import({ ...said, ...handles.resolve(handle) }, onProgress);
      await host.imported?.(handle);
      await recent.changed(await engine.info());
      return result;
    },
    saveReport: async (request, onProgress) => await host.save(await engine.report(request, onProgress)),
    saveActivities: async (request, onProgress) => await host.save(await activitiesFile(engine, request, onProgress)),
    verify: (onProgress) => engine.verify({}, onProgress),
  };
}
