/** What the capture says of the machine: its name, its address, its users. */
import { ipAt } from './address';
import { Cursor } from './cursor';

const HOST_NAME_AT = 20;
const HOST_NAME_BYTES = 128;

/** u32 cpus, u64 memory, u64 highest pid, 128 bytes of host name, … */
export function readHostName(body: Buffer): string | undefined {
  const name = body.subarray(HOST_NAME_AT, HOST_NAME_AT + HOST_NAME_BYTES);
  if (name.length < HOST_NAME_BYTES) throw new RangeError('a machine block that is too short');
  const nul = name.indexOf(0);
  return name.toString('utf8', 0, nul < 0 ? HOST_NAME_BYTES : nul) || undefined;
}

const INTERFACE = { ipv4: 1, ipv6: 2, ipv4Slow: 3, ipv6Slow: 4 } as const;
/** Bridges, containers' ends, tunnels and loopback: no address by which others know the host. */
const INNER = /^(lo|docker|br-|virbr|veth|cni|cali|flannel|cilium|lxc|lxd|tun|tap|wg|dummy|kube|vxlan|weave|podman|nodelocaldns)/;

/**
 * The host's address: that of the first interface of IPv4 that leads outside. Entries (version 2: each with the length of what follows first): u16 type,
 * u16 length of the name, address, mask, broadcast address, u64 speed where the type has one, name.
 */
export function readHostAddress(body: Buffer, version: number): string | undefined {
  const cursor = new Cursor(body);
  while (cursor.left >= 4) {
    const entry = version === 1 ? cursor : cursor.part(cursor.u32());
    const type = entry.u16();
    const nameLength = entry.u16();
    if (type < INTERFACE.ipv4 || type > INTERFACE.ipv6Slow) {
      if (version === 1) throw new RangeError('an interface of an unknown kind');
      continue;
    }
    const size = type === INTERFACE.ipv4 || type === INTERFACE.ipv4Slow ? 4 : 16;
    const address = entry.take(size);
    entry.skip(size * 2 + (type === INTERFACE.ipv4 || type === INTERFACE.ipv6 ? 8 : 0));
    const name = entry.take(nameLength).toString('utf8');
    if (size === 4 && !INNER.test(name)) return ipAt(address, 0, 4);
  }
  return undefined;
}

/** Names by user id; users of a container lie beside those of the host. */
export class Users {
  private readonly names = new Map<string, string>();

  name = (uid: number | undefined, container: string | undefined): string | undefined =>
    uid === undefined ? undefined : this.names.get(`${container ?? ''}:${uid}`);

  add(uid: number | undefined, name: string | undefined, container: string | undefined): void {
    if (uid === undefined || name === undefined || this.names.size >= MOST_USERS) return;
    this.names.set(`${container === 'host' ? '' : (container ?? '')}:${uid}`, name);
  }

  /** Entries (version 2: each with its length, itself included, first): u8 kind; a user: u32 id, u32 group, name, home, shell; a group: u32 id, name. */
  read(body: Buffer, version: number): void {
    const cursor = new Cursor(body);
    while (cursor.left >= 4) {
      const entry = version === 1 ? cursor : cursor.part(cursor.u32() - 4);
      const isUser = entry.u8() === 0;
      const id = entry.u32();
      if (isUser) entry.skip(4);
      const name = entry.text();
      if (isUser) {
        this.add(id, name, undefined);
        entry.skipText();
        entry.skipText();
      }
    }
  }
}

const MOST_USERS = 500_000;
