/** All formats and envelopes that a member may be of. */
import { ENVELOPES } from '../envelopes/index';
import { FORMATS, recognise } from '../formats/index';
import type { Formats } from './recognise';

export const KNOWN: Formats = { formats: FORMATS, recognise, envelopes: ENVELOPES };
