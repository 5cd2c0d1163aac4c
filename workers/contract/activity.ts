/** An activity as it is told, and where its records lie. */
import type { Kind } from './attributes';

export interface RecordPlace {
  readonly evidence: string;
  readonly member: string;
  readonly record: string;
}

/** Attribute names of design section 3, only those with a value, and the records that tell it. Numbers as numbers, lists as arrays. */
export type ActivityJson = { readonly id: string; readonly kind: Kind; readonly records: readonly RecordPlace[] } & {
  readonly [attribute: string]: unknown;
};
