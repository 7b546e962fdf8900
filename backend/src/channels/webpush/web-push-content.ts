/** How much a browser may be disturbed for it (RFC 8030 section 5.3). */
export type Urgency = 'very-low' | 'low' | 'normal' | 'high';

/** A notification in a browser as it was rendered. What is missing is as browsers have it. */
export type WebPushContent = {
  title: string;
  body: string;
  link: string | null;
  image: string | null;
  icon?: string;
  actions?: { label: string; link: string | null }[];
  ttlSeconds?: number;
  urgency?: Urgency;
  /** One with the same key takes the place of the one before, on its way and on the screen. */
  collapseKey?: string;
  /** It stays on the screen until somebody does something about it. */
  requireInteraction?: true;
  /** Where the service worker says what became of it. */
  report?: string;
};
