/** A report from request to bytes: collect the model, write it as blocks, draw them. Runs in a thread of its own (`report-thread.ts`). */

import { canonical } from '../contract/canonical';
import type { ReportRequest } from '../contract/report';
import { documentOf } from './document';
import { html } from './html';
import type { ReportModel } from './model';
import { pdf } from './pdf';

/** The bytes of a report. `fonts`: the folder of `resources/fonts`; `onPage` is told each page begun. */
export async function render(
  model: ReportModel,
  format: ReportRequest['format'],
  fonts: string,
  onPage?: (pages: number) => void,
): Promise<Uint8Array> {
  const json = Buffer.from(`${canonical(model)}\n`);
  if (format === 'json') return json;
  const blocks = documentOf(model);
  if (format === 'html') return Buffer.from(html(model.title, blocks, model.digest, json));
  return pdf(blocks, {
    title: model.title,
    digest: model.digest,
    created: model.created,
    head: [
      `Exhibit ${model.traces.length === 0 ? 'report' : 'session trace'} · ${model.case.case}`,
      model.traces.map((t) => t.label).join(', '),
    ],
    attachment: { name: 'report.json', bytes: json },
    fonts,
    onPage,
  });
}
