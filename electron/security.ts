/** What windows may not do (design section 5): ask for permissions, navigate, open windows, embed pages, or send a request anywhere. */
import { app, type Session, type WebContents } from 'electron';
import { ORIGIN } from './app-protocol';

/** Our own pages, and the reports and pictures that a page makes itself. */
export const isOurs = (url: string): boolean => url.startsWith(`${ORIGIN}/`) || url.startsWith(`blob:${ORIGIN}/`);

/** Before the app is ready. No name resolves, no background service of the browser asks anything of anyone. */
export function closeNetwork(): void {
  app.enableSandbox();
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  app.commandLine.appendSwitch('disable-background-networking');
  app.commandLine.appendSwitch('disable-component-update');
}

export function denyRequests(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false); // it would fetch its dictionaries
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isOurs(url) }));
}

export function denyNavigation(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
