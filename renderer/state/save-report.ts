/** Makes a report and hands it over: saved where a dialog says, or downloaded. */
import type { Report, ReportRequest } from '../../workers/contract/report';
import { shortHash, size } from '../data/numbers';
import { failureOf } from './failure';
import type { Workbench } from './workbench.svelte';

/** @param say what is being done, what was made, or why it was not */
export async function saveReport(
  { shell, address }: Workbench,
  request: Omit<ReportRequest, 'zone'>,
  say: (text: string) => void,
): Promise<void> {
  say('Making the report…');
  try {
    const report = await shell.saveReport({ ...request, zone: address.zone }, (p) => say(p.detail || 'Making the report…'));
    if (report) download(report);
    say(report ? made(report) : '');
  } catch (error) {
    say(failureOf(error).message);
  }
}

const made = ({ name, bytes, sha256, journaled }: Report): string =>
  `${name}, ${size(bytes.length)}, sha256 ${shortHash(sha256, 2)}${journaled ? '' : ', not journaled: the case is open to read'}`;

export function download({ name, mime, bytes }: Pick<Report, 'name' | 'mime' | 'bytes'>): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mime }));
  const link = document.createElement('a');
  [link.href, link.download] = [url, name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
