/** Reaches the process that holds a case writable, through what its lock file says. */
import { type Holder, lockedBy, whoHolds } from '../case/lock';
import { casePaths } from '../case/store';
import { ExhibitError } from '../contract/errors';
import { type ConnectedSocket, connectSocket } from './socket';

/** Undefined where nobody holds it. `connected` undefined: the holder does not answer. */
export async function connectHolder(
  dir: string,
): Promise<{ readonly holder: Holder; readonly connected?: ConnectedSocket } | undefined> {
  const holder = whoHolds(casePaths(dir).lock);
  if (!holder) return undefined;
  if (!holder.socket) return { holder };
  return { holder, connected: await connectSocket(holder.socket, holder.key).catch(() => undefined) };
}

/** Names the holder; where it has just let go, says only that somebody has the case. */
export const heldBy = (holder: Holder | undefined): ExhibitError =>
  holder ? lockedBy(holder) : new ExhibitError('case-locked', 'Another process has this case open for writing; try again.');
