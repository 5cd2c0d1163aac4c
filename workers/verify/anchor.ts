/** The journal of a case against what was written down of it outside: only there does it show that it was rewritten or cut. */
import { type JournalState, START } from '../case/journal';
import type { VerifyCheck } from '../contract/engine';

/** Number and hash of the journal's last entry at some time, as a report or a bag has it. */
export interface Anchor {
  readonly entries: number;
  readonly head: string;
}

export function checkAnchor(journal: JournalState, { entries, head }: Anchor, where: string): VerifyCheck {
  const what = `The journal is the one of ${where}, up to entry ${entries}`;
  const there = entries === 0 ? START : journal.entries[entries - 1]?.hash;
  const since = journal.entries.length - entries;
  if (there === head) return { what, ok: true, detail: `Entry ${entries} has hash ${head}; ${since} came after it.` };
  return {
    what,
    ok: false,
    detail:
      there === undefined
        ? `It was cut: ${journal.entries.length} entries hold, and there were ${entries}.`
        : `It was rewritten at or before entry ${entries}: its hash was ${head} and is ${there}.`,
  };
}
