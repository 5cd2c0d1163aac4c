/**
 * The members of a sealed evidence through the loader, and what its own lists of checksums say of them.
 */
import type { BundleProblem, ListChecked, MemberDone } from '../bundle/reader';
import type { Sealed } from '../bundle/seal';
import { sourcePath } from '../case/store';
import type { VerifyCheck } from '../contract/verify';
import { assertGoesOn, type Change, nextNumber } from './change';
import type { Loader } from './load';
import { type MemberSettings, settingsText } from './settings';
import type { Added } from './settle';

/** An evidence whose original is in the case. */
export interface SealedChange extends Change {
  readonly sealed: Sealed;
  /** Number of E1, E2… */
  readonly evidence: number;
  readonly settings: MemberSettings;
}

export interface MembersRead {
  readonly members: readonly Added[];
  /** Of each list of checksums in the bundle. */
  readonly checks: readonly VerifyCheck[];
  /** Members with times that name no zone: path and number of such records. */
  readonly zoneless: readonly (readonly [path: string, records: number])[];
  /** Paths of members whose records are rows of Parquet, cited as lines of JSON. */
  readonly rows: readonly string[];
  /** Members whose records came in envelopes: path and ids of these. */
  readonly envelopes: readonly (readonly [path: string, ids: readonly string[]])[];
}

/** Streams all members through the loader, which is closed then. Problems that gave no member are listed as members without bytes. */
export async function readMembers(
  { folder, connection, threads, settings, sealed, evidence, tell, signal }: SealedChange,
  loader: Loader,
): Promise<MembersRead> {
  const { dir, spool } = folder.paths;
  const firstMember = await nextNumber(connection, 'member');
  const members: Added[] = [];
  const problems: Pick<BundleProblem, 'path' | 'why'>[] = [...sealed.problems];
  const lists: ListChecked[] = [];
  const onBytes = (done: number, total: number | null) =>
    tell({ phase: 'reading', detail: sealed.name, done, total, unit: 'bytes' });
  for await (const event of threads.reader.read({ sealed, evidence, firstMember, caseDir: dir, spool }, onBytes, signal)) {
    if (event.type === 'part') {
      await loader.part(event, settings.of(event.name), () => threads.reader.reuse(event.file));
    } else if (event.type === 'problem') problems.push(event);
    else if (event.type === 'list') lists.push(event);
    else {
      const own = settings.of(event.name);
      if (event.format && event.source !== null) {
        loader.finishMember(event.number, event.format, sourcePath(dir, event.source), own);
      }
      members.push({ ...event, evidence, evidenceSha256: sealed.sha256, settings: settingsText(own) });
    }
    assertGoesOn(signal);
  }
  for (const problem of problems) {
    const number = firstMember + members.length;
    members.push({ ...unread(number, problem, sealed), evidence, evidenceSha256: sealed.sha256, settings: null });
  }
  await loader.close();
  const zoneless = await loader.zoneless();
  const path = (number: number) => members.find((member) => member.number === number)?.path ?? '';
  return {
    ...withLists(members, lists),
    zoneless: [...zoneless].map(([number, records]) => [path(number), records] as const),
    rows: members.filter(({ rows }) => rows).map((member) => member.path),
    envelopes: members.filter(({ envelopes }) => envelopes.length > 0).map((member) => [member.path, member.envelopes] as const),
  };
}

/** What the bundle's own lists of checksums say, beside what it is said of. */
function withLists(members: readonly Added[], lists: readonly ListChecked[]) {
  const said = new Map<string, string[]>(lists.map(({ path, text }) => [path, [text]]));
  for (const { path, differ } of lists) {
    const text = `Its bytes are not those that ${path} in the bundle lists.`;
    for (const file of differ) said.set(file, [...(said.get(file) ?? []), text]);
  }
  const isList = new Set(lists.map(({ path }) => path));
  const warned = members.map((member) => {
    const own = [...holdersOf(member.path), member.path].flatMap((path) => said.get(path) ?? []);
    const warning = isList.has(member.path) ? null : member.warning;
    return own.length === 0 ? member : { ...member, warning: [...(warning === null ? [] : [warning]), ...own].join(' ') };
  });
  return { members: warned, checks: lists.map(({ path, ok, text }) => ({ what: path, ok, detail: text })) };
}

/** The archives in which a member lies, the outermost first. */
const holdersOf = (path: string): readonly string[] => [...path.matchAll(/!\//g)].map(({ index }) => path.slice(0, index));

/** Something that could not be read at all: in the list of members, so that its absence shows. */
const unread = (
  number: number,
  { path, why }: Pick<BundleProblem, 'path' | 'why'>,
  sealed: Sealed,
): Omit<MemberDone, 'type' | 'sha256'> => ({
  number,
  path,
  name: path === '' ? sealed.name : path,
  rows: false,
  format: null,
  envelopes: [],
  bytes: 0,
  records: 0,
  byLines: true,
  lines: 0,
  blankLines: 0,
  account: undefined,
  source: null,
  warning: why,
});
