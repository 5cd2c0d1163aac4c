/** What the analyst asks of the real engine on the real sample beside the views: what is related, what agents' rules hit, what was left out; and the marks. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Database } from '../../../workers/case/database';
import type { ActivityJson } from '../../../workers/contract/activity';
import type { Answer } from '../../../workers/contract/answers';
import type { RelatedGroup } from '../../../workers/contract/detail';
import { type HostedEngine, startEngine } from '../../../workers/host';
import { ANALYSED } from '../../../workers/open-case';
import { importSample, sampleTruth, story } from '../../helpers/sample';

const folder = mkdtempSync(join(tmpdir(), 'exhibit-analyst-'));
const dir = join(folder, 'sample.exhibit');
let host: HostedEngine;

beforeAll(async () => {
  host = startEngine();
  await host.engine.open({ dir, create: true });
  await importSample(host.engine);
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const idOf = ({ file, line }: { readonly file: string; readonly line: number }) => `E1/${file}:${line}`;
const bench = () => idOf(story('bench').originator);

async function one(filter: string): Promise<ActivityJson> {
  const { rows } = await host.engine.page({ filter, limit: 1 });
  return rows[0] as ActivityJson;
}
const groupOf = (groups: readonly RelatedGroup[], name: RelatedGroup['group']) => groups.find(({ group }) => group === name);

describe('what is related', () => {
  test.for([
    'comm="ab" kind=net',
    'comm="apk" kind=cmd',
    'comm="bash" kind=cmd session exists',
    'kind=exec user="johndoe"',
    'format="falco"',
    'kind=api',
    'kind=file',
    'kind=net direction=in',
  ])('each group’s count is that of its filter, and its rows are in it: %s', async (filter) => {
    const { id } = await one(filter);
    const groups = await host.engine.related(id);

    for (const group of groups) {
      const { count } = await host.engine.count({ filter: group.filter });
      expect(`${group.group} ${group.filter}: ${group.count}`).toBe(`${group.group} ${group.filter}: ${count}`);
      expect(group.rows.map((row) => row.id)).not.toContain(id);
      const times = group.rows.map(({ time }) => String(time));
      expect(times).toEqual([...times].sort());
      expect(times).not.toContain('undefined');
      for (const row of group.rows) {
        expect((await host.engine.count({ filter: `(${group.filter}) id="${row.id}"` })).count).toBe(1);
      }
    }
  });

  test('a shell of a session leads to what it started, to its session and to the user who opened it', async () => {
    const shell = await one(`session="${bench()}" kind=cmd comm="bash"`);
    const groups = await host.engine.related(shell.id);

    expect(groupOf(groups, 'children')?.count).toBeGreaterThanOrEqual(6);
    expect(groupOf(groups, 'children')?.rows.every(({ ppid }) => ppid === shell.pid)).toBe(true);
    expect(groupOf(groups, 'session')?.of).toBe(bench());
    expect(groupOf(groups, 'user')?.of).toBe('johndoe');
  });

  test('a connection leads to its process, the process’s parent, and everything else with its peer', async () => {
    const connection = await one(`session="${bench()}" kind=net comm="ab"`);
    const groups = await host.engine.related(connection.id);

    expect(groupOf(groups, 'process')?.rows.some(({ comm }) => comm === 'ab')).toBe(true);
    expect(groupOf(groups, 'parent')?.rows.some(({ comm, kind }) => comm === 'bash' && kind === 'cmd')).toBe(true);
    expect(groupOf(groups, 'peer')?.of).toBe(connection.server);
    expect(groupOf(groups, 'peer')?.count).toBeGreaterThan(20_000);
  });

  test('an id that is none, or nobody’s, says so', async () => {
    await expect(host.engine.related('E9:1')).rejects.toMatchObject({ code: 'not-found' });
    await expect(host.engine.related('nonsense')).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('policy hits', () => {
  test('add up to what the filter counts, by rule and by kind', async () => {
    const hits = await host.engine.policies({});
    const { groups } = await host.engine.count({ filter: 'rule exists', by: ['rule'] });
    const sums = new Map<string, number>();
    for (const { rule, count } of hits) sums.set(rule, (sums.get(rule) ?? 0) + count);

    expect([...sums].toSorted()).toEqual(groups.map(({ rule, count }) => [rule, count]).toSorted());
    for (const { kinds, count } of hits) expect(Object.values(kinds).reduce((sum, n) => sum + n, 0)).toBe(count);
  });

  test('the most severe come first; each has its place, its commands and its first record', async () => {
    const hits = await host.engine.policies({});
    const load = hits.find(({ rule }) => rule === 'Load generator in production container');

    expect(hits[0]?.severity).toBe('critical');
    expect(load).toMatchObject({
      count: 1,
      severity: 'medium',
      scope: { cluster: 'prod-eu', namespace: 'shop', hostip: '10.0.1.12', mac: '00:00:5E:00:53:11' },
    });
    expect(load?.commands).toEqual(['ab']);
    expect(await one(`id="${load?.id}"`)).toMatchObject({ rule: load?.rule, time: load?.first });
  });

  test('follow the view', async () => {
    expect(await host.engine.policies({ filter: 'namespace="nowhere"' })).toEqual([]);
    const hits = await host.engine.policies({ filter: 'severity=critical', kinds: ['cmd'] });
    expect(new Set(hits.map(({ rule }) => rule))).toEqual(new Set(['Drop and execute new binary in container']));
  });
});

describe('what was left out', () => {
  test('the reject of the sample has its place, its reason and its bytes', async () => {
    const { rows, total, whys } = await host.engine.skipped({ limit: 10 });

    expect(total).toBe(1);
    expect(rows).toMatchObject([{ evidence: 'E1', member: 'lab-us/lab-cp-1/audit.log', record: '6314', fate: 'rejected' }]);
    expect(whys).toEqual([{ fate: 'rejected', why: rows[0]?.why, count: 1 }]);
    const [row] = rows;
    const { bytes, length } = await host.engine.skippedBytes(row as NonNullable<typeof row>);
    expect(bytes.length).toBe(length);
    expect(Buffer.from(bytes).toString()).toMatch(/^\{"kind":"Event"/);
  });

  test('narrowing narrows rows and total, and leaves the reasons', async () => {
    expect(await host.engine.skipped({ fate: 'ignored', limit: 10 })).toMatchObject({ rows: [], total: 0, whys: [{ count: 1 }] });
    expect(await host.engine.skipped({ evidence: 'E1', fate: 'rejected', limit: 10, at: 1 })).toMatchObject({
      rows: [],
      total: 1,
    });
    expect((await host.engine.skipped({ member: 'nowhere', limit: 10 })).total).toBe(0);
  });

  test('bytes of a place that was not left out are not read', async () => {
    const place = { evidence: 'E1', member: 'lab-us/lab-cp-1/audit.log', offset: 0 };
    await expect(host.engine.skippedBytes(place)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('marks', () => {
  test('a tag on a session is on each of its activities, and nowhere else', async () => {
    const made = await host.engine.mark({ on: 'session', target: bench(), kind: 'tag', text: 'load test' });
    const { count } = await host.engine.count({ filter: 'tag="load test"' });

    expect(count).toBe((await host.engine.count({ filter: `session="${bench()}"` })).count);
    expect(await host.engine.values({ attribute: 'tag', limit: 5 })).toEqual([{ value: 'load test', count }]);
    expect(await one('tag="load test" comm="apk"')).toMatchObject({ tag: ['load test'] });
    await host.engine.unmark(made.mark);
    expect((await host.engine.count({ filter: 'tag exists' })).count).toBe(0);
  });

  test('a reason is found as a note of the session', async () => {
    const made = await host.engine.mark({ target: bench(), kind: 'reason', text: 'CHG-4711' });

    expect(made.on).toBe('session');
    expect((await one('note contains "chg-4711" kind=exec')).id).toBe(bench());
    await host.engine.unmark(made.mark);
  });

  test('changing a text keeps who first wrote it, and says who changed it', async () => {
    const made = await host.engine.mark({ target: bench(), kind: 'note', text: 'first' });
    const changed = await host.engine.remark(made.mark, 'second');

    expect(changed).toMatchObject({ ...made, text: 'second', edited: { author: made.author } });
    expect((await one('note="second"')).id).toBe(bench());
    expect((await host.engine.count({ filter: 'note="first"' })).count).toBe(0);
    await host.engine.unmark(made.mark);
    await expect(host.engine.remark(made.mark, 'third')).rejects.toMatchObject({ code: 'not-found' });
    expect(await host.engine.restore(made.mark)).toMatchObject({ text: 'second', at: made.at });
    await host.engine.unmark(made.mark);
  });

  test('the board has them in time order, with what they are on', async () => {
    const { engine } = host;
    const late = await one('comm="tcpdump" kind=cmd');
    const made = [
      await engine.mark({ on: 'range', target: '2026-03-17T23:00:00Z/2026-03-17T23:30:00Z', kind: 'note', text: 'quiet' }),
      await engine.mark({ target: 'E7/elsewhere.log:1', kind: 'bookmark', text: '' }),
      await engine.mark({ on: 'session', target: bench(), kind: 'tag', text: 'load' }),
      await engine.mark({ target: late.id, kind: 'bookmark', text: '' }),
    ];
    const entries = await engine.board();

    expect(entries.map(({ mark }) => mark.mark)).toEqual([made[3], made[2], made[0], made[1]].map((mark) => mark?.mark));
    expect(entries).toMatchObject([
      { activity: { id: late.id }, label: null },
      { activity: { id: bench() }, label: 'S-25' },
      { activity: null, time: '2026-03-17T23:00:00.000000000Z', end: '2026-03-17T23:30:00.000000000Z' },
      { activity: null, time: null },
    ]);
    for (const { mark } of made) await engine.unmark(mark);
    expect(await engine.board()).toEqual([]);
  });

  test('many made at once: the board has each once from the moment it was made, and so do filters', async () => {
    const { engine } = host;
    const { rows } = await engine.page({ filter: 'comm="ab" kind=net', limit: 25 });
    const targets = rows.map(({ id }) => id);
    const made = new Set<string>();
    const making = Array.from({ length: 50 }, async (_, i) => {
      const on = i % 10 === 0 ? 'session' : 'activity';
      const target = on === 'session' ? bench() : (targets[i % targets.length] as string);
      const { mark } = await engine.mark({ on, target, kind: 'tag', text: `at once ${i % 10 === 0 ? 0 : i}` });
      made.add(mark);
    });
    let ended = false;
    const all = Promise.all(making).then(() => (ended = true));
    const tagged = (await engine.count({ filter: `session="${bench()}"` })).count;
    do {
      const before = [...made];
      const board = (await engine.board()).map(({ mark }) => mark.mark);
      expect(new Set(board).size).toBe(board.length);
      expect(before.filter((mark) => !board.includes(mark))).toEqual([]);
      if (before.length > 0) expect((await engine.count({ filter: 'tag="at once 0"' })).count).toBe(tagged);
    } while (!ended);
    await all;

    expect(await engine.board()).toHaveLength(50);
    const values = await engine.values({ attribute: 'tag', limit: 60 });
    expect(values).toHaveLength(46);
    expect(
      values
        .map(({ count }) => count)
        .toSorted((a, b) => b - a)
        .slice(0, 2),
    ).toEqual([tagged, 1]);
    await Promise.all([...made].map((mark) => engine.unmark(mark)));
    expect(await engine.board()).toEqual([]);
    expect((await engine.count({ filter: 'tag exists' })).count).toBe(0);
  });

  test('a mark is found by any of the records that tell its activity', async () => {
    const { engine } = host;
    const { id, records } = await one('kind=exec user="johndoe" stage="ResponseComplete"');
    const [, other] = records as readonly { evidence: string; member: string; record: string }[];
    const target = `${other?.evidence}/${other?.member}:${other?.record}`;
    const { mark } = await engine.mark({ target, kind: 'note', text: 'by another record' });

    expect(target).not.toBe(id);
    expect(await engine.board()).toMatchObject([{ mark: { target }, activity: { id } }]);
    expect((await one('note="by another record"')).id).toBe(id);
    await engine.unmark(mark);
  });

  test.for([
    [{ on: 'range', target: '2026/2025', kind: 'note', text: 'x' }, /stretch of time/],
    [{ on: 'activity', target: 'E1:1', kind: 'reason', text: 'x' }, /for a session/],
    [{ on: 'activity', target: 'E1:1', kind: 'tag', text: ' ' }, /needs some text/],
  ] as const)('%o is refused', async ([mark, why]) => {
    await expect(host.engine.mark(mark)).rejects.toThrow(why);
  });

  test('leave the evidence, the digests and the sessions as they are', async () => {
    const before = await host.engine.info();
    const { mark } = await host.engine.mark({ target: bench(), kind: 'note', text: 'apart' });
    const after = await host.engine.info();

    expect({ ...after, journal: before.journal }).toEqual(before);
    expect(after.journal.entries).toBe(before.journal.entries + 1);
    await host.engine.unmark(mark);
  });
});

describe('known addresses', () => {
  test('of the case’s own list are known to filters, and journaled', async () => {
    const { engine } = host;
    const before = (await engine.count({ filter: 'kind=net not server in known' })).count;
    await engine.setKnown([{ range: '192.0.2.0/24', name: 'a partner' }]);
    const after = (await engine.count({ filter: 'kind=net not server in known' })).count;

    expect(before - after).toBe((await engine.count({ filter: 'kind=net server in "192.0.2.0/24"' })).count);
    expect(before).toBeGreaterThan(after);
    expect(await engine.known()).toEqual([{ range: '192.0.2.0/24', name: 'a partner' }]);
    expect((await engine.journal()).at(-1)).toMatchObject({
      what: 'known',
      detail: { addresses: [{ range: '192.0.2.0/24', name: 'a partner' }] },
    });
    await expect(engine.setKnown([{ range: '300.1.1.1', name: '' }])).rejects.toThrow(/no address or range/);
    await engine.setKnown([]);
    expect((await engine.count({ filter: 'kind=net not server in known' })).count).toBe(before);
  });
});

describe('the case’s own rules', () => {
  const rule = (when: string): string =>
    `title: Everything that curl did\nseverity: low\nconfidence: high\ntags: []\nabout: A test.\ninnocent: A test.\nneeds: [commands]\nwhen: ${when}\n`;

  test('find as Exhibit’s do, in the list, in filters and in the graph, are told apart, and journaled', async () => {
    const { engine } = host;
    const before = await engine.info();
    const { pack } = await engine.findings({});
    await engine.setRules([{ name: 'any-curl', text: rule('comm = "curl"') }]);
    const found = await engine.findings({});
    const own = found.findings.filter(({ rule }) => rule === 'any-curl');
    const curls = (await engine.count({ filter: 'comm = "curl"' })).count;

    expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(curls);
    expect(own.every((one) => one.own === true && one.filter !== null)).toBe(true);
    expect(found.findings.some((one) => one.own === undefined)).toBe(true);
    expect(found.pack).toMatchObject({ rules: pack.rules + 1 });
    expect(found.pack.version).not.toBe(pack.version);
    expect((await engine.graph({ filter: 'finding = "any-curl"', buckets: 50 })).total).toBe(curls);
    expect((await engine.journal()).at(-1)).toMatchObject({ what: 'rules', detail: { rules: [{ name: 'any-curl' }] } });
    expect((await engine.info()).analysisDigest).not.toBe(before.analysisDigest);

    await engine.close();
    await engine.open({ dir });
    expect((await engine.count({ filter: 'finding = "any-curl"' })).count).toBe(curls);
    await engine.setRules([]);
    expect((await engine.count({ filter: 'finding = "any-curl"' })).count).toBe(0);
    expect((await engine.info()).analysisDigest).toBe(before.analysisDigest);
  });

  test.for([
    ['a rule that is none', [{ name: 'any-curl', text: 'title: no more' }], /any-curl.*cannot be read/],
    ['a filter with a mistake', [{ name: 'any-curl', text: rule('cmnd = 1') }], /any-curl.*no filter/],
    ['a name twice', [1, 2].map(() => ({ name: 'any-curl', text: rule('comm = "curl"') })), /Two rules are named/],
  ] as const)('%s is refused and changes nothing', async ([, rules, message]) => {
    await expect(host.engine.setRules(rules)).rejects.toThrow(message);
    expect(await host.engine.rules()).toEqual([]);
  });
});

describe('saved filters', () => {
  const probes = { name: 'Without probes', filter: 'comm!="ps"' };

  test('are kept in order, and journaled', async () => {
    const { engine } = host;
    expect(await engine.filters()).toEqual([]);
    await engine.setFilters([{ name: ' Curl ', filter: 'comm="curl" ' }, probes]);

    expect(await engine.filters()).toEqual([{ name: 'Curl', filter: 'comm="curl"' }, probes]);
    expect((await engine.journal()).at(-1)).toMatchObject({ what: 'filters', detail: { filters: [{ name: 'Curl' }, probes] } });
  });

  test.for([
    ['a mistake', [{ name: 'x', filter: 'cmnd="x"' }], 'filter'],
    ['no name', [{ name: ' ', filter: 'pid=1' }], 'usage'],
    ['no text', [{ name: 'x', filter: ' ' }], 'usage'],
    ['a name twice', [probes, { ...probes, filter: 'pid=1' }], 'usage'],
  ] as const)('%s is refused and changes nothing', async ([, filters, code]) => {
    const before = await host.engine.filters();
    await expect(host.engine.setFilters(filters)).rejects.toMatchObject({ code });
    expect(await host.engine.filters()).toEqual(before);
  });
});

test('a reviewer’s read-only opening writes nothing, and sees marks, reasons and known addresses', async () => {
  const { engine } = host;
  await engine.mark({ target: bench(), kind: 'reason', text: 'INC-9' });
  await engine.setKnown([{ range: '198.51.100.80', name: 'mirror' }]);
  await engine.close();
  const picture = () =>
    Object.fromEntries(
      readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [path, `${statSync(path).size} ${statSync(path).mtimeMs}`]),
    );
  const before = picture();
  const info = await engine.open({ dir, readOnly: true });

  expect(info.readOnly).toBe(true);
  expect(await engine.board()).toMatchObject([{ mark: { kind: 'reason', text: 'INC-9' }, label: 'S-25' }]);
  expect((await engine.count({ filter: 'note="INC-9" kind=exec' })).count).toBe(1);
  expect(await engine.known()).toHaveLength(1);
  await engine.related(bench());
  await engine.policies({});
  await engine.skipped({ limit: 5 });
  await expect(engine.mark({ target: bench(), kind: 'tag', text: 'x' })).rejects.toMatchObject({ code: 'case-read-only' });
  await expect(engine.setKnown([])).rejects.toMatchObject({ code: 'case-read-only' });
  await engine.close();
  expect(picture()).toEqual(before);
  await engine.open({ dir });
});

test('where opening renews the sessions, marks on them are on what they hold now', async () => {
  const { engine } = host;
  const { mark } = await engine.mark({ on: 'session', target: bench(), kind: 'tag', text: 'renewed' });
  await engine.close();
  const database = await Database.open(join(dir, 'case.duckdb'));
  const connection = await database.connect();
  await connection.run(`UPDATE meta SET value = 'of an older correlator' WHERE name = '${ANALYSED}'`);
  await connection.run('DELETE FROM link');
  connection.close();
  database.close();
  await engine.open({ dir });

  const { count } = await engine.count({ filter: 'tag="renewed"' });
  expect(count).toBe((await engine.count({ filter: `session="${bench()}"` })).count);
  expect(count).toBeGreaterThan(100);
  await engine.unmark(mark);
});

describe('the auditor’s questions', () => {
  let answers: readonly Answer[];
  beforeAll(async () => {
    answers = await host.engine.questions({});
  });
  const of = (id: string) => answers.find(({ question }) => question === id) as Answer;
  const counts = (id: string) => of(id).figures.map(({ count }) => count);
  const { sessions, gaps } = sampleTruth();
  // An attach to a container of one's own is told by that container's entry point.
  const ended = (...outcomes: readonly string[]) =>
    sessions.filter(({ outcome, joins }) => outcomes.includes(outcome) && joins === undefined).length;
  const did = (name: string) =>
    sessions.flatMap(({ processes }) => processes).filter(({ argv, exec }) => argv[0] === name && exec).length;

  test('each figure is what its filter counts, and what it draws is counted by it', async () => {
    for (const { figures } of answers)
      for (const { filter, count, sample, by } of figures) {
        expect((await host.engine.count({ filter })).count).toBe(count);
        expect(sample.length).toBe(Math.min(count, 5));
        const [first] = by?.values ?? [];
        if (first) expect((await host.engine.count({ filter: first.filter })).count).toBe(first.count);
        const [drawn] = sample;
        if (drawn) expect((await host.engine.count({ filter: `(${filter}) id="${drawn.id}"` })).count).toBe(1);
      }
  });

  test('who entered containers is what truly happened', () => {
    const [asked, letIn, silent] = counts('container-sessions');

    expect([asked, letIn]).toEqual([sessions.length, sessions.length - ended('refused')]);
    // Of a root that no record tells, what it started may be linked all the same.
    expect(silent).toBeGreaterThanOrEqual(ended('no-process'));
    expect(silent).toBeLessThanOrEqual(ended('no-process', 'unrecorded'));
    expect(counts('refused')[1]).toBe(ended('refused'));
  });

  test.for([
    ['new-software', 1, 'apk'],
    ['traces-removed', 1, 'shred'],
    ['utilities', 0, 'tcpdump'],
  ] as const)('%s counts what was run, told by the agent and by the rule that it hit', ([id, at, name]) => {
    const told = of(id).figures[at]?.by?.values.find(({ value }) => value === name)?.count ?? 0;

    expect(told).toBeGreaterThanOrEqual(did(name));
    expect(told).toBeLessThanOrEqual(2 * did(name));
  });

  test('each silence of an agent is told', () => {
    expect(of('silences').facts.length).toBe(gaps.length);
    for (const { file } of gaps) expect(of('silences').facts.join()).toContain(file.split('/')[1]);
  });

  test('what the evidence cannot tell is said, with why', () => {
    expect(of('clocks').state).toBe('partly');
    expect(of('clocks').limits.join()).toContain('never against true time');
    expect(of('custody').limits.join()).toContain('Who handed it over was not said');
    expect(of('span').limits.join()).toContain('less than the twelve months');
  });

  test('a filter narrows all of them, and a mistaken one is refused', async () => {
    const narrowed = await host.engine.questions({ filter: 'namespace="billing" or namespace="shop"' });
    const letIn = narrowed.find(({ question }) => question === 'container-sessions')?.figures[1];

    expect(letIn?.count).toBe(
      sessions.filter(({ namespace, outcome }) => ['billing', 'shop'].includes(namespace) && outcome !== 'refused').length,
    );
    await expect(host.engine.questions({ filter: 'nosuch="x"' })).rejects.toMatchObject({ code: 'filter' });
  });

  test('the same case gives the same answers', async () => {
    expect(await host.engine.questions({})).toEqual(answers);
  });
});

test('two cases opened at once: the later one is open, the earlier one is let go', async () => {
  const { engine } = host;
  const [one, two] = ['one', 'two'].map((name) => join(folder, `${name}.exhibit`)) as [string, string];
  const infos = await Promise.all([engine.open({ dir: one, create: true }), engine.open({ dir: two, create: true })]);

  expect(infos.map((info) => info.case)).toEqual(['one', 'two']);
  expect((await engine.info()).case).toBe('two');
  expect(readdirSync(one)).not.toContain('lock');
});

test('a case that is being opened is let go when the engine closes', async () => {
  const { engine } = host;
  const dir = join(folder, 'three.exhibit');
  const opened = engine.open({ dir, create: true });
  await engine.close();

  expect((await opened).case).toBe('three');
  expect(readdirSync(dir)).not.toContain('lock');
});
