/**
 * What really happened in a generated bundle. It lies beside the bundle and is never imported: tests and `exhibit` users compare with it.
 * Places are lines of the members as they lie in the bundle; what an agent lost or could not see has no place.
 */
export interface Place {
  /** Path of the member in the bundle. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
}

export interface TruthProcess {
  /** Tetragon's exec_id: base64 of node:nanoseconds since boot:pid. A new one at each execve. */
  readonly execId: string;
  readonly parentExecId: string;
  readonly node: string;
  readonly pid: number;
  readonly argv: readonly string[];
  /** The record that tells its start; absent where the agent lost it or was not there. */
  readonly exec?: Place;
  readonly exit?: Place;
  /** It ended after the session's end (nohup, setsid). */
  readonly outlives?: boolean;
}

export interface TruthConnection {
  readonly execId: string;
  readonly address: string;
  readonly port: number;
  /** tcp_connect, and tcp_close where the policy tells it. */
  readonly places: readonly Place[];
}

export interface TruthFile {
  readonly execId: string;
  readonly path: string;
  readonly mode: 'write' | 'delete';
  readonly place: Place;
}

export interface TruthStage {
  readonly stage: 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete';
  readonly place: Place;
}

export interface TruthSession {
  /** Which story of the doc comment in generate.ts; `ordinary` for the others. */
  readonly story: string;
  readonly kind: 'exec' | 'cp' | 'attach' | 'port-forward';
  readonly transport: 'websocket' | 'spdy';
  readonly user: string;
  readonly sourceAddress: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly tty: boolean;
  /**
   * ran: a root process is told. refused: the server said no. no-process: 101, but the command does not exist, or attach and port-forward, which start none.
   * unrecorded: it ran, but no record of an agent tells its root (loss, silence).
   */
  readonly outcome: 'ran' | 'refused' | 'no-process' | 'unrecorded';
  /** The record that cites it: the best stage of the attempt whose outcome counts. */
  readonly originator: Place;
  readonly stages: readonly TruthStage[];
  /** Stages of the refused websocket attempt that kubectl then repeated as POST. */
  readonly fallback?: readonly TruthStage[];
  /** exec_id of the root process; also given where its record was lost. */
  readonly root?: string;
  /** exec_id of the entry point that an attach joined: it was there before. */
  readonly joins?: string;
  /** Everything it started, the root first, in order of start. */
  readonly processes: readonly TruthProcess[];
  readonly connections: readonly TruthConnection[];
  readonly files: readonly TruthFile[];
  /** Falco's alerts on its processes. */
  readonly hits: readonly Place[];
}

export interface TruthProbe {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly argv: readonly string[];
  readonly everySeconds: number;
  /** The start of each run that was recorded. */
  readonly runs: readonly Place[];
}

/** Somebody on a host, over ssh: no API call opened it. */
export interface TruthLogin {
  readonly node: string;
  readonly processes: readonly TruthProcess[];
}

export interface TruthMember {
  readonly path: string;
  readonly format: 'k8s-audit' | 'tetragon' | 'falco' | 'ecs';
  readonly bytes: number;
  readonly sha256: string;
  /** Lines, the unreadable ones among them. */
  readonly records: number;
  readonly unreadable: number;
}

export interface Truth {
  readonly version: 1;
  readonly seed: number;
  /** Names of the clusters, as settings at import: `--cluster MEMBER=NAME`. */
  readonly clusters: readonly { readonly member: string; readonly value: string }[];
  /** Clock error of each node and API server against true time, in nanoseconds. */
  readonly clockOffsets: readonly { readonly host: string; readonly ns: number }[];
  /** Silence of an agent, in true time. */
  readonly gaps: readonly { readonly file: string; readonly from: string; readonly to: string }[];
  readonly members: readonly TruthMember[];
  readonly records: number;
  readonly unreadable: number;
  readonly sessions: readonly TruthSession[];
  readonly probes: readonly TruthProbe[];
  readonly logins: readonly TruthLogin[];
}
