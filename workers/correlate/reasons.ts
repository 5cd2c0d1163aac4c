/** Sentences about one session: why its tree is the originator's, who else might have been it, and why there may be none. */
import type { Answer, Attempt, Match } from './input';
import type { OpenerKind } from './openers';
import type { Barren } from './originators';
import type { Place } from './places';

/** As in the contract, with keys of activities in place of ids. */
export interface StoredReason {
  readonly what: string;
  readonly detail: string;
  readonly holds: boolean;
  readonly records: readonly number[];
}

/** Column `detail` of table `session`. Sessions by number, activities by key. */
export interface SessionDetail {
  readonly why: readonly StoredReason[];
  readonly rivals: readonly { readonly session: number; readonly confidence: number }[];
  readonly considered: readonly { readonly session: number; readonly confidence: number; readonly why: string }[];
  readonly limits: readonly string[];
}

/** What the case says of a root. */
export interface RootText {
  readonly key: number;
  readonly comm: string | null;
  readonly cmdline: string | null;
  readonly parent: string | null;
  readonly tty: number | null;
  /** As its own records name it. */
  readonly containerid: string | null;
}

/** Rivals this close to the answer are kept as answers (contract section 7). */
const CLOSE = 0.2;

/** @param bare titles of sources whose records of processes name no container */
export function detailOf(
  attempt: Attempt,
  number: number,
  answer: Answer,
  root: RootText | undefined,
  place: Place | undefined,
  bare: readonly string[] = [],
): SessionDetail {
  if (attempt.opener !== null) {
    return { why: [openedBy(attempt.opener, attempt, root)], rivals: [], considered: [], limits: [UNTYPED] };
  }
  if (attempt.barren === 'attach' && root) {
    return {
      why: [...partOf(attempt), entryPoint(attempt, root)],
      rivals: [],
      considered: [],
      limits: limitsOf(attempt, undefined, []),
    };
  }
  if (!answer.match || !root || !place) {
    const why = [nothing(attempt, answer, bare), ...partOf(attempt)];
    return { why, rivals: [], considered: [], limits: limitsOf(attempt, undefined, bare) };
  }
  const others = answer.rivals.filter((rival) => rival.attempt >= 0 && rival.attempt !== number);
  return {
    why: [...whyOf(attempt, answer, answer.match, root, place), ...partOf(attempt)],
    rivals: others
      .filter((rival) => Math.abs(answer.confidence - rival.confidence) <= CLOSE)
      .map((rival) => ({ session: rival.attempt + 1, confidence: rival.confidence })),
    considered: others.map((rival) => ({
      session: rival.attempt + 1,
      confidence: rival.confidence,
      why: againstRival(rival, nameOf(root)),
    })),
    limits: limitsOf(attempt, answer.match, root.containerid === null ? bare : []),
  };
}

const OPENED: Readonly<Record<OpenerKind, Said>> = {
  ssh: ['A login over ssh', 'who it was is what the ssh daemon’s own log tells, which is not in this record', true],
  telnet: ['A login over telnet', 'who it was is not in this record', true],
  console: ['A login at a console or terminal', 'who it was is not in this record beyond its user', true],
  engine: [
    'A container engine’s own exec, run on the node',
    'the API server was not asked, so its audit log cannot show it',
    true,
  ],
  nsenter: [
    'The namespaces of a process were entered on the node',
    'the API server was not asked, so its audit log cannot show it',
    true,
  ],
  'login-shell': ['A login shell', 'its records do not name what opened it', false],
  'entered-shell': [
    'A shell entered the container from outside, and no call in the audit log fits',
    'opened through the kubelet (nodes/proxy, or its own port), by docker, crictl or nsenter on the node, or by a call whose audit record is lost or was not logged',
    false,
  ],
};

/** What `why` begins with of a shell that no call of the evidence opened. */
export const UNCLAIMED_SHELL = OPENED['entered-shell'][0];

function openedBy(kind: OpenerKind, attempt: Attempt, root: RootText | undefined): StoredReason {
  const [what, detail, holds] = OPENED[kind];
  const parent = root?.parent ? `; its parent is ${root.parent}` : '';
  return { what, detail: `${detail}${parent}`, holds, records: [attempt.key] };
}

/** The composite that a call belongs to, where it belongs to one. */
function partOf({ composite, key }: Attempt): StoredReason[] {
  if (composite === null) return [];
  const made =
    composite.tool === 'run'
      ? 'the same user created this pod'
      : 'the same user added a container to this pod or made it for debugging';
  return [
    {
      what: `Part of kubectl ${composite.tool}`,
      detail: `${made} ${span(composite.before)} before`,
      holds: true,
      records: [composite.key, key],
    },
  ];
}

const entryPoint = ({ container, key }: Attempt, root: RootText): StoredReason => ({
  what: 'The entry point of the container that was made for it',
  detail: `${nameOf(root)} is the first process of ${container}; all that runs below it is taken to be what was typed or asked for`,
  holds: true,
  records: [key, root.key],
});

