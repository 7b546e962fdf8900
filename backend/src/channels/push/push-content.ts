import type { NotificationContent } from './notification.js';

export type Interruption = 'passive' | 'active' | 'time-sensitive' | 'critical';

/** A notification on a phone as it was rendered. What is absent is as the app and the phone have it. */
export type PushContent = NotificationContent & {
  actions?: { label: string; link: string | null }[];
  badge?: number;
  sound?: string;
  /** A later one with the same takes its place. */
  collapseKey?: string;
  ttlSeconds?: number;
  priority?: 'high' | 'normal';
  data?: Record<string, string>;
  androidChannel?: string;
  interruption?: Interruption;
  /** Only the device that was in use last. */
  devices?: 'last';
  /** Where the app says what became of it. */
  report?: string;
};
