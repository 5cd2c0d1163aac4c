/** The evaluation's own worlds (`npm run bench linking` has them all, larger and on ten seeds), small and through the whole import. */
import { expect, test } from 'vitest';
import { answers, score } from '../../bench/linking/measure';
import type { Scenario } from '../../bench/linking/scenario';
import { tell } from '../../bench/linking/tell';
import { live } from '../../bench/linking/world';

const SMALL = { audit: 'kubernetes', seconds: 1800, sessions: 12 } as const;

test.for<Scenario>([
  {
    ...SMALL,
    title: 'Tetragon without node names, begun later than the containers, wrappers and the runtime’s image',
    agent: 'tetragon',
    late: true,
    unnamed: true,
    offset: 1,
    wrapped: true,
    runtimeTold: true,
  },
  { ...SMALL, title: 'Falco, begun later than the containers, wrappers', agent: 'falco', late: true, wrapped: true },
])('$title: every record is its session’s, and no other', async (scenario) => {
  const told = tell(live(scenario, 7));
  const { right, wrong, missed } = score(told, await answers(told));

  expect({ wrong, missed }).toEqual({ wrong: 0, missed: 0 });
  expect(right).toBe(told.caused.size);
});
