/** The rule files that come with Exhibit. The build puts them, with their YAML parsed, in the place of this file (vite.node.config.ts): to parse it takes a quarter of a second. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RuleFile } from '../contract/findings';

/** A rule file whose YAML may have been parsed already. */
export interface PackFile extends RuleFile {
  readonly yaml?: unknown;
}

const FOLDER = fileURLToPath(new URL('../../resources/rules', import.meta.url));
const ENDING = '.yaml';

export const packFiles = (): readonly PackFile[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => ({ name: file.slice(0, -ENDING.length), text: readFileSync(`${FOLDER}/${file}`, 'utf8') }));
