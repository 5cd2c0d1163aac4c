/** Everything that can be touched of a case, its reports and its bundles is touched once, in many places: each must be found, and named. The journal: anchors.test.ts. */
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readJournal } from '../../../workers/case/journal';
import { Hasher, verifyMarks } from '../../../workers/case/verify';
import { canonical } from '../../../workers/contract/canonical';
import type { VerifyCheck } from '../../../workers/contract/verify';
import { type HostedEngine, startEngine } from '../../../workers/host';
import type { Job } from '../../../workers/jobs';
import { OpenCase } from '../../../workers/open-case';
import type { ReportModel, ReportSource } from '../../../workers/report/model';
import { render } from '../../../workers/report/report';
import { reportSource } from '../../../workers/report/source';
import { checkItself } from '../../../workers/verify/itself';
import { type CaseAtHand, checkReport } from '../../../workers/verify/report';
import { readReport } from '../../../workers/verify/report-file';
import { type Made, makeCase, remove } from '../../cli/verify-case';
import { tar } from '../../helpers/archives';

const FONTS = join(import.meta.dirname, '../../../resources/fonts');
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
let host: HostedEngine;
let made: Made;
let model: ReportModel;
let scratch: string;

beforeAll(async () => {
  host = startEngine();
  made = await makeCase(host);
  model = JSON.parse(readFileSync(made.json, 'utf8')) as ReportModel;
  scratch = join(made.folder, 'scratch');
  mkdirSync(scratch);
});
afterAll(async () => {
  await host.close();
  await remove(made);
});

const failed = (checks: readonly VerifyCheck[]): readonly string[] =>
  checks.filter(({ ok }) => !ok).map(({ what, detail }) => `${what}: ${detail}`);
const times = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
const scratched = (name: string, bytes: string | Uint8Array): string => {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  return path;
};
function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

/** Draws each digest once: what is drawn does not depend on the file that is checked. */
const drawn = new Map<string, Promise<Uint8Array>>();
function draw(of: ReportModel): Promise<Uint8Array> {
  const key = canonical(of);
  const known = drawn.get(key) ?? render(of, 'pdf', FONTS);
  drawn.set(key, known);
  return known;
}
/** What a report says of itself, or why it is refused. */
async function itself(path: string): Promise<readonly string[]> {
  try {
    return failed((await checkItself(await readReport(path), draw)).checks);
  } catch (error) {
    return [(error as Error).message];
  }
}

describe('a report against itself', () => {
  test.for(['pdf', 'json'] as const)('an untouched %s passes', async (format) => {
    expect(await itself(made[format])).toEqual([]);
  });

  test.for(times(24))('one bit of the PDF, at part %i of 24, is found', async (i) => {
    const bytes = readFileSync(made.pdf);
    const path = scratched('bit.pdf', flipped(bytes, Math.floor(((i + 0.5) / 24) * bytes.length)));

    expect((await itself(path)).join()).toMatch(/The pages show|cannot be checked|The report’s data/);
  });

  test('bytes behind the end of the PDF are found', async () => {
    const path = scratched('longer.pdf', Buffer.concat([readFileSync(made.pdf), Buffer.from('\n%')]));

    expect((await itself(path)).join()).toContain('The pages show the report’s data and nothing else');
  });

  test('pages of one report with the attachment of another are found', async () => {
    const other = relabelled({ ...model, title: 'Another title' });
    const [mine, theirs] = [readFileSync(made.pdf), Buffer.from(await draw(other))];
    const cut = (pdf: Buffer) => pdf.indexOf('/Type /EmbeddedFile');
    const path = scratched('mixed.pdf', Buffer.concat([theirs.subarray(0, cut(theirs)), mine.subarray(cut(mine))]));

    expect((await itself(path)).join()).toContain('The pages show the report’s data and nothing else');
  });

  test.for(times(12))('a changed letter of the JSON, at part %i of 12, is found', async (i) => {
    const text = readFileSync(made.json, 'utf8');
    const at = text.indexOf('e', Math.floor((i / 12) * text.length));
    const path = scratched('letter.json', `${text.slice(0, at)}o${text.slice(at + 1)}`);

    expect((await itself(path)).join()).toMatch(/agree with their digest|cannot be checked/);
  });

  test('JSON that says the same in other bytes is found', async () => {
    expect((await itself(scratched('spaced.json', JSON.stringify(model, null, 1)))).join()).toContain(
      'written as Exhibit writes them',
    );
  });
});

/** A forgery that agrees with itself: its digest is that of what it says. */
function relabelled({ digest: _, ...rest }: ReportModel): ReportModel {
  return { ...rest, digest: sha256(canonical(rest)) };
}

