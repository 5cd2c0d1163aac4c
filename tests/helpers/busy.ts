/** How long a test waits for what will come on a busy machine: Vitest's own second is over before a thread has started there. */
export const BUSY = { timeout: 50_000 };
