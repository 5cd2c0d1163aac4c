/**
 * The API server's audit log as text, from before audit events (Kubernetes 1.4 to 1.7, and later with `--audit-log-format=legacy`):
 * `<RFC 3339> AUDIT: id="…" stage="…" ip="…" method="…" user="…" groups="\"a\",\"b\"" as="<self>" asgroups="<lookup>" namespace="…" uri="…" response="200"`.
 * Up to 1.6 a request is two lines, the second with nothing but id and response, and the method is of HTTP; from 1.7 on there is a line a stage, and the method is
 * the Kubernetes verb. Source: kubernetes staging/src/k8s.io/apiserver pkg/endpoints/filters/legacy_audit.go, pkg/audit/format.go.
 *
 * A line becomes an audit Event of today, which `k8s-audit` projects. Resource and name, which the line does not tell apart, are those of the URI.
 */
import { isUtf8 } from 'node:buffer';
import type { Context } from '../envelopes/envelope';
import { character } from '../envelopes/facts';
import { programLog } from '../envelopes/program-log';
import { type DecodedSink, type Format, type LineDecoder, MAX_DECODED, type Place, shareOf } from './format';
import { k8sAudit } from './k8s-audit';
import { type RequestPath, requestPath } from './request-path';

const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) AUDIT: (?=id=")/;
/** What stands for nothing. */
const NOTHING = new Set(['<none>', '<self>', '<lookup>', '<deferred>', '<unknown>', '']);
/** Requests that wait for their answer, and their bytes; beyond them the oldest are taken as unanswered. */
const MAX_WAITING = 100_000;
const MAX_WAITING_BYTES = 64 * 2 ** 20;

type Values = ReadonlyMap<string, string>;

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
]);
/** Go's %q, without its quotes. */
export const unquoted = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs, (_, byte, short, long, char) => {
    const code = Number.parseInt(byte ?? short ?? long ?? '', 16);
    if (!Number.isNaN(code)) return character(code);
    return ESCAPES.get(char) ?? char;
  });

/** `name="value"` pairs with a blank between; undefined where a text is anything else. The first of equal names counts. */
export function pairs(text: string, from: number): Values | undefined {
  const values = new Map<string, string>();
  let backslash = text.indexOf('\\', from);
  for (let at = from; at < text.length; at++) {
    const equal = text.indexOf('="', at);
    if (equal < 0) return undefined;
    const start = equal + 2;
    if (backslash >= 0 && backslash < start) backslash = text.indexOf('\\', start);
    let end = text.indexOf('"', start);
    const escaped = backslash >= 0 && backslash < end;
    if (escaped) for (end = backslash; end < text.length && text[end] !== '"'; ) end += text[end] === '\\' ? 2 : 1;
    if (end < 0 || end >= text.length || (end + 1 < text.length && text.charCodeAt(end + 1) !== 32)) return undefined;
    const name = text.slice(at, equal);
    if (!NAMES.has(name) && !/^[a-z]{1,16}$/.test(name)) return undefined;
    const value = text.slice(start, end);
    if (!values.has(name)) values.set(name, escaped ? unquoted(value) : value);
    at = end + 1;
  }
  return values;
}

/** Names that are written. */
const NAMES: ReadonlySet<string> = new Set('id stage ip method user groups as asgroups namespace uri response'.split(' '));

/** `"a","b"`, each quoted once more. */
const listOf = (text: string): readonly string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, each]) => unquoted(each ?? ''));

/** Groups by how they are written: a log names the same ones again and again. */
class Groups {
  private readonly known = new Map<string, readonly string[]>();
  private static readonly MOST = 1000;
  private static readonly LONGEST = 1000;

  of(text: string | undefined): readonly string[] | undefined {
    if (text === undefined) return undefined;
    const found = this.known.get(text);
    if (found) return found;
    const list = listOf(text);
    if (text.length <= Groups.LONGEST && this.known.size < Groups.MOST) this.known.set(text, list);
    return list;
  }
}

interface Line {
  readonly place: Place;
  readonly time: string;
  readonly values: Values;
  readonly content: Buffer;
  readonly context: Context | undefined;
}

