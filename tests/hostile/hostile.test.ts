/** One corpus of hostile texts and files through import, list, details, command line, CSV, HTML and PDF. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActivityJson } from '../../workers/contract/activity';
import { ExhibitError } from '../../workers/contract/errors';
import type { ImportResult } from '../../workers/contract/evidence';
import type { Report } from '../../workers/contract/report';
import { visible } from '../../workers/contract/visible';
import { type HostedEngine, startEngine } from '../../workers/host';
import { exhibit } from '../cli/io';
import { has } from '../helpers/tools';
import { FILES } from './files';
import { SOURCES, writeStrings } from './records';
import { STRINGS } from './strings';

const CREATED = '2026-03-18T08:00:00Z';
const folder = mkdtempSync(join(tmpdir(), 'exhibit-hostile-'));
let host: HostedEngine;

beforeAll(() => {
  host = startEngine();
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What SQL and JSON can hold of a text: a lone surrogate is no character. */
const held = (text: string): string => text.toWellFormed();
/** Characters that would act on a terminal, a browser or an eye; line ends of the output's own aside. */
const hidden = (text: string): boolean => visible(text.replaceAll('\n', '')) !== text.replaceAll('\n', '');

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const cells = text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g);
  const rows: string[][] = [[]];
  for (const [, quoted, bare, end] of cells) {
    rows.at(-1)?.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('texts', () => {
  const dir = join(folder, 'texts.exhibit');
  let imported: ImportResult;
  let bundle: string;

  beforeAll(async () => {
    bundle = writeStrings(join(folder, 'texts'));
    await host.engine.open({ dir, create: true });
    imported = await host.engine.import({ path: bundle });
  });

  test('are all read, none rejected', () => {
    expect(imported.rejects).toEqual([]);
    expect(imported.totals).toMatchObject({ records: 3 * STRINGS.length, activities: 3 * STRINGS.length, rejected: 0 });
  });

  describe.for(SOURCES)('of $member', ({ member, line, shows }) => {
    test.for(STRINGS.map((hostile, i) => ({ ...hostile, i })))(
      '$title: the bytes are as they were, the value is the text',
      async ({ i, ...hostile }) => {
        const id = `E1/${member}:${i + 1}`;
        const written = Buffer.from(line(hostile, i));
        const { places } = await host.engine.record(id);
        const { activity } = await host.engine.detail(id);

        expect(Buffer.compare(Buffer.from(places[0]?.bytes ?? []), written)).toBe(0);
        expect(places[0]?.sha256).toBe(createHash('sha256').update(written).digest('hex'));
        for (const attribute of shows) expect(activity[attribute], attribute).toBe(held(hostile.text));
      },
    );
  });

  test.for(STRINGS.filter(({ text }) => text.length < 10_000))('$title: a filter of the very text finds it', async ({ text }) => {
    const quoted = `user="${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    const { rows } = await host.engine.page({ filter: quoted, limit: 9 });

    expect(rows.map(({ user }) => user)).toContain(held(text));
    expect(rows.every(({ user }) => user === held(text))).toBe(true);
  });

  describe('on the command line', () => {
    const ask = async (...argv: string[]) => {
      const { out, exit } = await exhibit([...argv, '--case', dir], host);
      expect(exit).toBe(0);
      return out;
    };

    test('a table hides nothing and has one line a row', async () => {
      for (const columns of [[], ['--columns', 'time,user,command,useragent,namespace,cwd,cmdline,rule,tags']]) {
        const out = await ask('query', '--format', 'table', ...columns);

        expect(hidden(out)).toBe(false);
        expect(out.trimEnd().split('\n')).toHaveLength(3 * STRINGS.length + 1);
      }
    });

    test('so do groups, sessions, traces and info', async () => {
      const outs = [
        await ask('groups', '--path', 'namespace,container'),
        await ask('sessions'),
        await ask('trace', 'E1/audit.log:7'),
        await ask('count', '--by', 'user'),
        await ask('info'),
      ];
      expect(outs.filter(hidden)).toEqual([]);
    });

    test('CSV gives each text back, and none that a spreadsheet would run', async () => {
      const rows = parseCsv(await ask('query', '--format', 'csv', '--columns', 'user,rule,namespace'));
      const cells = rows.slice(1).flat();

      expect(rows).toHaveLength(3 * STRINGS.length + 1);
      expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      for (const { title, text } of STRINGS) {
        const told = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
        expect(cells.filter((cell) => cell === held(told)).length, title).toBe(4);
      }
    });

    test('NDJSON gives each text back exactly, one document a line', async () => {
      const lines = (await ask('query', '--format', 'ndjson', '--columns', 'user,rule,namespace')).trimEnd().split('\n');
      const values = lines.flatMap((text) => Object.values(JSON.parse(text) as ActivityJson));

      expect(lines).toHaveLength(3 * STRINGS.length);
      for (const { title, text } of STRINGS) expect(values.filter((value) => value === held(text)).length, title).toBe(4);
    });

    test('record gives the exact bytes', async () => {
      for (const [i, hostile] of STRINGS.entries()) {
        expect(await ask('record', `E1/audit.log:${i + 1}`)).toBe(SOURCES[0].line(hostile, i));
      }
    });
  });

  describe('in a report', () => {
    const short = STRINGS.map((hostile, i) => ({ ...hostile, i })).filter(({ text }) => text.length < 10_000);
    const all = short.map(({ i }) => `E1/audit.log:${i + 1}`);
    const make = (format: 'html' | 'pdf' | 'json', ids = all, redact: 'default' | 'none' = 'none'): Promise<Report> =>
      host.engine.report({
        ids,
        format,
        created: CREATED,
        title: '<script>alert(1)</script>\u202e',
        examiner: '=1+1\u001b[31m',
        redact,
      });

    test('HTML has every text as visible escapes, and nothing that acts', async () => {
      const whole = Buffer.from((await make('html')).bytes).toString();
      const html = whole.replace(/<a download="report\.json\.gz" href="data:application\/gzip;base64,[\w+/=]*">/, '');
      expect(whole.length).toBeGreaterThan(html.length); // the report's own data, once
      const plain = html
        .replace(/<style[\s\S]*?<\/style>/g, '')
        .replace(/<[^>]*>/g, '')
        .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

      expect(hidden(html)).toBe(false);
      expect(html).not.toMatch(/<(script|iframe|object|embed|link|base|form|img)\b/i);
      expect(html).not.toMatch(/<a (?!class="cite" href="#r\d+">)/i); // a citation's own, within the page
      expect(html).not.toMatch(/<[^>]*\s(on\w+|src|action|srcset|formaction)\s*=/i);
      for (const { title, text } of short) if (text.trim() !== '') expect(plain, title).toContain(visible(held(text)));
    });

    test.skipIf(!has('pdftotext'))(
      'PDF has no action, no link and no hidden character',
      async () => {
        const path = join(folder, 'report.pdf');
        const { bytes } = await make('pdf');
        writeFileSync(path, bytes);
        const text = spawnSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout;
        const { stdout } = spawnSync('qpdf', ['--qdf', '--object-streams=disable', path, '-'], { maxBuffer: 1 << 28 });
        const plain = stdout
          .toString('latin1')
          .replace(/\nstream\n[\s\S]*?\nendstream\n/g, '\n') // text and fonts
          .replace(/\((?:\\.|[^\\()])*\)/gs, '()'); // what stands in a string acts nowhere

        expect(plain.length).toBeGreaterThan(1000);
        expect(plain).not.toMatch(/\/(JavaScript|JS|URI|Launch|OpenAction|AA|SubmitForm|RichMedia)\b/);
        // pdftotext puts marks of its own around right-to-left runs.
        expect(hidden(text.replaceAll('\f', '').replace(/\u202b([\p{sc=Hebrew}\p{sc=Arabic}]+)\u202c/gu, '$1'))).toBe(false);
        const squeezed = text.replace(/\s+/g, '');
        for (const said of [
          'ansi\\x1b[2J',
          'invoice\\u{202e}gpj.exe',
          '<script>fetch(',
          'Ελλάδα',
          'Москва',
          '日本語',
          'first\\nsecond\\r\\nthird',
        ]) {
          expect(squeezed, said).toContain(said.replace(/\s+/g, ''));
        }
      },
      60_000,
    );

    test('a text of a megabyte makes a report of bounded size', async () => {
      const long = `E1/audit.log:${STRINGS.findIndex(({ title }) => title === 'a megabyte') + 1}`;
      for (const format of ['html', 'pdf'] as const)
        expect((await make(format, [long], 'default')).bytes.length).toBeLessThan(20e6);
    });
  });

  test('the list in pages, the hierarchy and the values hold them all', async () => {
    const { rows, total } = await host.engine.page({ limit: 1000 });
    const groups = await host.engine.groups({ path: ['namespace', 'container'] });
    const values = await host.engine.values({ attribute: 'user', limit: 1000 });

    expect([rows.length, total]).toEqual([3 * STRINGS.length, 3 * STRINGS.length]);
    expect(groups.filter(({ path }) => path.length === 1).reduce((sum, { count }) => sum + count, 0)).toBe(3 * STRINGS.length);
    expect(values.length).toBeGreaterThan(STRINGS.length - 5);
  });
});

describe('files', () => {
  const dir = join(folder, 'files.exhibit');
  beforeAll(async () => {
    await host.engine.open({ dir, create: true });
  });

  /** Accounted to the record, or refused in one sentence. */
  test.for(FILES.map((file, i) => ({ ...file, i })))('$title', async ({ make, activities, says, i }) => {
    const own = join(folder, `file-${i}`);
    mkdirSync(own);
    const before = (await host.engine.count({})).count;
    const result = await host.engine.import({ path: make(own) }).catch((error: unknown) => error);

    expect(existsSync('/tmp/exhibit-escaped.log') || existsSync(join(folder, 'exhibit-escaped.log'))).toBe(false);
    const { count } = await host.engine.count({});
    if (result instanceof Error) {
      expect(result).toBeInstanceOf(ExhibitError);
      expect((result as ExhibitError).message).toMatch(/^[A-Z].*\.$/s);
      expect(count).toBe(before);
    } else {
      const { totals, evidence, rejects } = result as ImportResult;
      const members = evidence.flatMap((each) => each.members);
      const said = [...rejects.map(({ why }) => why), ...members.map(({ warning }) => warning ?? '')].join('\n');
      expect(totals.records).toBe(totals.yielded + totals.merged + totals.duplicates + totals.ignored + totals.rejected);
      for (const m of members) expect(m.records).toBe(m.yielded + m.merged + m.duplicates + m.ignored + m.rejected);
      expect(count).toBe(before + totals.activities);
      if (activities >= 0) expect(totals.activities, said).toBe(activities);
      if (says) expect(said).toMatch(says);
      for (const row of (await host.engine.page({ filter: `evidence="${evidence[0]?.id}"`, limit: 100 })).rows) {
        expect((await host.engine.record(row.id)).places[0]?.bytes.length).toBeGreaterThan(0);
      }
    }
    rmSync(own, { recursive: true, force: true });
  });

  test('leave a case that agrees with itself', async () => {
    const { checks } = await host.engine.verify({});

    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });
});
