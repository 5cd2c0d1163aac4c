/**
 * The report between its data and its paper: a flat list of blocks made of spans. `document.ts` writes it, `pdf.ts` and `html.ts` draw it,
 * so the two can't tell different stories.
 */

export interface Span {
  readonly text: string;
  /** Holds what a machine or an attacker wrote: escaped by `visible`, isolated for right-to-left text, and set in mono. */
  readonly evidence?: boolean;
  /** Evidence inside a sentence of ours: set as words. */
  readonly prose?: boolean;
  readonly strong?: boolean;
  readonly dim?: boolean;
  /** Number of a cited record: printed as [n], linked to its line in the list of records. */
  readonly cite?: number;
}
export type Spans = readonly Span[];

export interface TableColumn {
  readonly head: string;
  /** Share of the width. */
  readonly width: number;
  readonly align?: 'right';
}
export interface TableRow {
  readonly cells: readonly Spans[];
  /** `gap`: one hatched cell over the whole width. `accent`: opens or closes the session. */
  readonly kind?: 'gap' | 'accent';
  /** Number of the record that this row stands for: the target of its citations. */
  readonly anchor?: number;
}

export interface Series {
  readonly name: string;
  readonly values: Float64Array;
  readonly marks?: boolean;
}

export type Block =
  | { readonly type: 'title'; readonly title: string; readonly subtitle: Spans }
  | { readonly type: 'heading'; readonly text: string; readonly level: 1 | 2 }
  | { readonly type: 'text'; readonly spans: Spans; readonly small?: boolean }
  | { readonly type: 'pairs'; readonly rows: readonly (readonly [string, Spans])[] }
  | { readonly type: 'table'; readonly columns: readonly TableColumn[]; readonly rows: readonly TableRow[] }
  | { readonly type: 'list'; readonly items: readonly Spans[] }
  | { readonly type: 'figure'; readonly value: string; readonly spans: Spans }
  | {
      readonly type: 'graph';
      readonly series: readonly Series[];
      readonly ticks: readonly { readonly at: number; readonly label: string }[];
      /** Where what is told of lies; `at` as those of the ticks. */
      readonly flags: readonly { readonly at: number; readonly label: string }[];
      readonly caption: string;
    }
  | { readonly type: 'page' };

export const words = (text: string): Span => ({ text });
export const strong = (text: string): Span => ({ text, strong: true });
export const dim = (text: string): Span => ({ text, dim: true });
export const evidence = (text: string): Span => ({ text, evidence: true });
/** A sentence of ours that quotes the evidence. */
export const quoting = (text: string): Span => ({ text, evidence: true, prose: true });
export const cite = (n: number): Span => ({ text: `[${n}]`, cite: n });
