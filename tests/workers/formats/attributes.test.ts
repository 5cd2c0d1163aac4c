/**
 * What a format claims to carry is seen in real records of it, or is listed in `not-seen.txt` as claimed from documentation and tested on made-up records only. A claim that is in
 * neither fails here; so does one of the list that a new sample proves. `vitest -u` renews the list; read its diff.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Row } from '../../../workers/case/database';
import { FORMATS } from '../../../workers/formats/index';
import { haveSamples, sampleBytes, sampleSources } from '../../helpers/samples';
import { unseen } from '../../helpers/seen';
import { recognised, Stage } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

test.skipIf(!haveSamples)(
  'every attribute that a format claims is seen in a real record, or listed as not seen',
  async () => {
    const rows = new Map<string, Row[]>(FORMATS.map(({ id }) => [id, []]));
    for (const { path } of [...sampleSources('k8s'), ...sampleSources('agents')]) {
      const bytes = sampleBytes(path);
      const { format } = recognised(bytes);
      if (format) rows.get(format.id)?.push(...(await stage.run(format, bytes)).rows);
    }
    const lines = await Promise.all(
      FORMATS.map(async (format) => {
        const real = rows.get(format.id) ?? [];
        return `${format.id}: ${real.length === 0 ? '(no sample) ' : ''}${(await unseen(format, real)).join(' ')}`;
      }),
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./not-seen.txt');
  },
  120_000,
);
