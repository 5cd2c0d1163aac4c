/** The order of nodes in each column, so that few calls cross. */
import type { Band } from './flow-data';

/** Nodes that stay together, in this order: one alone, or an opened fold with what is in it. */
export type Block = readonly number[];

const SWEEPS = 4;

/** How many calls cross between neighbouring columns: of each two bands that do, the fewer. */
export function crossings(columns: readonly (readonly Block[])[], bands: readonly Band[]): number {
  const places = placesOf(columns);
  const between = new Map<number, { readonly from: number; readonly to: number; readonly weight: number }[]>();
  for (const band of bands) {
    const [from, to] = [places.get(band.from), places.get(band.to)];
    if (!from || !to) continue;
    const list = between.get(from.column) ?? [];
    list.push({ from: from.row, to: to.row, weight: weightOf(band) });
    between.set(from.column, list);
  }
  let sum = 0;
  for (const list of between.values()) {
    for (const [i, one] of list.entries()) {
      for (const other of list.slice(i + 1)) {
        if ((one.from - other.from) * (one.to - other.to) < 0) sum += Math.min(one.weight, other.weight);
      }
    }
  }
  return sum;
}

/** Sweeps over the columns, each block moved to where its calls come from or go to; the order with the fewest crossings is kept. Of equal ones the first. */
export function untangled(columns: readonly (readonly Block[])[], bands: readonly Band[]): readonly (readonly Block[])[] {
  let [best, least] = [columns, crossings(columns, bands)];
  let current = columns;
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
    current = swept(current, bands, sweep % 2 === 0);
    const now = crossings(current, bands);
    if (now < least) [best, least] = [current, now];
  }
  return best;
}

function swept(columns: readonly (readonly Block[])[], bands: readonly Band[], onward: boolean): readonly (readonly Block[])[] {
  const next = [...columns];
  const order = columns.map((_, i) => i);
  for (const i of (onward ? order : order.toReversed()).slice(1)) {
    const rows = placesOf(next);
    const beside = onward ? i - 1 : i + 1;
    const middle = (block: Block): number | undefined => {
      let [weight, sum] = [0, 0];
      for (const band of bands) {
        const [own, other] = onward ? [band.to, band.from] : [band.from, band.to];
        const place = block.includes(own) ? rows.get(other) : undefined;
        if (place?.column !== beside) continue;
        weight += weightOf(band);
        sum += weightOf(band) * place.row;
      }
      return weight === 0 ? undefined : sum / weight;
    };
    const placed = (next[i] ?? []).map((block, at) => ({ block, to: middle(block) ?? at }));
    next[i] = placed.sort((a, b) => a.to - b.to).map(({ block }) => block);
  }
  return next;
}

const weightOf = ({ lit, calls }: Band): number => Math.max(1, lit || Math.min(1, calls));

function placesOf(
  columns: readonly (readonly Block[])[],
): ReadonlyMap<number, { readonly column: number; readonly row: number }> {
  return new Map(columns.flatMap((blocks, column) => blocks.flat().map((node, row) => [node, { column, row }] as const)));
}
