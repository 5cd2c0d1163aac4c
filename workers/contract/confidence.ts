/** A confidence as people read it: two digits, cut and not rounded, so that what is not wholly sure never reads 1.00. */
export const confidenceText = (confidence: number): string => (Math.floor(confidence * 100 + 1e-9) / 100).toFixed(2);
