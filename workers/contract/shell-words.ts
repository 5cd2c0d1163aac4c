/** An argv as one line of text: POSIX single quotes where needed. */

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;
/** The same in RE2, for SQL. */
export const PLAIN_WORD = '[A-Za-z0-9_@%+=:,./-]+';

const quoteWord = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

export const quoteWords = (argv: readonly string[]): string => argv.map(quoteWord).join(' ');

/** The argv that `quoteWords` prints as exactly this text; undefined where there is none. */
export function wordsOf(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    let word = '';
    while (at < text.length && text[at] !== ' ') {
      if (text[at] === "'") {
        const end = text.indexOf("'", at + 1);
        if (end < 0) return undefined;
        word += text.slice(at + 1, end);
        at = end + 1;
      } else {
        if (text[at] === '\\') at++;
        word += text[at] ?? '';
        at++;
      }
    }
    words.push(word);
    at++;
  }
  return quoteWords(words) === text ? words : undefined;
}
