/** The committed sample: its bundle, its settings, and the truth beside it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Truth, TruthSession } from '../../resources/sample/truth';
import type { Engine } from '../../workers/contract/engine';
import type { ImportResult } from '../../workers/contract/evidence';
import type { MemberSetting } from '../../workers/contract/intake';

const folder = resolve(import.meta.dirname, '../../resources/sample');

export interface SampleSettings {
  readonly name: string;
  readonly clusters: readonly MemberSetting[];
  /** The golden digests, of the case and of its analysis. */
  readonly digest?: string;
  readonly analysisDigest?: string;
}

export const sampleSettings = (): SampleSettings => JSON.parse(readFileSync(`${folder}/sample.json`, 'utf8')) as SampleSettings;
export const sampleBundle = (): string => `${folder}/${sampleSettings().name}`;
export const sampleTruth = (): Truth => JSON.parse(gunzipSync(readFileSync(`${folder}/truth.json.gz`)).toString()) as Truth;

/** What really happened in a story of `resources/sample/generate.ts`. */
export function story(name: string): TruthSession {
  const found = sampleTruth().sessions.find((session) => session.story === name);
  if (!found) throw new Error(`the sample has no story “${name}”`);
  return found;
}

/** Imports the sample, with the names of its clusters, into the case that is open. */
export const importSample = (engine: Engine): Promise<ImportResult> =>
  engine.import({ path: sampleBundle(), clusters: sampleSettings().clusters });
