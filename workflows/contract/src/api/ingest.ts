import { z } from 'zod';
import { jsonObject } from '../json.js';
import type { eventKinds } from './statuses.js';

export {
  consentRequestedEvent,
  eventKinds,
  messageEvents,
  messageOutcomes,
  settledReasons,
  repliedEvent,
  resubscribedEvent,
  unsubscribedEvent,
} from './statuses.js';
export type { MachineSign, MessageOutcome } from './statuses.js';
export type { MessageEventState } from './statuses.js';

/** Limits of the Segment HTTP API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/). */
export const ingestLimits = { eventBytes: 32 * 1024, batchBytes: 500 * 1024, batchEvents: 2_500 } as const;
/** What one person can have: more would be a person whom no message can be made for. */
export const traitLimits = { names: 500, bytes: 100 * 1024 } as const;
export type EventKind = (typeof eventKinds)[number];

/** Properties of each message event. */
export const messageEventProperties = z.object({
  messageId: z.string(),
  enrollmentId: z.string(),
  journeyId: z.string(),
  nodeId: z.string(),
  channel: z.string(),
  url: z.string().optional(),
  reason: z.string().optional(),
});

/** What one device needs beside its token, in JSON. */
const deviceDataCharacters = 4_096;
const personId = z
  .union([z.string().trim().min(1).max(255), z.int()], 'must be text of 1 to 255 characters')
  .transform(String)
  .nullish();
const deviceKind = z.string('is missing: give the kind of the token, such as “fcm” or “webpush”').min(1).max(40);
const deviceToken = z
  .string('is missing: give the token that the device got, of “webpush” the subscription’s endpoint')
  .trim()
  .min(1)
  .max(2_000)
  .regex(/^[\u0021-\u007e]+$/, 'must be the token as the device got it, without blanks');
const shortText = z.string().trim().min(1).max(255).nullish();

/** Body of `POST /v1/devices`: a device and whose it is now. What is left out stays as it is known. */
export const deviceRegistration = z
  .object({
    userId: personId,
    anonymousId: personId,
    kind: deviceKind,
    token: deviceToken,
    platform: z.enum(['ios', 'android', 'web'], 'must be ios, android or web').nullish(),
    permission: z.enum(['authorized', 'provisional', 'denied'], 'must be authorized, provisional or denied').nullish(),
    appId: shortText,
    appVersion: shortText,
    /** Of a browser's subscription its keys: `p256dh`, `auth` and `vapidKey`. */
    data: jsonObject
      .refine(
        (data) => JSON.stringify(data).length <= deviceDataCharacters,
        `must have at most ${deviceDataCharacters} characters`,
      )
      .nullish(),
  })
  .refine(({ userId, anonymousId }) => (userId ?? anonymousId ?? null) !== null, {
    path: ['userId'],
    message: 'is missing: give userId or anonymousId',
  });
export type DeviceRegistration = z.input<typeof deviceRegistration>;
/** Body of `DELETE /v1/devices`. */
export const deviceRemoval = z.object({ kind: deviceKind, token: deviceToken });
export type DeviceRemoval = z.input<typeof deviceRemoval>;

/** Answer of `GET /v1/webpush/key`: what `PushManager.subscribe` needs as `applicationServerKey`, base64url. */
export type WebPushKey = { publicKey: string };
