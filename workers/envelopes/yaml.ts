/**
 * Records in YAML, a document each: entries of Cloud Logging as `gcloud logging read` prints them where nothing else is asked for, and Kubernetes audit events that somebody converted (`yq -P`), one by one, as a
 * list or as an EventList. A document whose text has an empty line ends there and is rejected. Source: Google Cloud SDK, gcloud topic formats (yaml).
 */
import { parse } from 'yaml';
import type { Envelope } from './envelope';
import { fieldsOf, has, textOf } from './facts';

const SEPARATOR = '---';
/** First lines of a document: keys come as the API server writes them, or in order of the alphabet. */
const FIRST =
  /^(?:(?:httpRequest|insertId|jsonPayload|labels|logName):(?: |$)|(?:- )?(?:kind: Event(?:List)?$|apiVersion: audit\.k8s\.io\/|annotations:$))/;

/** Characters of a document that is parsed: a few megabytes take a second. */
const LONGEST = 32 * 2 ** 20;

const begins = (line: string): boolean => line === SEPARATOR || FIRST.test(line);

/** Whole numbers as they are; as text where JSON's numbers would round them. */
const exact = (_key: string, value: unknown): unknown =>
  typeof value !== 'bigint' ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

const isRecord = (value: unknown): boolean => {
  const record = fieldsOf(value);
  return has(record, 'logName') || has(record, 'auditID') || textOf(record.apiVersion)?.startsWith('audit.k8s.io/') === true;
};

function recordsIn(text: string): string | undefined {
  try {
    const document: unknown = parse(text, { schema: 'core', maxAliasCount: 0, logLevel: 'silent', intAsBigInt: true });
    return isRecord(Array.isArray(document) ? document[0] : document) ? JSON.stringify(document, exact) : undefined;
  } catch {
    return undefined;
  }
}

export const yaml: Envelope = {
  id: 'yaml',
  title: 'documents in YAML (Cloud Logging, audit events)',
  isPart: (line, first) => begins(first ?? line) && (first === undefined || line !== SEPARATOR),
  line: (line) => {
    const begin = line.indexOf('\n');
    if (begin < 0) return line === SEPARATOR ? { ignored: 'a separator of YAML' } : undefined;
    const first = line.startsWith(SEPARATOR) ? line.slice(begin + 1) : line;
    if (!FIRST.test(first.slice(0, first.indexOf('\n')))) return undefined;
    if (line.length > LONGEST) return { rejected: 'a document in YAML of more than 32 MiB' };
    const text = recordsIn(first.replace(/\n---\s*$/, '\n'));
    return text === undefined ? { rejected: 'no record in YAML' } : { text };
  },
};
