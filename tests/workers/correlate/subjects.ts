/** Rows as the extraction gives them, written down by hand. */
import type { Attempt, Input, Subjects } from '../../../workers/correlate/input';
import { SUBJECT } from '../../../workers/correlate/input';
import type { Offset } from '../../../workers/correlate/offsets';
import type { Place } from '../../../workers/correlate/places';
import type { Root } from '../../../workers/correlate/roots';

export type Subject = { readonly [K in keyof typeof SUBJECT]?: number };

/** What is not given is not recorded. Keys are places in the list; words (`entity`, `parent`, `text`) hold the number in their low half. */
export function subjects(rows: readonly Subject[]): Subjects {
  const absent: Readonly<Record<string, number>> = {
    end: Number.NaN,
    entity: 0,
    parent: 0,
    text: 0,
    place: 0,
    bits: 0,
    start: 0,
  };
  const columns = Object.entries(SUBJECT).map(([name, type]) => {
    const values = rows.map((row, i) => row[name as keyof typeof SUBJECT] ?? (name === 'key' ? i : (absent[name] ?? -1)));
    const array =
      type === 'u64'
        ? Uint32Array.from(values.flatMap((value) => [value, 0]))
        : type === 'f64'
          ? Float64Array.from(values)
          : Int32Array.from(values);
    return [name, array];
  });
  return { size: rows.length, ...Object.fromEntries(columns) } as Subjects;
}

export const place = (changes: Partial<Place> = {}): Place => ({
  namespace: 'shop',
  pod: 'web-1',
  cluster: 'prod',
  container: 'web',
  containerid: null,
  host: 'node-1',
  clock: 'node-1',
  ...changes,
});

export const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  namespace: 'shop',
  pod: 'web-1',
  container: 'web',
  argv: ['ls'],
  tty: false,
  barren: null,
  key: 1000,
  cluster: 'prod',
  log: 'prod prod/cp-1/audit',
  time: 99.9,
  ready: 100,
  end: 105,
  auditid: null,
  opener: null,
  engine: null,
  composite: null,
  comms: [],
  twins: [],
  ...changes,
});

export const root = (changes: Partial<Root> = {}): Root => ({
  process: 0,
  executed: true,
  images: [0],
  place: 0,
  start: 100.13,
  end: 104.97,
  lastSeen: 100.13,
  lastDeep: false,
  tty: 0,
  outer: 'entered',
  probe: false,
  entry: false,
  ...changes,
});

export const input = (rows: readonly Subject[], changes: Partial<Input> = {}): Input => ({
  attempts: [],
  places: [place()],
  firsts: [],
  texts: [],
  subjects: subjects(rows),
  ...changes,
});

/** Clocks that agree, measured. */
export const AGREED: Offset = {
  basis: 'pairs',
  mean: 0,
  pairs: 9,
  medianDelay: 0.13,
  beliefs: [{ delta: 0, slowness: 1, weight: 1 }],
};
