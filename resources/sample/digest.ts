/**
 * Renews the golden digests of the sample in `sample.json`, that of the case and that of its analysis, when evidence, settings, a projection or the correlator changed
 * on purpose:
 *
 *     npx tsx resources/sample/digest.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemberSetting } from '../../workers/contract/intake';
import { startEngine } from '../../workers/host';

const settingsFile = join(import.meta.dirname, 'sample.json');
const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as {
  readonly name: string;
  readonly clusters: readonly MemberSetting[];
  readonly digest?: string;
  readonly analysisDigest?: string;
};
const folder = mkdtempSync(join(tmpdir(), 'exhibit-digest-'));
const host = startEngine();
try {
  await host.engine.open({ dir: join(folder, 'sample.exhibit'), create: true });
  const { digest } = await host.engine.import({ path: join(import.meta.dirname, settings.name), clusters: settings.clusters });
  const { analysisDigest } = await host.engine.info();
  const renewed = { digest, analysisDigest };
  writeFileSync(settingsFile, `${JSON.stringify({ ...settings, ...renewed }, undefined, 2)}\n`);
  for (const [name, is] of Object.entries(renewed)) {
    const was = settings[name as keyof typeof renewed];
    process.stderr.write(is === was ? `${name} unchanged: ${is}\n` : `${name} ${was ?? 'none'} is now ${is}\n`);
  }
} finally {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
}