const nameOf = (root: RootText): string => root.comm ?? root.cmdline?.split(' ')[0]?.split('/').at(-1) ?? 'the process';

function whyOf(attempt: Attempt, answer: Answer, match: Match, root: RootText, place: Place): StoredReason[] {
  const records = [attempt.key, root.key];
  const reason = (what: string, detail: string, holds: boolean): StoredReason => ({ what, detail, holds, records });
  const why = [
    container(attempt, place, root),
    entered(match, root),
    exit(match, nameOf(root)),
    start(match),
    argv(match, root),
    offset(match, attempt, place),
  ].map(([what, detail, holds]) => reason(what, detail, holds));
  if (match.key !== null)
    why.unshift(
      match.key
        ? reason(
            'The process carries this call’s own key',
            'the audit id stands in the environment that it was started with, and in no other process’s',
            true,
          )
        : reason('The process carries the key of another call', 'its environment names another audit id', false),
    );
  if (!Number.isNaN(match.probePeriod)) {
    why.push(
      reason(
        Math.abs(match.offBeat) > 1
          ? 'Off the beat of a probe with the same command'
          : 'On the beat of a probe with the same command',
        `${span(Math.abs(match.offBeat))} from a beat that comes every ${span(match.probePeriod)}`,
        Math.abs(match.offBeat) > 1,
      ),
    );
  }
  if (answer.confidence < 0.5)
    why.push(reason('Too uncertain to link', 'other answers are as likely; its activities carry no session', false));
  return why;
}

type Said = readonly [what: string, detail: string, holds: boolean];

function container(attempt: Attempt, place: Place, root: RootText): Said {
  if (place.pod === '') {
    const where = place.containerid === null ? 'in some container' : `in container ${place.containerid}`;
    return ['Which pod it ran in is not recorded', `${where} of ${place.host ?? 'a node'}, which no record ties to a pod`, false];
  }
  const byRuntime =
    root.containerid === null && place.containerid !== null ? `, which the container runtime’s exec on ${place.host} names` : '';
  const named = attempt.container !== null && place.container !== null;
  if (!named)
    return [
      'Same pod',
      `${place.namespace}/${place.pod}, ${attempt.container === null ? 'the call names no container' : 'the agent names no container'}`,
      true,
    ];
  return [
    'Same pod and container',
    `${place.pod} · ${place.container}${place.containerid === null ? '' : ` · ${place.containerid}${byRuntime}`}`,
    true,
  ];
}

function entered(match: Match, root: RootText): Said {
  const unnamed = match.outer === 'runtime' ? 'its parent is a process of the container runtime' : 'parent not recorded';
  const parent = root.parent === null ? unnamed : `parent is ${root.parent}`;
  if (match.outer === 'inner-parent') return ['Parent looks like a process of the container', parent, false];
  if (match.outer === 'unknown-parent') return ['Whether it entered from outside is not recorded', parent, false];
  return ['Entered from outside the init tree', parent, true];
}

function exit(match: Match, name: string): Said {
  if (Number.isNaN(match.gap))
    return ['Exit and ResponseComplete cannot be compared', `one of the two is not recorded for ${name}`, false];
  const detail = `${name} ends ${span(Math.abs(match.gap))} ${match.gap >= 0 ? 'before' : 'after'} it`;
  return Math.abs(match.gap) <= 1
    ? ['Exit meets ResponseComplete', detail, true]
    : ['Exit does not meet ResponseComplete', detail, false];
}

function start(match: Match): Said {
  const from = match.delayFrom === 'ready' ? 'ResponseStarted' : 'the request';
  const usual = Number.isNaN(match.medianDelay) ? '' : `, median here ${span(match.medianDelay)}`;
  const holds = match.delay > -0.05 && match.delay < 5;
  const what = match.executed ? 'Start' : 'What it did first';
  return [
    `${what} ${match.delay < 0 ? 'precedes' : 'follows'} ${from}`,
    `${span(Math.abs(match.delay))} ${match.delay < 0 ? 'before' : 'after'}${usual}`,
    holds,
  ];
}

const ARGV: Readonly<Record<Match['argv'], string>> = {
  exact: 'argv agrees',
  prefix: 'argv agrees as far as the agent recorded it',
  name: 'Command name agrees',
  alias: 'Command agrees under another name',
  within: 'What the command was to run in its own place agrees',
  unasked: 'The call does not tell its command',
};

function argv(match: Match, root: RootText): Said {
  const command = root.cmdline ?? nameOf(root);
  if (match.argv === 'exact' && match.tty === true) return ['argv and tty agree', `${command}, ${terminal(root.tty)}`, true];
  const tty =
    match.tty === null
      ? 'terminal not known to both sides'
      : match.tty
        ? terminal(root.tty)
        : `terminal differs: ${terminal(root.tty)}`;
  return [ARGV[match.argv], `${command}, ${tty}`, match.argv !== 'unasked' && match.tty !== false];
}

/** Kernel device numbers of pseudo terminals: major 136, from 34816. */
const terminal = (tty: number | null): string =>
  !tty ? 'no terminal' : tty >= 34816 && tty < 34816 + 256 ? `pts/${tty - 34816}` : `tty ${tty}`;

