/** What calls tell of connections. */
import { describe, expect, test } from 'vitest';
import { address4, type Block, ended, event, tuple4, u8, u32, unixTuple } from '../../../helpers/capture';
import { START } from '../../../helpers/container-capture';
import { ms, run, tell } from '../../../helpers/host-capture';

describe('connections', () => {
  const A = [10, 0, 0, 1, 40_000];
  const B = [10, 0, 0, 2, 443];
  const socket = (type: number, protocol: number, domain = 2) => [
    event(18, START, 42, [u32(domain), u32(type | 0x80000), u32(protocol)]),
    event(19, START, 42, [5]),
  ];
  const connected = (res: number, tuple: Buffer) => [event(22, ms(1), 42, [5]), event(23, ms(2), 42, [res, tuple])];

  test.for([
    { type: 1, protocol: 0, l4proto: 'tcp' },
    { type: 1, protocol: 6, l4proto: 'tcp' },
    { type: 2, protocol: 0, l4proto: 'udp' },
    { type: 2, protocol: 17, l4proto: 'udp' },
    { type: 2, protocol: 1, l4proto: 'icmp' },
    { type: 3, protocol: 255, l4proto: 'raw' },
    { type: 5, protocol: 132, l4proto: undefined },
  ])('socket type $type with protocol $protocol is $l4proto', ({ type, protocol, l4proto }) => {
    const [row] = tell(...socket(type, protocol), ...connected(0, tuple4(A, B)));
    expect(row?.l4proto).toBe(l4proto);
    expect(row).toMatchObject({ kind: 'net', direction: 'out', result: 'ok', client: '10.0.0.1', server: '10.0.0.2' });
  });

  test('a connection that failed, one under way, one without a peer', () => {
    expect(tell(...connected(-111, tuple4(A, B)))).toMatchObject([{ result: 'failed', errno: 111, serverport: 443 }]);
    expect(tell(...connected(-115, tuple4(A, B)))).toMatchObject([{ result: 'ok', notes: ['connection under way'] }]);
    expect(tell(...connected(-14, Buffer.alloc(0)))).toMatchObject([
      { result: 'failed', errno: 14, notes: ['peer not recorded'] },
    ]);
  });

  test('a peer that only the beginning or the newer end of the call tells', () => {
    expect(tell(event(22, ms(1), 42, [5, address4(B)]), event(23, ms(2), 42, [-111]))).toMatchObject([
      { server: '10.0.0.2', serverport: 443 },
    ]);
    expect(tell(ended(23, ms(2), 42, { res: -111, fd: 5, addr: address4(B) }))).toMatchObject([
      { server: '10.0.0.2', serverport: 443 },
    ]);
  });

  test('IPv6 in its shortest form, IPv4 inside it as IPv4', () => {
    const end = (hex: string, port: number) => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from([port & 0xff, port >> 8])]);
    const six = (source: string, destination: string) => Buffer.concat([u8(10), end(source, 1), end(destination, 2)]);
    const mapped = `${'00'.repeat(10)}ffff0a000001`;
    expect(tell(...connected(0, six('20010db8000000000000000000000001', mapped)))).toMatchObject([
      { client: '2001:db8::1', clientport: 1, server: '10.0.0.1', serverport: 2 },
    ]);
    expect(tell(...connected(0, six('20010db8000000010000000000000001', 'fe800000000000000001000000000000')))).toMatchObject([
      { client: '2001:db8:0:1::1', server: 'fe80::1:0:0:0' },
    ]);
  });

  describe('the end of a connection', () => {
    const closed = (thread: number, at: number, fd = 5) => [event(4, ms(at), thread, [fd]), event(5, ms(at), thread, [0])];
    const forked = ended(225, ms(3), 50, {
      res: 0,
      exe: 'bash',
      args: [],
      tid: 50,
      pid: 50,
      ptid: 42,
      flags: u32(0),
      uid: u32(0),
      gid: u32(0),
    });

    test('is merged into its beginning', () => {
      const [began, end] = tell(...socket(1, 6), ...connected(0, tuple4(A, B)), ...closed(42, 9));
      expect(began).toMatchObject({ call: 'connect', merge: `node-1/42:5@${ms(2)}` });
      expect(end).toMatchObject({
        ...{ call: 'close', kind: 'net', direction: 'out', l4proto: 'tcp', server: '10.0.0.2', serverport: 443 },
        ...{ merge: began?.merge, rank: 1, end: String(ms(9)) },
      });
    });

    test('is that of the last descriptor', () => {
      const accepted = event(247, ms(1), 42, [5, tuple4(A, B), u8(0)]);
      const copy = [event(124, ms(4), 42, [5]), event(125, ms(4), 42, [8])];
      const ends = (...events: readonly Block[]) => tell(...events).flatMap((row) => (row.call === 'close' ? [row.end] : []));
      expect(ends(accepted, forked, ...closed(42, 5), ...closed(50, 7))).toEqual([String(ms(7))]);
      expect(ends(accepted, ...copy, ...closed(42, 5), ...closed(42, 7, 8))).toEqual([String(ms(7))]);
      expect(ends(accepted, forked, event(186, ms(4), 50, [0]), ...closed(42, 5))).toEqual([String(ms(5))]);
      expect(ends(accepted, forked, ...closed(42, 5))).toEqual([]);
      expect(ends(accepted, ...closed(42, 5), ...closed(42, 6))).toEqual([String(ms(5))]);
    });

    test('is none of one that failed, nor of what another descriptor now is', () => {
      expect(tell(...socket(1, 6), ...connected(-111, tuple4(A, B)), ...closed(42, 9))).toHaveLength(1);
      expect(
        tell(...socket(1, 6), ...connected(0, tuple4(A, B)), event(3, ms(5), 42, [5, '/x', u32(1)]), ...closed(42, 9)),
      ).toHaveLength(2);
    });
  });

  test('a local socket is told by its path', () => {
    const [row] = tell(...connected(-2, unixTuple('/run/service')));
    expect(row).toMatchObject({ kind: 'net', label: 'local socket', path: '/run/service', errno: 2 });
    expect(row).not.toHaveProperty('server');
  });

  test.for([27, 57, 247, 249, 389])('accept as event %i', (type) => {
    expect(tell(event(type, START, 42, [7, tuple4(A, B), u8(0)]))).toMatchObject([
      {
        kind: 'net',
        direction: 'in',
        l4proto: 'tcp',
        client: '10.0.0.1',
        clientport: 40_000,
        server: '10.0.0.2',
        serverport: 443,
      },
    ]);
  });

  test('nobody to accept is no activity; an accept that failed is', () => {
    const { told, fates } = run(event(247, START, 42, [-11]), event(247, START, 42, [-24]));
    expect(fates).toMatchObject({ 'ignored: nobody to accept': 1 });
    expect(told).toMatchObject([{ kind: 'net', result: 'failed', errno: 24 }]);
  });

  test('a server of datagrams: each new peer once, answers not', () => {
    const got = (peer: readonly number[]) => [
      event(34, ms(1), 42, [5, u32(99)]),
      event(35, ms(2), 42, [9, 'x', tuple4(peer, [10, 0, 0, 1, 53])]),
    ];
    const sent = (peer: readonly number[]) => [
      event(30, ms(3), 42, [5, u32(9), tuple4([10, 0, 0, 1, 53], peer)]),
      event(31, ms(4), 42, [9, 'x']),
    ];
    const rows = tell(...socket(2, 17), ...got(A), ...sent(A), ...got(A), ...got(B), ...sent([10, 0, 0, 9, 53]));
    expect(rows.map(({ direction, client, server }) => [direction, client, server])).toEqual([
      ['in', '10.0.0.1', '10.0.0.1'],
      ['in', '10.0.0.2', '10.0.0.1'],
      ['out', '10.0.0.1', '10.0.0.9'],
    ]);
  });

  test('a datagram that could not be sent', () => {
    const rows = tell(...socket(2, 17), event(30, ms(3), 42, [5, u32(9), tuple4(A, B)]), event(31, ms(4), 42, [-1]));
    expect(rows).toMatchObject([{ kind: 'net', result: 'failed', errno: 1, server: '10.0.0.2' }]);
  });

  test('what is sent on a stream is told by its connection', () => {
    const rows = tell(
      ...socket(1, 6),
      ...connected(0, tuple4(A, B)),
      event(30, ms(3), 42, [5, u32(9), tuple4(A, B)]),
      event(31, ms(4), 42, [9, 'x']),
    );
    expect(rows.map(({ call }) => call)).toEqual(['connect']);
  });

  test('a copy of a socket is the same socket; one that was closed is none', () => {
    const copy = [event(124, ms(1), 42, [5]), event(125, ms(2), 42, [8])];
    const closed = [event(4, ms(3), 42, [8]), event(5, ms(4), 42, [0])];
    const call = [event(22, ms(5), 42, [8]), event(23, ms(6), 42, [0, tuple4(A, B)])];
    expect(tell(...socket(1, 6), ...copy, ...call)).toMatchObject([{ l4proto: 'tcp' }]);
    expect(tell(...socket(1, 6), ...copy, ...closed, ...call)[0]).not.toHaveProperty('l4proto');
    expect(
      tell(...socket(1, 6), event(451, ms(3), 42, [0, u32(3), u32(9), u32(0)]), ...connected(0, tuple4(A, B)))[0],
    ).not.toHaveProperty('l4proto');
  });
});
