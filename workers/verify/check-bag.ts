/** Checks a bag that was handed over: its manifests, and what `bag-info.txt`, the journal, the marks, the originals and the report in it say of each other. */
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow } from '../bundle/members';
import { sha256 } from '../case/digest';
import { type JournalState, lineOf, readJournal } from '../case/journal';
import { type Hasher, verifyChain, verifyMarks } from '../case/verify';
import { canonical } from '../contract/canonical';
import type { VerifyCheck } from '../contract/verify';
import type { Job } from '../jobs';
import type { ReportModel } from '../report/model';
import { anchorText, checkAnchor } from './anchor';
import { type GivenAnchor, reportsIn } from './anchor-file';
import { DECLARATION, infoOf, journalIn, manifestPath, printInfo, readManifest } from './bag-files';
import { emptyFolders } from './empty';
import { checkImported } from './intake';
import { checkReport } from './report';
import type { CheckedTarget } from './verify';

const MANIFEST = 'manifest-sha256.txt';
const TAG_MANIFEST = 'tagmanifest-sha256.txt';
const INFO = 'bag-info.txt';
const REPORT = 'data/report.pdf';
const TAGS = ['bagit.txt', INFO, MANIFEST] as const;
const NAMED = 5;

/** Files by their written paths, below the bag. */
interface Payload {
  readonly digests: ReadonlyMap<string, string>;
  readonly bytes: number;
  /** Links, special files, and folders that hold nothing, each as what it is. */
  readonly others: readonly string[];
}

/**
 * @param bundles paths of originals that were given apart from the bag
 * @param signed statements whose signature holds
 */
export async function checkBag(
  dir: string,
  bundles: readonly string[],
  signed: readonly GivenAnchor[],
  hasher: Hasher,
  job: Job,
): Promise<CheckedTarget> {
  const read = (name: string) => readFile(join(dir, name)).catch(() => undefined);
  const [manifest, tagManifest, info] = [await read(MANIFEST), await read(TAG_MANIFEST), (await read(INFO))?.toString() ?? ''];
  const tags = new Map<string, string>();
  for (const name of TAGS) if (await read(name)) tags.set(name, (await hasher.file(join(dir, name))).sha256);
  const payload = await payloadOf(dir, hasher);
  const journal = readJournal(join(dir, 'data/journal.ndjson'));
  const anchor = journalIn(info);
  const inBag = await originalsIn(dir);
  const isSigned = signed.some(({ made }) => manifest !== undefined && made.manifest === sha256(manifest));
  const vouched = new Set([...reportsIn(signed), ...(isSigned ? (payload.digests.get(REPORT) ?? []) : [])]);
  const reported = await checkReport(join(dir, REPORT), [...inBag.values(), ...bundles], undefined, vouched, hasher, job);
  const { model } = reported;
  const checks: VerifyCheck[] = [
    agree(`The bag’s own files are those of ${TAG_MANIFEST}`, tagManifest && readManifest(tagManifest), tags),
    await checkOwn(dir),
    agree(`The payload is that of ${MANIFEST}`, manifest && readManifest(manifest), payload.digests, payload.others),
    verifyChain(journal),
    ...(anchor ? [checkAnchor(journal, anchor, INFO)] : []),
    verifyMarks(join(dir, 'data/marks.ndjson'), journal),
    ...(model
      ? [
          checkInfo(info, model, payload),
          checkPayload(model, payload),
          checkImported(model.case.evidence, journal.entries),
          checkCustody(model, journal),
        ]
      : []),
    ...(model?.case.evidence ?? [])
      .filter(({ id }) => !inBag.has(id))
      .map(({ id, name }) => ({
        what: `${id} (${name}) is in the bag`,
        ok: false,
        detail: 'It was taken out: the report has it, and the bag has not.',
      })),
  ];
  return {
    checks: [...checks, ...reported.checks, ...(model ? [checkAnchor(journal, model.case.journal, 'the report')] : [])],
    unchecked: [
      ...reported.unchecked,
      'The numbers of the report: a bag holds no database; import its originals and compare the case digest.',
    ],
    journal,
    anchors: anchor ? [`${anchorText(anchor)}, as ${INFO} has it; compare it with what you were told apart from the bag`] : [],
    made: { report: reported.sha256, manifest: manifest && sha256(manifest) },
  };
}

async function payloadOf(dir: string, hasher: Hasher): Promise<Payload> {
  const digests = new Map<string, string>();
  const others: string[] = [];
  let bytes = 0;
  const root = Buffer.from(join(dir, 'data'));
  if (!(await stat(root).catch(() => undefined))?.isDirectory()) return { digests, bytes, others: ['data is missing'] };
  for await (const file of filesBelow(root, ({ path }) => others.push(`data/${path} is a link or no regular file`))) {
    const found = await hasher.file(Buffer.concat([root, Buffer.from('/'), file]));
    digests.set(manifestPath(Buffer.concat([Buffer.from('data/'), file])), found.sha256);
    bytes += found.bytes;
  }
  for (const folder of await emptyFolders(root))
    others.push(`${manifestPath(Buffer.concat([Buffer.from('data/'), folder]))} is a folder that holds nothing, put in`);
  return { digests, bytes, others };
}

