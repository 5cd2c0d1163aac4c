/** What uPlot does not draw: stems with dots, triangles above the plot, and the words of the time axis. */
import uPlot from 'uplot';
import { read } from '../../data/clock';
import { fromSeconds } from './plot-data';

export function drawStems(
  u: uPlot,
  stems: readonly { readonly x: number; readonly y: number }[],
  color: string,
  halo: string,
): void {
  const { ctx, bbox } = u;
  const px = uPlot.pxRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height);
  ctx.clip();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.25 * px;
  const foot = u.valToPos(0, 'y', true);
  for (const { x, y } of stems) {
    const [left, top] = [u.valToPos(x, 'x', true), Math.min(u.valToPos(y, 'y', true), foot - 8 * px)];
    ctx.beginPath();
    ctx.moveTo(left, foot);
    ctx.lineTo(left, top);
    ctx.stroke();
    dot(ctx, left, top, 3.2 * px, halo);
    dot(ctx, left, top, 2.2 * px, color);
  }
  ctx.restore();
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, color: string): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}

export function drawHits(u: uPlot, hits: readonly number[], color: string): void {
  const { ctx, bbox } = u;
  const px = uPlot.pxRatio;
  ctx.save();
  ctx.fillStyle = color;
  for (const hit of hits) {
    const x = u.valToPos(hit, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x - 3.5 * px, 1 * px);
    ctx.lineTo(x + 3.5 * px, 1 * px);
    ctx.lineTo(x, 7 * px);
    ctx.fill();
  }
  ctx.restore();
}

const DAY = 86_400;

/** 14:00; the day in its place at midnight; seconds and their parts where the steps are that small. */
export function timeLabels(splits: readonly number[], step: number, zone: string): string[] {
  return splits.map((s) => {
    const { time, ms, day, weekday, rest } = read(fromSeconds(s), zone);
    if (step >= DAY || time === '00:00:00') return `${weekday} ${day}`;
    if (step >= 60) return time.slice(0, 5);
    return step >= 1 ? time : step >= 0.001 ? `${time}${ms}` : `${time}${ms}${rest}`;
  });
}
