/** Where findings lie for filters and views: beside the case, in a schema of their own. */
import { POLICY_SCOPE } from '../contract/policy-hits';
import { join, name, raw, type Sql, sql } from '../contract/sql';

const create = (schema: 'kept' | 'temp'): Sql => raw(`CREATE ${schema === 'temp' ? 'TEMP ' : ''}TABLE IF NOT EXISTS ${schema}`);

/** `finding_name` has a row a finding, `severity` by its rank; `finding` what each cites. */
export const findingTables = (schema: 'kept' | 'temp'): readonly Sql[] => [
  sql`${create(schema)}.finding (key BIGINT, finding INTEGER)`,
  sql`${create(schema)}.finding_name (
    finding INTEGER, rule VARCHAR, severity INTEGER, id VARCHAR,
    ${join(POLICY_SCOPE.map((of) => sql`${name(of)} VARCHAR`))}, "user" VARCHAR, session_id VARCHAR
  )`,
];
