/**
 * What an anchor file states of a journal: lines of text that a person can read and that are signed as they are, so that openssl alone can check the
 * signature over them (docs/decisions/0010-verification.md).
 */
import { visible } from './visible';

export interface Statement {
  readonly case: string;
  /** Number of the journal's last entry, and its hash. */
  readonly entries: number;
  readonly head: string;
  /** SHA-256 of the report that was made with it. */
  readonly report?: string;
  /** SHA-256 of the manifest of the bag that was made with it. */
  readonly manifest?: string;
  /** When it was stated, by the clock of that machine; RFC 3339. */
  readonly at: string;
}

const VERSION = '1';
/** The signature of `case.anchor.txt` lies in `case.anchor.txt.sig`: its 64 bytes, nothing else. */
export const ANCHOR_ENDING = '.anchor.txt';
export const SIGNATURE_ENDING = '.sig';

export function printStatement(of: Statement): string {
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Exhibit-Anchor', VERSION],
    ['Case', visible(of.case)],
    ['Journal-Entries', String(of.entries)],
    ['Journal-Head', of.head],
    ['Report-SHA256', of.report],
    ['Manifest-SHA256', of.manifest],
    ['Stated-At', of.at],
  ];
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}\n`])).join('');
}

/** Undefined where the text is not one that `printStatement` gives. */
export function readStatement(text: string): Statement | undefined {
  const said = new Map(text.split('\n').map((line) => [line.split(': ', 1)[0] as string, line.slice(line.indexOf(': ') + 2)]));
  const statement: Statement = {
    case: said.get('Case') ?? '',
    entries: Number(said.get('Journal-Entries')),
    head: said.get('Journal-Head') ?? '',
    at: said.get('Stated-At') ?? '',
    ...(said.has('Report-SHA256') && { report: said.get('Report-SHA256') }),
    ...(said.has('Manifest-SHA256') && { manifest: said.get('Manifest-SHA256') }),
  };
  const isWhole = Number.isSafeInteger(statement.entries) && /^[0-9a-f]{64}$/.test(statement.head);
  return isWhole && printStatement(statement) === text ? statement : undefined;
}
