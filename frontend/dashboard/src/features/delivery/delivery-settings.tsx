'use client';

import { CapsSection } from './caps-section';

/** Settings → Delivery: one section for each rule that keeps messages back. */
export function DeliverySettings() {
  return (
    <>
      <CapsSection />
    </>
  );
}
