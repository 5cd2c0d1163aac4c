/**
 * The fast and the careful path read alike: every record that the fast path takes gives, column by column, what the careful path makes of
 * its bytes. Records are real shapes with values replaced, lost, doubled, nested and misspelt at random.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Row } from '../../../workers/case/database';
import { clean } from '../../../workers/formats/careful';
import type { Format } from '../../../workers/formats/format';
import { FORMATS } from '../../../workers/formats/index';
import { at, cleanLine, places, Stage } from '../../helpers/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** JSON as it is written: keys and leaves are raw text, and a key may occur twice. */
type Written =
  | string
  | { readonly members: readonly (readonly [key: string, value: Written])[] }
  | { readonly items: readonly Written[] };

function written(value: unknown): Written {
  if (Array.isArray(value)) return { items: value.map(written) };
  if (typeof value === 'object' && value !== null)
    return { members: Object.entries(value).map(([key, inner]) => [JSON.stringify(key), written(inner)] as const) };
  return JSON.stringify(value);
}

function text(value: Written): string {
  if (typeof value === 'string') return value;
  if ('items' in value) return `[${value.items.map(text).join(',')}]`;
  return `{${value.members.map(([key, inner]) => `${key}:${text(inner)}`).join(', ')}}`;
}

const nested = (depth: number) => '{"a":['.repeat(depth) + ']}'.repeat(depth);
const integers = fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }).map(String);

/** What stands where a value stood. */
const replacement: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '0', '-0', '-1', '7', '65536', '4294967295', '1.5', '200.0', '1e2', '{}', '[]', '""'),
  fc.constantFrom(
    '"7"',
    '"07"',
    '" 7"',
    '"1.5"',
    '"{"',
    '"[x]"',
    '"<NA>"',
    '"true"',
    '"ok"',
    '["a"]',
    '["a",null,"\\u0062"]',
    '[1,true]',
    '[{"a":1}]',
    '{"a":{"b":[1]}}',
  ),
  fc.constantFrom(
    '"2016-12-31T23:59:60Z"',
    '"2016-12-31T23:59:60.5+02:00"',
    '"2024-02-30T00:00:00Z"',
    '"2024-05-01t10:00:00z"',
    '"2024-05-01T10:00:00"',
    '"2024-05-01 10:00:00.25"',
    '"2024-05-01T10:00:00.1234567891Z"',
    '"1500-01-01T00:00:00Z"',
    '"infinity"',
    '"2024-05-01T24:00:00Z"',
    '"2024-05-01T10:00:00.123456789-11:30"',
  ),
  fc.constantFrom(
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\ud83d\\ude00"',
    '"\\/\\b\\f\\n\\r\\t\\"\\\\"',
    '"\\u00e9\\u202e"',
    '"é😀"',
    '"\u2028"',
  ),
  integers,
  integers.map((digits) => `"${digits}"`),
  integers.map((digits) => `-${digits}`),
  fc.constantFrom(5, 499, 600).map(nested),
  fc.string({ unit: 'binary', maxLength: 12 }).map((word) => JSON.stringify(word)),
);

const steps = (minLength: number, maxLength: number) => fc.array(fc.nat(1000), { minLength, maxLength });

/** A change at one place of a record: `path` picks a member at each level, modulo how many there are. */
const change = fc.record({
  // Mostly all the way down to a leaf.
  path: fc.oneof({ weight: 3, arbitrary: steps(8, 8) }, { weight: 1, arbitrary: steps(1, 4) }),
  how: fc.constantFrom('replace', 'remove', 'double', 'escape', 'case'),
  value: replacement,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(record: Written, { path, how, value }: Change): Written {
  const [step = 0, ...rest] = path;
  if (typeof record === 'string' || 'items' in record || record.members.length === 0) return value;
  const index = step % record.members.length;
  const [key, inner] = record.members[index] as readonly [string, Written];
  if (rest.length > 0 && typeof inner === 'object' && 'members' in inner && inner.members.length > 0)
    return { members: record.members.with(index, [key, changed(inner, { path: rest, how, value })]) };
  const members = record.members;
  if (how === 'remove') return { members: members.toSpliced(index, 1) };
  if (how === 'double') return { members: [...members, [key, value]] };
  if (how === 'escape')
    return { members: members.with(index, [`"\\u${key.charCodeAt(1).toString(16).padStart(4, '0')}${key.slice(2)}`, inner]) };
  if (how === 'case') return { members: members.with(index, [key.toUpperCase(), inner]) };
  return { members: members.with(index, [key, value]) };
}

const shown = (row: Row): unknown =>
  JSON.parse(JSON.stringify({ ...row, suspect: undefined }, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value)));

/** A record may tell several. */
const activity = (row: Row): string => `${at(row)}#${row.k}`;

async function bothWays(format: Format, records: readonly string[]): Promise<{ fast: number; careful: number }> {
  const bytes = Buffer.from(`${records.join('\n')}\n`);
  let [fast, careful] = [0, 0];
  const { files, records: read, wrapped } = stage.split(format, bytes);
  for (const file of files) {
    // What the reader itself decided (a list in an envelope that is empty) no path reads.
    const taken = (await stage.project(format, file, { wrapped })).filter((row) => !row.suspect && read.has(at(row)));
    const lines = places(file).map((place) => {
      const cleaned = clean(read.get(at(place)) ?? Buffer.alloc(0), format.columns);
      return 'clean' in cleaned ? cleanLine(place, cleaned.clean, cleaned.flags) : '';
    });
    writeFileSync(`${file}.clean`, lines.join(''));
    const others = new Map(
      (await stage.project(format, `${file}.clean`, { clean: true, wrapped })).map((row) => [activity(row), row]),
    );
    for (const row of taken) {
      const other = others.get(activity(row));
      expect(other && shown(other), records[Number(row.r) - 1]).toEqual(shown(row));
    }
    const quick = new Set(taken.map(at)).size;
    fast += quick;
    careful += lines.length - quick;
  }
  return { fast, careful };
}

test.for(FORMATS.filter(({ text, binary }) => !text && !binary))(
  '$id: both paths agree on every record that the fast one takes',
  async (format) => {
    const shapes = readFileSync(resolve(import.meta.dirname, `../../fixtures/${format.id}/shapes.ndjson`), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => written(JSON.parse(line)));
    let [fast, careful] = [0, 0];
    const record = fc
      .tuple(fc.constantFrom(...shapes), fc.array(change, { maxLength: 3 }))
      .map(([shape, changes]) => text(changes.reduce(changed, shape)));
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 150, maxLength: 200 }), async (records) => {
        const went = await bothWays(format, records);
        fast += went.fast;
        careful += went.careful;
      }),
      { numRuns: 5, endOnFailure: true },
    );
    expect(fast / (fast + careful)).toBeGreaterThan(0.05);
    expect(careful / (fast + careful)).toBeGreaterThan(0.05);
  },
);
