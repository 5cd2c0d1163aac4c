/**
 * One call that several sources tell under one audit id: the API server's own log, and Sysdig's back end or Falco's audit plugin, which read it too. It is one
 * originator: the fullest record stands for it, what that does not say is taken from the others, and these belong to its session.
 */
import { groupBy } from '../contract/group';
import type { Attempt } from './input';
import { compatible } from './places';

/** Sources may differ about the moment of one call by this, seconds; a client may choose an audit id, and choose it again. */
const APART = 60;

/** @param formatOf the source of each, by key: two records of one source are two calls */
export function joinTwins(attempts: readonly Attempt[], formatOf: (key: number) => string | null): readonly Attempt[] {
  const named = groupBy(
    attempts.filter(({ auditid }) => auditid !== null),
    ({ auditid }) => auditid?.toLowerCase(),
  );
  const joined = new Map<number, Attempt>();
  const gone = new Set<number>();
  for (const group of named.values()) {
    const [fullest, ...others] = group.toSorted((a, b) => fullness(b) - fullness(a));
    if (fullest === undefined) continue;
    const formats = new Set([formatOf(fullest.key)]);
    for (const other of others) {
      const format = formatOf(other.key);
      const call = joined.get(fullest.key) ?? fullest;
      if (formats.has(format) || !isSame(call, other)) continue;
      formats.add(format);
      gone.add(other.key);
      const { argv, container, tty } = other;
      joined.set(call.key, {
        ...call,
        argv: call.argv ?? argv,
        container: call.container ?? container,
        tty: call.tty ?? tty,
        comms: call.argv === null ? other.comms : call.comms,
        twins: [...call.twins, other.key],
      });
    }
  }
  return attempts.filter(({ key }) => !gone.has(key)).map((attempt) => joined.get(attempt.key) ?? attempt);
}

const fullness = ({ ready, end, argv, tty }: Attempt): number =>
  (Number.isNaN(end) ? 0 : 8) + (Number.isNaN(ready) ? 0 : 4) + (tty === null ? 0 : 2) + (argv === null ? 0 : 1);

/** A source may tell the first word of a command only. */
const isSame = (a: Attempt, b: Attempt): boolean =>
  compatible(a.cluster, b.cluster) &&
  compatible(a.namespace, b.namespace) &&
  compatible(a.pod, b.pod) &&
  compatible(a.container, b.container) &&
  compatible(a.argv?.[0] ?? null, b.argv?.[0] ?? null) &&
  !(Math.abs(a.time - b.time) > APART);