/** Answers each question once: the case stays as it is, and only the report changes. What failed is asked again. */
function remembering(source: ReportSource): ReportSource {
  const known = new Map<string, Promise<unknown>>();
  const asked = Object.entries(source).map(([name, ask]: [string, (...of: readonly unknown[]) => Promise<unknown>]) => {
    const once = (...of: readonly unknown[]): Promise<unknown> => {
      const key = inspect([name, of], { depth: null, maxArrayLength: null, maxStringLength: null });
      const answer = known.get(key) ?? ask(...of);
      known.set(key, answer);
      answer.catch(() => known.delete(key));
      return answer;
    };
    return [name, once];
  });
  return Object.fromEntries(asked) as ReportSource;
}

describe('a report that was forged with its digest, against the case', () => {
  const job: Job = { job: 'test', report: () => {}, signal: new AbortController().signal };
  let opened: OpenCase;
  let atHand: CaseAtHand;
  beforeAll(async () => {
    opened = await OpenCase.open({ dir: made.case, readOnly: true }, host.engine);
    const journal = readJournal(join(made.case, 'journal.ndjson'));
    atHand = { dir: made.case, journal, source: remembering(reportSource(opened)) };
  });
  afterAll(() => opened.close());

  type Forgery = { readonly title: string; readonly forge: (m: ReportModel) => ReportModel; readonly names: RegExp };
  const inCase = (change: Partial<ReportModel['case']>) => (m: ReportModel) => ({ ...m, case: { ...m.case, ...change } });
  const inEvidence = (change: object) => (m: ReportModel) =>
    inCase({ evidence: m.case.evidence.map((e, i) => (i === 1 ? { ...e, ...change } : e)) })(m);
  const inTrace = (change: (trace: ReportModel['traces'][number]) => object) => (m: ReportModel) => ({
    ...m,
    traces: m.traces.map((trace) => ({ ...trace, ...change(trace) })),
  });
  const inFindings = (change: Partial<NonNullable<ReportModel['findings']>>) => (m: ReportModel) => ({
    ...m,
    findings: m.findings && { ...m.findings, ...change },
  });
  const inCitation = (change: object) => (m: ReportModel) => ({
    ...m,
    citations: m.citations.map((c, i) => (i === 1 ? { ...c, ...change } : c)),
  });
  const inMark = (change: object) => (m: ReportModel) => ({
    ...m,
    marks: m.marks.map((entry, i) => (i === 0 ? { ...entry, mark: { ...entry.mark, ...change } } : entry)),
  });
  const forgeries: readonly Forgery[] = [
    {
      title: 'the number of activities',
      forge: inCase({ activities: 7 }),
      names: /counts.*activities: the report says 7, the case 8/,
    },
    { title: 'the number of undated ones', forge: inCase({ undated: 3 }), names: /undated/ },
    { title: 'the kinds', forge: inCase({ kinds: { exec: 5 } }), names: /kinds/ },
    { title: 'the formats', forge: inCase({ formats: {} }), names: /formats/ },
    { title: 'the first time', forge: inCase({ first: '2026-03-16T09:00:01.000000000Z' }), names: /first/ },
    { title: 'the case digest', forge: inCase({ digest: 'f'.repeat(64) }), names: /digest/ },
    { title: 'the evidence digest', forge: inCase({ evidenceDigest: 'f'.repeat(64) }), names: /evidenceDigest/ },
    { title: 'the analysis digest', forge: inCase({ analysisDigest: 'f'.repeat(64) }), names: /analysisDigest/ },
    { title: 'the coverage', forge: inCase({ coverage: [] }), names: /coverage/ },
    {
      title: 'the journal’s head',
      forge: inCase({ journal: { ...{ entries: 8 }, head: 'f'.repeat(64) } }),
      names: /journal.*rewritten/,
    },
    {
      title: 'the number of journal entries',
      forge: (m) => inCase({ journal: { ...m.case.journal, entries: 99 } })(m),
      names: /journal.*cut/,
    },
    { title: 'the hash of an evidence', forge: inEvidence({ sha256: 'f'.repeat(64) }), names: /evidence list.*sha256/ },
    { title: 'the size of an evidence', forge: inEvidence({ bytes: 1 }), names: /evidence list.*bytes/ },
    { title: 'the records of an evidence', forge: inEvidence({ records: 3 }), names: /evidence list.*records/ },
    { title: 'the rejects of an evidence', forge: inEvidence({ rejected: 1 }), names: /evidence list.*rejected/ },
    { title: 'who handed an evidence over', forge: inEvidence({ receivedFrom: 'Zoe' }), names: /evidence list.*receivedFrom/ },
    {
      title: 'who did it',
      forge: inTrace((t) => ({ identity: { ...t.identity, user: 'zoe' } })),
      names: /sessions.*identity\.user/,
    },
    {
      title: 'what was run',
      forge: inTrace((t) => ({ originator: { ...t.originator, command: ['ls'] } })),
      names: /sessions.*command/,
    },
    {
      title: 'when it was',
      forge: inTrace((t) => ({ originator: { ...t.originator, time: '2026-03-17T10:00:02.000000000Z' } })),
      names: /sessions.*time/,
    },
    { title: 'how sure it is', forge: inTrace(() => ({ confidence: 0.99 })), names: /sessions.*confidence/ },
    { title: 'the findings of a session', forge: inFindings({ sessions: [[]] }), names: /findings.*sessions/ },
    { title: 'what a rule could see', forge: inFindings({ evaluated: [] }), names: /findings.*evaluated/ },
    {
      title: 'the version of the rules',
      forge: inFindings({ pack: { version: 'f'.repeat(16), rules: 136 } }),
      names: /findings.*pack/,
    },
    { title: 'the limits', forge: inTrace(() => ({ limits: [] })), names: /sessions.*limits/ },
    {
      title: 'the hash of an evidence, in a report that says another version made it',
      forge: (m) => inCase({ version: '9.9.9' })(inEvidence({ sha256: 'f'.repeat(64) })(m)),
      names: /evidence list.*sha256/,
    },
    {
      title: 'the journal, in a report that says another version made it',
      forge: (m) => inCase({ version: '9.9.9' })({ ...m, custody: m.custody.slice(1) }),
      names: /custody journal/,
    },
    { title: 'a session that is not there', forge: inTrace(() => ({ session: 'E1:99' })), names: /sessions are in the case/ },
    { title: 'the drawing', forge: (m) => ({ ...m, periods: [] }), names: /drawing/ },
    { title: 'the text of a mark', forge: inMark({ text: 'never mind' }), names: /marks.*text/ },
    { title: 'the author of a mark', forge: inMark({ author: 'zoe' }), names: /marks.*author/ },
    { title: 'a mark left out', forge: (m) => ({ ...m, marks: m.marks.slice(1) }), names: /marks/ },
    { title: 'the hash of a cited record', forge: inCitation({ sha256: 'f'.repeat(64) }), names: /other bytes lie there/ },
    { title: 'the offset of a cited record', forge: inCitation({ offset: 1 }), names: /other bytes lie there/ },
    { title: 'the length of a cited record', forge: inCitation({ length: 99_999 }), names: /the member ends before it/ },
    {
      title: 'the member of a cited record',
      forge: (m) => ({ ...m, citations: m.citations.map((c) => ({ ...c, member: 'x.log' })) }),
      names: /its member is not there/,
    },
    {
      title: 'a custody entry',
      forge: (m) => ({ ...m, custody: m.custody.map((e, i) => (i === 1 ? { ...e, by: 'zoe' } : e)) }),
      names: /custody journal.*by/,
    },
    { title: 'the fate of a member’s records', forge: inEvidence({ members: [] }), names: /evidence list.*members/ },
    { title: 'the audit levels', forge: inCase({ levels: [] }), names: /levels/ },
    { title: 'a record that could not be read', forge: inCase({ rejects: [{ at: 'E1:9', why: 'not JSON' }] }), names: /rejects/ },
    { title: 'what read the evidence', forge: inCase({ decoders: ['k8s-audit 99'] }), names: /decoders/ },
    { title: 'a citation left out', forge: (m) => ({ ...m, citations: m.citations.slice(1) }), names: /citations/ },
  ];

  const told = async (path: string, bundles: readonly string[] = []) =>
    failed((await checkReport(path, bundles, atHand, new Set(), new Hasher(0, () => {}), job)).checks).join('\n');

  test('an untouched one passes', async () => {
    expect(await told(made.json, [made.file, made.archive])).toBe('');
  });

  test.for(forgeries)('$title', async ({ forge, names }) => {
    const path = scratched('forged.json', `${canonical(relabelled(forge(model)))}\n`);

    expect(await told(path)).toMatch(names);
  });
});

