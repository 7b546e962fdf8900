/** Weights of what people do by the hour of their clock: 24 numbers, from midnight on. */
export type Hours = readonly number[];

/** What one open, click or visit weighs. Whoever clicks has opened: both are counted. */
export const weights = { open: 1, click: 3, visit: 1 } as const;

/** What happened so long ago weighs half. */
export const halfLifeDays = 60;

/**
 * So much of everybody's habits is mixed into a person's, in opens: the strength of a Dirichlet prior. Of what was tried
 * in the bench (`npm run bench -- --only besttime`, docs/performance.md) it does well with few opens and with many.
 */
export const priorStrength = 10;

/** The hours before and after take a part of what happens in one: nobody opens on the stroke of it. */
export const spreadToNeighbours = 0.25;

/** Of fewer signs than these together, in opens, nobody can say at which hours everybody looks. */
export const leastOfEverybody = 20;

/** Of fewer, nobody can say whether people's own hours are worth anything. */
const leastScored = 100;

/**
 * Weights are stored as if of this moment, however old they become: each grows by the half-life with its time, so that
 * sums never have to be gone through again ("forward decay": Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009).
 * Numbers of 64 bits last for 160 years of it.
 */
export const landmark = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;

/** Stored weights as they are at a time (ms). */
export function decayed(hours: Hours, at: number): number[] {
  return hours.map((weight) => weight * fadeAt(at));
}

/** How much of a stored weight is left at a time (ms). */
export function fadeAt(at: number): number {
  return 2 ** ((landmark - at) / (halfLifeDays * dayMs));
}

export const noHours: Hours = Array.from({ length: 24 }, () => 0);

/** Two of them together. */
export function added(a: Hours, b: Hours): number[] {
  return a.map((weight, hour) => weight + (b[hour] ?? 0));
}

/** How much there is in all. */
export function total(hours: Hours): number {
  return hours.reduce((sum, weight) => sum + weight, 0);
}

type LikelihoodOptions = {
  /** The person's, as they weigh now. */
  own: Hours;
  /** Of everybody in the workspace. */
  everybody: Hours;
  strength?: number;
  spread?: number;
};

/**
 * How likely the person looks in each hour (24 shares, 1 together): the mean of a Dirichlet distribution whose prior is
 * what everybody does, as much as `strength` opens of it (empirical Bayes: the prior of one is learned from all; Gelman
 * et al., Bayesian Data Analysis, 3rd ed., sections 2.4, 3.4 and 5.1). Where nobody did anything all hours are alike.
 */
export function likelihood({
  own,
  everybody,
  strength = priorStrength,
  spread = spreadToNeighbours,
}: LikelihoodOptions): number[] {
  const prior = spreadOver(everybody, spread).map((weight) => weight + 1);
  const all = total(prior);
  const mine = spreadOver(own, spread);
  const whole = strength + total(mine);
  return mine.map((weight, hour) => (weight + (strength * prior[hour]!) / all) / whole);
}

function spreadOver(hours: Hours, spread: number): number[] {
  return hours.map(
    (weight, hour) => weight * (1 - 2 * spread) + spread * (hours[(hour + 23) % 24]! + hours[(hour + 1) % 24]!),
  );
}

/**
 * Whether people's own hours have said more of what they did next than everybody's hours; so they are believed to, until
 * there is enough to judge by. `gain` and `scored`: as they weigh now.
 */
export function ownHelps({ gain, scored }: { gain: number; scored: number }): boolean {
  return scored < leastScored || gain > 0;
}

/** How much a person's own habits weigh beside everybody's: 0 (nothing is known) to 1. */
export function confidenceOf(own: Hours, strength = priorStrength): number {
  const mine = total(own);
  return mine / (mine + strength);
}
