/** How long after its call a process starts: log-normal with a median of 0.13 s, and a tail of seconds (client round trip, then container runtime). */

/** Median from ResponseStarted, and from the request where that is all that was recorded, seconds. */
export const usualDelay = (request: boolean): number => (request ? 0.17 : 0.13);

const SIGMA = 0.6;

export const logNormal = (x: number, median: number, sigma: number): number => {
  if (x <= 0) return 0;
  const z = Math.log(x / median) / sigma;
  return Math.exp(-0.5 * z * z) / (x * sigma * Math.sqrt(2 * Math.PI));
};

/** Density per second of a delay; @param median of the usual ones */
export const startDensity = (delay: number, median: number): number =>
  0.88 * logNormal(delay, median, SIGMA) + 0.115 * logNormal(delay, 0.8, 1.1) + 1e-7;

/** The same of the first deed of a process whose exec is not recorded: soon after its start, or even over the orders of magnitude from 50 ms to minutes. */
export const deedDensity = (delay: number, median: number): number =>
  0.5 * startDensity(delay, median) + (delay > 0 ? 0.5 / (8 * (delay + 0.05)) : 0);

/** What is believed of a clock's offset (node minus API server, seconds) and with it of a cluster's delays. Weights sum to 1. */
export interface Belief {
  readonly delta: number;
  readonly weight: number;
  /** The median delay here, over the usual one. */
  readonly slowness: number;
}

export const normalise = (beliefs: readonly Belief[]): readonly Belief[] => {
  const sum = beliefs.reduce((s, b) => s + b.weight, 0);
  return beliefs.map((b) => ({ ...b, weight: b.weight / sum }));
};

/** Medians over the usual one that clusters have; how far they spread, as the standard deviation of the logarithm. */
const SLOWNESS = [0.5, 0.7, 1, 1.4, 2, 2.8] as const;
const SLOWNESS_SIGMA = 0.5;
const STEPS = [-3, -2.25, -1.5, -0.75, 0, 0.75, 1.5, 2.25, 3] as const;
/** Density of a delay that is of another call: even over the second in which votes agree. */
const ASTRAY = 0.1;
/** Beliefs below this share of the strongest are not worth their time. */
const LEAST = 0.005;

/**
 * Starts alone do not tell a clock that is ahead from a cluster that is slow, but for their spread: slow ones are strewn wider. So both are
 * believed together, each combination as far as it explains the starts.
 * @param starts delay after the call, offset still in it, and the delay that is usual for what was recorded of the call
 */
export function believedOfStarts(
  starts: readonly { readonly delay: number; readonly usual: number }[],
  middle: number,
): readonly Belief[] {
  const usual = starts.reduce((sum, start) => sum + start.usual, 0) / starts.length;
  const beliefs = SLOWNESS.flatMap((slowness) => {
    const sd = (1.25 * SIGMA * usual * slowness) / Math.sqrt(starts.length);
    const prior = -0.5 * (Math.log(slowness) / SLOWNESS_SIGMA) ** 2 + Math.log(sd);
    return STEPS.map((step) => {
      const delta = middle + usual * (1 - slowness) + step * sd;
      const fit = starts.reduce(
        (sum, start) => sum + Math.log((1 - ASTRAY) * startDensity(start.delay - delta, start.usual * slowness) + ASTRAY),
        prior,
      );
      return { delta, slowness, fit };
    });
  });
  const best = beliefs.reduce((most, { fit }) => Math.max(most, fit), Number.NEGATIVE_INFINITY);
  return normalise(
    beliefs
      .map(({ delta, slowness, fit }) => ({ delta, slowness, weight: Math.exp(fit - best) }))
      .filter(({ weight }) => weight >= LEAST),
  );
}
