/**
 * Tamperings of all that is handed over of a case (`handover.ts`), as a table: what is touched, how, what `exhibit verify` is asked, and what its answer must name.
 * The better ones are those of somebody who knows how each hash is made, and makes anew all that lie in reach.
 */
import { ofBags } from './bags';
import { ofCases } from './cases';
import { ofJournals, ofMarks } from './journals';
import { ofOriginals } from './originals';
import { ofReports } from './reports';
import type { Tampering } from './touch';

export const TAMPERINGS: readonly Tampering[] = [
  ...ofBags(),
  ...ofReports(),
  ...ofOriginals(),
  ...ofCases(),
  ...ofMarks(),
  ...ofJournals(),
];
