/** What makes linking hard, each to be switched; and what differs from cluster to cluster, drawn anew for each seed so that nothing can be tuned to it. */
import type { Chance } from './chance';

export interface Scenario {
  readonly title: string;
  readonly agent: 'tetragon' | 'falco';
  /** GKE tells neither command nor container, nor when the response started. */
  readonly audit: 'kubernetes' | 'gke';
  readonly seconds: number;
  readonly sessions: number;
  /** Exec probes, some of them with a command that people run there too. */
  readonly probes?: boolean;
  /** A small range of process ids, so that each comes back many times. */
  readonly pidReuse?: boolean;
  /** Bursts: two to four people with one command in one container within a second. */
  readonly crowd?: boolean;
  /** Largest error of a node's clock and of an API server's, seconds. */
  readonly offset?: number;
  /** Share of the agent's records that are lost. */
  readonly loss?: number;
  readonly restarts?: boolean;
  /** Some pods share one process namespace among their containers: no vpid 1 in them. */
  readonly sharedPids?: boolean;
  /** 101 without a process, refused calls, clients that leave, processes that outlive their session or detach from it. */
  readonly odd?: boolean;
  /** A policy that writes one line a call: once it is over, once its stream is open, or once it was asked for. */
  readonly only?: 'ResponseComplete' | 'ResponseStarted' | 'RequestReceived';
  /** A log that was rotated while calls ran: their stages lie in two files. */
  readonly rotated?: boolean;
  /** Clients over websockets: a GET, now and then refused and asked again as a POST. */
  readonly websockets?: boolean;
  /** Share of the API servers' lines that are lost. */
  readonly auditLoss?: number;
  /** A node's clock is set right half way, by this many seconds. */
  readonly step?: number;
  /** Programs that replace themselves without a fork (`sh -c bash`, `exec`). */
  readonly replaced?: boolean;
  /** Daemons whose parent ends before they begin: the container's own first process adopts them. */
  readonly daemons?: boolean;
  /** Connections, told with the process that opened them. */
  readonly connections?: boolean;
  /** Agents of an older release, or with fewer fields asked for: Tetragon without `in_init_tree` and process ids inside, Falco without the parent's name. */
  readonly lean?: boolean;
  /** Seconds in a second that a node's clock gains or loses at most. */
  readonly drift?: number;
  /** The API servers' clocks lie up to this far on either side of the true time. */
  readonly serversApart?: number;
  /** All API servers write into one log, as what gathers audit over a webhook does: nothing says which one a line is of. */
  readonly oneLog?: boolean;
  /** Shells of hours among the sessions. */
  readonly long?: boolean;
  /** Liveness and readiness ask the same command, at two paces. */
  readonly twoProbes?: boolean;
  /** The probe's own command, run through the API server each minute. */
  readonly script?: boolean;
  /** What the container itself runs each minute is a command that people run there too. */
  readonly cron?: boolean;
  /** A cluster under load: everything takes so many times as long. */
  readonly slowness?: number;
  /** Lines of the logs stand in any order. */
  readonly shuffled?: boolean;
  /** All sessions lie in two containers. */
  readonly hot?: boolean;
  /** `kubectl cp` among the calls. */
  readonly copies?: boolean;
  /** Falco beside Tetragon on each node: two agents tell the same processes. */
  readonly both?: boolean;
  /** A rule set that tells shells with a terminal and what a few rules catch, as Falco's own does. */
  readonly sparse?: boolean;
  /** The agents started after the containers: nothing tells what ran in them before, nor what their own work is below. */
  readonly late?: boolean;
  /** Shells asked for through another program that runs them in its place. */
  readonly wrapped?: boolean;
  /** The agents' records do not name the node. */
  readonly unnamed?: boolean;
  /** The runtime's own image inside the container is told before the command that takes its place. */
  readonly runtimeTold?: boolean;
  /** Two clusters in one bundle, with pods of the same names. */
  readonly twins?: boolean;
}

