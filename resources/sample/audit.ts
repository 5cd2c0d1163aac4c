import { type At, type Calendar, type Log, type Mark, SECOND } from './log';
import type { Random } from './random';
import type { TruthStage } from './truth';

/** Who calls the API. */
export interface User {
  readonly username: string;
  readonly groups: readonly string[];
  readonly extra?: { readonly [key: string]: readonly string[] };
  readonly uid?: string;
  readonly address: string;
  readonly agent: string;
  /** Text of `authorization.k8s.io/reason` where a call is allowed. */
  readonly allowedBy: string;
}

export interface Call {
  readonly at: At;
  readonly user: User;
  readonly verb: string;
  readonly uri: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly group?: string;
  readonly version?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly code: number;
  readonly message?: string;
  readonly level?: 'Metadata' | 'Request' | 'RequestResponse';
  readonly request?: object;
  readonly response?: object;
  /** Text that replaces the user's `allowedBy`. */
  readonly reason?: string;
}

export interface Stage extends Omit<TruthStage, 'place'> {
  readonly mark: Mark;
}

/** One kube-apiserver and its audit log (audit.k8s.io/v1, NDJSON). It carries no cluster name. */
export class ApiServer {
  constructor(
    readonly name: string,
    readonly log: Log,
    /** Clock error in nanoseconds. */
    readonly offset: number,
    private readonly calendar: Calendar,
    private readonly random: Random,
    /** The catch-all rule of the policy lists no omitStages. */
    private readonly keepsReceived: boolean,
  ) {}

  /** A request that is answered at once. */
  call(call: Call, seconds = this.random.logNormal(0.006, 0.7)): Stage[] {
    const write = this.writer(call);
    const received = this.keepsReceived || call.subresource === 'exec' ? [write('RequestReceived', call.at + 60_000)] : [];
    return [...received, write('ResponseComplete', call.at + seconds * SECOND)];
  }

  /** A long-running request: watch, exec, attach, port-forward. Without an end it was still open when the log was taken. */
  stream(call: Call, started: At, ended: At | undefined): Stage[] {
    const write = this.writer(call);
    const received = this.keepsReceived || call.verb !== 'watch' ? [write('RequestReceived', call.at + 60_000)] : [];
    const complete = ended === undefined ? [] : [write('ResponseComplete', ended)];
    return [...received, write('ResponseStarted', started), ...complete];
  }

  private writer(call: Call): (stage: Stage['stage'], at: At) => Stage {
    const { user } = call;
    const head = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: call.level ?? 'Metadata', auditID: this.random.uuid() };
    const who = { username: user.username, uid: user.uid, groups: user.groups, extra: user.extra };
    const body = {
      requestURI: call.uri,
      verb: call.verb,
      user: who,
      sourceIPs: [user.address],
      userAgent: user.agent,
      objectRef: {
        resource: call.resource,
        namespace: call.namespace,
        name: call.name,
        apiGroup: call.group,
        apiVersion: call.version ?? 'v1',
        subresource: call.subresource,
      },
    };
    const requestReceivedTimestamp = this.calendar.micros(call.at + this.offset);
    return (stage, at) => {
      const late = stage !== 'RequestReceived';
      const mark = this.log.push(at + this.offset, {
        ...head,
        stage,
        ...body,
        responseStatus: late ? status(call) : undefined,
        requestObject: late ? call.request : undefined,
        responseObject: stage === 'ResponseComplete' ? call.response : undefined,
        requestReceivedTimestamp,
        stageTimestamp: this.calendar.micros(at + this.offset),
        annotations: late ? decision(call) : undefined,
      });
      return { stage, mark };
    };
  }
}

function status({ code, message, resource, name }: Call): object {
  const reason = code === 403 ? 'Forbidden' : code === 404 ? 'NotFound' : code === 409 ? 'Conflict' : undefined;
  if (reason === undefined) return { metadata: {}, code };
  return { metadata: {}, status: 'Failure', message, reason, details: { name, kind: resource }, code };
}

function decision(call: Call): object {
  if (call.code === 403) return { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' };
  return { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': call.reason ?? call.user.allowedBy };
}
