/** What the capture itself tells between the calls. */
import type { Capture } from '../capture';
import type { CaptureEvent } from '../event';
import { QUIET } from '../event-table';

export function container(event: CaptureEvent, { containers }: Capture): string {
  const json = event.text('json');
  if (json !== undefined) containers.addJson(json);
  else containers.add(event.text('id'), event.text('name'), event.text('image'));
  return QUIET;
}

export function user(event: CaptureEvent, { users }: Capture): string {
  users.add(event.int('uid'), event.text('name'), event.text('container_id'));
  return QUIET;
}
