/** Whole members, as they are handed over: recognised by content, opened, projected. And what tests of carriers wrap: three events of the API server. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { at, recognised, Stage, told } from '../../helpers/stage';

let stage: Stage;

/** Opens what `arrive` reads with, for the tests of the file that calls this. */
export function opensStage(): void {
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.close());
}

/** What reads the bytes, what was around it, and its records by place: activities, and the fate of the others. */
export interface Arrived {
  readonly format: string;
  readonly around: readonly string[] | undefined;
  readonly activities: readonly Record<string, unknown>[];
  readonly ignored: readonly string[];
  readonly rejects: readonly string[];
}

export async function arrive(content: string | Buffer): Promise<Arrived> {
  const [arrived] = await arriveAll([content]);
  return arrived as Arrived;
}

/** Members that one format reads, projected together, which takes a fraction of the time. */
export async function arriveAll(contents: readonly (string | Buffer)[]): Promise<readonly Arrived[]> {
  const members = contents.map((content) => {
    const bytes = Buffer.from(content as string);
    return { bytes, ...recognised(bytes) };
  });
  const format = members[0]?.format;
  if (!format || members.some((member) => member.format !== format)) throw new Error('nothing reads it, or not one format');
  const staged = await stage.runAll(
    format,
    members.map(({ bytes }) => bytes),
  );
  return staged.map(({ rows, rejects }, i) => ({
    format: format.id,
    around: members[i]?.recipe?.envelopes.map(({ id }) => id),
    activities: rows.filter(({ skip }) => skip === null).map((row) => ({ at: at(row), ...told(row) })),
    ignored: rows.filter(({ skip }) => skip !== null).map((row) => `${at(row)} ${row.skip}`),
    rejects: rejects.map((each) => `${each.at} ${each.why}`),
  }));
}

/** A carrier of the three events, and what is to come of it. */
export interface Arrival {
  readonly title: string;
  readonly content: string;
  readonly around: readonly string[];
  readonly places: readonly string[];
  readonly ignored?: readonly string[];
  readonly rejects?: readonly string[];
  readonly cluster?: string;
}

/** Cluster and API server, as the merge key has them. */
export const keyOf = (activity: Record<string, unknown> | undefined) =>
  String(activity?.merge).split(String.fromCharCode(31)).slice(0, 2);

/** The lines of a fixture. */
export const shapes = (format: string): readonly string[] =>
  readFileSync(resolve(import.meta.dirname, `../../fixtures/${format}/shapes.ndjson`), 'utf8')
    .split('\n')
    .filter(Boolean);

export const EVENTS = shapes('k8s-audit').slice(0, 3);
export const [FIRST = '', SECOND = '', THIRD = ''] = EVENTS;
export const IDS = EVENTS.map((event) => (JSON.parse(event) as { auditID: string }).auditID);
export const KLOG = 'W0317 09:41:02.345678       1 dispatcher.go:1] x';
export const MS = 1773740462345;
export const STREAM = 'kube-apiserver-audit-0a1b2c';
export const lines = (...each: readonly string[]) => `${each.join('\n')}\n`;
export const payload = (stream: string, messages: readonly string[], more: object = {}) =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup: '/aws/eks/demo/cluster',
    logStream: stream,
    logEvents: messages.map((message, i) => ({ id: String(i), timestamp: MS, message })),
    ...more,
  });
export const cri = (text: string, stream = 'stdout', part = 'F') => `2026-03-17T09:41:02.345678901Z ${stream} ${part} ${text}`;
export const csv = (rows: readonly (readonly string[])[]) =>
  lines(...rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')));
export const base64 = (text: string) => Buffer.from(text).toString('base64');
