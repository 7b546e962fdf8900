import { z } from 'zod';

/** Limits of the Segment HTTP API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/). */
export const ingestLimits = { eventBytes: 32 * 1024, batchBytes: 500 * 1024, batchEvents: 2_500 } as const;
export const eventKinds = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type EventKind = (typeof eventKinds)[number];

/** Message events that delivery publishes as ordinary events of the profile. */
export const messageEvents = {
  sent: 'Message Sent', delivered: 'Message Delivered', opened: 'Message Opened', clicked: 'Message Clicked', failed: 'Message Failed', bounced: 'Message Bounced',
} as const;
export type MessageEventState = keyof typeof messageEvents;
/** Properties of each message event. */
export const messageEventProperties = z.object({
  messageId: z.string(), enrollmentId: z.string(), journeyId: z.string(), nodeId: z.string(), channel: z.string(), url: z.string().optional(), reason: z.string().optional(),
});
