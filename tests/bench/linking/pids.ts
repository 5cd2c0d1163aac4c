/** Ids that a kernel gives: of processes, inside containers too, and of terminals. */
import type { Chance } from './chance';
import type { Scenario } from './scenario';
import type { Process } from './world';

/** Process ids in the order of time, as a kernel hands them out. */
export function number(processes: Process[], scenario: Scenario, chance: Chance): void {
  processes.sort((a, b) => a.start - b.start);
  const highest = scenario.pidReuse ? 1_500 : 4_194_304;
  const last = new Map<string, number>();
  const busy = new Map<string, number>();
  const terminals: Process[] = [];
  for (const process of processes) {
    const { replaced } = process;
    if (replaced) {
      process.pid = replaced.pid;
      process.pts = replaced.pts;
      process.vpid = replaced.vpid;
      busy.set(`${process.node.name} ${process.pid}`, process.end);
      continue;
    }
    const { name } = process.node;
    let pid = last.get(name) ?? chance.whole(300, 900);
    do {
      pid += chance.whole(1, 9);
      if (pid > highest) pid = 300 + chance.whole(0, 9);
    } while ((busy.get(`${name} ${pid}`) ?? -1e9) > process.start);
    last.set(name, pid);
    busy.set(`${name} ${pid}`, process.end);
    process.pid = pid;
    if (process.tty && process.life) process.pts = process.leader?.pts ?? freeTerminal(terminals, process);
    const { life } = process;
    if (life) process.vpid = life.container.sharedPids ? 20 + life.vpids++ : ++life.vpids;
  }
}

/** The lowest that no shell of the container holds. */
function freeTerminal(terminals: Process[], process: Process): number {
  const held = terminals.filter((other) => other.life === process.life && other.end > process.start).map(({ pts }) => pts);
  terminals.push(process);
  for (let pts = 0; ; pts++) if (!held.includes(pts)) return pts;
}
