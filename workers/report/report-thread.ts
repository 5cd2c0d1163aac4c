/** The thread that draws reports, so that ten thousand rows of PDF never hold up a query. One request, one answer, then it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReportRequest } from '../contract/report';
import type { ReportModel } from './model';
import { render } from './report';

export interface ReportWork {
  readonly model: ReportModel;
  readonly format: ReportRequest['format'];
  readonly fonts: string;
}
export type ReportMessage = { readonly pages: number } | { readonly bytes: Uint8Array };

const { model, format, fonts } = workerData as ReportWork;
const post = (message: ReportMessage, transfer: readonly ArrayBuffer[] = []) => parentPort?.postMessage(message, [...transfer]);

const bytes = new Uint8Array(await render(model, format, fonts, (pages) => post({ pages })));
post({ bytes }, [bytes.buffer]);