export interface Habits {
  /** Of this cluster: median and spread from ResponseStarted to the process, and the share and median of the slow ones. */
  readonly delay: number;
  readonly delaySigma: number;
  readonly slow: number;
  readonly slowDelay: number;
  /** From exit to ResponseComplete. */
  readonly gap: number;
  readonly gapSigma: number;
  readonly roundTrip: number;
  readonly period: number;
  /** Fields that this Falco's rule names beyond pid and ppid. */
  readonly namesSid: boolean;
  readonly namesVpid: boolean;
  readonly received: boolean;
  /** A runtime's process of its own for each exec; else all that enters a container has the one shim as parent. */
  readonly ownRuntime: boolean;
}

export const habitsOf = (chance: Chance, slowness = 1): Habits => ({
  delay: slowness * chance.within(0.1, 0.3),
  delaySigma: chance.within(0.35, 0.65),
  slow: chance.within(0.03, 0.12),
  slowDelay: chance.within(0.7, 1.8),
  gap: slowness * chance.within(0.015, 0.06),
  gapSigma: chance.within(0.3, 0.7),
  roundTrip: slowness * chance.within(0.008, 0.06),
  period: chance.of([5, 10, 15, 20, 30]),
  namesSid: chance.holds(0.4),
  namesVpid: chance.holds(0.5),
  received: chance.holds(0.5),
  ownRuntime: chance.holds(0.5),
});

const PLAIN = { agent: 'tetragon', audit: 'kubernetes', seconds: 3 * 3600, sessions: 60, odd: false } as const;
const ALL = {
  ...PLAIN,
  probes: true,
  pidReuse: true,
  crowd: true,
  offset: 2,
  loss: 0.03,
  restarts: true,
  sharedPids: true,
  odd: true,
} as const;

/** All that the evidence can do beside. */
const MORE = { rotated: true, websockets: true, auditLoss: 0.01, replaced: true, daemons: true, connections: true } as const;

