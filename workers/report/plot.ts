/** The frequency graph as vector paths, logarithmic, shared by PDF and HTML. */
import type { Series } from './blocks';

export interface GraphPath {
  readonly name: string;
  readonly index: number;
  readonly marks: boolean;
  /** SVG path data; pdfkit reads the same. */
  readonly path: string;
}

const topOf = (series: readonly Series[]): number =>
  Math.max(2, ...series.map((s) => s.values.reduce((a, b) => Math.max(a, b), 0)));
/** Downwards from the top of a box; 0 is on its lower edge. */
const yOf = (value: number, top: number, height: number): number => height - (Math.log1p(value) / Math.log1p(top)) * height;

/** What the height means: powers of ten up to the top. */
export function graphLevels(
  series: readonly Series[],
  height: number,
): readonly { readonly y: number; readonly label: string }[] {
  const top = topOf(series);
  const levels: number[] = [];
  for (let level = 1; level <= top; level *= 10) levels.push(level);
  return levels.map((level) => ({ y: yOf(level, top, height), label: level.toLocaleString('en') }));
}

/** Paths in a box of `width` x `height`, y downwards, 0 on the lower edge. Marks are stems. */
export function graphPaths(series: readonly Series[], width: number, height: number): readonly GraphPath[] {
  const top = topOf(series);
  const y = (v: number) => yOf(v, top, height).toFixed(1);
  return series.map((s, index) => {
    const x = (i: number) => ((i / Math.max(1, s.values.length - 1)) * width).toFixed(1);
    const points = [...s.values];
    const path = s.marks
      ? points.flatMap((v, i) => (v > 0 ? [`M${x(i)} ${height}V${y(v)}`] : [])).join('')
      : points.map((v, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${y(v)}`).join('');
    return { name: s.name, index, marks: s.marks === true, path };
  });
}