/** Paths of the originals that lie in the bag, by evidence. */
async function originalsIn(dir: string): Promise<ReadonlyMap<string, string>> {
  const root = join(dir, 'data/evidence');
  const found = new Map<string, string>();
  for (const id of (await readdir(root).catch(() => [])).sort()) {
    const [name] = (await readdir(join(root, id)).catch(() => [])).sort();
    if (name !== undefined && !(await lstat(join(root, id, name))).isSymbolicLink()) found.set(id, join(root, id, name));
  }
  return found;
}

/** Beside the payload lies nothing but what Exhibit writes there: no manifest covers other files. */
async function checkOwn(dir: string): Promise<VerifyCheck> {
  const known = [...TAGS, TAG_MANIFEST, 'data'] as readonly string[];
  const entries = await readdir(dir, { withFileTypes: true });
  const declared = (await readFile(join(dir, 'bagit.txt')).catch(() => '')).toString() === DECLARATION;
  const wrong = [
    ...(declared ? [] : ['bagit.txt is missing, or not that of BagIt 1.0']),
    ...entries.filter(({ name }) => !known.includes(name)).map(({ name }) => `${name} was put in`),
    ...entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => `${name} is a link`),
  ];
  return named('The bag holds nothing beside its payload and its own files', wrong, `${known.length - 1} files.`);
}

/** Each line of `bag-info.txt` follows from what the bag holds. */
function checkInfo(info: string, { case: of }: ReportModel, { bytes, digests }: Payload): VerifyCheck {
  const should = printInfo(infoOf({ ...of, bytes, files: digests.size })).split('\n');
  const is = info.split('\n');
  const wrong = [
    ...should.filter((line) => !is.includes(line)).map((line) => `it should say “${line}”`),
    ...is.filter((line) => !should.includes(line)).map((line) => `it says “${line}”`),
  ];
  const moved = wrong.length === 0 && info !== should.join('\n') ? ['its lines are not in their order'] : [];
  return named(`${INFO} says what the bag holds`, [...wrong, ...moved], `${should.length - 1} lines.`);
}

/** What the report prints of the journal is what lies beside it. */
function checkCustody({ custody }: ReportModel, { entries }: JournalState): VerifyCheck {
  const lines = entries.map(lineOf);
  const at = custody.findIndex((line, i) => canonical(line) !== canonical(lines[i] ?? null));
  return {
    what: 'The custody journal of the report is that of the bag',
    ok: at < 0,
    detail: at < 0 ? `${custody.length} entries.` : `Entry ${at + 1} was changed in the one or the other.`,
  };
}

/** The payload is originals, journal, marks and report, and nothing else. */
function checkPayload({ case: { evidence } }: ReportModel, { digests }: Payload): VerifyCheck {
  const own = ['data/journal.ndjson', 'data/marks.ndjson', REPORT];
  const originals = evidence.map(({ id, name }) => manifestPath(Buffer.from(`data/evidence/${id}/${name}`)));
  const isKnown = (path: string) =>
    own.includes(path) || originals.some((original) => path === original || path.startsWith(`${original}/`));
  const wrong = [...digests.keys()].filter((path) => !isKnown(path)).map((path) => `${path} was put in`);
  return named('The payload is originals, journal, marks and report', wrong, `${digests.size} files.`);
}

function agree(
  what: string,
  said: ReadonlyMap<string, string> | undefined,
  found: ReadonlyMap<string, string>,
  others: readonly string[] = [],
): VerifyCheck {
  if (!said) return { what, ok: false, detail: 'It is missing, or has a line that is none of a manifest, or two of one file.' };
  const wrong = [
    ...[...said]
      .filter(([path, hash]) => found.get(path) !== hash)
      .map(([path]) => `${path} ${found.has(path) ? 'was changed' : 'is missing'}`),
    ...[...found.keys()].filter((path) => !said.has(path)).map((path) => `${path} is not in it`),
    ...others,
  ];
  return named(what, wrong, `${found.size} files.`);
}

const named = (what: string, wrong: readonly string[], right: string): VerifyCheck => ({
  what,
  ok: wrong.length === 0,
  detail:
    wrong.length === 0
      ? right
      : `${wrong.slice(0, NAMED).join('; ')}${wrong.length > NAMED ? `; and ${wrong.length - NAMED} more` : ''}.`,
});
