/** Progress of long work as one passing line: what, how far, how fast, how long still. */
import type { OnProgress, Progress } from '../workers/contract/progress';
import type { Io } from './io';

const MB = 1024 * 1024;

function line({ phase, detail, done, total, unit }: Progress, seconds: number): string {
  const amount = (n: number) => (unit === 'bytes' ? `${(n / MB).toFixed(1)} MB` : `${n.toLocaleString('en-US')} ${unit}`);
  const left = total && done > 0 && seconds > 1 ? `, ${Math.ceil((seconds * (total - done)) / done)} s left` : '';
  const rate = done > 0 && seconds > 1 ? `, ${amount(done / seconds)}/s` : '';
  return `${phase} ${detail}: ${amount(done)}${total ? ` of ${amount(total)}` : ''}${rate}${left}`;
}

/** Shows progress, and calls `stop` with the job's name when the person interrupts. */
export function progress(io: Io, stop: (job: string) => Promise<void>): OnProgress {
  let phase = '';
  let since = 0;
  let stopping = false;
  return (step) => {
    if (step.phase !== phase) [phase, since] = [step.phase, Date.now()];
    io.status(line(step, (Date.now() - since) / 1000));
    if (!io.interrupted.aborted || stopping) return;
    stopping = true;
    stop(step.job).catch(() => {}); // the work itself rejects, and says so
  };
}
