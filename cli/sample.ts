/** Brings the sample case for `npm start`, and prints its folder. Progress goes to stderr. */
import { ExhibitError } from '../workers/contract/errors';
import { startEngine } from '../workers/host';
import { openSample, sampleFolder } from '../workers/shell/sample';

const host = startEngine();
try {
  let phase = '';
  await openSample(host.engine, (progress) => {
    if (progress.phase !== phase) process.stderr.write(`sample: ${progress.phase}\n`);
    phase = progress.phase;
  });
  process.stdout.write(`${sampleFolder()}\n`);
} catch (error) {
  if (!(error instanceof ExhibitError)) throw error;
  process.stderr.write(`exhibit: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await host.close();
}
