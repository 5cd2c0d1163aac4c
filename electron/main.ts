/** The desktop shell: `electron dist/electron/main.js [--case DIR | --sample]`. One process a user; a second start opens another window of the first. */
import { resolve } from 'node:path';
import { app, BrowserWindow, dialog, session } from 'electron';
import { built } from '../workers/shell/folders';
import { Handles } from '../workers/shell/handles';
import { registerScheme, serveFolder } from './app-protocol';
import { desktopShell } from './desktop-shell';
import { startEngineProcess } from './engine-process';
import { setMenu } from './menu';
import { closeNetwork, denyNavigation, denyRequests } from './security';
import { answerWindows, openWindow } from './window';

/** The value after `--case`, or of `--case=DIR`; Chromium's own switches may stand between. */
function caseArgument(argv: readonly string[]): string | undefined {
  const at = argv.indexOf('--case');
  const value = at >= 0 ? argv[at + 1] : argv.find((arg) => arg.startsWith('--case='))?.slice('--case='.length);
  return value ? resolve(value) : undefined;
}

async function start(): Promise<void> {
  denyRequests(session.defaultSession);
  await serveFolder(built('renderer'));
  const engineProcess = startEngineProcess();
  const handles = new Handles();
  const shell = desktopShell(engineProcess.engine, handles);
  answerWindows(engineProcess, shell, handles);
  setMenu(openWindow);

  let quitting = false;
  app.on('will-quit', (event) => {
    if (quitting) return;
    quitting = true;
    event.preventDefault(); // the case is closed in order first
    void engineProcess.close().then(() => app.quit());
  });
  void engineProcess.ended.then(() => {
    if (quitting) return;
    dialog.showErrorBox('Exhibit', 'The engine ended unexpectedly. Nothing that was sealed is lost; start Exhibit again.');
    app.exit(1);
  });
  app.on('second-instance', () => void openWindow());
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  app.on('window-all-closed', () => app.quit());

  const dir = caseArgument(process.argv);
  const first = process.argv.includes('--sample') ? shell.openSample() : dir && shell.openCase(handles.give(dir).handle);
  await Promise.resolve(first).catch((error: Error) => dialog.showErrorBox('Exhibit', error.message));
  openWindow();
}

registerScheme();
closeNetwork();
app.on('web-contents-created', (_event, contents) => denyNavigation(contents));
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();
