/** What a source could have shown. */
export interface Coverage {
  /** Title and place, for reading. */
  readonly source: string;
  readonly format: string;
  /** Node, host or cluster; null where the source names none. */
  readonly place: string | null;
  /** complete: both ends seen, no loss known; partial; hits-only: rule hits only, silence proves nothing; absent. */
  readonly state: 'complete' | 'partial' | 'hits-only' | 'absent';
  readonly detail: string;
  readonly first: string | null;
  readonly last: string | null;
  /** Records of it that could not be read. */
  readonly rejected: number;
  /** What of everything its own settings let through; null where it tells all that it can see. */
  readonly selects: string | null;
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly why: string }[];
}
