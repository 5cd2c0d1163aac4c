/** What records may lack because of what carried them: the limits of the envelopes in which the records of a case came. */
import { sql } from '../contract/sql';
import { ENVELOPES } from '../envelopes/index';
import { select } from './select';
import type { Source } from './source';

/** Ids of envelopes by evidence and path of the member, which is '' where the evidence is a single file. */
type Arrivals = ReadonlyMap<string, readonly string[]>;

/** As `evidenceSettings` of import/import.ts wrote them; absent where no member came in an envelope, and in cases of older versions. */
interface Settings {
  readonly envelopes?: readonly (readonly [path: string, ids: readonly string[]])[];
}

const arrivals = (source: Source): Promise<Arrivals> =>
  source.kept.get('arrivals', async () => {
    const rows = await select(
      source.connection,
      { evidence: 'VARCHAR', settings: 'VARCHAR' },
      sql`SELECT 'E' || evidence AS evidence, settings FROM evidence`,
    );
    return new Map(
      rows.flatMap(({ evidence, settings }) =>
        ((JSON.parse(settings) as Settings).envelopes ?? []).map(([path, ids]) => [`${evidence}/${path}`, ids] as const),
      ),
    );
  });

/** Of the envelopes in which these activities came; of all that are in the case where none are given. */
export async function envelopeLimits(
  source: Source,
  told?: readonly { readonly [attribute: string]: unknown }[],
): Promise<readonly string[]> {
  const byMember = await arrivals(source);
  const carried = told
    ? told.map(({ evidence, member }) => byMember.get(`${evidence}/${member}`) ?? byMember.get(`${evidence}/`) ?? [])
    : [...byMember.values()];
  const ids = new Set(carried.flat());
  return ENVELOPES.filter(({ id }) => ids.has(id)).flatMap(({ limits = [] }) => limits);
}
