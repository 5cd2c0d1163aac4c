import { type MemberSetting, SOURCE_SETTINGS, type SourceSettings } from '../../workers/contract/intake';
import { CASE, caseOf, JSON_OPTION, oneOf, parse, SETTINGS, usage } from '../args';
import { writing } from '../case';
import { type Command, DONE } from '../command';
import { progress } from '../progress';
import { json } from '../text';
import { importText } from './import';

const OPTIONS = {
  ...CASE,
  ...JSON_OPTION,
  ...SETTINGS,
} as const;

/** Of all members. */
const ALL = '**';

/** `MEMBER=VALUE`, `VALUE` for all members, `MEMBER=` (or `=`) to take back what was said of it. */
function settingOf(text: string): MemberSetting {
  const at = text.lastIndexOf('=');
  return { member: text.slice(0, Math.max(at, 0)) || ALL, value: text.slice(at + 1) };
}

/** What was said before, with what is said now: the same pattern takes the place of what it said, any other comes after it. */
export function changed(before: Required<SourceSettings>, said: SourceSettings): Required<SourceSettings> {
  const merged = SOURCE_SETTINGS.map((name) => {
    const now = said[name] ?? [];
    const gone = now.find(({ member, value }) => value === '' && !before[name].some((each) => each.member === member));
    if (gone) throw usage(`Nothing was said of ${gone.member}, so there is nothing to take back.`);
    const patterns = new Set(now.map(({ member }) => member));
    return [name, [...before[name].filter(({ member }) => !patterns.has(member)), ...now.filter(({ value }) => value !== '')]];
  });
  return Object.fromEntries(merged) as Required<SourceSettings>;
}

export const set: Command = {
  name: 'set',
  summary: 'zone, clock or cluster of a source that is in the case already',
  help: `set E1 --case DIR [--zone MEMBER=ZONE] [--offset MEMBER=SECONDS] [--cluster MEMBER=NAME] [--json]

  Reads the evidence again from its sealed original: the case is then what it would be had it been imported so. Ids, notes and tags stay;
  the journal has the old and the new settings. Whatever interrupts it leaves the case as it was.

  E1           the evidence; MEMBER is a path or a glob in it, or nothing for all of it (--zone Europe/Berlin)
  --zone       the zone of a member's clock, where its times name none
  --offset     how many seconds its clock was ahead: 2, or behind: --offset=-0.25; its times are that much earlier in the case
  --cluster    the cluster that it came from, where its records name none
               each with MEMBER= takes back what was said of it before
  --json       as import prints it`,
  run: async (argv, io) => {
    const { values, positionals } = parse(argv, OPTIONS);
    const evidence = oneOf('evidence', positionals);
    const said = {
      zones: values.zone?.map(settingOf),
      clusters: values.cluster?.map(settingOf),
      offsets: values.offset?.map(settingOf),
    };
    if (!SOURCE_SETTINGS.some((name) => said[name])) throw usage('What is to be set? Give --zone, --offset or --cluster.');
    const result = await writing(caseOf(values), io, false, async (engine) => {
      const found = (await engine.info()).evidence.find(({ id }) => id === evidence);
      if (!found) throw usage(`The case has no evidence ${evidence}; exhibit info lists those that it has.`);
      const settings = changed(found.settings, said);
      return await engine.setSettings(
        { evidence, ...settings },
        progress(io, (job) => engine.stop(job)),
      );
    });
    await io.out(values.json ? json(result) : importText(result));
    return DONE;
  },
};
