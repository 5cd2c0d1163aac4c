import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActivityJson } from '../../../workers/contract/activity';
import { canonical } from '../../../workers/contract/canonical';
import type { ReportRequest } from '../../../workers/contract/report';
import type { Citation } from '../../../workers/report/citations';
import { buildModel } from '../../../workers/report/model';
import { render } from '../../../workers/report/report';
import { has } from '../../helpers/tools';
import { KEY, model, source, traceOf } from './report-model';

const FONTS = join(import.meta.dirname, '../../../resources/fonts');
const folder = mkdtempSync(join(tmpdir(), 'exhibit-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the digest in the model is that of its canonical JSON without it', async () => {
  const { digest, ...rest } = await model(9);

  expect(createHash('sha256').update(canonical(rest)).digest('hex')).toBe(digest);
});

test('every record of every activity and process is cited once, with its place outside the case', async () => {
  const { citations } = await model(30);

  expect(new Set(citations.map((c) => `${c.member}:${c.record}`)).size).toBe(citations.length);
  expect(citations).toHaveLength(32);
  expect(citations[0]).toMatchObject({ n: 1, record: '18402', outside: 'sha256:9f31c0e752ab14d8/cp-1/audit.log:18402' });
});

describe('marks of the analyst', () => {
  const texts = (marks: readonly { readonly mark: { readonly text: string } }[]) => marks.map(({ mark }) => mark.text);

  test('on the session, its activities and its time are in its report; others are not', async () => {
    const { marks } = await model(9);

    expect(texts(marks)).toEqual(['CHG-4711', 'see \u202egnp.exe', '', 'first seconds']);
  });

  test('are all in a report of the board, which cites what they are on', async () => {
    const board = await buildModel(source(9), { ids: [], board: true, format: 'json', created: '2026-03-18T08:00:00Z' });

    expect(texts(board.marks)).toHaveLength(6);
    expect(board.title).toBe('Marks of the analyst');
    expect(board.citations.map((c) => c.id)).toContain('E1/cp-9/audit.log:5');
  });

  test('are printed with author and time, hidden characters as escapes, and what they are on as a citation', async () => {
    const html = Buffer.from(await render(await model(9), 'html', FONTS)).toString();
    const section = html.slice(html.indexOf('Marks of the analyst'), html.indexOf('Records cited'));

    expect(section).toContain('CHG-4711');
    expect(section).toContain('see \\u{202e}gnp.exe');
    expect(section).toMatch(/examiner-1, 2026-03-18 07:00:00; changed by examiner-2/);
    expect(section).toMatch(/href="#r\d+"/);
    expect(section).toContain('no part of what was recorded');
  });

  test('leave no heading where there are none', async () => {
    const unmarked = await buildModel(
      { ...source(3), board: async () => [] },
      { ids: ['S'], format: 'json', created: '2026-03-18T08:00:00Z' },
    );

    expect(Buffer.from(await render(unmarked, 'html', FONTS)).toString()).not.toContain('Marks of the analyst');
  });
});

test.for(['pdf', 'html', 'json'] as const)('the same model gives the same bytes as %s', async (format) => {
  const [first, second] = [await render(await model(9), format, FONTS), await render(await model(9), format, FONTS)];

  expect(Buffer.compare(first, second)).toBe(0);
});

describe('secrets', () => {
  const SECRET = 'Hunter2222';
  const told = async () => {
    const trace = traceOf(9);
    const [first, second] = trace.activities as [ActivityJson, ActivityJson];
    const activities = [
      { ...first, kind: 'cmd' as const, cmdline: `mysql -uroot -p${SECRET} shop` },
      { ...second, kind: 'cmd' as const, cmdline: `echo ${SECRET} > /tmp/x` },
      ...trace.activities.slice(2),
    ];
    return { ...source(9), trace: async () => ({ ...trace, activities }) };
  };
  const made = async (request: Partial<ReportRequest> = {}, of = {}) =>
    buildModel({ ...(await told()), ...of }, { ids: ['S'], format: 'json', created: '2026-03-18T08:00:00Z', ...request });

  test('are taken out of every form, wherever they stand, and listed with the records that tell them', async () => {
    const model = await made();
    const forms = await Promise.all((['html', 'json'] as const).map((format) => render(model, format, FONTS)));

    for (const form of forms) expect(Buffer.from(form).toString()).not.toContain(SECRET);
    expect(model.redactions).toEqual([
      { kind: 'password', fingerprint: expect.stringMatching(/^[0-9a-f]{10}$/), times: 2, from: ['cmdline'], records: [3, 4] },
    ]);
  });

  test('make a record be cited by HMAC under the case’s key, and others by SHA-256', async () => {
    const { citations } = await made();
    const bytes = (n: number) => {
      const { evidence, member, record } = citations[n - 1] as Citation;
      return JSON.stringify({ evidence, member, record });
    };

    expect(citations[2]).toMatchObject({ sha256: null, hmac: createHmac('sha256', KEY).update(bytes(3)).digest('hex') });
    expect(citations[4]).toMatchObject({ sha256: createHash('sha256').update(bytes(5)).digest('hex'), hmac: null });
  });

  test('in a note leave the records that it is on cited by SHA-256', async () => {
    const { citations } = await buildModel(
      {
        ...source(9),
        trace: async () => {
          const trace = traceOf(9);
          return { ...trace, originator: { ...trace.originator, note: [`the password is ${SECRET}`] } };
        },
      },
      { ids: ['S'], format: 'json', created: '2026-03-18T08:00:00Z' },
    );

    expect(citations.filter(({ sha256 }) => sha256 === null)).toEqual([]);
  });

  test('leave neither fingerprint nor hash where the case has no key', async () => {
    const { citations, redactions, redaction } = await made({}, { key: async () => undefined });

    expect(redaction).toEqual({ rule: 'default', keyed: false });
    expect(redactions[0]?.fingerprint).toBeNull();
    expect(citations[2]).toMatchObject({ sha256: null, hmac: null });
  });

  test('stay where it is told so, and the report says it', async () => {
    const model = await made({ redact: 'none' });
    const page = Buffer.from(await render(model, 'html', FONTS)).toString();

    expect(page).toContain(`-p${SECRET}`);
    expect(page).toContain('None was applied');
    expect(model.citations.filter(({ sha256 }) => sha256 === null)).toEqual([]);
  });

  test('are not in the records that are attached', async () => {
    const { attached, citations } = await made({ withRecords: true });

    expect(attached).toHaveLength(citations.length - 2);
    expect(attached.map(({ n }) => n)).not.toContain(3);
  });
});

describe('a list', () => {
  const FILTER = 'comm="curl"';
  const listed = () =>
    buildModel(source(9), {
      ids: [],
      list: { filter: FILTER, from: 1_773_705_600_000_000_000n },
      format: 'json',
      created: '2026-03-18T08:00:00Z',
    });

  test('has its filter verbatim, what each part of the view left out, and a citation for each row', async () => {
    const { list, citations, title } = await listed();

    expect(title).toBe('Activities listed');
    expect(list).toMatchObject({ filter: FILTER, from: '2026-03-17T00:00:00.000000000Z', to: null, kinds: null });
    expect(list?.rows).toHaveLength(9);
    expect(citations.map(({ id }) => id)).toEqual(expect.arrayContaining(list?.rows.map(({ id }) => id) ?? []));
  });

  test('says so on its pages', async () => {
    const page = Buffer.from(await render(await listed(), 'html', FONTS)).toString();

    expect(page).toContain('9 of 109 activities of the case');
    expect(page).toContain('comm=&#34;curl&#34;');
    expect(page).toMatch(/Window[\s\S]*>50<[\s\S]*>59<[\s\S]*Kinds[\s\S]*>30<[\s\S]*>29<[\s\S]*Filter[\s\S]*>20<[\s\S]*>9</);
  });
});

test('a session that no call opened says what it is, and no word of an API server that closes it', async () => {
  const trace = traceOf(3);
  const originator = {
    ...(trace.activities[0] as ActivityJson),
    kind: 'cmd' as const,
    cmdline: '-bash',
    uid: 1001,
    end: trace.originator.end,
  };
  const why = [{ what: 'A login over ssh', detail: 'its parent is sshd', holds: true, records: [] }];
  const of = { ...trace, originator, why, chain: [], identity: { ...trace.identity, user: null } };
  const model = await buildModel(
    { ...source(3), trace: async () => of },
    { ids: ['S'], format: 'html', created: '2026-03-18T08:00:00Z' },
  );
  const page = Buffer.from(await render(model, 'html', FONTS)).toString();

  expect(page).toContain('A login over ssh');
  expect(page).toContain('no Kubernetes credential stands behind it');
  expect(page).toContain('the process ends');
  expect(page).not.toMatch(/Kubernetes user|API server closes/);
});

describe('HTML', () => {
  test('holds no script, no element made of evidence, and no link out but the one that holds its data', async () => {
    const html = Buffer.from(await render(await model(9), 'html', FONTS)).toString();

    expect(html.match(/<script|<img|onerror="|href="(?!#r\d+")(?:data:application\/gzip;base64,)?/g)).toEqual([
      'href="data:application/gzip;base64,',
    ]);
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    expect(html).toContain("default-src 'none'");
  });

  test('shows hidden characters as escapes and keeps letters of every script', async () => {
    const html = Buffer.from(await render(await model(9), 'html', FONTS)).toString();

    expect(html).toContain('printf \\u{202e}gnp.exe\\x1b[31m red\\x07');
    expect(html).toContain('Привет мир');
    for (const hidden of ['\u202e', '\u001b', '\u200b']) expect(html).not.toContain(hidden);
  });
});

describe('PDF', () => {
  const file = join(folder, 'report.pdf');
  const run = (tool: string, ...args: string[]) => execFileSync(tool, args, { encoding: 'utf8' });
  beforeAll(async () => writeFileSync(file, await render(await model(40), 'pdf', FONTS)));

  test.skipIf(!has('qpdf'))('has no fault that qpdf can find', () => {
    expect(run('qpdf', '--check', file)).toContain('No syntax or stream encoding errors found');
  });

  test.skipIf(!has('pdftotext'))('gives its text back in reading order, letters as letters, controls as escapes', () => {
    const text = run('pdftotext', '-layout', file, '-');

    expect(text).toMatch(
      /Session trace S-14[\s\S]*Who[\s\S]*How sure[\s\S]*What happened[\s\S]*Marks of the analyst[\s\S]*CHG-4711[\s\S]*Records cited[\s\S]*Glossary/,
    );
    for (const letters of ['Привет мир', 'Ελληνικά', '漢字かな', '한국어', '中文简体']) expect(text).toContain(letters);
    expect(text).toContain('\\u{202e}gnp.exe\\x1b[31m red\\x07');
    expect(text).toContain('\\u{10ffff}zero\\u{200b}width\\nsecond line');
    expect(text).toContain('audit-\\u{202e}prod.tar.zst');
    expect(text).toMatch(/page 1 of \d+/);
  });

  test.skipIf(!has('pdfinfo'))('is tagged, carries a title, and embeds every font', () => {
    expect(run('pdfinfo', file)).toMatch(/Title:\s+Session trace S-14[\s\S]*Tagged:\s+yes/);
    const fonts = run('pdffonts', file).split('\n').slice(2).filter(Boolean);
    expect(fonts.length).toBeGreaterThan(3);
    for (const font of fonts) expect(font).toMatch(/ yes yes yes /);
  });

  test.skipIf(!has('pdftotext'))('repeats the head of a table on each page, and tags it once', () => {
    const pages = run('pdftotext', '-layout', file, '-').split('\f');
    const cited = pages.filter((page) => page.includes('sha256:'));

    expect(cited.length).toBeGreaterThan(1);
    for (const page of cited) expect(page).toMatch(/No\. +Place and SHA-256 +Offset +Length/);
    expect(run('pdfinfo', '-struct-text', file).match(/"Place and SHA-256"/g)).toHaveLength(1);
  });

  test.skipIf(!has('pdfdetach'))('carries its model', async () => {
    const out = join(folder, 'report.json');
    run('pdfdetach', '-save', '1', '-o', out, file);

    expect(run('sha256sum', out).slice(0, 64)).toBe(
      createHash('sha256')
        .update(await render(await model(40), 'json', FONTS))
        .digest('hex'),
    );
  });
});
