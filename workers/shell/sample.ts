/** The sample case: brought from `resources/sample` into the data folder, and kept while its digest is the committed one. */
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseInfo } from '../contract/case';
import type { Engine } from '../contract/engine';
import { ExhibitError } from '../contract/errors';
import type { MemberSetting } from '../contract/intake';
import type { OnProgress } from '../contract/progress';
import { dataFolder, resource } from './folders';

/** resources/sample/sample.json: the bundle's file name, its settings, and the golden digests. */
interface SampleSettings {
  readonly name: string;
  readonly clusters: readonly MemberSetting[];
  readonly digest: string;
}

export const sampleFolder = (): string => join(dataFolder(), 'cases', 'sample.exhibit');

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Opens the sample as it was kept; null where there is none, or another one. A sample that somebody else holds is an error. */
async function kept(engine: Engine, dir: string, digest: string): Promise<CaseInfo | null> {
  if (!(await exists(dir))) return null;
  try {
    const info = await engine.open({ dir });
    return info.digest === digest ? info : null;
  } catch (error) {
    if (error instanceof ExhibitError && error.code === 'case-locked') throw error;
    return null;
  }
}

/** Opens the sample case, importing it first where there is none. One that differs is set aside, never deleted: it may carry notes. */
export async function openSample(engine: Engine, onProgress?: OnProgress): Promise<CaseInfo> {
  const dir = sampleFolder();
  const settings = JSON.parse(await readFile(resource('sample/sample.json'), 'utf8')) as SampleSettings;
  const info = await kept(engine, dir, settings.digest);
  if (info) return info;
  await engine.close();
  if (await exists(dir))
    await rename(dir, dir.replace(/\.exhibit$/, ` set aside ${new Date().toISOString().replaceAll(':', '-')}.exhibit`));
  await engine.open({ dir, create: true });
  const { name, clusters } = settings;
  await engine.import({ path: resource(`sample/${name}`), clusters }, onProgress);
  return await engine.info();
}
