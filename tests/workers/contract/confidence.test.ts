import { expect, test } from 'vitest';
import { confidenceText } from '../../../workers/contract/confidence';

test.for([
  [0.9999, '0.99'],
  [0.95, '0.95'],
  [0.29, '0.29'],
  [0.5749, '0.57'],
  [0, '0.00'],
  [1, '1.00'],
] as const)('%d reads %s', ([confidence, text]) => {
  expect(confidenceText(confidence)).toBe(text);
});
