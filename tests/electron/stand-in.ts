/**
 * A stand-in for Electron's main process, where its runtime is not to be had: what the desktop shell's code calls, held to Electron's own
 * type declarations by `satisfies`. Ports are Node's, the utility process is a thread; so the engine behind them is the real one.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import type * as Electron from 'electron';
import { startWorker } from '../../workers/threads';

type Arguments = readonly unknown[];
/** Everything that was asked of it, by the call's name, in order. */
export const calls = new Map<string, Arguments[]>();
const noted =
  (name: string) =>
  (...args: Arguments): void =>
    void calls.set(name, [...(calls.get(name) ?? []), args]);
/** The arguments of the last such call. */
export const lastCall = <Args extends Arguments>(name: string): Args => calls.get(name)?.at(-1) as unknown as Args;

/** A port of Electron's main process over one of Node's, which is only listened to here once it is started here. */
export class PortMain extends EventEmitter {
  constructor(readonly raw: MessagePort) {
    super();
  }
  start(): void {
    this.raw.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
    this.raw.on('close', () => this.emit('close'));
  }
  close(): void {
    this.raw.close();
  }
  postMessage(message: unknown): void {
    this.raw.postMessage(message);
  }
}
type PortCalls = Pick<Electron.MessagePortMain, 'start' | 'close' | 'postMessage'>;

class ChannelMain {
  readonly port1: PortMain & PortCalls;
  readonly port2: PortMain & PortCalls;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    [this.port1, this.port2] = [new PortMain(port1), new PortMain(port2)];
  }
}

/** The utility process as a thread, which gets `process.parentPort` before it loads electron/engine.ts. */
class Utility extends EventEmitter {
  private readonly worker: Worker;
  constructor(args: Arguments) {
    super();
    noted('fork')(...args);
    this.worker = startWorker('../tests/electron/utility-thread');
    this.worker.on('exit', (code) => this.emit('exit', code));
  }
  postMessage(data: unknown, ports: readonly PortMain[] = []): void {
    const raw = ports.map((port) => port.raw);
    this.worker.postMessage({ data, ports: raw }, raw);
  }
  kill(): boolean {
    void this.worker.terminate();
    return true;
  }
}

class Contents extends EventEmitter {
  readonly id = 7;
  setWindowOpenHandler = noted('setWindowOpenHandler');
  postMessage = noted('contents.postMessage');
}
export const contents = new Contents();

class Window extends EventEmitter {
  readonly webContents = contents;
  static readonly all: Window[] = [];
  static getAllWindows = (): Window[] => Window.all;
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    noted('BrowserWindow')(options);
    Window.all.push(this);
    app.emit('web-contents-created', {}, contents);
  }
  async loadURL(url: string): Promise<void> {
    noted('loadURL')(url);
  }
  show = noted('show');
}

type AppCalls = Pick<Electron.App, 'enableSandbox' | 'requestSingleInstanceLock' | 'whenReady' | 'quit' | 'exit'>;
const appCalls = {
  enableSandbox: noted('enableSandbox'),
  requestSingleInstanceLock: () => true,
  whenReady: async () => {},
  quit: noted('quit'),
  exit: noted('exit'),
} satisfies AppCalls;
export const app = Object.assign(new EventEmitter(), appCalls, {
  commandLine: { appendSwitch: noted('appendSwitch') } satisfies Pick<Electron.CommandLine, 'appendSwitch'>,
});

/** Chosen by the test that opens a dialog. */
export const answers = { open: [] as string[], save: '', button: 0 };
const dialog = {
  showOpenDialog: async (...args: Arguments) => {
    noted('showOpenDialog')(...args);
    return { canceled: answers.open.length === 0, filePaths: answers.open };
  },
  showSaveDialog: async (...args: Arguments) => {
    noted('showSaveDialog')(...args);
    return { canceled: answers.save === '', filePath: answers.save };
  },
  showMessageBox: async () => ({ response: answers.button, checkboxChecked: false }),
  showErrorBox: noted('showErrorBox'),
} satisfies Pick<Electron.Dialog, 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox' | 'showErrorBox'>;

const protocol = {
  registerSchemesAsPrivileged: noted('registerSchemesAsPrivileged'),
  handle: noted('protocol.handle'),
} satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;

const defaultSession = {
  setPermissionRequestHandler: noted('setPermissionRequestHandler'),
  setPermissionCheckHandler: noted('setPermissionCheckHandler'),
  setDevicePermissionHandler: noted('setDevicePermissionHandler'),
  setSpellCheckerEnabled: noted('setSpellCheckerEnabled'),
  webRequest: { onBeforeRequest: noted('onBeforeRequest') },
} satisfies Pick<
  Electron.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'setSpellCheckerEnabled'
> & { webRequest: Pick<Electron.WebRequest, 'onBeforeRequest'> };

export const ipcMain = Object.assign(new EventEmitter(), {
  handle: noted('ipcMain.handle'),
} satisfies Pick<Electron.IpcMain, 'handle'>);

/** What `vi.mock('electron', …)` puts in its place. */
export const electron = {
  app,
  BrowserWindow: Window,
  dialog,
  ipcMain,
  Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: noted('setApplicationMenu') },
  MessageChannelMain: ChannelMain,
  protocol,
  session: { defaultSession },
  utilityProcess: { fork: (...args: Arguments) => new Utility(args) },
};