describe('an original bundle that was changed, against the report', () => {
  const wrong = async (evidence: string) =>
    failed((await host.engine.verify({ report: made.json, evidence: [evidence] })).checks).join('\n');

  test('an untouched one passes', async () => {
    expect([await wrong(made.file), await wrong(made.archive)]).toEqual(['', '']);
  });

  test.for(times(8))('one bit of a file, at part %i of 8', async (i) => {
    const bytes = readFileSync(made.file);

    expect(await wrong(scratched('audit.log', flipped(bytes, Math.floor(((i + 0.5) / 8) * bytes.length))))).toContain(
      'is E1 (audit.log): ',
    );
  });

  test.for([0, 1])('a cited record of a file is named: citation %i', async (i) => {
    const citation = model.citations.filter(({ evidence }) => evidence === 'E1')[i] as ReportModel['citations'][number];

    expect(await wrong(scratched('audit.log', flipped(readFileSync(made.file), citation.offset + 5)))).toContain(
      `${citation.id} (other bytes lie there)`,
    );
  });

  test('a cited record in an archive is named', async () => {
    const text = gunzipSync(readFileSync(made.archive)).toString('latin1').replace('"verb":"delete"', '"verb":"update"');

    expect(await wrong(scratched('node.tgz', gzipSync(Buffer.from(text, 'latin1'))))).toContain(
      'E2/cp-2/audit.log:4 (other bytes lie there)',
    );
  });

  test('a member that was renamed in an archive is named', async () => {
    const renamed = gzipSync(tar([{ name: 'cp-3/audit.log', content: readFileSync(made.file) }]));

    expect(await wrong(scratched('node.tgz', renamed))).toContain('E2/cp-2/audit.log:4 (its member is not there)');
  });

  test('a file that was cut short is named', async () => {
    expect(await wrong(scratched('audit.log', readFileSync(made.file).subarray(0, 300)))).toContain(
      'E1:2 (the member ends before it)',
    );
  });
});

