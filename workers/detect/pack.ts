/** The rules that come with Exhibit: every file of `resources/rules`, read once. */
import { sha256 } from '../case/digest';
import type { RuleFile } from '../contract/findings';
import { type PackFile, packFiles } from './pack-files';
import { readRule } from './read-rule';
import type { Rule } from './rule';

export interface Pack {
  /** 16 hex digits of the SHA-256 of all names and texts, in order of name. */
  readonly version: string;
  readonly rules: readonly Rule[];
}

let pack: Pack | undefined;
export function rulePack(): Pack {
  pack ??= packOf(packFiles());
  return pack;
}

/** Throws `usage` for a rule that is none. */
export function packOf(files: readonly PackFile[]): Pack {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    version: sha256(JSON.stringify(sorted.map(({ name, text }) => [name, text]))).slice(0, 16),
    rules: sorted.map(readRule),
  };
}

/** The pack with other rules beside it; one of the same name takes its place. */
export function packWith(files: readonly RuleFile[]): Pack {
  const own = new Set(files.map(({ name }) => name));
  return packOf([...packFiles().filter(({ name }) => !own.has(name)), ...files]);
}
