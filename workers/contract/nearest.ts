/** The candidates that are likely meant by a mistyped name: at most three, nearest first, within two edits. */
export function nearest(typed: string, candidates: readonly string[]): readonly string[] {
  const short = typed.slice(0, 40).toLowerCase();
  return candidates
    .map((name) => ({ name, edits: edits(short, name) }))
    .filter(({ name, edits }) => edits <= Math.min(2, Math.floor(name.length / 2)))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(swap, (above[j] as number) + 1, (row[j - 1] as number) + 1));
    }
  }
  return row[b.length] as number;
}
