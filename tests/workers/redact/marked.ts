import { findSecrets } from '../../../workers/redact/find';

/** Text with each secret between « and ». */
export function marked(text: string): string {
  let at = 0;
  let out = '';
  for (const { start, end } of findSecrets(text)) {
    out += `${text.slice(at, start)}«${text.slice(start, end)}»`;
    at = end;
  }
  return out + text.slice(at);
}
