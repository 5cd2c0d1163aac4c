/** Moving the window of time, by key and by the palette. */
import { parseTime } from '../../../workers/contract/time';
import type { Command } from '../../state/commands.svelte';
import type { Workbench } from '../../state/workbench.svelte';
import { around, endWindow, PRESETS, presetWindow, shiftWindow } from './window-data';

export const selectedTime = ({ selected }: Pick<Workbench, 'selected'>): bigint | undefined =>
  typeof selected?.time === 'string' ? parseTime(selected.time) : undefined;

export function timeCommands(workbench: Workbench, typeWindow: () => void): readonly Command[] {
  const dated = () => workbench.extent !== undefined;
  const step = (direction: 1 | -1) => {
    const window = workbench.shownWindow;
    if (window) workbench.setWindow(shiftWindow(window, direction));
  };
  const jump = (side: 1 | -1) => {
    const [window, extent] = [workbench.shownWindow, workbench.extent];
    if (window && extent) workbench.setWindow(endWindow(window, extent, side));
  };
  const time = (id: string, title: string, run: () => void, more: Partial<Command> = {}): Command => ({
    id: `time.${id}`,
    title,
    group: 'Time',
    words: 'window',
    when: dated,
    run,
    ...more,
  });
  const onRow = (id: string, title: string, run: (ns: bigint) => void, more: Partial<Command> = {}): Command =>
    time(
      id,
      title,
      () => {
        const ns = selectedTime(workbench);
        if (ns !== undefined) run(ns);
      },
      { onRow: true, when: () => selectedTime(workbench) !== undefined, ...more },
    );
  return [
    time('back', 'The window one step back', () => step(-1), { keys: ['['] }),
    time('on', 'The window one step on', () => step(1), { keys: [']'] }),
    time('first', 'Jump to the first of the case', () => jump(-1), { keys: ['{'] }),
    time('last', 'Jump to the last of the case', () => jump(1), { keys: ['}'] }),
    time('zoomBack', 'Zoom back', () => workbench.zoomBack(), { keys: ['Backspace'], when: () => workbench.zoomable > 0 }),
    time('type', 'Type an exact window', typeWindow, { keys: ['e'], words: 'from to iso relative' }),
    time('all', 'Show all times', () => workbench.setWindow({})),
    ...PRESETS.map(({ name, ns }) =>
      time(`preset ${name}`, `A window of ${name}`, () => {
        const { extent, address } = workbench;
        if (extent) workbench.setWindow(presetWindow(ns, address, extent, selectedTime(workbench)));
      }),
    ),
    onRow('around', '± 5 minutes around this', (ns) => workbench.setWindow(around(ns, 5n)), {
      keys: ['w'],
      words: 'window minutes',
    }),
    onRow('from', 'From here on', (ns) => workbench.setWindow({ from: ns, to: workbench.address.to })),
    onRow('to', 'Up to here', (ns) => workbench.setWindow({ from: workbench.address.from, to: ns + 1n })),
  ];
}
