/** Cases of envelopes that are JSON values: what is inside, and what they say of it. */
import { describe, expect, test } from 'vitest';
import type { Envelope, Unwrapped } from '../../../workers/envelopes/envelope';

export const EVENT = '{"kind":"Event","auditID":"a"}';
export const TIME = '2026-03-17T09:41:02.345Z';
export const MS = 1773740462345;
export const GROUP = '/aws/eks/demo/cluster';
export const STREAM = 'kube-apiserver-audit-0a1b2c';

interface Case {
  readonly title: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly outer?: { readonly source?: string };
  readonly expected: Unwrapped | undefined;
}
export const table = (envelope: Envelope, cases: readonly Case[]) =>
  describe(envelope.title, () => {
    test.for(cases)('$title', ({ value, outer, expected }) => {
      expect(envelope.value?.(value, outer)).toEqual(expected);
    });
  });
