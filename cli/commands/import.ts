import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ExhibitError } from '../../workers/contract/errors';
import type { EvidenceInfo, ImportRequest, ImportResult, Totals } from '../../workers/contract/evidence';
import { assertOutside, type MemberSetting, SOURCE_SETTINGS, type SourceSettings } from '../../workers/contract/intake';
import { CASE, caseOf, JSON_OPTION, parse, SETTINGS, usage } from '../args';
import { writing } from '../case';
import { type Command, DONE, DONE_WITH_REMARKS } from '../command';
import { progress } from '../progress';
import { json, plural } from '../text';
import { evidenceText } from './info';

const OPTIONS = {
  ...CASE,
  ...JSON_OPTION,
  ...SETTINGS,
  'received-from': { type: 'string' },
  'received-at': { type: 'string' },
  'collected-by': { type: 'string' },
  'case-number': { type: 'string' },
  authority: { type: 'string' },
  question: { type: 'string' },
  note: { type: 'string' },
} as const;

/** How many rejects the answer names; all are in the case. */
const REJECTS_SHOWN = 100;

const VALUES = { zone: 'ZONE', cluster: 'NAME', offset: 'SECONDS' } as const;
const isSetting = (name: string): name is keyof typeof SETTINGS => Object.hasOwn(SETTINGS, name);

function settingOf(option: keyof typeof VALUES, text: string): MemberSetting {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1) throw usage(`--${option} takes MEMBER=${VALUES[option]}, not “${text}”.`);
  return { member: text.slice(0, at), value: text.slice(at + 1) };
}

/** One request a bundle: `--zone`, `--cluster` and `--offset` belong to the bundle named before them, what was said of the hand-over to all. */
function requestsOf(argv: readonly string[]): {
  readonly requests: readonly ImportRequest[];
  readonly dir: string;
  readonly asJson: boolean;
} {
  const { values, tokens } = parse(argv, OPTIONS);
  const intake = {
    receivedFrom: values['received-from'],
    receivedAt: values['received-at'],
    collectedBy: values['collected-by'],
    caseNumber: values['case-number'],
    authority: values.authority,
    question: values.question,
    note: values.note,
  };
  const requests: (ImportRequest & { [S in keyof SourceSettings]-?: MemberSetting[] })[] = [];
  for (const { name, value } of tokens) {
    if (name === undefined) requests.push({ path: resolve(value), zones: [], clusters: [], offsets: [], ...intake });
    if (name === undefined || !isSetting(name)) continue;
    const bundle = requests.at(-1);
    if (!bundle) throw usage(`--${name} ${value}: name its bundle first.`);
    bundle[`${name}s`].push(settingOf(name, value));
  }
  if (requests.length === 0) throw usage('Which bundle? Name a file, an archive or a folder.');
  return { requests, dir: caseOf(values), asJson: values.json ?? false };
}

/** Where a path leads, links followed; what is not there yet lies where its folder leads. */
const realPlace = async (path: string): Promise<string> =>
  realpath(path).catch(async () => (dirname(path) === path ? path : join(await realPlace(dirname(path)), basename(path))));

/** Said before a case is made, or half of the bundles are in it. */
async function assertImportable({ path }: ImportRequest, dir: string): Promise<void> {
  const unreadable = (why: string) => new ExhibitError('unreadable', why, { at: path });
  const found = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch(({ code }: NodeJS.ErrnoException) => {
      throw unreadable(code === 'ENOENT' ? `There is no file or folder at ${path}.` : `${path} cannot be read (${code}).`);
    });
  if (!found.isFile() && !found.isDirectory()) throw unreadable(`${path} is neither a file nor a folder.`);
  assertOutside(path, await realpath(path), await realPlace(resolve(dir)));
}

const sum = (a: Totals, b: Totals): Totals => ({
  records: a.records + b.records,
  yielded: a.yielded + b.yielded,
  activities: a.activities + b.activities,
  merged: a.merged + b.merged,
  duplicates: a.duplicates + b.duplicates,
  ignored: a.ignored + b.ignored,
  rejected: a.rejected + b.rejected,
});

/** The results of several bundles as one; the digests are those after the last. */
const combined = (results: readonly ImportResult[]): ImportResult =>
  results.reduce((all, result) => ({
    ...result,
    seconds: all.seconds + result.seconds,
    evidence: [...all.evidence, ...result.evidence],
    totals: sum(all.totals, result.totals),
    rejects: [...all.rejects, ...result.rejects].slice(0, REJECTS_SHOWN),
  }));

export function importText({ evidence, totals, rejects, digest, evidenceDigest, seconds }: ImportResult): string {
  return [
    ...evidence.map(evidenceText),
    `${plural(totals.records, 'record')} gave ${plural(totals.activities, 'activity', 'activities')} in ${seconds.toFixed(1)} s: ` +
      `${totals.yielded} yielded, ${totals.merged} merged, ${totals.duplicates} duplicates, ${totals.ignored} ignored, ${totals.rejected} rejected`,
    ...rejects.map(({ at, why }) => `  rejected ${at}: ${why}`),
    `case digest      ${digest}`,
    `evidence digest  ${evidenceDigest}`,
    '',
  ].join('\n');
}

/** A member that was not read, or a list of checksums that does not hold; one that holds is no remark. */
const hasRemarks = ({ checks, members }: EvidenceInfo): boolean => {
  const held = new Set(checks.filter(({ ok }) => ok).map(({ what }) => what));
  return checks.some(({ ok }) => !ok) || members.some(({ path, warning }) => warning !== null && !held.has(path));
};

export const importCommand: Command = {
  name: 'import',
  summary: 'bring bundles into a case, which is made where there is none',
  help: `import BUNDLE… --case DIR [--zone MEMBER=ZONE] [--cluster MEMBER=NAME] [--offset MEMBER=SECONDS]
                [--received-from P] [--received-at T] [--collected-by P] [--case-number N] [--authority S] [--question S] [--note S] [--json]

  BUNDLE            a file, an archive or a folder
  --zone            the zone of a member's clock, where its times name none; MEMBER is a path or a glob in the bundle before it
  --cluster         the cluster that a member came from, where its records name none
  --offset          how many seconds a member's clock was ahead: 2, -0.25 (behind); exhibit set says all three later, too
  --received-from   who handed the bundle over; --received-at when; --collected-by who collected it
  --case-number     where the matter is kept elsewhere; --authority what permits the examination; --question what it is to answer;
                    --note anything else
  --json            members, totals, digests and the first 100 rejects

  Exit 3: done, but with rejected records, unreadable members, or files that differ from the bundle's own list of checksums.`,
  run: async (argv, io) => {
    const { requests, dir, asJson } = requestsOf(argv);
    for (const request of requests) await assertImportable(request, dir);
    const results = await writing(dir, io, true, async (engine) => {
      const done: ImportResult[] = [];
      for (const request of requests) {
        io.note(`Importing ${request.path}`);
        const result = await engine.import(
          request,
          progress(io, (job) => engine.stop(job)),
        );
        done.push(result);
        for (const { id, already } of result.evidence)
          if (already && SOURCE_SETTINGS.some((name) => request[name]?.length))
            io.note(
              `${id} was in the case already, and is read as it was; exhibit set ${id} gives it another zone, clock or cluster.`,
            );
      }
      return done;
    });
    const result = combined(results);
    await io.out(asJson ? json(result) : importText(result));
    return result.totals.rejected > 0 || result.evidence.some(hasRemarks) ? DONE_WITH_REMARKS : DONE;
  },
};
