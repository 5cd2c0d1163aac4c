import { Random } from './random';

/** Difficulties for whoever ties an exec to its processes; each can be switched. */
export interface Traps {
  /** Exec probes, one of them running the very command of johndoe's session in its container. */
  readonly probes: boolean;
  /**
   * Several people run the same command in one container within a second: `terminals`, shells that they leave at different moments; `any`,
   * also commands that end by themselves, which hardly anything tells apart.
   */
  readonly sameCommandSameSecond: false | 'terminals' | 'any';
  /** Largest clock error of a node, in seconds, either way. */
  readonly clockOffset: number;
  /** Share of the agents' records that were lost. */
  readonly loss: number;
  /** Process ids come back within the day (kernel.pid_max 32768). */
  readonly pidReuse: boolean;
  /** Containers restart under the same pod and name, with a new id. */
  readonly restarts: boolean;
}

export interface SampleOptions {
  readonly seed: number;
  /** The day, as 2026-03-17. */
  readonly date: string;
  /** `small`: the stories and a little ordinary traffic around them, for quick tests. */
  readonly size: 'full' | 'small';
  /** `falco-all-exec`: in Tetragon's place a Falco rule that logs every spawned process (pid, ppid, tty; no exits). */
  readonly agent: 'tetragon' | 'falco-all-exec';
  /** Sessions of many people in many pods beside the stories. */
  readonly extraSessions: number;
  readonly traps: Traps;
  readonly story: Story;
}

/** The session of the seeds: somebody downloads, unpacks, and removes the history. */
export interface Story {
  readonly user: string;
  readonly second: string;
  /** Address of the first and of the second person. */
  readonly from: string;
  readonly secondFrom: string;
  /** When the API server received the exec, as 14:03:11.482913. */
  readonly at: string;
  readonly command: readonly string[];
  readonly url: string;
  readonly download: string;
  readonly target: string;
  readonly history: string;
}

export const TRAPS: Traps = {
  probes: true,
  sameCommandSameSecond: 'terminals',
  clockOffset: 0.06,
  loss: 0,
  pidReuse: true,
  restarts: true,
};

const STORY: Story = {
  user: 'johndoe',
  second: 'oncall-2',
  from: '203.0.113.7',
  secondFrom: '203.0.113.61',
  at: '14:03:11.482913',
  command: ['bash'],
  url: 'https://198.51.100.23/u.tgz',
  download: '/tmp/u.tgz',
  target: '/opt/app',
  history: '/root/.bash_history',
};

/** The sample that is committed. */
export const SAMPLE: SampleOptions = {
  seed: 1,
  date: '2026-03-17',
  size: 'full',
  agent: 'tetragon',
  extraSessions: 24,
  traps: TRAPS,
  story: STORY,
};

/** Small bundles with other names, times and commands, all chosen by the seed. */
export function variant(seed: number, changes: Partial<SampleOptions> = {}): SampleOptions {
  const random = new Random(`variant/${seed}`);
  const two = (n: number) => String(n).padStart(2, '0');
  const [user, second] = random.pick([
    ['avery', 'oncall-1'],
    ['dev-17', 'sre-lead'],
    ['m.castell', 'breakglass'],
    ['svc-operator', 'johndoe'],
  ]) as [string, string];
  const name = random.text(6, 'abcdefghijklmnop');
  const day = two(random.int(1, 28));
  const month = two(random.int(1, 12));
  return {
    ...SAMPLE,
    seed,
    date: `2026-${month}-${day}`,
    size: 'small',
    extraSessions: 12,
    story: {
      user,
      second,
      from: `203.0.113.${random.int(2, 50)}`,
      secondFrom: `203.0.113.${random.int(51, 120)}`,
      at: `${two(random.int(11, 20))}:${two(random.int(1, 58))}:${two(random.int(0, 59))}.${random.text(6, '0123456789')}`,
      command: random.pick([['bash'], ['/bin/bash', '-l'], ['sh'], ['bash', '-i'], ['/bin/sh']]),
      url: `https://198.51.100.${random.int(10, 90)}/${name}.tar.gz`,
      download: `/var/tmp/${name}.tar.gz`,
      target: `/srv/${random.text(5, 'qrstuvw')}`,
      history: random.pick(['/root/.bash_history', '/root/.ash_history']),
    },
    ...changes,
  };
}
