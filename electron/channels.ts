/** Names that the preload script and the main process share. */
export const READY = 'exhibit:ready';
export const PORTS = 'exhibit:ports';
export const DROP = 'exhibit:drop';

/** What the page listens for; the two ports come with it (renderer/connect.ts). */
export const PAGE_MESSAGE = 'exhibit-ports';

import type { Handle } from '../workers/contract/shell';

/** Electron keeps only the text of an error that crosses; so a refusal crosses as data. */
export type DropAnswer = { readonly handle: Handle } | { readonly refused: string };
