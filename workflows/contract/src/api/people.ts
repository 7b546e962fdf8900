import { z } from 'zod';
import { messageClasses } from '../channels/index.js';
import type { ProviderForm } from '../channels/index.js';
import { jsonObject } from '../json.js';
import { channel } from '../rule.js';
import { peopleEndpoints } from './endpoints.js';
import { apiKeyScope, id, idParams, isoTime, noContent, role, route } from './route.js';

export const session = z.object({
  member: z.object({ id, email: z.string(), name: z.string(), role }),
  workspace: z.object({
    id,
    name: z.string(),
    demo: z.boolean(),
    timeZone: z.string(),
    language: z.string(),
    /** ISO 3166-1: telephone numbers without their country's code are read as dialled there. */
    country: z.string().nullable(),
    /** Links in text messages are shortened through this host; null: they stay as they are written. */
    linkDomain: z.string().nullable(),
    countProxyOpens: z.boolean(),
  }),
});
export type Session = z.infer<typeof session>;

export const apiKey = z.object({
  id,
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(apiKeyScope),
  /** Whose role bounds it; null: nobody's, or that of a member who is gone. */
  madeBy: z.object({ name: z.string(), role }).nullable(),
  /** Its maker is gone: it may do nothing any more. */
  orphaned: z.boolean(),
  createdAt: isoTime,
  lastUsedAt: isoTime.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

const messageClass = z.enum(messageClasses);

/**
 * Which messages a connection is for; all that is given must hold. `countries`: ISO 3166-1 codes, of the phone number
 * where the recipient is one, else of where the person lives.
 */
export const connectionRule = z.object({
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be a country code such as KR'))
    .min(1)
    .max(250)
    .optional(),
  classes: z.array(messageClass).min(1).optional(),
  topics: z.array(z.string().trim().min(1).max(100)).min(1).max(100).optional(),
});
export type ConnectionRule = z.infer<typeof connectionRule>;

/** How a connection does. `unknown`: it has sent nothing yet. `slowed`: the provider asked to come later. */
export const connectionHealth = z.object({
  state: z.enum(['unknown', 'up', 'slowed', 'down']),
  /** Messages per second that it is slowed down to, since its provider refused some; null where it is not. */
  slowedTo: z.number().nullable(),
  since: isoTime.nullable(),
  sent24h: z.number().int(),
  failed24h: z.number().int(),
  /** Sent in the last full minute. */
  perMinute: z.number().int(),
  lastOkAt: isoTime.nullable(),
  /** The last ones first. `count`: so often in a row. */
  errors: z.array(
    z.object({
      at: isoTime,
      class: z.string(),
      status: z.number().int().nullable(),
      message: z.string(),
      count: z.number().int(),
    }),
  ),
});
export type ConnectionHealth = z.infer<typeof connectionHealth>;

/** Settings of a provider (`kind`: its name). Secrets go in and never come out: `secrets` lists which are set. */
export const connection = z.object({
  id,
  kind: z.string(),
  channel: z.string(),
  name: z.string(),
  settings: jsonObject,
  secrets: z.array(z.string()),
  /** The connections of a channel are asked in this order, the lowest first. */
  position: z.number().int(),
  enabled: z.boolean(),
  rule: connectionRule.nullable(),
  ratePerSecond: z.number().nullable(),
  /** Until when the secrets before the last rotation are valid too. */
  oldSecretsUntil: isoTime.nullable(),
  /** Where the provider tells what became of messages; null where it does not. */
  feedbackUrl: z.string().nullable(),
  health: connectionHealth,
  createdAt: isoTime,
});
export type Connection = z.infer<typeof connection>;

const routingFields = {
  /** What lists call it; what its settings say, such as the server, when left out. */
  name: z.string().trim().min(1).max(120).optional(),
  enabled: z.boolean().optional(),
  rule: connectionRule.nullable().optional(),
  ratePerSecond: z.number().positive().max(100_000).nullable().optional(),
};
const testResult = z.object({
  ok: z.boolean(),
  message: z.string(),
  /** What the provider answered, where it did. */
  answer: z.string().nullable().optional(),
});
/** What a test message came to. */
export const sendTestResult = testResult.extend({
  /** The address that it went to; null where it went to devices, or to a program. */
  to: z.string().nullable(),
  /** Null for a provider without one. */
  connection: z.object({ id, name: z.string() }).nullable(),
});
export type SendTestResult = z.infer<typeof sendTestResult>;
export const providerForm = z.object({
  name: z.string(),
  channel,
  title: z.string(),
  description: z.string(),
  settings: jsonObject.nullable(),
  sends: z.array(z.string()),
  secrets: z.array(z.string()),
}) satisfies z.ZodType<ProviderForm>;
export const channelDefinition = z.object({
  name: channel,
  label: z.string(),
  words: z.string(),
  plural: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
  icon: z.string(),
  address: z
    .object({
      noun: z.string(),
      trait: z.string().optional(),
      devices: z.array(z.string()).optional(),
      ofMembers: z.boolean().optional(),
    })
    .nullable(),
  states: z.array(z.enum(['delivered', 'opened', 'clicked'])),
  content: z.array(z.object({ name: z.string(), label: z.string(), searched: z.boolean().optional() })),
  title: z.string(),
  ownDomain: z.boolean().optional(),
  wayOut: z.enum(['text', 'messenger', 'notification']).optional(),
  opening: z.string().optional(),
  receiver: z.object({ opens: z.boolean(), clicks: z.enum(['anywhere', 'link', 'inside', 'never']) }),
});
/**
 * Where a channel's messages to real people go: through a `provider` (named), into the `sandbox`, which shows them in
 * the Outbox and reaches nobody, or, with `none`, nowhere: they are suppressed with the reason `no-provider`. Test runs
 * and demo people always use the sandbox.
 */
export const channelState = z.object({
  channel,
  route: z.enum(['provider', 'sandbox', 'none']),
  provider: z.string().nullable(),
  sandbox: z.boolean(),
  definition: channelDefinition,
});
export type ChannelState = z.infer<typeof channelState>;
const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be a time zone of the IANA list, such as Europe/Berlin')
  .transform((zone) => new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone);
const language = z.string().max(35).refine(isLanguage, 'must be a language tag, such as en or pt-BR');
const country = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'must be the two letters of a country, such as KR');
const linkDomain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'must be a domain such as go.example.com, without https:// and without a path',
  );
