import type { JsonObject } from '@wend/node-sdk';

export type Tier = 'bronze' | 'silver' | 'gold';
export type Balance = { balance: number; tier: Tier };

/** Points from which a tier begins, highest first. */
const tiers: readonly (readonly [Tier, number])[] = [
  ['gold', 2_000],
  ['silver', 500],
  ['bronze', 0],
];

/** The tier of a balance; members of the staff and partners begin at silver, whatever they have. */
export function tierOf({ balance, traits }: { balance: number; traits: JsonObject }): Tier {
  const earned = tiers.find(([, from]) => balance >= from)?.[0] ?? 'bronze';
  return earned === 'bronze' && traits['loyalty_partner'] === true ? 'silver' : earned;
}

/**
 * What a person would have after these points, from the trait `loyalty_points`; null when the balance does not cover
 * what is spent.
 */
export function balanceAfter({ points, traits }: { points: number; traits: JsonObject }): Balance | null {
  const before = Number(traits['loyalty_points'] ?? 0);
  const balance = (Number.isFinite(before) ? before : 0) + points;
  return balance < 0 ? null : { balance, tier: tierOf({ balance, traits }) };
}
