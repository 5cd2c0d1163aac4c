/** A trace report of 10,000 rows as PDF, against pdfkit writing the same rows as plain lines (design section 7: 3 s). */
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import { render } from '../../workers/report/report';
import { model } from '../workers/report/report-model';

const ROWS = 10_000;
const BUDGET_S = 3;
const FONTS = join(import.meta.dirname, '../../resources/fonts');

const data = await model(ROWS);

/** Seconds of the best of three. */
async function best(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const started = performance.now();
    await work();
    times.push((performance.now() - started) / 1000);
  }
  return Math.min(...times);
}

function plain(): Promise<void> {
  const doc = new PDFDocument({ size: 'A4' });
  const done = new Promise<void>((resolve) => {
    doc.on('end', resolve);
  });
  doc.resume();
  doc.font(join(FONTS, 'JetBrainsMono-Regular.ttf'), 8);
  for (const a of data.traces[0]?.activities ?? []) doc.text(`${a.time} ${a.kind} ${a.cmdline ?? a.path ?? a.server} ${a.id}`);
  doc.end();
  return done;
}

const floor = await best(plain);
const measured = await best(() => render(data, 'pdf', FONTS));
console.log(
  JSON.stringify({
    work: `trace report PDF, ${ROWS} rows, tagged`,
    measured: `${measured.toFixed(1)} s`,
    floor: `${floor.toFixed(1)} s`,
    ratio: Number((measured / floor).toFixed(2)),
    budget: `${BUDGET_S} s`,
    ok: measured <= BUDGET_S,
  }),
);
