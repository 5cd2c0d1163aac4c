/** Every envelope that is opened, in the order in which they are tried. */
import type { Envelope } from './envelope';

export const ENVELOPES: readonly Envelope[] = [];
