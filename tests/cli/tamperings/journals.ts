/** Tamperings of marks and journal, those with every hash made anew against each anchor. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { canonical } from '../../../workers/contract/canonical';
import { AT } from '../handover';
import type { Line } from './cases';
import { both, CASE, type Change, crlf, cut, edit, gone, inCase, sha256, type Tampering, text, told } from './touch';

const lines =
  (change: (lines: readonly string[]) => readonly string[]): Change =>
  (bytes) =>
    Buffer.from(`${change(bytes.toString().trimEnd().split('\n')).join('\n')}\n`);
export const entry = (i: number, change: (line: Line) => Line) =>
  lines((all) => all.map((line, k) => (k === i ? canonical(change(JSON.parse(line) as Line)) : line)));
/** All hashes made anew. */
function rechained(all: readonly string[]): readonly string[] {
  let previous = '0'.repeat(64);
  return all.map((line, i) => {
    const { hash: _, ...before } = JSON.parse(line) as Line;
    const rest = { ...before, seq: i + 1, previous };
    previous = sha256(canonical(rest));
    return canonical({ ...rest, hash: previous });
  });
}
/** The journal with other digests of the marks, and the database with its other hash of the last change. */
const journaledAnew = async (dir: string) => {
  const marks = readFileSync(join(dir, inCase('marks.ndjson')), 'utf8')
    .trimEnd()
    .split('\n')
    .map(sha256);
  await rewritten((all) => {
    const before = all.map((line) => JSON.parse(line) as Line);
    const others = before.filter(({ what }) => what !== 'mark');
    const at = before.findIndex(({ what }) => what === 'mark');
    const first = before[at] as Line;
    const of = marks.map((sha, i) => ({
      ...(before.filter(({ what }) => what === 'mark')[i] ?? first),
      detail: { sha256: sha },
    }));
    return [...others.slice(0, at), ...of, ...others.slice(at)].map((each) => canonical(each));
  })(dir);
};
const rewritten = (change: (lines: readonly string[]) => readonly string[]) => async (dir: string) => {
  const path = join(dir, inCase('journal.ndjson'));
  const before = readFileSync(path, 'utf8').trimEnd().split('\n');
  const after = rechained(change(before));
  writeFileSync(path, `${after.join('\n')}\n`);
  const hashes = new Map(before.map((line, i) => [(JSON.parse(line) as Line).hash, (JSON.parse(after[i] ?? '{}') as Line).hash]));
  const database = await DuckDBInstance.create(join(dir, inCase('case.duckdb')));
  const connection = await database.connect();
  const last = (await connection.runAndReadAll(`SELECT value FROM meta WHERE name = 'journal'`)).getRows()[0]?.[0];
  await connection.run(`UPDATE meta SET value = '${hashes.get(last) ?? last}' WHERE name = 'journal'`);
  await connection.run('CHECKPOINT');
  connection.closeSync();
  database.closeSync();
};

export function* ofMarks(): Iterable<Tampering> {
  const file = inCase('marks.ndjson');
  for (const i of [0, 1, 2])
    for (const [way, change] of [
      ['its text', entry(i, (line) => ({ ...line, text: 'never mind' }))],
      ['its author', entry(i, (line) => ({ ...line, author: 'zoe' }))],
      ['back-dated', entry(i, (line) => ({ ...line, at: '2020-01-01T00:00:00.000Z' }))],
      ['its target', entry(i, (line) => ({ ...line, target: 'E1:3' }))],
      ['taken out', lines((all) => all.toSpliced(i, 1))],
      ['no JSON any more', lines((all) => all.map((line, k) => (k === i ? line.slice(1) : line)))],
    ] as const)
      yield {
        title: `mark ${i + 1}: ${way}`,
        touch: edit(file, change),
        asked: CASE,
        names: new RegExp(`Line ${i + 1} of (the marks|marks\\.ndjson)`),
      };
  for (const [way, change, names] of [
    ['two swapped', lines(([a, b, ...rest]) => [b as string, a as string, ...rest]), /Line 1 of the marks/],
    [
      'one put in',
      lines((all) => [
        ...all,
        canonical({
          author: 'ann',
          at: '2026-03-17T09:00:00.000Z',
          mark: 'x',
          on: 'activity',
          target: 'E1:1',
          kind: 'note',
          text: 'x',
        }),
      ]),
      /Line 4 of the marks/,
    ],
    ['bytes behind them', (b: Buffer) => Buffer.concat([b, Buffer.from('{"author":')]), /marks/],
    ['cut short', cut, /marks/],
    ['line ends of another system', crlf, /Line 1 of the marks/],
    ['a name twice', text((t) => t.replace('{', '{"text":"never mind",')), /Line 1 of the marks/],
    ['a letter that looks alike', text((t) => t.replace('hand', 'h\u00e1nd')), /Line 1 of the marks/],
  ] as const)
    yield { title: `marks: ${way}`, touch: edit(file, change), asked: CASE, names };
  yield { title: 'marks: all taken out', touch: gone(file), asked: CASE, names: /marks/ };
  yield {
    title: 'marks: a mark changed, with its report',
    touch: edit(
      file,
      entry(0, (line) => ({ ...line, text: 'never mind' })),
    ),
    asked: [AT.pdf, '--case', AT.case],
    names: /report’s marks.*never mind/s,
  };
}

/** Each kind of anchor, with what signs it. */
const ANCHORS = [
  ['the report', AT.pdf],
  ['a bag', AT.bag],
  ['bag-info.txt', 'bag/bag-info.txt'],
  ['a signed statement', 'signed.pdf.anchor.txt', '--key', AT.key],
] as const;

