import type { View } from '../../../workers/contract/view';
import { grouped } from '../../data/numbers';
import type { Workbench } from '../../state/workbench.svelte';
import type { StatusPart } from '../frame/status.svelte';

/** One text for a view, so that a question is asked again exactly when what it asks has changed. */
export const viewKey = (view: View, ...more: readonly unknown[]): string =>
  [view.filter ?? '', view.from ?? '', view.to ?? '', view.kinds?.join() ?? '', ...more].map(String).join('\u0000');

/** `45,183 of 65,057 activities`, what is switched off, sessions in view, the last page's time. */
export function statusParts(
  workbench: Pick<Workbench, 'rows' | 'info' | 'address' | 'sessions'>,
  counts: Readonly<Record<string, number>> | undefined,
): readonly StatusPart[] {
  const { rows, info, address, sessions } = workbench;
  if (!info) return [];
  const parts: StatusPart[] = [];
  const inView = address.fold ? sumOf(counts, address.kinds) : rows.ready ? rows.total : undefined;
  if (inView !== undefined) parts.push({ strong: grouped(inView), text: `of ${grouped(info.activities)} activities` });
  const api = counts?.api ?? 0;
  if (!address.kinds.includes('api') && api > 0) parts.push({ text: `${grouped(api)} API calls switched off` });
  if (sessions.value) parts.push({ text: `${grouped(sessions.value.length)} sessions` });
  if (rows.ready && !address.fold) parts.push({ text: `Page ${Math.max(1, Math.round(rows.tookMs))} ms` });
  return parts;
}

/** The list is not there while repeats are folded: then the graph's counts say how many are in view. */
const sumOf = (counts: Readonly<Record<string, number>> | undefined, kinds: readonly string[]): number | undefined =>
  counts && kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
