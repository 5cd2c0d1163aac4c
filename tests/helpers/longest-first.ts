/** The order of the test files: a fresh clone does not know which take long, and one that begins last leaves a core idle for minutes. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than ten seconds of a quiet core, longest first. */
const LONG = [
  'tests/workers/import/cut.test.ts',
  'tests/workers/import/crash.test.ts',
  'tests/workers/engine/engine.test.ts',
  'tests/hostile/hostile.test.ts',
  'tests/workers/correlate/truth.test.ts',
  'tests/cli/tampering.test.ts',
  'tests/fresh-clone.test.ts',
  'tests/cli/verify.test.ts',
  'tests/workers/engine/analyst.test.ts',
  'tests/workers/verify/again.test.ts',
  'tests/cli/agree.test.ts',
  'tests/workers/formats/agreement.test.ts',
  'tests/workers/import/accounting.test.ts',
  'tests/workers/formats/attributes.test.ts',
  'tests/cli/exchange.test.ts',
  'tests/cli/main.test.ts',
  'tests/workers/correlate/evaluation.test.ts',
  'tests/workers/import/reread.test.ts',
  'tests/workers/verify/tampering.test.ts',
  'tests/workers/import/resolve.test.ts',
];
/** What shares processes comes last, in one row: a process is taken on only by the next file that may share it. */
const rank = ({ moduleId, project }: TestSpecification): number => {
  const at = LONG.findIndex((path) => moduleId.endsWith(path));
  return at === -1 ? LONG.length + Number(!project.config.isolate) : at;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
