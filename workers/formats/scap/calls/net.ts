/** Calls that begin a connection, or are the first that name a peer on a socket without connections. */
import { type Address, peerOf, type Tuple, tupleOf } from '../address';
import type { Capture } from '../capture';
import type { CaptureEvent } from '../event';
import { QUIET } from '../event-table';
import type { Connection, Descriptor } from '../fds';
import type { Task } from '../tasks';
import { outcome, type Told } from '../told';

const DOMAIN = { inet: 2, inet6: 10 } as const;
const TYPE = { stream: 1, datagram: 2, raw: 3 } as const;
const PROTOCOL = { ip: 0, icmp: 1, tcp: 6, udp: 17, icmp6: 58, raw: 255 } as const;
/** Under way, or nothing there yet. */
const EINPROGRESS = -115;
const EAGAIN = -11;
/** Peers remembered of one socket; more are told again. */
const MOST_PEERS = 16;

export function socket(event: CaptureEvent, { tasks }: Capture, thread: Task): string {
  const res = event.int('res') ?? -1;
  if (res >= 0) tasks.process(thread).descriptors.set(res, { l4proto: protocolOf(event) });
  return QUIET;
}

function protocolOf(event: CaptureEvent): string | undefined {
  const domain = event.int('domain');
  if (domain !== DOMAIN.inet && domain !== DOMAIN.inet6) return undefined;
  const type = (event.int('type') ?? 0) & 0xff;
  const protocol = event.int('proto');
  if (type === TYPE.raw || protocol === PROTOCOL.raw) return 'raw';
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6) return 'icmp';
  if (protocol === PROTOCOL.tcp || (protocol === PROTOCOL.ip && type === TYPE.stream)) return 'tcp';
  if (protocol === PROTOCOL.udp || (protocol === PROTOCOL.ip && type === TYPE.datagram)) return 'udp';
  return undefined;
}

export function connect(event: CaptureEvent, capture: Capture, thread: Task): Told {
  const process = capture.tasks.process(thread);
  const fd = event.int('fd');
  const descriptor = fd === undefined ? undefined : process.descriptors.get(fd);
  const res = event.int('res');
  const tuple = tupleOf(event.raw('tuple')) ?? peerOf(event.raw('addr'));
  const told = { direction: 'out', ...ends(tuple, descriptor?.l4proto) } as const;
  const pending = res === EINPROGRESS;
  const connection =
    fd !== undefined && tuple !== undefined && (pending || res === 0) ? begin(event, capture, process, fd, told) : undefined;
  if (fd !== undefined && tuple) process.descriptors.set(fd, { ...naming(descriptor, tuple.destination), connection });
  return {
    kind: 'net',
    ...told,
    ...(pending ? { result: 'ok' } : outcome(res)),
    merge: connection?.merge,
    notes: pending ? ['connection under way'] : tuple === undefined ? ['peer not recorded'] : undefined,
  };
}

export function accept(event: CaptureEvent, capture: Capture, thread: Task): Told | string {
  const res = event.int('res');
  if (res === EAGAIN) return 'ignored: nobody to accept';
  const process = capture.tasks.process(thread);
  const tuple = tupleOf(event.raw('tuple'));
  const l4proto = tuple?.source || tuple?.destination ? 'tcp' : undefined;
  const told = { direction: 'in', ...ends(tuple, l4proto) } as const;
  if (res === undefined || res < 0) return { kind: 'net', ...told, ...outcome(res) };
  const connection = begin(event, capture, process, res, told);
  process.descriptors.set(res, { ...naming({ l4proto }, tuple?.source), connection });
  const notes = tuple === undefined ? ['peer not recorded'] : undefined;
  return { kind: 'net', ...told, ...outcome(res), merge: connection.merge, notes };
}

const begin = (event: CaptureEvent, { host }: Capture, { pid }: Task, fd: number, told: Partial<Told>): Connection => ({
  merge: `${host ?? ''}/${pid}:${fd}@${event.time}`,
  ends: told,
  holders: 0,
});

/** A datagram to somebody new; a stream's peer was told when it connected. */
export function send(event: CaptureEvent, capture: Capture, thread: Task): Told | string {
  const tuple = tupleOf(event.raw('tuple'));
  return datagram(event, capture, thread, tuple, tuple?.destination, 'out');
}

/** A datagram from somebody new: the other side is the client. */
export function receive(event: CaptureEvent, capture: Capture, thread: Task): Told | string {
  const tuple = tupleOf(event.raw('tuple'));
  return (event.int('res') ?? -1) < 0 ? QUIET : datagram(event, capture, thread, tuple, tuple?.source, 'in');
}

function datagram(
  event: CaptureEvent,
  { tasks }: Capture,
  thread: Task,
  tuple: Tuple | undefined,
  peer: Address | undefined,
  direction: 'in' | 'out',
): Told | string {
  const fd = event.int('fd');
  const res = event.int('res');
  if (fd === undefined || peer?.ip === undefined || res === EAGAIN) return QUIET;
  const { descriptors } = tasks.process(thread);
  const known = descriptors.get(fd);
  if (known?.l4proto === 'tcp' || known?.told?.includes(keyOf(peer))) return QUIET;
  descriptors.set(fd, naming(known, peer));
  return {
    kind: 'net',
    direction,
    ...outcome(res),
    ...ends(tuple, known?.l4proto),
    notes: known === undefined ? ['protocol not recorded'] : undefined,
  };
}

const keyOf = (peer: Address): string => `${peer.ip} ${peer.port}`;

function naming(descriptor: Descriptor | undefined, peer: Address | undefined): Descriptor {
  if (peer?.ip === undefined) return descriptor ?? {};
  return { ...descriptor, told: [keyOf(peer), ...(descriptor?.told ?? [])].slice(0, MOST_PEERS) };
}

/** Both ends: the source of a tuple is the client. A local socket has a path. */
function ends(tuple: Tuple | undefined, l4proto: string | undefined): Partial<Told> {
  if (tuple?.path !== undefined || (tuple && !tuple.source && !tuple.destination)) {
    return { label: 'local socket', path: tuple.path };
  }
  return {
    l4proto,
    client: tuple?.source?.ip,
    clientport: portOf(tuple?.source, l4proto),
    server: tuple?.destination?.ip,
    serverport: portOf(tuple?.destination, l4proto),
  };
}

/** Nothing at all is 0.0.0.0:0; some protocols have no ports. */
function portOf(address: Address | undefined, l4proto: string | undefined): number | undefined {
  if (address === undefined || l4proto === 'icmp' || l4proto === 'raw') return undefined;
  return address.ip === undefined && address.port === 0 ? undefined : address.port;
}
