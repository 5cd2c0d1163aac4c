import { describe, expect, test } from 'vitest';
import { evidence, words } from '../../../workers/report/blocks';
import { type Face, type Faces, setLines } from '../../../workers/report/type';

/** A font that has these characters, each as wide as its size. */
const face = (name: string, has: RegExp): Face => ({
  name,
  ascii: new Float64Array(128).fill(1000),
  advance: (code) => (has.test(String.fromCodePoint(code)) ? 1000 : undefined),
  shaped: (text) => [...text].filter((c) => !/\p{M}/u.test(c)).length * 1000,
});
const latin = face('latin', /[\x20-\x7e]/);
const joining = face('joining', /[\u0590-\u06ff]/);
const own = [latin, joining] as const;
const faces: Faces = { words: own, strong: own, evidence: own, evidenceStrong: own, rightToLeft: [joining] };

const drawn = (text: string): string =>
  setLines([evidence(text)], faces, 10, 10_000)
    .map((line) => line.map((run) => run.text).join('|'))
    .join('\n');

describe('text from the right', () => {
  test.for([
    ['a path of Hebrew words', '/home/משתמש/חוזה-2026.pdf', '/home/|2026|-|חוזה|/|משתמש|.pdf'],
    ['brackets, which turn', 'rm ملف (سري) x', 'rm |(|سري|)| |ملف| x'],
    ['words of Arabic', 'echo مرحبا بالعالم', 'echo |بالعالم| |مرحبا'],
    ['marks, which stay on their letters', 'echo שָׁלוֹם', 'echo |שָׁלוֹם'],
    ['a sentence that begins from the right, on each of its lines', 'מחק bash (shred) אז', 'אז| |bash (shred)| |מחק'],
  ])('%s', ([, text, expected]) => {
    expect(drawn(text as string)).toBe(expected);
  });

  test('of one span never moves what stands in another', () => {
    const [line = []] = setLines([evidence('שלום'), words(' 41207 '), evidence('abc')], faces, 10, 10_000);

    expect(line.map((run) => run.text)).toEqual(['שלום', ' 41207 ', 'abc']);
  });
});

test('a character that no font has is printed as its code', () => {
  expect(drawn('a देb')).toBe('a \\u{926}\\u{947}b');
});

test('a long word is cut where the line ends, marks with their letters', () => {
  const lines = setLines([evidence(`${'ש'.repeat(5)}ָ${'ש'.repeat(5)}`)], faces, 10, 45);

  expect(lines.map((line) => line.map((run) => run.text).join(''))).toEqual(['ששששש\u05b8', 'ששששש']);
});
