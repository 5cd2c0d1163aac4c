/** What is known at one place of a capture: it begins anew with each section. */
import { Containers } from './containers';
import { readDescriptors } from './fds';
import { readHostAddress, readHostName, Users } from './machine';
import { readProcesses } from './process-table';
import { Tasks } from './tasks';

export class Capture {
  host: string | undefined;
  hostip: string | undefined;
  readonly users = new Users();
  readonly containers = new Containers();
  readonly tasks = new Tasks();

  /** The tables at the start. What was read before one turned out to be broken stays. */
  readMachine(body: Buffer): void {
    this.host = readHostName(body);
  }

  readInterfaces(body: Buffer, version: number): void {
    this.hostip ??= readHostAddress(body, version);
  }

  readProcesses(body: Buffer, version: number): void {
    readProcesses(body, version, (task) => {
      const known = this.tasks.get(task.tid);
      if (known) task.descriptors = known.descriptors;
      this.tasks.set(task);
    });
  }

  readDescriptors(body: Buffer, version: number): void {
    readDescriptors(body, version, (thread) => {
      const process = this.tasks.process(this.tasks.of(thread));
      return process.descriptors;
    });
  }
}
