/** The cases that this user opened last, newest first, in `recent.json` of the data folder. */
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sinceText, whoHolds } from '../case/lock';
import { caseName, casePaths } from '../case/store';
import type { CaseInfo } from '../contract/case';
import type { CaseContents, RecentCase } from '../contract/shell';

/** A case as it was met last; `failure` is why it did not open then. */
export interface Met {
  readonly dir: string;
  readonly opened: string;
  readonly contents?: CaseContents;
  readonly failure?: { readonly state: 'newer' | 'damaged'; readonly detail: string };
}

const KEPT = 20;

export const contentsOf = ({ evidence, activities, first, last }: CaseInfo): CaseContents => ({
  evidence: evidence.length,
  bytes: evidence.reduce((sum, { bytes }) => sum + bytes, 0),
  activities,
  first,
  last,
});

const isMet = (value: unknown): value is Met =>
  typeof value === 'object' && value !== null && 'dir' in value && typeof value.dir === 'string' && 'opened' in value;

export class RecentCases {
  private readonly file: string;
  constructor(folder: string) {
    this.file = join(folder, 'recent.json');
  }

  /** A list that cannot be read is an empty one: it only serves convenience. */
  async list(): Promise<readonly Met[]> {
    try {
      const met: unknown = JSON.parse(await readFile(this.file, 'utf8'));
      return Array.isArray(met) ? met.filter(isMet).slice(0, KEPT) : [];
    } catch {
      return [];
    }
  }

  async remember(met: Met): Promise<void> {
    const others = (await this.list()).filter(({ dir }) => dir !== met.dir);
    await this.write([met, ...others]);
  }

  /** The case that is open holds something else now. */
  async changed(info: CaseInfo): Promise<void> {
    const met = await this.list();
    const open = met.find(({ dir }) => caseName(dir) === info.case);
    if (open) await this.write(met.map((one) => (one === open ? { ...one, contents: contentsOf(info) } : one)));
  }

  private async write(met: readonly Met[]): Promise<void> {
    await mkdir(dirname(this.file), { recursive: true });
    const draft = `${this.file}.${process.pid}`;
    await writeFile(draft, JSON.stringify(met.slice(0, KEPT)), { mode: 0o600 });
    await rename(draft, this.file);
  }
}

/** What can be said of a case without opening it. */
export async function stateOf({ dir, failure }: Met): Promise<Pick<RecentCase, 'state' | 'detail'>> {
  const exists = await stat(casePaths(dir).database).then(
    () => true,
    () => false,
  );
  if (!exists) return { state: 'missing', detail: `There is no case at ${dir} any more.` };
  const holder = whoHolds(casePaths(dir).lock);
  if (holder && holder.pid !== process.pid) {
    return { state: 'locked', detail: `Open elsewhere since ${sinceText(holder)}: process ${holder.pid} on ${holder.host}.` };
  }
  return failure ?? { state: 'ready', detail: dir };
}
