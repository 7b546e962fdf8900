import { z } from 'zod';
import { messageClasses } from '../channels/index.js';
import { checkOutcome } from '../delivery-rules/index.js';
import { channel } from '../rule.js';
import { messageEndpoints } from './endpoints.js';
import { messageDetail, messageStatus, messageSummary } from './journeys.js';
import { id, idParams, isoTime, largestNumber, pageQuery, route } from './route.js';
import { resendBatchStates } from './statuses.js';

/** Several values of a filter, as `a,b`. */
function listOf<Item extends string>(item: z.ZodType<Item, string>) {
  return z
    .string()
    .max(1_000)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(item).max(30));
}

const flag = z.enum(['true', 'false']);
const node = z.string().min(1).max(100);
/** Which messages a list, or its export, is of; filters are joined by “and”, values of one by “or”. */
export const messageFilter = z.object({
  /** In the recipient’s address, the person’s name and email, and the texts that the channel names. */
  search: z.string().max(200).optional(),
  channel: listOf(channel).optional(),
  status: listOf(messageStatus).optional(),
  reason: listOf(z.string().max(100)).optional(),
  journeyId: id.optional(),
  node: node.optional(),
  version: z.coerce.number().int().min(1).max(largestNumber).optional(),
  provider: z.string().max(100).optional(),
  connectionId: id.optional(),
  /** Of steps that say so in the version that the message is from. */
  class: z.enum(messageClasses).optional(),
  origin: listOf(z.enum(['live', 'demo', 'test'])).optional(),
  /** Only those of test runs, or none of them. */
  test: flag.optional(),
  profileId: id.optional(),
  /** When it was queued: from (included) to (not included). */
  from: isoTime.optional(),
  to: isoTime.optional(),
  /** When its person came to the step, as the ledger has it. */
  reachedFrom: isoTime.optional(),
  reachedTo: isoTime.optional(),
  /** Of messages that were sent again only the one that stands for its visit. */
  standing: flag.optional(),
});
export type MessageFilterQuery = z.infer<typeof messageFilter>;
export const exportQuery = messageFilter.extend({
  /** Begins with a byte order mark, by which Excel knows UTF-8. */
  bom: flag.optional(),
});

const requestId = z.uuid();
const reason = z.string().trim().min(3, 'must say why, in 3 characters or more').max(500);

/** What became of the visits to a step: each is in exactly one of `waiting` to `suppressed`. */
export const ledgerStep = z.object({
  node: z.string(),
  name: z.string(),
  /** Visits to the step; test runs are in no figure. */
  expected: z.number().int(),
  /** Still in the step, and nothing is queued yet. */
  waiting: z.number().int(),
  /** Left the step without a message, or it is gone. */
  withoutMessage: z.number().int(),
  queued: z.number().int(),
  /** A provider has taken it; whether it was delivered is not known. */
  sent: z.number().int(),
  /** Opened and clicked ones too. */
  delivered: z.number().int(),
  bounced: z.number().int(),
  failed: z.number().int(),
  unknown: z.number().int(),
  suppressed: z.record(z.string(), z.number().int()),
  /** What can be sent again, by kind: `failed`, `bounced`, `unknown`, `suppressed:<reason>`. */
  missing: z.record(z.string(), z.number().int()),
});
export type LedgerStep = z.infer<typeof ledgerStep>;
const ledgerQuery = z.object({
  /** `false`: only which steps there are; every figure is 0. */
  count: flag.optional(),
  version: z.coerce.number().int().min(1).max(largestNumber).optional(),
  from: isoTime.optional(),
  to: isoTime.optional(),
});
export const resendBatch = z.object({
  id,
  node: z.string(),
  state: z.enum(resendBatchStates),
  reason: z.string(),
  requestedBy: z.string(),
  kinds: z.array(z.string()),
  total: z.number().int(),
  /** Queued again so far. */
  done: z.number().int(),
  /** Need none any more, such as those who have left the journey meanwhile. */
  skipped: z.number().int(),
  createdAt: isoTime,
  finishedAt: isoTime.nullable(),
});
export type ResendBatch = z.infer<typeof resendBatch>;

