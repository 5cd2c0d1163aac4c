/** Many small members are read in few statements; each keeps its own records, settings, rejects and careful ones. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { Connection } from '../../../workers/case/database';
import { TestCase, temporary } from './cases';
import { makeLogs } from './logs';

const root = temporary();
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MEMBERS = 30;
const { audit, falco } = makeLogs(2 * MEMBERS);

test('members of one format and equal settings are staged together, each with its own records', async () => {
  const bundle = join(root, 'bundle');
  mkdirSync(bundle);
  const made = await TestCase.make();
  const one = (k: number) => audit[k] as string;
  for (let k = 0; k < MEMBERS; k++) {
    const twice = one(2 * k + 1).replace('{', '{"verb":"get",');
    writeFileSync(join(bundle, `${String(k).padStart(2, '0')}.log`), `${one(2 * k)}\n${twice}\n${one(2 * k).slice(0, 80)}\n`);
    writeFileSync(join(bundle, `${String(k).padStart(2, '0')}.falco`), `${falco[k]}\n`);
  }
  const work = vi.spyOn(Connection.prototype, 'work');
  try {
    const { evidence } = await made.import(bundle, { clusters: [{ member: '0*.log', value: 'one' }] });
    const members = evidence[0]?.members ?? [];
    expect(members).toHaveLength(2 * MEMBERS);
    for (const { path, records, rejected, yielded, merged, duplicates } of members) {
      const [all, bad] = path.endsWith('.log') ? [3, 1] : [1, 0];
      expect({ path, records, rejected, told: yielded + merged + duplicates }).toEqual({
        path,
        records: all,
        rejected: bad,
        told: all - bad,
      });
    }
    const placed = await made.all<{ n: bigint }>(
      `SELECT count(*) AS n FROM activity a JOIN member m USING (member) LEFT JOIN scope s USING (scope) WHERE (s.cluster = 'one') <> (m.path LIKE '0%.log')`,
    );
    expect(placed[0]?.n).toBe(0n);
    // Audit with and without the cluster, Falco; and what the careful path made of the first two.
    const statements = work.mock.calls.map(([statement]) => (typeof statement === 'string' ? statement : statement.text));
    expect(statements.filter((text) => text.includes('read_json'))).toHaveLength(5);
  } finally {
    work.mockRestore();
    await made.close();
  }
});
