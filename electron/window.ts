/** A window on the case: sandboxed, with ports to the engine's process and to the shell once its page asks for them. */
import { BrowserWindow, ipcMain, MessageChannelMain, type WebFrameMain } from 'electron';
import type { Shell } from '../workers/contract/shell';
import { built } from '../workers/shell/folders';
import type { Handles } from '../workers/shell/handles';
import { SHELL_METHODS } from '../workers/transport/methods';
import { expose, link } from '../workers/transport/rpc';
import { ORIGIN } from './app-protocol';
import { DROP, type DropAnswer, PORTS, READY } from './channels';
import { bundleOf, type Dropped } from './desktop-shell';
import type { EngineProcess } from './engine-process';
import { mainPortPipe } from './ports';
import { isOurs } from './security';

export function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 700,
    title: 'Exhibit',
    show: false,
    webPreferences: {
      preload: built('electron/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${ORIGIN}/index.html`);
  return window;
}

const isOurPage = (frame: WebFrameMain | null): boolean => frame !== null && frame.parent === null && isOurs(frame.url);

/** Answers what preload scripts send. A page that is loaded again asks for its ports again; the old ones close with it. */
export function answerWindows({ portFor }: EngineProcess, shell: Shell, handles: Handles): void {
  ipcMain.on(READY, ({ sender, senderFrame }) => {
    if (!isOurPage(senderFrame)) return;
    const { port1, port2 } = new MessageChannelMain();
    expose<keyof Shell>(shell, link(mainPortPipe(port1)).channel('shell'), SHELL_METHODS);
    sender.postMessage(PORTS, null, [portFor(sender.id), port2]);
  });
  ipcMain.handle(DROP, ({ senderFrame }, dropped: readonly Dropped[]): DropAnswer => {
    if (!isOurPage(senderFrame)) return { refused: 'Files are taken from the workbench alone.' };
    try {
      return { handle: handles.give(bundleOf(dropped)) };
    } catch (error) {
      return { refused: (error as Error).message };
    }
  });
}
