/**
 * One event of Sysmon for Linux: XML on one line as pugixml writes it raw (microsoft/SysmonForLinux outputxml.cpp): no declaration, no comment, no CDATA, every `&` and
 * `<` of a text escaped. Read strictly and in one pass; whatever else is in the line makes it no event.
 *
 * Two things happen to it on the way through Azure's syslog: a message is cut at 2 KiB, and each `;` becomes a blank. What is whole before the cut is kept, and both are noted.
 */

import { character } from '../../envelopes/facts';

export interface SysmonEvent {
  readonly id: string;
  /** Of System: `Computer`, `EventRecordID`, `TimeCreated`; of EventData: by the names of their Data. First of what is there twice. */
  readonly fields: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

const TAG = /<(\/?)([A-Za-z]{1,32})((?:\s+[A-Za-z]{1,32}=(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z]+)=(?:"([^"<]*)"|'([^'<]*)')/g;
const ENTITY = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}))([; ])/g;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** Elements of System that hold a text. */
export const TEXTS: ReadonlySet<string> = new Set([
  'EventID',
  'EventRecordID',
  'Computer',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'Channel',
]);
const MOST_DEPTH = 4;
/** No text of an event is kept beyond this. */
export const LONGEST = 1 << 20;

/** @param text from `<Event` on; a text answer is why it is no event, with the column counted from there */
export function readEvent(text: string): SysmonEvent | string {
  const fields = new Map<string, string>();
  const notes = new Set<string>();
  const open: { readonly name: string; readonly key: string | undefined }[] = [];
  let at = 0;
  while (at < text.length) {
    if (open.length > 0 && open.length < MOST_DEPTH) at = readData(text, at, fields, notes);
    TAG.lastIndex = at;
    const tag = TAG.exec(text);
    if (!tag)
      return text.indexOf('>', at) < 0 ? cut(fields, notes) : `rejected: XML that Sysmon does not write, in column ${at + 1}`;
    const [, closing, name = '', attributes = '', empty] = tag;
    const start = TAG.lastIndex;
    if (closing) {
      if (open.pop()?.name !== name) return `rejected: an element ends that did not begin, in column ${at + 1}`;
    } else {
      const key = keyOf(name, attributes, fields, notes);
      if (!empty) open.push({ name, key });
      if (open.length > MOST_DEPTH || (open[0]?.name ?? name) !== 'Event')
        return `rejected: no Sysmon event, in column ${at + 1}`;
    }
    const next = text.indexOf('<', start);
    const end = next < 0 ? text.length : next;
    const inner = text.slice(start, end);
    if (open.length === 0)
      return text.slice(start).trim() === '' ? told(fields, notes) : `rejected: text behind the event, in column ${start + 1}`;
    const key = closing || empty ? undefined : open.at(-1)?.key;
    if (next < 0) return cut(fields, notes);
    if (key !== undefined) {
      if (text.charCodeAt(next + 1) !== 47) return `rejected: an element inside a text, in column ${next + 1}`;
      // A value counts once its own end is there.
      TAG.lastIndex = next;
      if (!TAG.test(text))
        return text.indexOf('>', next) < 0
          ? cut(fields, notes)
          : `rejected: XML that Sysmon does not write, in column ${next + 1}`;
      put(key, inner, fields, notes);
    } else if (inner.trim() !== '') return `rejected: text between elements, in column ${start + 1}`;
    at = end;
  }
  return cut(fields, notes);
}

const DATA = '<Data Name="';
export const DATA_END = '</Data>';

/**
 * Most of an event are elements `<Data Name="…">…</Data>`, one behind the other: those that are written just so are read without a pattern. Answers where
 * the first other one begins.
 */
function readData(text: string, from: number, fields: Map<string, string>, notes: Set<string>): number {
  let at = from;
  while (text.startsWith(DATA, at)) {
    const quote = text.indexOf('"', at + DATA.length);
    const end = text.indexOf('<', at + 1);
    if (quote < 0 || text.charCodeAt(quote + 1) !== 62 || end <= quote || !text.startsWith(DATA_END, end)) break;
    const next = end + DATA_END.length;
    if (text.charCodeAt(next) !== 60) break;
    put(`Data ${text.slice(at + DATA.length, quote)}`, text.slice(quote + 2, end), fields, notes);
    at = next;
  }
  return at;
}

/** First of what is there twice. */
function put(key: string, inner: string, fields: Map<string, string>, notes: Set<string>): void {
  if (fields.has(key)) notes.add('duplicate field');
  else fields.set(key, decoded(inner, notes));
}

/** Where the text of an element goes; attributes that tell something go there at once. */
function keyOf(name: string, attributes: string, fields: Map<string, string>, notes: Set<string>): string | undefined {
  if (attributes === '' && TEXTS.has(name)) return name;
  const values = new Map(
    [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', double, single]) => [key, double ?? single ?? '']),
  );
  if (name === 'Data') return `Data ${values.get('Name') ?? ''}`;
  const time = values.get('SystemTime');
  if (name === 'TimeCreated' && time !== undefined) fields.set(name, time);
  const provider = values.get('Name');
  if (name === 'Provider' && provider !== undefined) fields.set(name, decoded(provider, notes));
  return TEXTS.has(name) ? name : undefined;
}

/** Text of an element without its entities. */
export function decoded(text: string, notes: Set<string>): string {
  if (!text.includes('&')) return bounded(text, notes);
  const plain = text.replace(
    ENTITY,
    (_, name: string | undefined, decimal: string | undefined, hex: string | undefined, end: string) => {
      if (end === ' ') notes.add('semicolons lost on the way');
      if (name !== undefined) return NAMED[name] as string;
      return character(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
    },
  );
  return bounded(plain, notes);
}

function bounded(text: string, notes: Set<string>): string {
  const plain = text.replaceAll('\0', '\u2400');
  if (plain.length <= LONGEST) return plain;
  notes.add('text cut');
  return plain.slice(0, LONGEST);
}

function cut(fields: ReadonlyMap<string, string>, notes: Set<string>): SysmonEvent | string {
  if (!fields.has('EventID')) return 'rejected: cut before it says which event it is';
  notes.add('cut on the way');
  return told(fields, notes);
}

function told(fields: ReadonlyMap<string, string>, notes: ReadonlySet<string>): SysmonEvent | string {
  const id = fields.get('EventID') ?? '';
  if (!/^\d{1,5}$/.test(id)) return 'rejected: a Sysmon event without an event id';
  return { id, fields, notes: [...notes] };
}
