/** The rules that a case is asked with: those that come with Exhibit, every file of `resources/rules`, read once; and the case's own. */
import { sha256 } from '../case/digest';
import type { RuleFile } from '../contract/findings';
import type { Kept } from '../queries/kept';
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
function packOf(files: readonly PackFile[]): Pack {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    version: sha256(JSON.stringify(sorted.map(({ name, text }) => [name, text]))).slice(0, 16),
    rules: sorted.map(readRule),
  };
}

/** The pack with other rules beside it; one of the same name takes its place. Throws `usage` for a rule that is none. */
export function packWith(files: readonly RuleFile[]): Pack {
  const own = new Set(files.map(({ name }) => name));
  const { version, rules } = packOf([...packFiles().filter(({ name }) => !own.has(name)), ...files]);
  return { version, rules: rules.map((rule) => (own.has(rule.rule) ? { ...rule, own: true } : rule)) };
}

const owned = new WeakMap<Kept, readonly RuleFile[]>();
const packs = new WeakMap<readonly RuleFile[], Pack>();

/** From now on the case that `kept` belongs to is asked with these rules of its own; what was worked out with others no longer holds. */
export function useRules(kept: Kept, files: readonly RuleFile[]): void {
  owned.set(kept, files);
  kept.clear();
}

/** The case's own rules. */
export const ownRules = (kept: Kept): readonly RuleFile[] => owned.get(kept) ?? [];

/** Throws `usage` where one of the case's own rules cannot be read (any more). */
export function packIn(kept: Kept): Pack {
  const files = ownRules(kept);
  if (files.length === 0) return rulePack();
  const pack = packs.get(files) ?? packWith(files);
  packs.set(files, pack);
  return pack;
}
