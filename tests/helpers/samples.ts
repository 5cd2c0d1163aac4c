/**
 * The real samples, where this machine has them: public captures that are not part of the project. Tests that need them are skipped elsewhere,
 * and say so in one line.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = [process.env.EXHIBIT_SAMPLES, resolve(import.meta.dirname, '../../../shared/samples')].find(
  (folder) => folder !== undefined && existsSync(resolve(folder, 'k8s/SOURCES.tsv')),
);

if (root === undefined) console.log('skipped: the real samples (../shared/samples) are not on this machine');

/** False where the samples are absent: for `test.skipIf(!haveSamples)`. */
export const haveSamples = root !== undefined;

/** Absolute path of a sample such as `k8s/k3s/x.json`. */
export const samplePath = (path: string): string => resolve(root ?? '/', path);
export const sampleBytes = (path: string): Buffer => readFileSync(samplePath(path));

export interface SampleSource {
  /** Such as `k8s/k3s/x.json`. */
  readonly path: string;
  /** The fourth to last column of SOURCES.tsv: flavour (k8s) or format (agents). */
  readonly flavour: string;
  /** As SOURCES.tsv says: a number, or text that begins with one. */
  readonly records: string;
}

/** Every line of SOURCES.tsv that names one file; empty where the samples are absent. */
export const sampleSources = (folder: 'k8s' | 'agents'): readonly SampleSource[] =>
  haveSamples
    ? sampleBytes(`${folder}/SOURCES.tsv`)
        .toString('utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t'))
        .filter(([file]) => file && !file.includes('*'))
        .map(([file, , , , , flavour, records]) => ({
          path: `${folder}/${file}`,
          flavour: flavour ?? '',
          records: records ?? '',
        }))
    : [];
