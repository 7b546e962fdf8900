import { z } from 'zod';
import { deliveryRuleKinds } from '../delivery-rules/index.js';
import { channel } from '../rule.js';
import { backlogEndpoints } from './endpoints.js';
import { id, idParams, isoTime, page, pageQuery, route } from './route.js';

/** Which messages of the backlog; what is not said is all. */
export const backlogFilter = z.object({
  channel: channel.optional(),
  journeyId: id.optional(),
  rule: z.enum(deliveryRuleKinds).optional(),
});
export type BacklogFilter = z.infer<typeof backlogFilter>;

/** A message that a rule keeps back. `until`: when the rule lets it go; the pace may let it wait for longer. */
export const heldMessage = z.object({
  id,
  channel,
  profile: z.object({ id, name: z.string() }),
  journey: z.object({ id, name: z.string() }),
  nodeName: z.string(),
  rule: z.enum(deliveryRuleKinds),
  /** Why, in a sentence. */
  says: z.string().nullable(),
  /** Of its journey: 1 leaves before 5. */
  priority: z.number().int(),
  queuedAt: isoTime,
  since: isoTime.nullable(),
  until: isoTime,
  /** Of no use afterwards. */
  expiresAt: isoTime.nullable(),
});
export type HeldMessage = z.infer<typeof heldMessage>;

/** Messages of a filter that a member cancels; they go in the background. */
export const backlogCancellation = z.object({
  id,
  filter: backlogFilter,
  requestedBy: z.string(),
  state: z.enum(['running', 'done']),
  /** How many there were; `done`: how many of them were canceled. */
  total: z.number().int(),
  done: z.number().int(),
  createdAt: isoTime,
});
export type BacklogCancellation = z.infer<typeof backlogCancellation>;

const counted = z.object({ count: z.number().int(), due: z.number().int() });

/** What waits because of a rule. `due`: how many of them may go now, and wait for the pace only. */
export const backlog = z.object({
  total: z.number().int(),
  due: z.number().int(),
  /** How many leave in a minute; null: as fast as rates allow. */
  perMinute: z.number().int().nullable(),
  /** When the next of those that may not go yet is let go. */
  nextAt: isoTime.nullable(),
  /** Since when the one that has waited longest is queued. */
  oldestAt: isoTime.nullable(),
  channels: z.array(counted.extend({ channel })),
  journeys: z.array(counted.extend({ id, name: z.string() })),
  rules: z.array(counted.extend({ rule: z.enum(deliveryRuleKinds) })),
  /** The last ones, newest first. */
  cancellations: z.array(backlogCancellation),
});
export type Backlog = z.infer<typeof backlog>;

export const backlogApi = {
  backlog: route({
    ...backlogEndpoints.backlog,
    summary: 'How much waits because of delivery rules, by channel, journey and rule',
    response: backlog,
  }),
  heldMessages: route({
    ...backlogEndpoints.heldMessages,
    summary: 'Messages that delivery rules keep back, the one that may go first first',
    query: backlogFilter.extend(pageQuery.pick({ cursor: true, limit: true }).shape),
    response: page(heldMessage),
  }),
  cancelHeld: route({
    ...backlogEndpoints.cancelHeld,
    status: 200,
    summary: 'Cancel a message that a delivery rule keeps back',
    params: idParams,
    response: z.object({ canceled: z.literal(true) }),
  }),
  cancelBacklog: route({
    ...backlogEndpoints.cancelBacklog,
    status: 200,
    summary: 'Cancel all messages of a filter that delivery rules keep back now',
    body: z.object({
      /** Made by the caller: asked twice it is done once. */
      requestId: id,
      filter: backlogFilter,
      /** How many the caller has seen: when there are more, nothing is canceled and the answer is 409. */
      expected: z.number().int().min(0),
    }),
    response: backlogCancellation,
  }),
} as const;
