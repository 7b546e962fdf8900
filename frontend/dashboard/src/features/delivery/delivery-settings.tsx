'use client';

import { CapsSection } from './caps-section';
import { HoldoutSection } from './holdout-section';
import { RatesSection } from './rates-section';
import { QuietSection } from './quiet-section';

/** Settings → Delivery: one section for each rule that keeps messages back. */
export function DeliverySettings() {
  return (
    <>
      <QuietSection />
      <CapsSection />
      <HoldoutSection />
      <RatesSection />
    </>
  );
}