/** The line as an Event of audit.k8s.io/v1; `answer` is the second line of a request up to 1.6. */
function event({ time, values }: Line, answer: Line | undefined, groups: Groups): string {
  const of = (name: string) => {
    const value = values.get(name);
    return value === undefined || NOTHING.has(value) ? undefined : value;
  };
  const uri = of('uri');
  const method = of('method');
  const path = uri !== undefined && method !== undefined ? requestPath(uri, method.toUpperCase()) : undefined;
  const { verb, ...objectRef }: Partial<RequestPath> = path ?? {};
  const code = answer?.values.get('response') ?? of('response');
  // Of an answer alone nothing is known but its own time.
  const alone = method === undefined && uri === undefined;
  const ip = of('ip');
  return JSON.stringify({
    auditID: of('id'),
    stage: of('stage') ?? (answer || alone ? 'ResponseComplete' : 'RequestReceived'),
    requestURI: uri,
    verb: method !== undefined && /^[A-Z]+$/.test(method) ? verb : method,
    user: { username: of('user'), groups: groups.of(of('groups')) },
    impersonatedUser: of('as') === undefined ? undefined : { username: of('as'), groups: groups.of(of('asgroups')) },
    sourceIPs: ip === undefined ? undefined : [ip],
    objectRef: path?.resource === undefined ? undefined : { ...objectRef, namespace: of('namespace') ?? objectRef.namespace },
    responseStatus: code !== undefined && /^\d{3}$/.test(code) ? { code: Number(code) } : undefined,
    requestReceivedTimestamp: alone ? undefined : time,
    stageTimestamp: alone ? time : answer?.time,
  });
}

class LegacyDecoder implements LineDecoder {
  /** Requests up to 1.6 by id. */
  private readonly waiting = new Map<string, Line>();
  private bytes = 0;
  private readonly groups = new Groups();

  constructor(private readonly sink: DecodedSink) {}

  line(place: Place, bytes: Buffer, context?: Context): void {
    const text = isUtf8(bytes) ? bytes.toString('utf8') : undefined;
    const head = LINE.exec(text ?? '');
    const values = head && pairs(text ?? '', head[0].length);
    if (head && values) this.take({ place, time: head[1] as string, values, content: Buffer.from(bytes), context });
    else this.sink.skip(place, fateOf(text));
  }

  finish(): void {
    for (const line of this.waiting.values()) this.emit(line);
    this.waiting.clear();
  }

  private take(line: Line): void {
    const id = line.values.get('id') ?? '';
    const request = line.values.has('stage') ? undefined : this.waiting.get(id);
    if (!line.values.has('stage') && line.values.has('method')) this.wait(id, line);
    else if (request) this.answer(id, request, line);
    else this.emit(line);
  }

  private answer(id: string, request: Line, answer: Line): void {
    this.forget(id, request);
    this.emit(request, answer);
  }

  private wait(id: string, line: Line): void {
    const before = this.waiting.get(id);
    if (before) this.giveUp(id, before);
    this.waiting.set(id, line);
    this.bytes += line.content.length;
    for (const [oldest, request] of this.waiting) {
      if (this.waiting.size <= MAX_WAITING && this.bytes <= MAX_WAITING_BYTES) break;
      this.giveUp(oldest, request);
    }
  }

  private giveUp(id: string, request: Line): void {
    this.forget(id, request);
    this.emit(request);
  }

  private forget(id: string, request: Line): void {
    this.waiting.delete(id);
    this.bytes -= request.content.length;
  }

  private emit(line: Line, answer?: Line): void {
    const content = answer ? Buffer.concat([line.content, Buffer.from('\n'), answer.content]) : line.content;
    const json = event(line, answer, this.groups);
    if (json.length > MAX_DECODED / 3 && Buffer.byteLength(json) > MAX_DECODED)
      this.sink.skip(line.place, 'rejected: a line of more than 2 MiB');
    else this.sink.record(line.place, json, content, line.context);
  }
}

/** Of a line that is none of the audit log; undefined is one that is not text. */
function fateOf(text: string | undefined): string {
  if (text === undefined) return 'rejected: not UTF-8';
  const noise = programLog.line?.(text);
  return noise && 'ignored' in noise ? `ignored: ${noise.ignored}` : 'rejected: not an audit line';
}

export const k8sLegacy: Format = {
  id: 'k8s-legacy',
  title: 'Kubernetes audit log of 1.7 and older (text)',
  version: 1,
  recognisedBy: 'lines with a time and AUDIT: id="…"',
  limits: [
    'There are no bodies, no user agents and no reasons in the audit log of old Kubernetes versions, and only one source address.',
    'Resource and name are taken from the URI; up to version 1.6 the verb, too, from the HTTP method.',
    'The exit code of a command, what was typed into a terminal and what it printed are never in it.',
  ],
  columns: k8sAudit.columns,
  detect: () => 0,
  text: {
    detect: (lines) =>
      shareOf(
        lines.filter((line) => line.trim() !== '' && !programLog.line?.(line)),
        (line) => LINE.test(line),
      ),
    open: (sink) => new LegacyDecoder(sink),
  },
  project: `
SELECT * REPLACE (CASE WHEN resource IS NULL THEN flags ELSE list_concat(coalesce(flags, []), ['resource and name from the URI']) END AS flags)
FROM (${k8sAudit.project})`,
};
