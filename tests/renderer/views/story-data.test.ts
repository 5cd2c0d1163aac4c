import { expect, test } from 'vitest';
import { piecesOf, storyOf } from '../../../renderer/views/trace/story-data';
import { transcriptOf } from '../../../renderer/views/trace/trace-data';
import type { ActivityJson } from '../../../workers/contract/activity';
import type { Trace, TraceFold } from '../../../workers/contract/trace';

const at = (second: number) => `2026-03-17T14:03:${String(second).padStart(2, '0')}.000000000Z`;
const act = (id: string, kind: ActivityJson['kind'], second: number, rest: object = {}): ActivityJson => ({
  id,
  kind,
  time: at(second),
  records: [{ evidence: 'E1', member: 'a.log', record: id }],
  ...rest,
});

function told(activities: readonly ActivityJson[], folds: readonly TraceFold[] = []): readonly string[] {
  const originator = act('0', 'exec', 10, {
    label: 'kube exec',
    command: ['bash'],
    namespace: 'billing',
    pod: 'api-1',
    sourceaddresses: ['10.0.0.9', '203.0.113.7'],
  });
  const trace = { originator, activities, folds, root: null, identity: { user: 'johndoe' } } as unknown as Trace;
  return storyOf(trace, transcriptOf(trace), (time) => time.slice(11, 19)).map((sentence) =>
    piecesOf(sentence, (ns) => `${ns / 1_000_000_000n} s`)
      .map(({ text, from }) => (from === 'rule' ? ` [${text}]` : text))
      .join(''),
  );
}
const curl = { process: 'p', comm: 'curl' };

test('who opened the session, where, and from which address the server saw', () => {
  expect(told([])).toEqual(['johndoe opened a session by kube exec: bash in billing / api-1 from 203.0.113.7.']);
});

test('what one process did is one sentence', () => {
  const [, sentence] = told([
    act('1', 'cmd', 11, { ...curl, cmdline: 'curl -o /tmp/u x' }),
    act('2', 'net', 12, { ...curl, direction: 'out', server: '198.51.100.23', serverport: 443 }),
    act('3', 'file', 13, { ...curl, mode: 'write', path: '/tmp/u' }),
  ]);
  expect(sentence).toBe('curl -o /tmp/u x was started, connected to 198.51.100.23:443 and wrote /tmp/u.');
});

test('what two sources tell of the same is said once, with the rule that hit', () => {
  const [, sentence] = told([
    act('1', 'cmd', 11, { process: 'b', cmdline: 'bash', rule: 'Shell in container' }),
    act('2', 'cmd', 11, { process: 'b', cmdline: 'bash' }),
  ]);
  expect(sentence).toBe('bash was started [Shell in container].');
});

test('another process, and a silence, begin another sentence', () => {
  const after = told([
    act('1', 'cmd', 11, { process: 'a', cmdline: 'a' }),
    act('2', 'cmd', 12, { process: 'b', cmdline: 'b' }),
    act('3', 'file', 40, { process: 'b', comm: 'b', mode: 'delete', path: '/x' }),
  ]);
  expect(after.slice(1)).toEqual([
    'a was started.',
    'b was started.',
    'After 28 s without records from this session: b deleted /x.',
  ]);
});

test('a burst is told by its number', () => {
  const [, sentence] = told(
    [act('1', 'net', 11, { ...curl, direction: 'out', server: '192.0.2.1', serverport: 80 })],
    [{ id: '1', count: 22_102, last: at(50), records: 22_102 }],
  );
  expect(sentence).toBe('curl connected to 192.0.2.1:80 22,102 times until 14:03:50.');
});
