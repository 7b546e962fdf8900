import { bestChannelPrior } from '@wend/contract';

/** Messages that went out and did not bounce, and how many of them were opened. */
export type Reactions = { channel: string; sent: number; opens: number };
export type RatedChannel = {
  channel: string;
  rate: number;
  /** How likely it truly is the best, 0 to 1; null where there is no other. */
  confidence: number | null;
};

/**
 * The channel with the highest rate of opens, of those for which everybody's are given: the mean of a Beta distribution
 * whose prior is everybody's rate there (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4). Of channels that
 * are alike the first by name. `best-channel.sql.ts` of the rules says the same. How sure it is: the chance that it is
 * better than the next one, taking both for normal distributions.
 */
export function bestChannelOf({
  own,
  everybody,
}: {
  own: readonly Reactions[];
  everybody: readonly Reactions[];
}): RatedChannel | null {
  const rated = everybody
    .filter((all) => trials(all) > 0)
    .map((all) => rate({ own: own.find(({ channel }) => channel === all.channel), all }))
    .sort((a, b) => b.mean - a.mean || (a.channel < b.channel ? -1 : 1));
  const [best, next] = rated;
  if (!best) return null;
  const confidence = next ? normalBelow((best.mean - next.mean) / Math.sqrt(best.variance + next.variance)) : null;
  return { channel: best.channel, rate: best.mean, confidence };
}

/** What was sent before anybody counted may be opened after: then there were at least as many messages as opens. */
function trials({ sent, opens }: Reactions): number {
  return Math.max(sent, opens, 0);
}

function rate({ own, all }: { own: Reactions | undefined; all: Reactions }) {
  const prior = (all.opens + 1) / (trials(all) + 2);
  const messages = (own ? trials(own) : 0) + bestChannelPrior;
  const mean = ((own?.opens ?? 0) + bestChannelPrior * prior) / messages;
  return { channel: all.channel, mean, variance: (mean * (1 - mean)) / (messages + 1) };
}

/** The share of a standard normal distribution below `z` (Abramowitz and Stegun 26.2.17; off by 1e-7 at most). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - above : above;
}
