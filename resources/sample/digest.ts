/**
 * Renews the golden case digest of the sample in `sample.json`, when evidence, settings or a projection changed on purpose:
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
};
const folder = mkdtempSync(join(tmpdir(), 'exhibit-digest-'));
const host = startEngine();
try {
  await host.engine.open({ dir: join(folder, 'sample.exhibit'), create: true });
  const { digest } = await host.engine.import({ path: join(import.meta.dirname, settings.name), clusters: settings.clusters });
  writeFileSync(settingsFile, `${JSON.stringify({ ...settings, digest }, undefined, 2)}\n`);
  process.stderr.write(digest === settings.digest ? `unchanged: ${digest}\n` : `${settings.digest ?? 'none'} is now ${digest}\n`);
} finally {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
}
