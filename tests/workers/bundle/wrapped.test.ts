/** Logs that were copied from a terminal's screen, with its line breaks in them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wrappedAt } from '../../../workers/bundle/wrapped';
import { k8sAudit } from '../../../workers/formats/k8s-audit';
import { recognised, Stage, told } from '../../helpers/stage';
import { makeLogs } from '../import/logs';

const { audit } = makeLogs(40);
const broken = (width: number): string[] => audit.map((line) => line.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n'));

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test.for([80, 132, 201])('broken at column %d, they are what they were before', async (width) => {
  const plain = await stage.run(k8sAudit, Buffer.from(`${audit.join('\n')}\n`));
  const bytes = Buffer.from(`I0317 09:00:00.000000 1 audit.go:1] begins\n${broken(width).join('\n')}\n`);
  const { rows, rejects } = await stage.run(k8sAudit, bytes.subarray(bytes.indexOf('{')));
  expect(rejects).toEqual([]);
  expect(rows.map(told)).toEqual(plain.rows.map(told));
});

test('a record is cited by its first line, and a blank that was lost at a line’s end comes back', async () => {
  const [first = '', second = ''] = audit;
  const at = first.indexOf('kubectl/v1.31.1') + 'kubectl'.length;
  const spaced = first.replace('kubectl/v1.31.1', `kubectl${'-'.repeat((80 - ((at + 1) % 80)) % 80)} v1`);
  const width = 80;
  const lines = [spaced, second].map((line) => line.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n'));
  const { rows } = await stage.run(k8sAudit, Buffer.from(`${lines.join('\n').replaceAll(/ +\n/g, '\n')}\n`));
  expect(rows.map(({ r }) => Number(r))).toEqual([1, 1 + (lines[0] as string).split('\n').length]);
  expect(rows[0]?.useragent).toMatch(/^kubectl-* v1$/);
});

describe('what only looks so is left alone', () => {
  test.for([
    ['JSON lines of any length', `${audit.join('\n')}\n`],
    [
      'an object in two lines, broken between tokens',
      `{"kind":"Event","auditID":"0123456789","stage":"Panic",\n"verb":"get"}\n`.repeat(3),
    ],
    ['pretty JSON', `${JSON.stringify(JSON.parse(audit[0] as string), null, 2)}\n`],
    ['text', 'a line of no format at all, as wide as a terminal would be, or so\nanother}\n'],
  ] as const)('%s', ([, text]) => {
    expect(wrappedAt(text)).toBeUndefined();
  });
});

test('it is recognised by what is in it', () => {
  const { recipe, format } = recognised(Buffer.from(`${broken(80).join('\n')}\n`));
  expect([format?.id, recipe?.cut, recipe?.envelopes.map(({ id }) => id)]).toEqual(['k8s-audit', 'lines of text', ['wrapped']]);
});
