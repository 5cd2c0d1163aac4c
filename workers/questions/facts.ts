/** What a case says of itself: how far its record reaches, where it is silent, who handled it. */

import type { CaseInfo } from '../contract/case';
import { clockTexts } from '../contract/clocks';
import { parseTime } from '../contract/time';

export interface Facts {
  readonly facts: readonly string[];
  /** Why that leaves the question open. */
  readonly short?: string;
  /** Why they answer nothing of it. */
  readonly never?: string;
}

const NS_PER_HOUR = 3_600_000_000_000n;
const HOURS_PER_YEAR = 365 * 24;

export function spanOf({ first, last }: CaseInfo): Facts {
  const [from, to] = [parseTime(first ?? ''), parseTime(last ?? '')];
  if (first === null || last === null || from === undefined || to === undefined)
    return { facts: ['Nothing in this case has a time.'], short: 'Without times there is no span.' };
  const hours = Number((to - from) / NS_PER_HOUR);
  return {
    facts: [`From ${first} to ${last}: ${hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`}.`],
    ...(hours < HOURS_PER_YEAR && {
      short:
        'It is less than the twelve months that PCI DSS asks for and the six years of HIPAA’s documents. What is kept elsewhere is not seen here.',
    }),
  };
}

export function silencesOf({ coverage }: CaseInfo): Facts {
  const facts = coverage.flatMap(({ source, gaps }) => gaps.map(({ from, to }) => `${source}: from ${from} to ${to}.`));
  return {
    facts: facts.length > 0 ? facts : [`None of the ${coverage.length} sources is silent for far longer than its rate explains.`],
  };
}

/** Offsets that are told, the farthest first. */
const MOST_CLOCKS = 8;

/** How far nodes and API servers differ, where calls and the processes that they started tell it. */
export function clocksOf({ clocks }: CaseInfo): Facts {
  const { texts, left } = clockTexts(clocks, MOST_CLOCKS);
  if (texts.length === 0)
    return { facts: [], never: 'Three linked calls tell how far a node is from an API server; no two here have as many.' };
  return {
    short: 'Clocks are held against each other, never against true time: two that are wrong alike look right.',
    facts: [
      'Node minus API server, as linked calls and processes tell:',
      ...texts.map((text) => `${text}.`),
      ...(left > 0 ? [`${left} more differ by less.`] : []),
    ],
  };
}

export const custodyOf = ({ evidence, journal }: CaseInfo): Facts => ({
  facts: [
    ...evidence.map(
      ({ id, name, sha256, importedAt, intake }) =>
        `${id} (${name}), SHA-256 ${sha256}, imported ${importedAt}${intake.receivedFrom === undefined ? '' : `, received from ${intake.receivedFrom}`}${intake.collectedBy === undefined ? '' : `, collected by ${intake.collectedBy}`}.`,
    ),
    `The journal has ${journal.entries} entries; the last has hash ${journal.head}.`,
  ],
  ...(evidence.some(({ intake }) => intake.receivedFrom === undefined) && {
    short: 'Who handed it over was not said at import (--received-from).',
  }),
});
