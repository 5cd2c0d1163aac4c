import { MINUTE, SECOND } from './log';
import { runSession, type SessionPlan, type Step } from './session';
import type { TruthSession } from './truth';
import type { World } from './world';

const SCRIPTS: readonly { readonly command: readonly string[]; readonly tty: boolean; readonly steps: readonly Step[] }[] = [
  {
    command: ['sh'],
    tty: true,
    steps: [
      { wait: 3, argv: ['ls', '-la'], lasts: 0.005 },
      { wait: 6, argv: ['cat', '/etc/resolv.conf'], lasts: 0.003 },
    ],
  },
  {
    command: ['bash'],
    tty: true,
    steps: [
      { wait: 4, argv: ['ps', 'aux'], lasts: 0.02 },
      { wait: 2, argv: ['df', '-h'], lasts: 0.01 },
    ],
  },
  {
    command: ['bash'],
    tty: true,
    steps: [
      {
        wait: 5,
        argv: ['curl', '-s', 'http://10.96.0.50:8080/metrics'],
        lasts: 0.2,
        acts: [{ connect: '10.96.0.50', port: 8080, after: 0.02 }],
      },
    ],
  },
  { command: ['ls', '-la', '/'], tty: false, steps: [] },
  { command: ['cat', '/etc/app/config.yaml'], tty: false, steps: [] },
  {
    command: ['sh', '-c', 'df -h; ps aux'],
    tty: false,
    steps: [
      { wait: 0.003, argv: ['df', '-h'], lasts: 0.01 },
      { wait: 0.002, argv: ['ps', 'aux'], lasts: 0.02 },
    ],
  },
  { command: ['tar', 'cf', '-', '/var/log/app'], tty: false, steps: [] },
];

/** Ordinary sessions with one command in one container keep this far apart. */
const APART = 10 * SECOND;

const isAlike = (a: SessionPlan, b: SessionPlan): boolean =>
  a.container === b.container && a.command.join('\0') === b.command.join('\0');

/** Many people, many pods, whatever the traps allow. */
export function extraSessions(world: World): (() => TruthSession)[] {
  const random = world.random.fork('extra');
  const { from, to } = world.window;
  const plans: SessionPlan[] = [];
  while (plans.length < world.options.extraSessions) {
    const container = random.pick(world.containers);
    if (container.workloadKind === 'CronJob') continue;
    const n = random.int(1, 9);
    const script = random.pick(SCRIPTS);
    const at = Math.round(random.between(from + MINUTE, to - 12 * MINUTE));
    const born = world.life(container, at + MINUTE);
    const whole = born === world.life(container, at) && born === world.life(container, at + 5 * MINUTE);
    if (!whole) continue;
    const outcome = random.chance(0.06) ? 'refused' : random.chance(0.04) ? 'no-process' : undefined;
    const plan: SessionPlan = {
      story: 'ordinary',
      kind: script.command[0] === 'tar' ? 'cp' : 'exec',
      user: world.human(`dev-${n}`, n < 5 ? 'dev-shop' : 'dev-billing', `203.0.113.${100 + n}`),
      container,
      command: script.command,
      tty: script.tty,
      at,
      transport: random.chance(0.6) ? 'websocket' : 'spdy',
      steps: script.steps.map((step) => ({ ...step, wait: step.wait * random.between(0.5, 2) })),
      rest: script.tty ? random.between(0.5, 60) : random.between(0.004, 0.6),
      outcome,
    };
    if (plans.some((other) => isAlike(plan, other) && Math.abs(plan.at - other.at) < APART)) continue;
    plans.push(plan);
    const { sameCommandSameSecond: together } = world.options.traps;
    if (together && random.chance(0.2) && (script.tty || together === 'any') && plans.length < world.options.extraSessions) {
      const other = world.human(`dev-${n + 10}`, 'dev-shop', `203.0.113.${120 + n}`);
      const later = Math.round(random.between(0.01, 1) * SECOND);
      const rest = plan.rest * random.between(0.6, 1.7);
      // Shells that close in the same moment would be told apart by nothing.
      const stays = together === 'terminals' && Math.abs(rest - plan.rest) < 2 ? plan.rest + 2 : rest;
      plans.push({ ...plan, user: other, at: at + later, rest: stays, outcome: undefined });
    }
  }
  return plans.map((plan) => runSession(world, plan));
}
