/**
 * Entries of Cloud Logging as `gcloud logging read` prints them where nothing else is asked for: YAML, a document each behind `---`. An entry whose text has an empty line ends there
 * and is rejected. Source: Google Cloud SDK, gcloud topic formats (yaml).
 */
import { parse } from 'yaml';
import type { Envelope } from './envelope';
import { fieldsOf, has } from './facts';

const SEPARATOR = '---';
/** Keys come in order of the alphabet: these are the first that an entry may have. */
const FIRST = /^(?:httpRequest|insertId|jsonPayload|labels|logName):(?: |$)/;

const begins = (line: string): boolean => line === SEPARATOR || FIRST.test(line);

/** Whole numbers as they are; as text where JSON's numbers would round them. */
const exact = (_key: string, value: unknown): unknown =>
  typeof value !== 'bigint' ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

function entryIn(text: string): string | undefined {
  try {
    const entry = fieldsOf(parse(text, { schema: 'core', maxAliasCount: 0, logLevel: 'silent', intAsBigInt: true }));
    return has(entry, 'logName') ? JSON.stringify(entry, exact) : undefined;
  } catch {
    return undefined;
  }
}

export const googleYaml: Envelope = {
  id: 'google-yaml',
  title: 'entries of Cloud Logging in YAML',
  isPart: (line, first) => begins(first ?? line) && (first === undefined || line !== SEPARATOR),
  line: (line) => {
    const begin = line.indexOf('\n');
    if (begin < 0) return line === SEPARATOR ? { ignored: 'a separator of YAML' } : undefined;
    const first = line.startsWith(SEPARATOR) ? line.slice(begin + 1) : line;
    if (!FIRST.test(first)) return undefined;
    const text = entryIn(first.replace(/\n---\s*$/, '\n'));
    return text === undefined ? { rejected: 'no entry in YAML' } : { text };
  },
};