describe('the marks against the journal', () => {
  const lines = () => readFileSync(join(made.case, 'marks.ndjson'), 'utf8').trimEnd().split('\n');
  const told = (marks: readonly string[]) => {
    scratched('marks.ndjson', `${marks.join('\n')}\n`);
    return failed([verifyMarks(join(scratch, 'marks.ndjson'), readJournal(join(made.case, 'journal.ndjson')))]).join();
  };

  test('untouched ones pass', () => {
    expect(told(lines())).toBe('');
  });

  test.for(times(3))('line %i + 1 changed', (i) => {
    expect(told(lines().map((line, k) => (k === i ? line.replace('"text":"', '"text":"x') : line)))).toContain(
      `Line ${i + 1} of the marks`,
    );
  });

  test.for(times(3))('line %i + 1 removed', (i) => {
    expect(told(lines().toSpliced(i, 1))).toContain(`Line ${i + 1} of the marks`);
  });

  test('one added', () => {
    expect(told([...lines(), lines()[0] as string])).toContain(
      'Line 4 of the marks (marks.ndjson), of which the journal has none, was added',
    );
  });
});

test('a case and its report: each thing that was touched is named', async () => {
  const dir = join(scratch, 'changed.exhibit');
  cpSync(made.case, dir, { recursive: true });
  const original = join(dir, 'evidence/E2/node.tgz');
  const bytes = readFileSync(original);
  chmodSync(original, 0o600);
  writeFileSync(original, flipped(bytes, bytes.length >> 1));
  for (const added of ['notes.txt', 'evidence/E1/more.log', 'members/E2/9']) writeFileSync(join(dir, added), 'x');
  await changed(dir, [
    `UPDATE evidence SET sha256 = repeat('f', 64), intake = '{"receivedFrom":"Zoe"}' WHERE evidence = 1`,
    `UPDATE member SET rejected = 2 WHERE member = 1`,
    `UPDATE session SET confidence = 0.99`,
    `UPDATE activity SET verb = 'get' WHERE verb = 'delete'`,
  ]);
  await host.engine.open({ dir, readOnly: true });
  const { checks } = await host.engine.verify({ report: made.json }).finally(() => host.engine.close());
  const told = failed(checks).join('\n');

  for (const named of [
    /^The case folder holds nothing else: .*notes\.txt.*E1\/more\.log.*members\/E2\/9/m,
    /^The evidence list is the one of the journal: .*sha256 of E1.*intake of E1/m,
    /^E1 \(audit\.log\) is unchanged/m,
    /^E2 \(node\.tgz\) is unchanged/m,
    /^The activities are those/m,
    /^The case digest is the one/m,
    /^Sessions and links are those/m,
    /^The report’s evidence list.*members\.0\.rejected/m,
  ])
    expect(told).toMatch(named);
});

/** As somebody with the database's own tools would. */
async function changed(dir: string, statements: readonly string[]): Promise<void> {
  const database = await DuckDBInstance.create(join(dir, 'case.duckdb'));
  const connection = await database.connect();
  for (const statement of [...statements, 'CHECKPOINT']) await connection.run(statement);
  connection.closeSync();
  database.closeSync();
}
