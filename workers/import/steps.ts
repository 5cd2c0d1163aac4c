/**
 * Marks around each step of an import, for crash tests: with EXHIBIT_MARKS=1 a line goes to stderr before and after it, so that a kill is known to
 * have come inside a step if its first mark was seen and its second was not.
 */
import { writeSync } from 'node:fs';

export type Step = 'journal-intent' | 'insert' | 'commit' | 'checkpoint' | 'journal-outcome';

export async function step<T>(name: Step, work: () => Promise<T> | T): Promise<T> {
  mark(`${name} begins`);
  const result = await work();
  mark(`${name} ended`);
  return result;
}

/** Synchronous, so that it is out before the work goes on. */
function mark(text: string): void {
  if (process.env.EXHIBIT_MARKS === '1') writeSync(2, `mark: ${text}\n`);
}
