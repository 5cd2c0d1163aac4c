/** Tamperings of a case: its sealed originals, its database, what lies beside them. */
import { readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  added,
  behindLink,
  both,
  CASE,
  crashed,
  cut,
  edit,
  emptyFolder,
  flip,
  gone,
  inCase,
  linked,
  longer,
  naming,
  next,
  sha256,
  swapped,
  type Tampering,
  text,
  told,
  waysOf,
} from './touch';

export function* ofCases(): Iterable<Tampering> {
  for (const [id, name] of [
    ['E1', 'E1/audit.log'],
    ['E2', 'E2/node.tgz'],
    ['E3', 'E3/tree/cp-3/audit.log'],
    ['E3', 'E3/tree/notes.md'],
  ] as const) {
    const file = inCase(`evidence/${name}`);
    for (const [way, touch] of waysOf(file))
      yield {
        title: `case: sealed ${name} ${way}`,
        touch,
        asked: CASE,
        names: id === 'E3' ? naming(basename(name)) : new RegExp(id),
      };
  }
  for (const name of ['E3/tree/more.md', 'E3/tree/sub/more.md', 'E1/more.log', 'E9/more.log'])
    yield {
      title: `case: ${name} put into the evidence`,
      touch: added(inCase(`evidence/${name}`)),
      asked: CASE,
      names: naming(basename(name), 'E9'),
    };
  for (const name of ['E3/tree/sub', 'E1/sub', 'E9'])
    yield {
      title: `case: an empty folder put in, ${name}`,
      touch: emptyFolder(inCase(`evidence/${name}`)),
      asked: CASE,
      names: naming(`evidence/${name}`),
    };
  for (const name of ['case.duckdb', 'journal.ndjson', 'marks.ndjson', 'redaction.key', 'evidence', 'evidence/E1', 'members/E2'])
    yield {
      title: `case: ${name} put in place by a link to it`,
      touch: behindLink(inCase(name)),
      asked: CASE,
      names: naming(`${name} is a link`),
    };
  yield {
    title: 'case: a link put into a sealed folder',
    touch: (dir) => symlinkSync('/etc/hostname', join(dir, inCase('evidence/E3/tree/link'))),
    asked: CASE,
    names: /link/,
  };
  yield {
    title: 'case: an original put in place by a link',
    touch: linked(inCase('evidence/E1/audit.log')),
    asked: CASE,
    names: /E1/,
  };
  yield {
    title: 'case: two originals swapped',
    touch: swapped(inCase('evidence/E1/audit.log'), inCase('evidence/E3/tree/cp-3/audit.log')),
    asked: CASE,
    names: /E1 \(audit\.log\)/,
  };
  yield {
    title: 'case: a kept member changed',
    touch: edit(inCase('members/E2/2'), flip(0.4)),
    asked: CASE,
    names: /cp-2\/audit\.log/,
  };
  yield { title: 'case: a kept member taken out', touch: gone(inCase('members/E2/2')), asked: CASE, names: /cp-2\/audit\.log/ };
  yield { title: 'case: a member put in', touch: added(inCase('members/E2/9')), asked: CASE, names: /members\/E2\/9/ };
  yield { title: 'case: a file put in', touch: added(inCase('notes.txt')), asked: CASE, names: /notes\.txt/ };
  yield {
    title: 'case: its key changed',
    touch: edit(
      inCase('redaction.key'),
      text((t) => t.replace(/[0-8]/, '9')),
    ),
    asked: CASE,
    names: /redaction\.key/,
  };
  yield { title: 'case: its key taken out', touch: gone(inCase('redaction.key')), asked: CASE, names: /redaction\.key/ };
  yield { title: 'case: its key damaged', touch: edit(inCase('redaction.key'), cut), asked: CASE, names: /redaction\.key/ };
  for (const i of Array.from({ length: 12 }, (_, k) => (k + next()) / 12))
    yield {
      title: `case: one bit of case.duckdb, at ${i.toFixed(2)}`,
      touch: edit(inCase('case.duckdb'), flip(i)),
      asked: CASE,
      names: /case\.duckdb|database/,
    };
  yield {
    title: 'case: case.duckdb cut short',
    touch: edit(inCase('case.duckdb'), (b) => b.subarray(0, b.length >> 1)),
    asked: CASE,
    names: /case\.duckdb|database/,
  };
  yield { title: 'case: case.duckdb taken out', touch: gone(inCase('case.duckdb')), asked: CASE, names: /case\.duckdb/ };

  yield {
    title: 'case: a journal of the database put in that is none',
    touch: added(inCase('case.duckdb.wal')),
    asked: CASE,
    names: /case\.duckdb\.wal/,
  };
  const verb = `UPDATE activity SET verb = 'get' WHERE verb = 'delete'`;
  for (const [way, change, names] of [
    ['', (b: Buffer) => b, /activities/],
    [', with one bit changed', flip(0.5), /case\.duckdb|database/],
    [', cut short', cut, /case\.duckdb\.wal/],
    [', made longer', longer, /case\.duckdb\.wal/],
    [', of which its version is left', (b: Buffer) => b.subarray(0, 8), /case\.duckdb\.wal/],
  ] as const)
    yield {
      title: `case: a journal of the database put in that changes a verb${way}`,
      touch: crashed(change, verb),
      asked: CASE,
      names,
    };

  const database = (title: string, names: RegExp, ...statements: readonly string[]): Tampering => ({
    title: `database: ${title}`,
    touch: told(...statements),
    asked: CASE,
    names,
  });
  yield database('a verb', /activities/, `UPDATE activity SET verb = 'get' WHERE verb = 'delete'`);
  yield database('a time', /activities/, `UPDATE activity SET time = time + INTERVAL 1 HOUR WHERE verb = 'delete'`);
  yield database('a row taken out', /activities/, `DELETE FROM activity WHERE verb = 'delete'`);
  yield database('a user', /activities/, `UPDATE actor SET "user" = 'zoe' WHERE "user" = 'ben'`);
  yield database(
    'where a record lies',
    /E1:4/,
    `UPDATE activity SET "offset" = "offset" + 1 WHERE verb = 'delete' AND member = 1`,
  );
  yield database(
    'what the shown scope is',
    /shown_scope/,
    `CREATE OR REPLACE VIEW shown_scope AS SELECT * REPLACE ('elsewhere' AS namespace) FROM scope`,
  );
  yield database('a function put over one of its own', /lower|sha256/, `CREATE MACRO lower(x) AS 'zoe'`);
  yield database(
    'a function that hashes, put over its own',
    /sha256/,
    `CREATE MACRO sha256(x) AS 'f'`,
    `UPDATE activity SET verb = 'get' WHERE verb = 'delete'`,
  );
  yield database('a table put in', /more/, `CREATE TABLE more (a INTEGER)`);
  yield database('a column put in', /activity/, `ALTER TABLE activity ADD COLUMN more INTEGER`);
  yield database('a schema put in', /other/, `CREATE SCHEMA other`, `CREATE TABLE other.activity AS FROM activity`);
  yield database('sessions', /[Ss]essions/, `UPDATE session SET confidence = 0.99`);
  yield database(
    'sessions, said to be of an older correlator',
    /[Ss]essions/,
    `UPDATE session SET confidence = 0.99`,
    `UPDATE meta SET value = regexp_replace(value, 'correlate \\d+', 'correlate 1') WHERE name = 'analysed'`,
  );
  yield database(
    'sessions, said to be of no correlator',
    /[Ss]essions/,
    `UPDATE session SET confidence = 0.99`,
    `DELETE FROM meta WHERE name = 'analysed'`,
  );
  yield database(
    'sessions, said to be of another case',
    /[Ss]essions/,
    `UPDATE session SET confidence = 0.99`,
    `UPDATE meta SET value = regexp_replace(value, '^.', '0') WHERE name = 'analysed'`,
    `UPDATE meta SET value = regexp_replace(value, '^.', '0') WHERE name = 'analysisDigest'`,
  );
  yield database('a clock’s offset', /clock/, `UPDATE meta SET value = value || ' ' WHERE name = 'clocks'`);
  yield database('the sum of its rows', /activities/, `UPDATE meta SET value = repeat('f', 64) WHERE name = 'terms'`);
  yield database('its last change', /last change/, `UPDATE meta SET value = repeat('f', 64) WHERE name = 'journal'`);
  yield database('its last change taken out', /last change/, `DELETE FROM meta WHERE name = 'journal'`);
  yield database(
    'who handed an evidence over',
    /intake of E1/,
    `UPDATE evidence SET intake = '{"receivedFrom":"Zoe"}' WHERE evidence = 1`,
  );
  yield database(
    'an evidence’s settings',
    /zones of E1|settings/,
    `UPDATE evidence SET settings = '{"zones":{"**":"+05:00"}}' WHERE evidence = 1`,
  );
  yield database('an evidence’s hash', /sha256 of E1/, `UPDATE evidence SET sha256 = repeat('f', 64) WHERE evidence = 1`);
  yield database('an evidence’s name', /name of E1/, `UPDATE evidence SET name = 'other.log' WHERE evidence = 1`);
  yield database(
    'an evidence’s time',
    /time of import of E1/,
    `UPDATE evidence SET imported_at = '2020-01-01T00:00:00.000Z' WHERE evidence = 1`,
  );
  yield database('an evidence taken out', /E3 is missing/, `DELETE FROM evidence WHERE evidence = 3`);
  yield database('a member’s rejects', /digest|members/, `UPDATE member SET rejected = 5 WHERE member = 1`);
  yield database('a member’s projection', /digest|decoder/, `UPDATE member SET projection = 99 WHERE format IS NOT NULL`);
  yield database(
    'a completed name',
    /completed/,
    `INSERT INTO completed (scope, pod) SELECT scope, 'another' FROM scope LIMIT 1`,
  );
  yield database('a known address', /named addresses/, `INSERT INTO named_address VALUES (1)`);
  yield {
    title: 'database: an original forged with its hash',
    touch: both(
      edit(
        inCase('evidence/E1/audit.log'),
        text((t) => t.replace('"ben"', '"zoe"')),
      ),
      async (dir) =>
        told(
          `UPDATE evidence SET sha256 = '${sha256(readFileSync(join(dir, inCase('evidence/E1/audit.log'))))}' WHERE evidence = 1`,
          `UPDATE member SET sha256 = '${sha256(readFileSync(join(dir, inCase('evidence/E1/audit.log'))))}' WHERE evidence = 1`,
        )(dir),
    ),
    asked: CASE,
    names: /sha256 of E1/,
  };
}

export type Line = Readonly<Record<string, unknown>>;
