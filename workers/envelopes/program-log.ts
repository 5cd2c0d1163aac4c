/**
 * What programs say of themselves between the records that they write to the same stream: klog of Kubernetes components (as text and as JSON), logfmt
 * of k3s, RKE2 and containerd, JSON of zap (etcd, sidecars), Falco's start and end. None of it is an activity.
 */
import type { Envelope } from './envelope';
import { type Fields, headOf } from './facts';

const LINES: readonly (readonly [RegExp, string])[] = [
  [/^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d/, 'klog line'],
  [/^time="?\d{4}-\d\d-\d\dT[^\s"]{1,40}"? level=[a-z]+ msg=/, 'log line of a program'],
  [/^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}: /, 'log line of a program'],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}: /, 'log line of a program'],
  // What Falco counted, printed when it ends; among lines of JSON without its indentation.
  [
    /^(?:Events detected: \d+|Rule counts by severity:|Triggered rules by rule name:|Syscall event drop monitoring:|(?: {3})?(?:[A-Z]{4,13}|(?:- )?\w+(?: [^\s:{"]+){1,32}): \d+(?: occurrences)?)$/,
    'log line of a program',
  ],
];

/** `ts`, `caller` and `msg`: klog's JSON has its verbosity `v`, zap's a `level`. */
const isProgramLog = (value: Fields): boolean =>
  typeof value.msg === 'string' &&
  typeof value.caller === 'string' &&
  (typeof value.ts === 'number' || typeof value.ts === 'string') &&
  (typeof value.v === 'number' || typeof value.level === 'string');

export const programLog: Envelope = {
  id: 'program-log',
  title: 'log lines of programs',
  noise: true,
  line: (line) => {
    const head = headOf(line);
    const why = LINES.find(([pattern]) => pattern.test(head))?.[1];
    return why === undefined ? undefined : { ignored: why };
  },
  value: (value) =>
    isProgramLog(value) ? { ignored: typeof value.v === 'number' ? 'klog line' : 'log line of a program' } : undefined,
};
