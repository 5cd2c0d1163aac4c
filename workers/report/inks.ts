/** The colours of a report on paper. */
export const INK = '#12161a';
export const DIM = '#566069';
export const RULE = '#c2c9d0';
export const ACCENT = '#9c4e00';
export const GRID = '#e3e7ea';
