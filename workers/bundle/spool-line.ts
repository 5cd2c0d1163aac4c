/**
 * One line of a spool part, as docs/architecture.md describes it: `{"r":7,"i":"2.1","o":1042,"l":310,"h":"<32 hex>","w":{…},"m":3,"e":{…}}`. The reader and the careful path
 * write them, `formats/stage.ts` reads them.
 */
import { hash } from 'node:crypto';
import type { Context } from '../envelopes/envelope';
import type { Place } from '../formats/format';

/** A place as the spool names it. */
export interface RecordSpan {
  readonly r: number;
  readonly i: string | null;
  /** Byte range in the decompressed member. */
  readonly o: number;
  readonly l: number;
}

export const spanOf = ({ record, item, offset, length }: Place): RecordSpan => ({
  r: record,
  i: item === '' ? null : item,
  o: offset,
  l: length,
});

const digestOf = (content: Uint8Array): string => hash('sha256', content, 'hex').slice(0, 32);

const head = ({ r, i, o, l }: RecordSpan, digest: string, member: number, context?: Context): string =>
  `{"r":${r}${i === null ? '' : `,"i":"${i}"`},"o":${o},"l":${l},"h":"${digest}"${context ? `,"w":${JSON.stringify(context)}` : ''},"m":${member}`;

/**
 * Up to the record itself, behind which its line is to end with `}` and a line end.
 * @param content what makes it equal to another one
 * @param flags what the careful path noted
 */
export const lineBefore = (
  span: RecordSpan,
  content: Uint8Array,
  member: number,
  context?: Context,
  flags?: readonly string[],
): string => `${head(span, digestOf(content), member, context)}${flags ? `,"f":${JSON.stringify(flags)}` : ''},"e":`;

/** Of a record that only the careful path may decide. @param content undefined: it is too long to be held */
export const suspectLine = (span: RecordSpan, content: Uint8Array | undefined, member: number, context?: Context): string =>
  `${head(span, content ? digestOf(content) : '', member, context)},"s":1,"e":null}\n`;

/** Of as many records, one behind the other, whose fate is known. */
export const fateLine = (span: RecordSpan, member: number, fate: string, records: number): string =>
  `${head(span, '', member)},"x":${JSON.stringify(fate)},"n":${records},"e":null}\n`;
