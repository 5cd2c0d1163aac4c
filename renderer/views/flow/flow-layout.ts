/** Where nodes and bands of a flow stand, in px. */
import { FLOW_COLUMNS, type Flow } from '../../../workers/contract/flow';
import { type Band, bandKey, type Sums } from './flow-data';
import { foldOf } from './flow-names';
import { type Block, untangled } from './flow-order';

export interface Box {
  /** Number of the node; undefined: the head of an opened fold, which closes it. */
  readonly node?: number;
  readonly fold?: string;
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lit: boolean;
}
export interface Drawn {
  readonly key: string;
  readonly path: string;
  readonly px: number;
  readonly lit: boolean;
  readonly band: Band;
}
export interface Layout {
  readonly columns: readonly { readonly x: number; readonly width: number }[];
  readonly boxes: readonly Box[];
  readonly bands: readonly Drawn[];
  /** Px that a call is wide, but for those that would be too thin to be seen. */
  readonly scale: number;
  readonly height: number;
}

/** Narrower, it scrolls sideways. */
export const LEAST_WIDTH = 1000;
const SIDE = 12;
const TOP = 12;
/** Shares of the columns: actions have the longest names. */
const SHARES = [168, 150, 122, 162, 104, 158, 186, 122];
const GAP_SHARE = 29;
const DIM = { height: 22, gap: 3 };
const LIT = { height: 30, gap: 7 };
const LIT_LEAST = { height: 22, gap: 3 };
const INDENT = 12;
/** Between those that are lit and the rest. */
const APART = 12;
export const LEAST_BAND = 1;

export interface Given {
  readonly flow: Flow;
  readonly sums: readonly Sums[];
  readonly bands: readonly Band[];
  readonly width: number;
  /** What is in sight: nodes stand closer where that lets all of them be. */
  readonly height: number;
}

export function layoutOf({ flow, sums, bands, width, height }: Given): Layout {
  const columns = columnsOf(width);
  const isLit = (node: number) => (sums[node]?.lit ?? 0) > 0;
  const blocks = FLOW_COLUMNS.map((_, column) => blocksOf(flow, sums, column));
  const [lit, dim] = [true, false].map((wanted) =>
    untangled(
      blocks.map((all) => all.filter((block) => block.some(isLit) === wanted)),
      bands,
    ),
  ) as [readonly (readonly Block[])[], readonly (readonly Block[])[]];
  const rowsOf = (all: readonly Block[] | undefined) =>
    (all ?? []).reduce((sum, block) => sum + block.length + (isOpened(flow, block) ? 1 : 0), 0);
  const size = sizeFor(
    FLOW_COLUMNS.map((_, i) => ({ lit: rowsOf(lit[i]), dim: rowsOf(dim[i]) })),
    height,
  );
  const tallest = Math.min(height - 2 * TOP, Math.max(...lit.map((all) => rowsOf(all))) * (size.height + size.gap));
  const boxes = columns.flatMap((place, column) => {
    const own = rowsOf(lit[column]) * (size.height + size.gap);
    const first = stacked(flow, lit[column] ?? [], {
      ...place,
      column,
      y: TOP + Math.max(0, (tallest - own) / 2),
      ...size,
      lit: true,
    });
    const below = first.y + (own > 0 ? APART : 0);
    const rest = stacked(flow, dim[column] ?? [], { ...place, column, y: own > 0 ? below : TOP, ...DIM, lit: false });
    return [...first.boxes, ...rest.boxes];
  });
  const scale = (size.height - 4) / Math.max(1, ...sums.map((sum) => sum.lit));
  return {
    columns,
    boxes,
    bands: drawn(bands, boxes, scale),
    scale,
    height: Math.max(...boxes.map((box) => box.y + box.height), TOP) + TOP,
  };
}

export function columnsOf(width: number): Layout['columns'] {
  const shares = SHARES.reduce((sum, share) => sum + share, 0) + GAP_SHARE * (SHARES.length - 1);
  const unit = (width - 2 * SIDE) / shares;
  let x = SIDE;
  return SHARES.map((share) => {
    const place = { x: Math.round(x), width: Math.round(share * unit) };
    x += (share + GAP_SHARE) * unit;
    return place;
  });
}