const workspaceName = z.string().trim().min(1).max(120);

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(zone);
  } catch {
    return false;
  }
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

const password = z.string().min(10, 'must have at least 10 characters').max(200);

export const peopleApi = {
  signIn: route({
    ...peopleEndpoints.signIn,
    summary: 'Sign in',
    status: 200,
    body: z.object({ email: z.string().max(320), password: z.string().max(200) }),
    response: session,
  }),
  signOut: route({ ...peopleEndpoints.signOut, summary: 'Sign out', response: noContent }),
  session: route({ ...peopleEndpoints.session, summary: 'Who is signed in', response: session }),
  setup: route({
    ...peopleEndpoints.setup,
    summary: 'Whether the first owner still has to be created',
    response: z.object({ needed: z.boolean() }),
  }),
  createOwner: route({
    ...peopleEndpoints.createOwner,
    summary: 'Create the first owner with the set-up token; only while there is none',
    body: z.object({
      token: z.string().max(200),
      workspace: workspaceName,
      timeZone: timeZone.optional(),
      language: language.optional(),
      name: z.string().trim().min(1).max(120),
      email: z.email().max(320),
      password,
    }),
    response: session,
  }),
  changePassword: route({
    ...peopleEndpoints.changePassword,
    summary: 'Change your password; ends all your other sessions',
    body: z.object({ current: z.string().max(200), password }),
    response: noContent,
  }),

  apiKeys: route({ ...peopleEndpoints.apiKeys, summary: 'API keys', response: z.object({ items: z.array(apiKey) }) }),
  createApiKey: route({
    ...peopleEndpoints.createApiKey,
    summary: 'Create an API key; the key is shown once',
    body: z.object({ name: z.string().trim().min(1).max(120), scopes: z.array(apiKeyScope).min(1) }),
    response: apiKey.extend({ key: z.string() }),
  }),
  revokeApiKey: route({
    ...peopleEndpoints.revokeApiKey,
    summary: 'Revoke an API key',
    params: idParams,
    response: noContent,
  }),

  channels: route({
    ...peopleEndpoints.channels,
    summary: 'Channels and where their messages go',
    response: z.object({ items: z.array(channelState) }),
  }),
  setSandbox: route({
    ...peopleEndpoints.setSandbox,
    summary: 'Move a channel into or out of the sandbox',
    status: 200,
    body: z.object({ channel, sandbox: z.boolean() }),
    response: channelState,
  }),
  connections: route({
    ...peopleEndpoints.connections,
    summary: 'Provider connections, and the providers that can be set up',
    response: z.object({ items: z.array(connection), providers: z.array(providerForm) }),
  }),
  saveConnection: route({
    ...peopleEndpoints.saveConnection,
    summary: 'Change a connection; a secret that is left out stays as it is',
    params: idParams,
    body: z.object({ settings: jsonObject.optional(), ...routingFields }),
    response: connection,
  }),
  addConnection: route({
    ...peopleEndpoints.addConnection,
    summary: 'Set up a provider; its channel leaves the sandbox',
    body: z.object({ kind: z.string().min(1).max(40), settings: jsonObject, ...routingFields }),
    response: connection,
  }),
  rotateConnection: route({
    ...peopleEndpoints.rotateConnection,
    summary: 'Give a connection new secrets; the old ones stay valid for a while',
    status: 200,
    params: idParams,
    body: z.object({ secrets: z.record(z.string(), z.string()), keepOldHours: z.number().min(0).max(720).default(24) }),
    response: connection,
  }),
  orderConnections: route({
    ...peopleEndpoints.orderConnections,
    summary: 'Say in which order the connections of a channel are asked',
    params: z.object({ channel }),
    body: z.object({ ids: z.array(id).min(1).max(100) }),
    response: noContent,
  }),
  sendTest: route({
    ...peopleEndpoints.sendTest,
    summary: 'Send one message to an address, without a journey',
    status: 200,
    body: z.object({
      channel,
      /** The settings of a message step; those of a short sample when left out. */
      config: jsonObject.optional(),
      /** By this connection; else by the one that would be taken. */
      connectionId: id.optional(),
      /**
       * The address, or phone number, also where a template would look one up; emails go to whoever asks when it is left
       * out.
       */
      to: z.string().trim().min(1).max(320).optional(),
      /** Whose data fills the message, and whose devices get it. */
      profileId: id.optional(),
      entry: jsonObject.optional(),
    }),
    response: sendTestResult,
  }),
  testConnection: route({
    ...peopleEndpoints.testConnection,
    summary: 'Test a provider’s settings',
    status: 200,
    params: idParams,
    response: testResult,
  }),
  removeConnection: route({
    ...peopleEndpoints.removeConnection,
    summary: 'Remove a connection; its channel has no provider then',
    params: idParams,
    response: noContent,
  }),

  updateWorkspace: route({
    ...peopleEndpoints.updateWorkspace,
    summary:
      'Change the workspace’s name, time zone, language, country, domain of short links, or what counts as opened',
    body: z.object({
      name: workspaceName.optional(),
      timeZone: timeZone.optional(),
      language: language.optional(),
      country: country.nullable().optional(),
      linkDomain: linkDomain.nullable().optional(),
      /** Openings that only a privacy proxy tells of count as a person’s. */
      countProxyOpens: z.boolean().optional(),
    }),
    response: session.shape.workspace,
  }),
  members: route({
    ...peopleEndpoints.members,
    summary: 'Members of the workspace',
    response: z.object({ items: z.array(z.object({ id, email: z.string(), name: z.string(), role })) }),
  }),
  deadLetters: route({
    ...peopleEndpoints.deadLetters,
    summary: 'Events that could not be processed',
    response: z.object({
      items: z.array(z.object({ id: z.string(), eventName: z.string(), error: z.string(), at: isoTime })),
    }),
  }),
  retryDeadLetter: route({
    ...peopleEndpoints.retryDeadLetter,
    summary: 'Retry a failed event',
    status: 200,
    params: z.object({ id: z.string().regex(/^\d{1,18}$/) }),
    response: noContent,
  }),
} as const;
