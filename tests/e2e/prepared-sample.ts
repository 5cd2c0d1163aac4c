/** Playwright's global setup: the sample is imported once, by the program itself; each worker's server has a copy of that case. */
import { serve } from './server';

export default async function prepareSample(): Promise<() => Promise<void>> {
  const served = await serve({ sample: true });
  await served.end();
  process.env.EXHIBIT_E2E_SAMPLE = served.caseDir; // the workers inherit it
  return () => served.close();
}
