import type { DeliveryRuleKind } from './ruling.js';

/**
 * What is asked of a message before it goes out, in the order in which it is told. `quiet`, `caps`, `rates` and
 * `holdout` are rules of the workspace.
 */
export const deliveryChecks = [
  'run',
  'journey',
  'person',
  'consent',
  'suppression',
  'address',
  'expiry',
  'template',
  'holdout',
  'quiet',
  'caps',
  'rates',
  'provider',
] as const;
export type DeliveryCheck = (typeof deliveryChecks)[number];

/** The order in which a sender asks: what comes after the check that a message did not pass was not asked. */
export const checksAsAsked: readonly DeliveryCheck[] = [
  'run',
  'journey',
  'person',
  'consent',
  'address',
  'suppression',
  'expiry',
  'quiet',
  'template',
  'holdout',
  'caps',
  'rates',
  'provider',
];

const byReason: Partial<Record<string, DeliveryCheck>> = {
  unsubscribed: 'consent',
  unreachable: 'address',
  suppressed: 'suppression',
  expired: 'expiry',
  invalid: 'template',
  holdout: 'holdout',
  quiet: 'quiet',
  capped: 'caps',
  'no-provider': 'provider',
};

/** The check that a reason not to send is of; null for `aborted`, which several end by. */
export function checkOfReason(reason: string | null): DeliveryCheck | null {
  return (reason !== null && byReason[reason]) || null;
}

/** Whether a check is a rule of the workspace: it has figures of its own. */
export function isRuleCheck(check: DeliveryCheck): check is DeliveryRuleKind {
  return check === 'holdout' || check === 'quiet' || check === 'caps' || check === 'rates';
}
