import { z } from 'zod';
import { sendingEndpoints } from './endpoints.js';
import { id, idParams, isoTime, noContent, route } from './route.js';

const perDay = z.number().int().min(1).max(100_000_000);

/** How the daily limit of a connection grows. Days are those of the workspace's time zone. */
const warmUpPlan = z.object({
  startPerDay: perDay,
  /** From one day to the next. */
  growthPercent: z.number().int().min(0).max(200),
  /** What stays the limit in the end. */
  mostPerDay: perDay,
  /** Transactional messages go out all the same, and count nothing. */
  transactionalPasses: z.boolean(),
});
export const saveWarmUp = warmUpPlan.extend({
  /** Today is the first day again. */
  restart: z.boolean().default(false),
});
export type SaveWarmUp = z.infer<typeof saveWarmUp>;
export const warmUp = warmUpPlan.extend({
  startedOn: z.iso.date(),
  today: z.object({
    date: z.iso.date(),
    /** 1 is the first day. */
    number: z.number().int(),
    limit: z.number().int(),
    /** Sent, or taken by a sender that is about to. */
    taken: z.number().int(),
    endsAt: isoTime,
  }),
  /** Null: it never grows so far. */
  fullAfterDays: z.number().int().nullable(),
  /** Of the days from the first on, until the last limit; two months at most. */
  limits: z.array(z.number().int()),
});
export type WarmUp = z.infer<typeof warmUp>;

/** Where bounces of a connection's mails arrive; its password goes in and never comes out. */
const mailboxSettings = z.object({
  host: z.string().trim().min(1).max(255),
  port: z.number().int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls', 'none']),
  user: z.string().trim().min(1).max(255),
  folder: z.string().trim().min(1).max(255).default('INBOX'),
  enabled: z.boolean().default(true),
});
export const saveBounceMailbox = mailboxSettings.extend({
  /** Left out: the saved one stays, as long as server, port and user do. */
  password: z.string().min(1).max(500).optional(),
});
export type SaveBounceMailbox = z.infer<typeof saveBounceMailbox>;
export const bounceMailbox = mailboxSettings.extend({
  /** When it was read last, and when that went well. */
  checkedAt: isoTime.nullable(),
  okAt: isoTime.nullable(),
  error: z.string().nullable(),
  counts: z.object({
    bounced: z.number().int(),
    softBounced: z.number().int(),
    complained: z.number().int(),
    /** Reports about no message of ours, or that prove nothing. */
    unproven: z.number().int(),
    /** No reports: answers, vacations, spam. */
    other: z.number().int(),
  }),
});
export type BounceMailbox = z.infer<typeof bounceMailbox>;

const dnsRecord = z.object({ host: z.string(), type: z.enum(['TXT', 'CNAME', 'MX']), value: z.string() });
/** One thing that receivers look for. `state`: well, could be better, missing or wrong, or not known now. */
export const domainCheckItem = z.object({
  check: z.enum(['spf', 'dkim', 'dmarc', 'mx', 'returnPath']),
  state: z.enum(['ok', 'warning', 'error', 'unknown']),
  /** What is there now. */
  found: z.array(z.string()),
  /** In a sentence each, the worst first. */
  problems: z.array(z.string()),
  /** What to put into DNS so that it is well; null where nothing is missing, or only the provider can say. */
  record: dnsRecord.nullable(),
});
export type DomainCheckItem = z.infer<typeof domainCheckItem>;
export const domainCheck = z.object({ domain: z.string(), checkedAt: isoTime, items: z.array(domainCheckItem) });
export type DomainCheck = z.infer<typeof domainCheck>;

export const sendingApi = {
  warmUp: route({
    ...sendingEndpoints.warmUp,
    summary: 'Read the daily limit of a connection',
    params: idParams,
    response: z.object({ warmUp: warmUp.nullable() }),
  }),
  saveWarmUp: route({
    ...sendingEndpoints.saveWarmUp,
    summary: 'Give a connection a daily limit that grows',
    params: idParams,
    body: saveWarmUp,
    response: z.object({ warmUp: warmUp.nullable() }),
  }),
  removeWarmUp: route({
    ...sendingEndpoints.removeWarmUp,
    summary: 'Take the daily limit from a connection',
    params: idParams,
    response: noContent,
  }),
  bounceMailbox: route({
    ...sendingEndpoints.bounceMailbox,
    summary: 'Read the bounce mailbox of a connection',
    params: idParams,
    response: z.object({ mailbox: bounceMailbox.nullable() }),
  }),
  saveBounceMailbox: route({
    ...sendingEndpoints.saveBounceMailbox,
    summary: 'Set up the bounce mailbox of a connection',
    params: idParams,
    body: saveBounceMailbox,
    response: z.object({ mailbox: bounceMailbox.nullable() }),
  }),
  testBounceMailbox: route({
    ...sendingEndpoints.testBounceMailbox,
    summary: 'Sign in to the saved bounce mailbox',
    status: 200,
    params: idParams,
    response: z.object({ ok: z.boolean(), message: z.string() }),
  }),
  removeBounceMailbox: route({
    ...sendingEndpoints.removeBounceMailbox,
    summary: 'Remove the bounce mailbox of a connection',
    params: idParams,
    response: noContent,
  }),
  checkDomain: route({
    ...sendingEndpoints.checkDomain,
    summary: 'Check what DNS says about a sending domain',
    query: z.object({ domain: z.string().trim().min(1).max(253), connectionId: id.optional() }),
    response: domainCheck,
  }),
};
