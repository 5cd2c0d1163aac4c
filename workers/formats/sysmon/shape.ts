/**
 * Events of Sysmon that are written like one before. All events of one kind differ in their values alone; so what lies between the values of an event that was read
 * strictly (`event.ts`) is kept as the shape of its kind, and the next one that has all of it, in the same places, is read by that: what is compared then is
 * a few long texts, instead of each name and bracket. Any other event is read strictly.
 */
import { DATA_END, decoded, LONGEST, readEvent, type SysmonEvent, TEXTS } from './event';

/** A value of an event: what stands before it, and where it goes. */
interface Hole {
  readonly before: string;
  /** Undefined for what nobody reads. */
  readonly key: string | undefined;
  /** What ends it: `<`, or `"` of an attribute. */
  readonly end: '<' | '"';
}

interface Shape {
  readonly holes: readonly Hole[];
  readonly tail: string;
}

/** Kinds of which a shape is kept; Sysmon for Linux has about ten. */
const MOST_KINDS = 64;
const ID = '<EventID>';
const PIECE =
  /<Data Name="([^"<]*)">([^<]*)<\/Data>|<([A-Za-z]{1,32})>([^<]*)<\/\3>|<\/?([A-Za-z]{1,32})((?: [A-Za-z]{1,32}="[^"<]*")*)\/?>/y;
const ATTRIBUTE = / ([A-Za-z]{1,32})="([^"<]*)"/g;
/** Attributes that tell something, by element and name, as `readEvent` gives them. */
const ATTRIBUTES = new Map([
  ['TimeCreated SystemTime', 'TimeCreated'],
  ['Provider Name', 'Provider'],
]);

/** One for each member that is read. */
export class SysmonReader {
  private readonly shapes = new Map<string, Shape>();

  /** As `readEvent`. */
  read(text: string): SysmonEvent | string {
    const at = text.indexOf(ID) + ID.length;
    const id = text.slice(at, text.indexOf('<', at));
    const shape = this.shapes.get(id);
    const like = shape && readLike(text, id, shape);
    if (like) return like;
    const event = readEvent(text);
    if (typeof event !== 'string' && event.notes.length === 0 && (shape || this.shapes.size < MOST_KINDS)) {
      const own = shapeOf(text);
      if (own) this.shapes.set(event.id, own);
    }
    return event;
  }
}

/** Undefined where it is not of this shape. */
function readLike(text: string, id: string, { holes, tail }: Shape): SysmonEvent | undefined {
  const isPlain = text.length <= LONGEST && !text.includes('&') && !text.includes('\0');
  const fields = new Map<string, string>();
  const notes = new Set<string>();
  let at = 0;
  for (const { before, key, end } of holes) {
    if (!text.startsWith(before, at)) return undefined;
    const start = at + before.length;
    at = text.indexOf(end, start);
    if (at < 0) return undefined;
    const value = text.slice(start, at);
    if (end === '"' && (value.includes('<') || value.includes('&'))) return undefined;
    if (key !== undefined) fields.set(key, isPlain || end === '"' ? value : decoded(value, notes));
  }
  if (!text.startsWith(tail, at) || text.length !== at + tail.length || fields.get('EventID') !== id) return undefined;
  return { id, fields, notes: [...notes] };
}

/** The shape of an event that was read; undefined where something in it is written in another way than Sysmon's own. */
function shapeOf(text: string): Shape | undefined {
  const holes: Hole[] = [];
  const keys = new Set<string>();
  let before = 0;
  const hole = (key: string | undefined, start: number, length: number, end: '<' | '"') => {
    holes.push({ before: text.slice(before, start), key, end });
    before = start + length;
    if (key !== undefined) keys.add(key);
  };
  PIECE.lastIndex = 0;
  for (let at = 0; at < text.length; at = PIECE.lastIndex) {
    const piece = PIECE.exec(text);
    if (!piece) return undefined;
    const [whole, data, value = '', name, inner = '', tag, attributes = ''] = piece;
    if (data !== undefined) hole(`Data ${data}`, at + whole.length - DATA_END.length - value.length, value.length, '<');
    else if (name !== undefined) {
      if (TEXTS.has(name)) hole(name, at + name.length + 2, inner.length, '<');
      else if (inner !== '') return undefined;
    } else if (attributes !== '') {
      if (tag === 'Data') return undefined;
      for (const { 0: attribute, 1: own = '', 2: inside = '', index } of attributes.matchAll(ATTRIBUTE))
        hole(
          ATTRIBUTES.get(`${tag} ${own}`),
          at + whole.indexOf(attributes) + index + attribute.length - inside.length - 1,
          inside.length,
          '"',
        );
    }
  }
  // Of a field that is there twice the first counts, or the last: that is for the strict reader.
  const keyed = holes.filter(({ key }) => key !== undefined);
  return keyed.length === keys.size ? { holes, tail: text.slice(before) } : undefined;
}
