import { z } from 'zod';
import { jsonObject } from '../json.js';
import { channel } from '../rule.js';
import { peopleEndpoints } from './endpoints.js';
import { enrollmentSummary, messageDetail, messageStatus, messageSummary, profileEvent } from './journeys.js';
import { apiKeyScope, id, idParams, isoTime, noContent, page, pageQuery, role, route } from './route.js';

export const profileSummary = z.object({
  id, externalId: z.string().nullable(), name: z.string(), email: z.string().nullable(), timeZone: z.string().nullable(),
  traits: jsonObject, createdAt: isoTime, lastSeenAt: isoTime.nullable(), demo: z.boolean(),
});
export type ProfileSummary = z.infer<typeof profileSummary>;
export const profileDetail = profileSummary.extend({
  anonymousIds: z.array(z.string()),
  devices: z.array(z.object({ id, kind: z.enum(['fcm', 'webpush', 'sandbox']), token: z.string(), permission: z.enum(['authorized', 'provisional', 'denied']), createdAt: isoTime })),
  reachable: z.record(channel, z.boolean()),
  events: z.array(profileEvent), enrollments: z.array(enrollmentSummary), messages: z.array(messageSummary),
});
export type ProfileDetail = z.infer<typeof profileDetail>;

export const session = z.object({
  member: z.object({ id, email: z.string(), name: z.string(), role }),
  workspace: z.object({ id, name: z.string(), demo: z.boolean(), timeZone: z.string() }),
});
export type Session = z.infer<typeof session>;

export const apiKey = z.object({ id, name: z.string(), prefix: z.string(), scopes: z.array(apiKeyScope), createdAt: isoTime, lastUsedAt: isoTime.nullable() });
export type ApiKey = z.infer<typeof apiKey>;

/** Settings of a provider. Secrets go in and never come out: `secrets` lists which are set. */
export const connection = z.object({ id, kind: z.enum(['smtp']), name: z.string(), settings: jsonObject, secrets: z.array(z.string()), createdAt: isoTime });
export type Connection = z.infer<typeof connection>;
export const smtpSettings = z.object({
  host: z.string().min(1).max(255), port: z.number().int().min(1).max(65_535), security: z.enum(['none', 'starttls', 'tls']),
  user: z.string().max(255).default(''), from: z.string().min(3).max(255),
});
export type SmtpSettings = z.infer<typeof smtpSettings>;

const password = z.string().min(10, 'must have at least 10 characters').max(200);

export const peopleApi = {
  signIn: route({ ...peopleEndpoints.signIn, summary: 'Sign in', status: 200, body: z.object({ email: z.string().max(320), password: z.string().max(200) }), response: session }),
  signOut: route({ ...peopleEndpoints.signOut, summary: 'Sign out', response: noContent }),
  session: route({ ...peopleEndpoints.session, summary: 'Who is signed in', response: session }),
  setup: route({ ...peopleEndpoints.setup, summary: 'Whether the first owner must still be made', response: z.object({ needed: z.boolean() }) }),
  createOwner: route({ ...peopleEndpoints.createOwner, summary: 'Make the first owner; only while there is none', body: z.object({ workspace: z.string().trim().min(1).max(120), name: z.string().trim().min(1).max(120), email: z.email().max(320), password }), response: session }),
  changePassword: route({ ...peopleEndpoints.changePassword, summary: 'Change the own password; ends all other sessions', body: z.object({ current: z.string().max(200), password }), response: noContent }),

  profiles: route({ ...peopleEndpoints.profiles, summary: 'Profiles', query: pageQuery, response: page(profileSummary) }),
  profile: route({ ...peopleEndpoints.profile, summary: 'A profile with its events, runs and messages', params: idParams, response: profileDetail }),

  messages: route({ ...peopleEndpoints.messages, summary: 'Messages, newest first', query: pageQuery.extend({ channel: channel.optional(), status: messageStatus.optional(), journeyId: id.optional(), node: z.string().optional(), test: z.enum(['true', 'false']).optional() }), response: page(messageSummary) }),
  message: route({ ...peopleEndpoints.message, summary: 'A message as it was rendered', params: idParams, response: messageDetail }),
  /** In the sandbox a person can do what the receiver would: open it, click its link. */
  messageAct: route({ ...peopleEndpoints.messageAct, summary: 'Open or click a sandbox push, web push or SMS as its receiver would', status: 200, params: idParams, body: z.object({ action: z.enum(['open', 'click']) }), response: messageDetail }),

  apiKeys: route({ ...peopleEndpoints.apiKeys, summary: 'API keys', response: z.object({ items: z.array(apiKey) }) }),
  createApiKey: route({ ...peopleEndpoints.createApiKey, summary: 'Make an API key; the key is shown once', body: z.object({ name: z.string().trim().min(1).max(120), scopes: z.array(apiKeyScope).min(1) }), response: apiKey.extend({ key: z.string() }) }),
  revokeApiKey: route({ ...peopleEndpoints.revokeApiKey, summary: 'Revoke an API key', params: idParams, response: noContent }),

  connections: route({ ...peopleEndpoints.connections, summary: 'Connections of providers', response: z.object({ items: z.array(connection) }) }),
  saveSmtp: route({ ...peopleEndpoints.saveSmtp, summary: 'Set up SMTP; e-mail goes out through it from then on', body: smtpSettings.extend({ password: z.string().max(500).optional() }), response: connection }),
  testSmtp: route({ ...peopleEndpoints.testSmtp, summary: 'Try to connect and log in', status: 200, response: z.object({ ok: z.boolean(), message: z.string() }) }),
  removeConnection: route({ ...peopleEndpoints.removeConnection, summary: 'Remove a connection; its channel goes back to the sandbox', params: idParams, response: noContent }),

  members: route({ ...peopleEndpoints.members, summary: 'Members of the workspace', response: z.object({ items: z.array(z.object({ id, email: z.string(), name: z.string(), role })) }) }),
  deadLetters: route({ ...peopleEndpoints.deadLetters, summary: 'Events that could not be processed', response: z.object({ items: z.array(z.object({ id: z.string(), eventName: z.string(), error: z.string(), at: isoTime })) }) }),
  retryDeadLetter: route({ ...peopleEndpoints.retryDeadLetter, summary: 'Queue a dead letter again', status: 200, params: z.object({ id: z.string().regex(/^\d{1,18}$/) }), response: noContent }),
} as const;