export function* ofJournals(): Iterable<Tampering> {
  const file = inCase('journal.ndjson');
  const alone: readonly (readonly [string, Change, RegExp])[] = [
    ['an entry’s word', entry(3, (line) => ({ ...line, who: { user: 'zoe', host: 'h' } })), /Entry 4/],
    ['an entry’s time', entry(5, (line) => ({ ...line, at: '2020-01-01T00:00:00.000Z' })), /Entry 6/],
    ['an entry taken out', lines((all) => all.toSpliced(4, 1)), /Entry 5/],
    ['two swapped', lines((all) => all.map((line, i) => (i === 4 ? all[5] : i === 5 ? all[4] : line) as string)), /Entry 5/],
    ['one put in', lines((all) => all.toSpliced(4, 0, all[3] as string)), /Entry 5/],
    ['an entry no JSON any more', lines((all) => all.map((line, i) => (i === 6 ? line.slice(1) : line))), /Entry 7/],
    ['bytes behind it', (b) => Buffer.concat([b, Buffer.from('{"n":99,"wh')]), /not whole|line/],
    ['cut short', cut, /not whole|line/],
    ['with line ends of another system', crlf, /Entry 1 .*written otherwise/],
    ['with a blank in an entry', text((t) => t.replace('"seq":2,', '"seq":2, ')), /Entry 2 .*written otherwise/],
    [
      'with an escape for a letter',
      text((t) => t.replace('"what":"import"', '"what":"\\u0069mport"')),
      /Entry \d .*written otherwise/,
    ],
    [
      'a name twice in an entry',
      lines((all) => all.map((line, i) => (i === 3 ? line.replace('{', '{"at":"2020-01-01T00:00:00.000Z",') : line))),
      /Entry 4 .*written otherwise/,
    ],
    ['cut to its first entry', lines((all) => all.slice(0, 1)), /last change/],
  ];
  for (const [way, change, names] of alone) yield { title: `journal: ${way}`, touch: edit(file, change), asked: CASE, names };
  yield { title: 'journal: taken out', touch: gone(file), asked: CASE, names: /last change/ };
  const forged: readonly (readonly [string, (dir: string) => void | Promise<void>])[] = [
    [
      'rewritten from its first entry',
      rewritten((all) => all.map((line, i) => (i === 0 ? line.replace('"a.exhibit"', '"b.exhibit"') : line))),
    ],
    [
      'rewritten from its middle',
      rewritten((all) =>
        all.map((line, i) => (i === 8 ? canonical({ ...(JSON.parse(line) as Line), at: '2020-01-01T00:00:00.000Z' }) : line)),
      ),
    ],
    ['an entry of a report put in', rewritten((all) => all.toSpliced(9, 0, all[9] as string))],
    [
      'cut at its end',
      edit(
        file,
        lines((all) => all.slice(0, 10)),
      ),
    ],
    [
      'a mark forged with its entry',
      both(
        edit(
          inCase('marks.ndjson'),
          entry(0, (line) => ({ ...line, at: '2020-01-01T00:00:00.000Z' })),
        ),
        journaledAnew,
      ),
    ],
    [
      'who handed an evidence over, in database and journal',
      both(
        told(`UPDATE evidence SET intake = '{"receivedFrom":"Zoe"}' WHERE evidence = 1`),
        rewritten((all) => all.map((line) => canonical(forgeIntake(JSON.parse(line) as Line)))),
      ),
    ],
  ];
  for (const [way, touch] of forged)
    for (const [name, path, ...key] of ANCHORS)
      yield {
        title: `journal: ${way}, against ${name}`,
        touch,
        asked: [AT.case, '--anchor', path, ...key],
        names: /journal is the one of/,
      };
  for (const [way, touch] of forged.slice(0, 4))
    yield {
      title: `journal: ${way}, with the report`,
      touch,
      asked: [AT.pdf, '--case', AT.case],
      names: /journal is the one of the report/,
    };
  const key = [AT.case, '--anchor', 'signed.pdf.anchor.txt', '--key', AT.key];
  const statement = 'signed.pdf.anchor.txt';
  yield {
    title: 'statement: a number',
    touch: edit(
      statement,
      text((t) => t.replace(/Entries: \d+/, 'Entries: 3')),
    ),
    asked: key,
    names: /signature of signed/,
  };
  yield {
    title: 'statement: its report',
    touch: edit(
      statement,
      text((t) => t.replace(/Report-SHA256: ./, (m) => (m.endsWith('0') ? 'Report-SHA256: 1' : 'Report-SHA256: 0'))),
    ),
    asked: key,
    names: /signature of signed/,
  };
  yield {
    title: 'statement: its signature taken out',
    touch: gone(`${statement}.sig`),
    asked: key,
    names: /signature of signed/,
  };
  yield {
    title: 'statement: signed by another',
    touch: (dir) =>
      writeFileSync(
        join(dir, `${statement}.sig`),
        sign(null, readFileSync(join(dir, statement)), generateKeyPairSync('ed25519').privateKey),
      ),
    asked: key,
    names: /signature of signed/,
  };
  yield {
    title: 'statement: the key of another',
    touch: (dir) =>
      writeFileSync(join(dir, AT.key), generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })),
    asked: key,
    names: /signature of signed/,
  };
}
const forgeIntake = (line: Line): Line => {
  const detail = line.detail as Line;
  return line.what === 'import' && detail.evidence === 'E1' && detail.intent === true
    ? { ...line, detail: { ...detail, intake: { receivedFrom: 'Zoe' } } }
    : line;
};
