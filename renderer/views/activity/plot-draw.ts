/** What uPlot does not draw: stems with dots, triangles above the plot, flags on its axis. */
import uPlot from 'uplot';

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

/** Small diamonds above the plot, below the triangles, where a rule of ours holds: in ink, since they are no evidence. */
export function drawFindings(u: uPlot, findings: readonly number[], color: string): void {
  const { ctx, bbox } = u;
  const px = uPlot.pxRatio;
  ctx.save();
  ctx.fillStyle = color;
  for (const finding of findings) {
    const x = u.valToPos(finding, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, 8.5 * px);
    ctx.lineTo(x + 2.75 * px, 11.25 * px);
    ctx.lineTo(x, 14 * px);
    ctx.lineTo(x - 2.75 * px, 11.25 * px);
    ctx.fill();
  }
  ctx.restore();
}

/** Small flags on the axis where the analyst has marked something. */
export function drawMarks(u: uPlot, marks: readonly number[], color: string): void {
  const { ctx, bbox } = u;
  const px = uPlot.pxRatio;
  const foot = bbox.top + bbox.height;
  ctx.save();
  ctx.fillStyle = color;
  for (const mark of marks) {
    const x = u.valToPos(mark, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x - 3 * px, foot - 9 * px);
    ctx.lineTo(x + 3 * px, foot - 9 * px);
    ctx.lineTo(x + 3 * px, foot);
    ctx.lineTo(x, foot - 3.5 * px);
    ctx.lineTo(x - 3 * px, foot);
    ctx.fill();
  }
  ctx.restore();
}
