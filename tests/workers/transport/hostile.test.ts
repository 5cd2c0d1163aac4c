/** A window or a process that turned against us reaches the methods it was given, and nothing behind them. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Pipe } from '../../../workers/transport/link';
import { portPipe } from '../../../workers/transport/ports';
import { expose, link } from '../../../workers/transport/rpc';
import { BUSY } from '../../helpers/busy';
import { smallEngine } from './small-engine';

let client: Pipe;
let answers: { readonly message: unknown }[];
let closed: Promise<void>;

beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  const server = link(portPipe(port1 as never));
  expose(smallEngine(), server.channel('engine'), ['version', 'query']);
  closed = server.closed;
  client = portPipe(port2 as never);
  answers = [];
  client.listen(
    (frame) => answers.push(frame as { message: unknown }),
    () => {},
  );
});
afterEach(() => client.close());

const call = (over: object) => ({ id: '1', type: 'APPLY', path: ['version'], argumentList: [], ...over });
const send = (message: unknown) => client.send({ channel: 'engine', message }, []);
const answered = () => vi.waitUntil(() => answers.length > 0, BUSY);

test('a call of a method that was given is answered', async () => {
  send(call({}));
  await answered();

  expect(answers).toMatchObject([{ message: { id: '1', type: 'RAW', value: { version: '1' } } }]);
});

test.for([
  { title: 'a method that was not given', message: call({ path: ['import'] }) },
  { title: 'what every function inherits', message: call({ path: ['version', 'constructor'] }) },
  { title: 'what every object inherits', message: call({ path: ['constructor'] }) },
  { title: 'the object itself', message: call({ path: [] }) },
  { title: 'reading a property', message: call({ type: 'GET' }) },
  { title: 'setting a property', message: call({ type: 'SET', value: { type: 'RAW', value: 1 } }) },
  { title: 'constructing', message: call({ type: 'CONSTRUCT' }) },
  { title: 'a new endpoint', message: call({ type: 'ENDPOINT' }) },
])('refuses $title', async ({ message }) => {
  send(message);
  await answered();

  expect(answers).toMatchObject([{ message: { id: '1', type: 'HANDLER', name: 'throw', value: { code: 'usage' } } }]);
});

test.for([
  { title: 'an argument of an unknown kind', message: call({ argumentList: [{ type: 'HANDLER', name: 'proxy', value: {} }] }) },
  { title: 'arguments that are no list', message: call({ argumentList: 'x' }) },
  { title: 'an answer to nothing', message: { id: '9', type: 'RAW', value: 1 } },
  { title: 'null', message: null },
])('survives $title', async ({ message }) => {
  send(message);
  send(call({ id: '2' }));

  await vi.waitFor(() => expect(answers.at(-1)).toMatchObject({ message: { id: '2', type: 'RAW' } }), BUSY);
});

test('a callback that is none ends the connection', async () => {
  send(call({ argumentList: [{ type: 'HANDLER', name: 'callback', value: { callback: 'engine' } }] }));

  await expect(closed).resolves.toBeUndefined();
});

test('a frame without a channel ends the connection', async () => {
  client.send('no frame' as never, []);

  await expect(closed).resolves.toBeUndefined();
});