/** Why a message went out or did not: every check, as it was decided. */
export const messageExplanation = z.object({
  message: messageSummary,
  /** The answer in a sentence. */
  sentence: z.string(),
  checks: z.array(checkOutcome),
  /** All of it as text to copy. */
  text: z.string(),
});
export type MessageExplanation = z.infer<typeof messageExplanation>;

export const messagesApi = {
  messageExplanation: route({
    ...messageEndpoints.messageExplanation,
    summary: 'Why a message was sent, waits or was not sent: every check as it was decided',
    params: idParams,
    response: messageExplanation,
  }),
  stepExplanation: route({
    ...messageEndpoints.stepExplanation,
    summary: 'Why a person got the message of a step, or did not',
    params: idParams,
    query: z.object({
      profileId: id,
      node,
      /** Only of this run, a test run too. */
      run: id.optional(),
    }),
    response: z.object({
      /** Of the person’s last visit to the step; null where it has queued no message. */
      explanation: messageExplanation.nullable(),
      /** Why there is no message, in a sentence; null where there is one. */
      says: z.string().nullable(),
    }),
  }),
  messages: route({
    ...messageEndpoints.messages,
    summary: 'Messages, newest first',
    query: pageQuery.extend(messageFilter.shape).extend({
      /** `newer`: those that came after `cursor`, which `first` of an earlier page gives. */
      direction: z.enum(['older', 'newer']).optional(),
    }),
    response: z.object({
      items: z.array(messageSummary),
      next: z.string().nullable(),
      /** The cursor of the first item, to ask for newer ones by; null when there is none. */
      first: z.string().nullable(),
      /** A search looks through so many messages at once; how far back it came, when it goes on with `next`. */
      searchedTo: isoTime.nullable(),
    }),
  }),
  message: route({
    ...messageEndpoints.message,
    summary: 'A message as it was rendered',
    params: idParams,
    response: messageDetail,
  }),
  /** In the sandbox a person can do what the receiver would: open it, click its link. */
  messageAct: route({
    ...messageEndpoints.messageAct,
    summary: 'Open or click a sandbox push, web push or SMS as its receiver would',
    status: 200,
    params: idParams,
    body: z.object({ action: z.enum(['open', 'click']) }),
    response: messageDetail,
  }),
  resendMessage: route({
    ...messageEndpoints.resendMessage,
    summary: 'Send a message again; consent is checked once more, and the same request makes one',
    params: idParams,
    body: z.object({
      requestId,
      reason,
      content: z.enum(['anew', 'same']).default('anew'),
      /** Needed for one that was sent. */
      although: z.boolean().default(false),
    }),
    response: messageDetail,
  }),
  sendLedger: route({
    ...messageEndpoints.sendLedger,
    summary: 'What became of the messages of each step of a journey',
    params: idParams,
    query: ledgerQuery,
    response: z.object({
      journey: z.object({ id, name: z.string(), stopped: z.boolean() }),
      versions: z.array(z.number().int()),
      items: z.array(ledgerStep),
    }),
  }),
  resendBatches: route({
    ...messageEndpoints.resendBatches,
    summary: 'The last times that a journey’s messages were sent to the missing',
    params: idParams,
    response: z.object({ items: z.array(resendBatch) }),
  }),
  startResendBatch: route({
    ...messageEndpoints.startResendBatch,
    summary: 'Send a step’s message again to those it hasn’t reached',
    params: idParams,
    body: z.object({
      requestId,
      node,
      kinds: z
        .array(
          z.string().regex(/^(failed|bounced|unknown|suppressed:.{1,100})$/, 'is not something that can be missing'),
        )
        .min(1)
        .max(30),
      version: z.number().int().min(1).max(largestNumber).optional(),
      from: isoTime.optional(),
      to: isoTime.optional(),
      reason,
    }),
    response: resendBatch,
  }),
  stopResendBatch: route({
    ...messageEndpoints.stopResendBatch,
    summary: 'Stop sending to the missing; what is queued already goes out',
    status: 200,
    params: idParams,
    response: resendBatch,
  }),
} as const;
