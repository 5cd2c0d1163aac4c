/**
 * KubeArmor's own log file (`-logPath`, also `stdout`): its logs and alerts with the names of the daemon's own structure, `hostPid` for `HostPID`. They become what its relay
 * writes. Source: kubearmor/KubeArmor KubeArmor/types/types.go (Log, PodOwner), feeder/feeder.go.
 */
import type { Envelope } from './envelope';
import { type Fields, fieldsOf, has } from './facts';

/** Names that are not just written with a capital. */
const NAMES = new Map([
  ['hostPPid', 'HostPPID'],
  ['hostPid', 'HostPID'],
  ['ppid', 'PPID'],
  ['pid', 'PID'],
  ['uid', 'UID'],
  ['atags', 'ATags'],
  ['tty', 'TTY'],
]);

/** All of its numbers have 32 bits, or are seconds. */
const renamed = (record: Fields): readonly (readonly [string, unknown])[] =>
  Object.entries(record).map(
    ([name, value]) => [NAMES.get(name) ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`, value] as const,
  );

export const kubearmorFile: Envelope = {
  id: 'kubearmor-file',
  title: 'KubeArmor’s own log file',
  value: (value) => {
    if (!has(value, 'updatedTime', 'hostPid', 'operation', 'type') || typeof value.operation !== 'string') return undefined;
    const record = [
      ...renamed(value).filter(([name]) => name !== 'Owner'),
      ['Owner', Object.fromEntries(renamed(fieldsOf(value.owner)))],
    ];
    return { text: JSON.stringify(Object.fromEntries(record)) };
  },
};
