/** What is typed to search the flow, as a filter: every word must be somewhere in what a call shows, and none of those with a minus before them. */
import { parseAddress, parseRange } from '../../../workers/contract/address';
import { quote } from '../../../workers/contract/filter-print';
import { RESOURCE_SORTS } from '../../../workers/contract/flow';
import { STATUS_TEXTS } from './flow-names';

const TEXTS = ['user', 'groups', 'impersonated', 'clouduser', 'action', 'resource', 'namespace', 'name', 'command', 'useragent'];
/** Further ones would only make a filter that nobody can read. */
const MOST_WORDS = 8;

interface Word {
  readonly text: string;
  readonly without: boolean;
}

/** Words between spaces; quotes keep several together. */
export const wordsIn = (search: string): readonly Word[] =>
  [...search.matchAll(/(-?)(?:"([^"]*)"?|(\S+))/g)]
    .map(([, minus, quoted, plain]) => ({ text: quoted ?? plain ?? '', without: minus === '-' }))
    .filter(({ text }) => text !== '')
    .slice(0, MOST_WORDS);

/** The search as terms that stand beside others; empty where nothing is searched. */
export const searchFilter = (search: string): string =>
  wordsIn(search)
    .map(({ text, without }) => `${without ? 'not ' : ''}(${placesOf(text).join(' or ')})`)
    .join(' ');

function placesOf(word: string): readonly string[] {
  const folded = word.toLowerCase();
  const named = (name: string) => folded.length >= 3 && name.toLowerCase().includes(folded);
  const codes = [...STATUS_TEXTS].flatMap(([code, text]) => (String(code) === word || named(text) ? [code] : []));
  const sorts = RESOURCE_SORTS.flatMap(([sort, resources]) => (named(sort) ? resources : []));
  return [
    ...TEXTS.map((attribute) => `${attribute} contains ${quote(word)}`),
    ...addressesOf(folded),
    ...(codes.length > 0 ? [`code in (${codes.map((code) => quote(String(code))).join(', ')})`] : []),
    ...(sorts.length > 0 ? [`resource in (${sorts.map(quote).join(', ')})`] : []),
  ];
}

/** An address, a range, or how an IPv4 address begins: `203.0.113`. */
function addressesOf(word: string): readonly string[] {
  if (word === 'internal') return ['sourceaddresses in private'];
  if (word === 'external') return ['(sourceaddresses exists not sourceaddresses in private)'];
  if (parseAddress(word) !== undefined) return [`sourceaddresses=${quote(word)}`];
  const parts = /^\d{1,3}(\.\d{1,3}){1,2}\.?$/.test(word) ? word.split('.').filter((part) => part !== '') : [];
  const range = parts.length > 0 ? `${[...parts, '0', '0', '0'].slice(0, 4).join('.')}/${parts.length * 8}` : word;
  return range.includes('/') && parseRange(range) ? [`sourceaddresses in ${quote(range)}`] : [];
}
