/** Exports what is in view, secrets taken out, and hands it over: saved where a dialog says, or downloaded. */
import type { ActivitiesExport, ActivitiesFile } from '../../workers/contract/export';
import type { View } from '../../workers/contract/view';
import { counted, shortHash } from '../data/numbers';
import { failureOf } from './failure';
import { download } from './save-report';
import type { Workbench } from './workbench.svelte';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'parquet'] as const satisfies readonly ActivitiesExport['format'][];
export const EXPORT_NAMES: Readonly<Record<ActivitiesExport['format'], string>> = {
  csv: 'CSV',
  ndjson: 'lines of JSON',
  parquet: 'Parquet',
};

/** @param say what is being done, what was made, or why it was not */
export async function saveActivities(
  { shell }: Pick<Workbench, 'shell'>,
  view: View,
  format: ActivitiesExport['format'],
  say: (text: string) => void,
): Promise<void> {
  say('Exporting…');
  try {
    const file = await shell.saveActivities({ ...view, format }, ({ done }) =>
      say(`Exporting: ${counted(done, 'activity', 'activities')}`),
    );
    if (file) download(file);
    say(file ? made(file) : '');
  } catch (error) {
    say(failureOf(error).message);
  }
}

function made({ name, activities, redacted, sha256, journaled }: ActivitiesFile): string {
  const secrets = redacted === 0 ? 'no secret found' : `secrets taken out in ${counted(redacted, 'place')}`;
  const unsaid = journaled ? '' : ', not journaled: the case is open to read';
  return `${name}: ${counted(activities, 'activity', 'activities')}, ${secrets}, sha256 ${shortHash(sha256, 2)}${unsaid}`;
}
