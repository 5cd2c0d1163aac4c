/**
 * The bridge into a sandboxed window: hands over the two ports when the page asks, and turns dropped files into a handle. The page never
 * sees a path: only files that a person dropped or chose have one, and only this script may ask for it.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { DROP, type DropAnswer, PAGE_MESSAGE, PORTS, READY } from './channels';

type DroppedFile = Parameters<typeof webUtils.getPathForFile>[0] & { readonly webkitRelativePath?: string };
declare const window: { postMessage(message: unknown, origin: string, transfer: readonly unknown[]): void };
declare const location: { readonly origin: string };

ipcRenderer.on(PORTS, ({ ports }) => window.postMessage(PAGE_MESSAGE, location.origin, ports));

contextBridge.exposeInMainWorld('exhibit', {
  ready: () => ipcRenderer.send(READY),
  drop: async (files: readonly DroppedFile[]) => {
    const dropped = files.map((file) => ({ path: webUtils.getPathForFile(file), inside: file.webkitRelativePath ?? '' }));
    const answer = (await ipcRenderer.invoke(DROP, dropped)) as DropAnswer;
    if ('refused' in answer) throw new Error(answer.refused);
    return answer.handle;
  },
});
