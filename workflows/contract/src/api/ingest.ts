import { z } from 'zod';

export { messageEvents } from './statuses.js';
export type { MessageEventState } from './statuses.js';

/** Limits of the Segment HTTP API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/). */
export const ingestLimits = { eventBytes: 32 * 1024, batchBytes: 500 * 1024, batchEvents: 2_500 } as const;
export const eventKinds = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type EventKind = (typeof eventKinds)[number];

/** Properties of each message event. */
export const messageEventProperties = z.object({
  messageId: z.string(), enrollmentId: z.string(), journeyId: z.string(), nodeId: z.string(), channel: z.string(), url: z.string().optional(), reason: z.string().optional(),
});
