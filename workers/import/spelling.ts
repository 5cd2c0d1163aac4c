/** When two records say the same in another spelling: equal canonical JSON (RFC 8785). */
import { canonical } from '../contract/canonical';
import { JsonReader, NotJson } from '../formats/json-reader';

/** Whole numbers beyond a double's precision, outside strings: they stay as they are written, or different ones would become equal. */
const LONG_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** Undefined for what is equal to nothing but itself: no JSON, or JSON that two readers may understand differently (a key twice). */
export function canonicalText(bytes: Uint8Array): string | undefined {
  try {
    const reader = new JsonReader(bytes);
    const { json } = reader.skip(true);
    reader.end();
    if (reader.duplicates || reader.loneSurrogates) return undefined;
    return canonical(JSON.parse(json.replace(LONG_NUMBER, (token) => (token.startsWith('"') ? token : `"\\u0000${token}"`))));
  } catch (error) {
    // RangeError: nested beyond what the stack holds.
    if (error instanceof NotJson || error instanceof RangeError) return undefined;
    throw error;
  }
}
