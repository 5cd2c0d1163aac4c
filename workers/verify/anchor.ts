/** The journal of a case against what was written down of it outside: only there does it show that it was rewritten or cut. */
import { type JournalState, START } from '../case/journal';
import type { VerifyCheck } from '../contract/verify';

/** Hash of the journal's last entry at some time, and its number where that was written down too: a report or a bag has both. */
export interface Anchor {
  readonly entries?: number;
  readonly head: string;
}

/** `the journal’s entry 9 with hash 1f…` */
export const anchorText = ({ entries, head }: Anchor): string =>
  `the journal’s ${entries === undefined ? 'entry' : `entry ${entries}`} with hash ${head}`;

export function checkAnchor(journal: JournalState, { entries: said, head }: Anchor, where: string): VerifyCheck {
  const { entries: held } = journal;
  const entries = said ?? (head === START ? 0 : held.findIndex(({ hash }) => hash === head) + 1 || undefined);
  if (entries === undefined)
    return {
      what: `The journal is the one of ${where}`,
      ok: false,
      detail: `None of its ${held.length} entries has hash ${head}: it was rewritten, cut, or is another’s.`,
    };
  const what = `The journal is the one of ${where}, up to entry ${entries}`;
  const there = entries === 0 ? START : held[entries - 1]?.hash;
  if (there === head)
    return { what, ok: true, detail: `Entry ${entries} has hash ${head}; ${held.length - entries} came after it.` };
  return {
    what,
    ok: false,
    detail:
      there === undefined
        ? `It was cut: ${held.length} entries hold, and there were ${entries}.`
        : `It was rewritten at or before entry ${entries}: its hash was ${head} and is ${there}.`,
  };
}