/** With the least F1 that the product promises for each. */
export const SCENARIOS: readonly (Scenario & { readonly least: number })[] = [
  { ...PLAIN, title: 'Tetragon, no confounders', least: 1 },
  { ...PLAIN, title: 'Tetragon, probes', probes: true, least: 1 },
  { ...PLAIN, title: 'Tetragon, pid reuse', pidReuse: true, least: 1 },
  { ...PLAIN, title: 'Tetragon, same command in the same second', crowd: true, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, clocks 2 s off', offset: 2, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, 3 % lost and restarts', loss: 0.03, restarts: true, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, GKE without command and container', audit: 'gke', least: 0.98 },
  { ...PLAIN, title: 'Tetragon, shared process namespaces', sharedPids: true, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, calls without process, detached processes', odd: true, least: 0.98 },
  { ...ALL, title: 'Tetragon, all together', least: 0.97 },
  { ...PLAIN, title: 'Tetragon, only the end of each call', only: 'ResponseComplete', crowd: true, least: 0.98 },
  {
    ...PLAIN,
    title: 'Tetragon, rotated logs, websockets, 3 % of audit lost',
    rotated: true,
    websockets: true,
    auditLoss: 0.03,
    least: 0.98,
  },
  { ...PLAIN, title: 'Tetragon, a clock is set by 1.5 s', offset: 2, step: 1.5, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, replaced images and daemons', replaced: true, daemons: true, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, lean records, connections', lean: true, connections: true, probes: true, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, two clusters with the same names', twins: true, least: 0.98 },
  { ...ALL, ...MORE, title: 'Tetragon, all and more', least: 0.95 },
  { ...PLAIN, title: 'Falco, no confounders', agent: 'falco', least: 0.98 },
  { ...PLAIN, title: 'Falco, probes', agent: 'falco', probes: true, least: 0.98 },
  { ...PLAIN, title: 'Falco, only the end of each call', agent: 'falco', only: 'ResponseComplete', crowd: true, least: 0.95 },
  { ...PLAIN, title: 'Falco, replaced images and connections', agent: 'falco', replaced: true, connections: true, least: 0.98 },
  { ...PLAIN, title: 'Falco, lean records', agent: 'falco', lean: true, probes: true, least: 0.98 },
  { ...PLAIN, title: 'Falco, two clusters with the same names', agent: 'falco', twins: true, least: 0.95 },
  { ...ALL, title: 'Falco, all together', agent: 'falco', least: 0.95 },
  // What others might draw: not promised case by case, but never far below what is.
  { ...PLAIN, title: 'Tetragon, only the opening of each stream', only: 'ResponseStarted', least: 0.98 },
  { ...PLAIN, title: 'Tetragon, only the request of each call', only: 'RequestReceived', least: 0.95 },
  { ...PLAIN, title: 'Tetragon, clocks drift, shells of hours', offset: 2, drift: 2e-4, long: true, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, API servers 3 s apart', offset: 2, serversApart: 1.5, least: 0.98 },
  { ...PLAIN, title: 'Tetragon, API servers 3 s apart in one log', offset: 2, serversApart: 1.5, oneLog: true, least: 0.95 },
  {
    ...PLAIN,
    title: 'Tetragon, one command as two probes, and as a script',
    probes: true,
    twoProbes: true,
    script: true,
    least: 0.98,
  },
  { ...PLAIN, title: 'Tetragon, five times as slow, in any order', slowness: 5, shuffled: true, crowd: true, least: 0.95 },
  { ...PLAIN, title: 'Tetragon, two containers, cron, copies', hot: true, cron: true, copies: true, crowd: true, least: 0.95 },
  { ...PLAIN, title: 'Tetragon, 10 % lost', loss: 0.1, auditLoss: 0.02, least: 0.95 },
  { ...PLAIN, title: 'Tetragon and Falco on each node', both: true, connections: true, replaced: true, least: 0.98 },
  {
    ...ALL,
    ...MORE,
    title: 'Tetragon and Falco, all and more',
    both: true,
    twoProbes: true,
    cron: true,
    drift: 5e-5,
    least: 0.95,
  },
  { ...PLAIN, title: 'Tetragon, agents later than containers, nodes unnamed', late: true, unnamed: true, offset: 1, least: 0.98 },
  {
    ...PLAIN,
    title: 'Tetragon, shells in wrappers, the runtime’s image told',
    wrapped: true,
    runtimeTold: true,
    loss: 0.03,
    least: 0.98,
  },
  { ...PLAIN, title: 'Falco, agents later than containers', agent: 'falco', late: true, loss: 0.03, least: 0.95 },
  { ...PLAIN, title: 'Falco, shells in wrappers', agent: 'falco', wrapped: true, loss: 0.03, odd: true, least: 0.95 },
  {
    ...PLAIN,
    title: 'Falco, one command as two probes, and as a script',
    agent: 'falco',
    probes: true,
    twoProbes: true,
    script: true,
    least: 0.95,
  },
  { ...PLAIN, title: 'Falco, clocks drift, shells of hours', agent: 'falco', offset: 2, drift: 2e-4, long: true, least: 0.95 },
  { ...PLAIN, title: 'Falco, daemons', agent: 'falco', daemons: true, least: 0.95 },
  {
    ...PLAIN,
    title: 'Falco, API servers 3 s apart in one log',
    agent: 'falco',
    offset: 2,
    serversApart: 1.5,
    oneLog: true,
    least: 0.9,
  },
  { ...PLAIN, title: 'Falco, two containers, cron, copies', agent: 'falco', hot: true, cron: true, copies: true, least: 0.9 },
  { ...PLAIN, title: 'Falco, five times as slow, in any order', agent: 'falco', slowness: 5, shuffled: true, least: 0.9 },
  { ...PLAIN, title: 'Falco, what its own rules catch', agent: 'falco', sparse: true, least: 0.8 },
  { ...ALL, ...MORE, title: 'Falco, all and more', agent: 'falco', twoProbes: true, cron: true, drift: 5e-5, least: 0.9 },
];
