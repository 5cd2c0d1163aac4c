import { afterEach, beforeEach, expect, test } from 'vitest';
import { findings } from '../../../workers/detect/findings';
import { count } from '../../../workers/queries/count';
import { values } from '../../../workers/queries/values';
import { fill, type MadeCase, madeCase, SECOND, START } from '../queries/made-case';

let made: MadeCase;
beforeEach(async () => {
  made = await madeCase();
});
afterEach(() => made.database.close());

const shreds = async (scope: number, rows: number, fromNs = 0n) => {
  await fill(made, { member: 1, kind: 'cmd', scope, everyNs: SECOND, count: rows }, fromNs);
  await made.connection.run(`UPDATE activity SET comm = 'shred', cmdline = 'shred -u /tmp/x' WHERE comm IN ('even', 'odd')`);
};

test('a finding is a rule in a place; its filter gives what it cites, in view or not', async () => {
  await shreds(1, 7);
  await shreds(2, 2);
  const found = await findings(made.source, {});

  expect(found.findings).toMatchObject([
    {
      rule: 'secure-delete',
      severity: 'medium',
      count: 7,
      kinds: { cmd: 7 },
      scope: { node: 'node-1', pod: null },
      cited: ['E1/a.log:1', 'E1/a.log:2', 'E1/a.log:3', 'E1/a.log:4', 'E1/a.log:5'],
    },
    { rule: 'secure-delete', count: 2, scope: { node: 'node-2' } },
  ]);
  for (const { filter, count: cited } of found.findings)
    expect(await count(made.source, { filter: filter ?? '' })).toMatchObject({ count: cited });
  expect(await values(made.source, { attribute: 'finding', limit: 5 })).toEqual([{ value: 'secure-delete', count: 9 }]);

  const narrow = await findings(made.source, { to: START + 3n * SECOND, filter: 'node = "node-1"' });
  expect(narrow.findings).toMatchObject([{ id: found.findings[0]?.id, filter: found.findings[0]?.filter, count: 3 }]);
  expect(narrow.rules.find(({ rule }) => rule === 'secure-delete')).toMatchObject({ count: 3 });
});

test('a rule whose source is missing is not evaluated, and says so', async () => {
  await shreds(1, 1);
  const { rules } = await findings(made.source, {});

  expect(rules.find(({ rule }) => rule === 'secure-delete')).toMatchObject({ state: 'whole', why: null });
  expect(rules.find(({ rule }) => rule === 'kube-exec-shell')).toMatchObject({
    state: 'none',
    why: 'No source in this case tells requests to the Kubernetes API; they come from an API server’s audit log.',
  });
  expect(rules.find(({ rule }) => rule === 'new-program')).toMatchObject({ state: 'none' });
});

test('a rule of the request holds for this answer alone', async () => {
  await shreds(1, 2);
  const text =
    'title: Mine\nseverity: high\nconfidence: low\ntags: []\nabout: Why.\ninnocent: Else.\nneeds: [commands]\nwhen: comm = "shred"\n';
  const own = await findings(made.source, { rules: [{ name: 'mine', text }] });

  expect(own.findings.map(({ rule, count: cited, filter }) => [rule, cited, filter === null])).toEqual([
    ['mine', 2, true],
    ['secure-delete', 2, false],
  ]);
  expect((await findings(made.source, {})).findings.map(({ rule }) => rule)).toEqual(['secure-delete']);
  await expect(findings(made.source, { rules: [{ name: 'mine', text: 'title: x' }] })).rejects.toThrow(
    'The rule “mine” cannot be read',
  );
});

test('a silence is cited by what lies on both sides of it', async () => {
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 500 });
  await fill(made, { member: 1, kind: 'cmd', scope: 1, everyNs: SECOND, count: 500 }, 3_600n * SECOND);

  expect((await findings(made.source, {})).findings).toMatchObject([
    { rule: 'source-silent', count: 2, cited: ['E1/a.log:500', 'E1/a.log:501'] },
  ]);
});

test('a change of the case is seen, a change of marks alone works nothing out again', async () => {
  await shreds(1, 1);
  await findings(made.source, {});
  await shreds(1, 1, SECOND);
  made.source.kept.clear('marks');
  expect((await findings(made.source, {})).findings).toMatchObject([{ count: 1 }]);

  made.source.kept.clear();
  expect((await findings(made.source, {})).findings).toMatchObject([{ count: 2 }]);
});
