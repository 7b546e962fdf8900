import { isChannel } from '../channels/index.js';
import type { Graph } from '../graph.js';
import { birthday } from './birthday.js';
import { cartAbandonment } from './cart.js';
import { classReminder } from './class-reminder.js';
import { consultation } from './consultation.js';
import type { GalleryJourney } from './journey.js';
import { nps } from './nps.js';
import { onboarding } from './onboarding.js';
import { planExpiry } from './plan-expiry.js';
import { purchaseNurturing } from './purchases.js';
import { pushThenSms } from './push-then-sms.js';
import { replenishment } from './replenishment.js';
import { reviewRequest } from './review-request.js';
import { storeOffer } from './store-offer.js';
import { weeklyDigest } from './weekly-digest.js';
import { welcome } from './welcome.js';
import { winBack } from './win-back.js';

export type { GalleryJourney, ToFill } from './journey.js';

/** Journeys to start from, in the order in which they are offered. */
export const gallery: readonly GalleryJourney[] = [
  welcome,
  cartAbandonment,
  onboarding,
  winBack,
  purchaseNurturing,
  replenishment,
  pushThenSms,
  classReminder,
  consultation,
  weeklyDigest,
  birthday,
  planExpiry,
  reviewRequest,
  nps,
  storeOffer,
];

/** The channels that the steps of a graph send by, in the order of its steps. */
export function channelsOfGraph({ nodes }: Graph): string[] {
  const names = Object.values(nodes).map(({ type }) => type.split('/')[1] ?? '');
  return [...new Set(names.filter(isChannel))];
}