/** The log's path as people know it: its last two parts, without the cluster before them. */
export const logName = ({ log, cluster }: Pick<Attempt, 'log' | 'cluster'>): string => {
  const path = cluster !== null && log.startsWith(`${cluster} `) ? log.slice(cluster.length + 1) : log;
  return path.split('/').slice(-2).join('/') || 'API server';
};

function offset(match: Match, attempt: Attempt, place: Place): Said {
  const clocks = `${logName(attempt)} → ${place.clock ?? 'node'}`;
  if (match.offsetBasis === 'none') return ['Clock offset not measurable', `${clocks}, fewer than three pairs`, false];
  const pairs =
    match.offsetBasis === 'pairs'
      ? `${match.offsetPairs} pairs`
      : `${match.offsetPairs} pairs of other API servers with this node`;
  return ['Clock offset', `${clocks}: ${match.offset < 0 ? '−' : '+'}${span(Math.abs(match.offset))}, from ${pairs}`, true];
}

const againstRival = (rival: Answer['rivals'][number], name: string): string =>
  Number.isNaN(rival.gap)
    ? `${name} starts ${span(Math.abs(rival.delay))} ${rival.delay < 0 ? 'before' : 'after'} its ResponseStarted`
    : `${name} starts ${span(Math.abs(rival.delay))} ${rival.delay < 0 ? 'before' : 'after'} its ResponseStarted and ends ${span(Math.abs(rival.gap))} ${rival.gap < 0 ? 'after' : 'before'} its ResponseComplete`;

const BARREN: Readonly<Record<Barren, Said>> = {
  refused: ['The API server refused it', 'nothing ran in the container by this call', true],
  failed: ['The call failed', 'the API server answered with an error before any stream opened', true],
  attach: [
    'attach starts no process',
    'it joins the container’s own entry point; what was done there cannot be told from the container’s own work',
    true,
  ],
  'port-forward': ['port-forward starts no process', 'connections through it appear as the container’s own', true],
  container: ['A container is added, no process enters one', 'what the new container runs begins at its own entry point', true],
  proxy: ['A call through the node proxy', 'it names no command that starts in a container', true],
  'no-pod': ['The call names no pod', 'no container to look in', true],
};

function nothing(attempt: Attempt, answer: Answer, bare: readonly string[]): StoredReason {
  const [what, detail, holds] = nothingSaid(attempt, answer, bare);
  return { what, detail, holds, records: [attempt.key] };
}

function nothingSaid(attempt: Attempt, answer: Answer, bare: readonly string[]): Said {
  if (attempt.barren !== null) return BARREN[attempt.barren];
  if (attempt.pod === null) return BARREN['no-pod'];
  const opened = 'the stream opened (101), but that does not say that a command ran';
  switch (answer.nothing) {
    case 'root-lost':
      return [
        'The record of its own process is lost',
        `${answer.heads.length === 1 ? 'a process names' : `${answer.heads.length} processes name`} a parent of the same name that no record tells of, in this container and within this call, and no other call fits`,
        false,
      ];
    case 'no-agent':
      if (bare.length > 0)
        return [
          'No record names this container',
          `${opened}; in ${bare.join(', ')} processes name no container, and no exec of the node’s runtime into this one is recorded`,
          false,
        ];
      return [
        'No runtime record of this container',
        `${opened}: no agent on the node, its filter, or a sandboxed runtime`,
        false,
      ];
    case 'none-alike':
      return [
        'No process with this command entered the container',
        `${opened}: command not found, refused by the kubelet, or its record lost`,
        false,
      ];
    case 'all-taken':
      return [
        'Every process that fits belongs to another call',
        `${opened}: its own record is lost, or the command was not found`,
        false,
      ];
    default:
      return [
        'No process with this command entered the container at that time',
        `${opened}: its record lost, or the command was not found`,
        false,
      ];
  }
}

const UNTYPED = 'What was typed into the terminal is not recorded; shell built-ins leave no process.';

function limitsOf(attempt: Attempt, match: Match | undefined, bare: readonly string[]): string[] {
  const limits: string[] = [];
  if (attempt.barren === 'refused' || attempt.barren === 'failed') return limits;
  limits.push(UNTYPED);
  if (Number.isNaN(attempt.end) && match) limits.push('The end of the call (ResponseComplete) is not in this evidence.');
  if (attempt.argv === null) limits.push('The API server’s record does not tell the command that was asked for.');
  if (match && !match.executed)
    limits.push('The record of the exec itself is not in this evidence: what the process then did tells of it.');
  if (match && match.tty === null) limits.push('The terminal could not be compared: one side does not record it.');
  if (bare.length > 0 && (match || attempt.barren === null))
    limits.push(
      `Processes name no container in ${bare.join(', ')}: what ran in one is known only from a recorded exec of the node’s container runtime (runc), and what that started.`,
    );
  return limits;
}

/** A length of time as a person reads it: 36 ms, 2.4 s, 6 min. */
export function span(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
