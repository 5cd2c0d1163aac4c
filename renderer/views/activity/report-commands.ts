/** What the list shows as a report or as a file of activities: its filter, its window and its kinds, as they are set. */
import type { ReportRequest } from '../../../workers/contract/report';
import type { Command } from '../../state/commands.svelte';
import { EXPORT_FORMATS, EXPORT_NAMES, saveActivities } from '../../state/save-activities';
import { saveReport } from '../../state/save-report';
import type { Workbench } from '../../state/workbench.svelte';

const FORMATS: readonly ReportRequest['format'][] = ['pdf', 'html', 'json'];

export const reportCommands = (workbench: Workbench, say: (text: string) => void): readonly Command[] => [
  ...FORMATS.map((format) => ({
    id: `report.${format}`,
    title: `Report of this list as ${format.toUpperCase()}`,
    group: 'List',
    words: 'print export save what is shown',
    run: () => void saveReport(workbench, { ids: [], list: workbench.view(), format }, say),
  })),
  ...EXPORT_FORMATS.map((format) => ({
    id: `export.${format}`,
    title: `Save what the list shows as ${EXPORT_NAMES[format]}`,
    group: 'List',
    words: 'export download',
    run: () => void saveActivities(workbench, workbench.view(), format, say),
  })),
];