/** The most calls first; what an opened fold holds stays together, what is left of it last. Folds of others, and what is not recorded, come after values. */
function blocksOf(flow: Flow, sums: readonly Sums[], column: number): readonly Block[] {
  const own = flow.nodes.flatMap((node, i) => (node.column === FLOW_COLUMNS[column] ? [i] : []));
  const opened = new Set(own.filter((i) => flow.nodes[i]?.inside).map((i) => flow.nodes[i]?.family));
  const weight = (i: number) => (sums[i]?.lit ?? 0) * 1e9 + (sums[i]?.calls ?? 0);
  const byWeight = (a: number, b: number) => weight(b) - weight(a);
  const isWithin = (i: number) => {
    const node = flow.nodes[i];
    return node !== undefined && opened.has(node.family) && (node.inside || node.value === undefined);
  };
  const alone = own.filter((i) => !isWithin(i)).map((i) => [i]);
  const families = [...opened].map((family) => {
    const within = own.filter((i) => isWithin(i) && flow.nodes[i]?.family === family);
    const isFold = (i: number) => flow.nodes[i]?.value === undefined;
    return [...within.filter((i) => !isFold(i)).sort(byWeight), ...within.filter(isFold)];
  });
  const total = (block: Block) => block.reduce((sum, i) => sum + weight(i), 0);
  return [...alone, ...families].sort((a, b) => total(b) - total(a));
}

const isOpened = (flow: Flow, block: Block): boolean => flow.nodes[block[0] as number]?.inside === true;

/** Of the lit: as in a roomy picture where all columns fit, else as close as the rest. */
function sizeFor(rows: readonly { readonly lit: number; readonly dim: number }[], height: number): typeof LIT {
  const room = height - 2 * TOP;
  const least = Math.min(
    ...rows.map(({ lit, dim }) =>
      lit === 0 ? Number.POSITIVE_INFINITY : (room - (dim === 0 ? 0 : APART + dim * (DIM.height + DIM.gap))) / lit,
    ),
  );
  const pitch = Math.min(LIT.height + LIT.gap, Math.max(LIT_LEAST.height + LIT_LEAST.gap, Math.floor(least)));
  const share = (pitch - LIT_LEAST.height - LIT_LEAST.gap) / (LIT.height + LIT.gap - LIT_LEAST.height - LIT_LEAST.gap);
  const gap = Math.round(LIT_LEAST.gap + share * (LIT.gap - LIT_LEAST.gap));
  return { height: pitch - gap, gap };
}

interface Stack {
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  readonly lit: boolean;
}

function stacked(flow: Flow, blocks: readonly Block[], at: Stack): { readonly boxes: readonly Box[]; readonly y: number } {
  const { column, x, width, height, gap, lit } = at;
  const boxes: Box[] = [];
  let { y } = at;
  const put = (box: Partial<Box>, indent: number) => {
    boxes.push({ column, x: x + indent, y, width: width - indent, height, lit, ...box });
    y += height + gap;
  };
  for (const block of blocks) {
    const [first] = block.map((i) => flow.nodes[i]);
    const opened = first !== undefined && isOpened(flow, block);
    if (opened) put({ fold: foldOf(first) }, 0);
    for (const node of block) put({ node }, opened ? INDENT : 0);
  }
  return { boxes, y };
}

/** Bands side by side at each node, in the order of their other ends; pressed together where a node is lower than all of them. */
function drawn(bands: readonly Band[], boxes: readonly Box[], scale: number): readonly Drawn[] {
  const boxOf = new Map(boxes.flatMap((box) => (box.node === undefined ? [] : [[box.node, box] as const])));
  const pxOf = (band: Band) => (band.lit === 0 ? LEAST_BAND : Math.max(LEAST_BAND, band.lit * scale));
  const middle = (node: number) => {
    const box = boxOf.get(node);
    return box ? box.y + box.height / 2 : 0;
  };
  const ends = (own: 'from' | 'to', other: 'from' | 'to') => {
    const places = new Map<string, number>();
    for (const [node, box] of boxOf) {
      const here = bands.filter((band) => band[own] === node).sort((a, b) => middle(a[other]) - middle(b[other]));
      const wanted = here.reduce((sum, band) => sum + pxOf(band), 0);
      const pressed = Math.min(1, (box.height - 2) / Math.max(1, wanted));
      let y = box.y + (box.height - wanted * pressed) / 2;
      for (const band of here) {
        places.set(bandKey(band), y + (pxOf(band) * pressed) / 2);
        y += pxOf(band) * pressed;
      }
    }
    return places;
  };
  const [starts, stops] = [ends('from', 'to'), ends('to', 'from')];
  return bands.flatMap((band) => {
    const [from, to, key] = [boxOf.get(band.from), boxOf.get(band.to), bandKey(band)];
    if (!from || !to) return [];
    const [x1, y1, x2, y2] = [from.x + from.width, starts.get(key) ?? 0, to.x, stops.get(key) ?? 0];
    const half = (x1 + x2) / 2;
    const path = `M${x1},${y1.toFixed(1)}C${half},${y1.toFixed(1)} ${half},${y2.toFixed(1)} ${x2},${y2.toFixed(1)}`;
    return [{ key, path, px: pxOf(band), lit: band.lit > 0, band }];
  });
}
