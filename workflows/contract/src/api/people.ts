import { z } from 'zod';
import { jsonObject } from '../json.js';
import { channel } from '../rule.js';
import { enrollmentSummary, messageDetail, messageStatus, messageSummary, profileEvent } from './journeys.js';
import { administrators, apiKeyScope, builders, everyone, id, idParams, isoTime, noContent, page, pageQuery, role, route } from './route.js';

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
  signIn: route({ method: 'POST', path: '/api/session', summary: 'Sign in', access: 'public', status: 200, body: z.object({ email: z.string().max(320), password: z.string().max(200) }), response: session }),
  signOut: route({ method: 'DELETE', path: '/api/session', summary: 'Sign out', access: 'public', response: noContent }),
  session: route({ method: 'GET', path: '/api/session', summary: 'Who is signed in', access: { roles: everyone, scope: null }, response: session }),
  setup: route({ method: 'GET', path: '/api/setup', summary: 'Whether the first owner must still be made', access: 'public', response: z.object({ needed: z.boolean() }) }),
  createOwner: route({ method: 'POST', path: '/api/setup', summary: 'Make the first owner; only while there is none', access: 'public', body: z.object({ workspace: z.string().trim().min(1).max(120), name: z.string().trim().min(1).max(120), email: z.email().max(320), password }), response: session }),
  changePassword: route({ method: 'PUT', path: '/api/session/password', summary: 'Change the own password; ends all other sessions', access: { roles: everyone, scope: null }, body: z.object({ current: z.string().max(200), password }), response: noContent }),

  profiles: route({ method: 'GET', path: '/api/profiles', summary: 'Profiles', access: { roles: everyone, scope: 'read' }, query: pageQuery, response: page(profileSummary) }),
  profile: route({ method: 'GET', path: '/api/profiles/:id', summary: 'A profile with its events, runs and messages', access: { roles: everyone, scope: 'read' }, params: idParams, response: profileDetail }),

  messages: route({ method: 'GET', path: '/api/messages', summary: 'Messages, newest first', access: { roles: everyone, scope: 'read' }, query: pageQuery.extend({ channel: channel.optional(), status: messageStatus.optional(), journeyId: id.optional(), node: z.string().optional(), test: z.enum(['true', 'false']).optional() }), response: page(messageSummary) }),
  message: route({ method: 'GET', path: '/api/messages/:id', summary: 'A message as it was rendered', access: { roles: everyone, scope: 'read' }, params: idParams, response: messageDetail }),
  /** In the sandbox a person can do what the receiver would: open it, click its link. */
  messageAct: route({ method: 'POST', path: '/api/messages/:id/act', summary: 'Open or click a sandbox push, web push or SMS as its receiver would', access: { roles: everyone, scope: null }, status: 200, params: idParams, body: z.object({ action: z.enum(['open', 'click']) }), response: messageDetail }),

  apiKeys: route({ method: 'GET', path: '/api/api-keys', summary: 'API keys', access: { roles: builders, scope: null }, response: z.object({ items: z.array(apiKey) }) }),
  createApiKey: route({ method: 'POST', path: '/api/api-keys', summary: 'Make an API key; the key is shown once', access: { roles: builders, scope: null }, body: z.object({ name: z.string().trim().min(1).max(120), scopes: z.array(apiKeyScope).min(1) }), response: apiKey.extend({ key: z.string() }) }),
  revokeApiKey: route({ method: 'DELETE', path: '/api/api-keys/:id', summary: 'Revoke an API key', access: { roles: builders, scope: null }, params: idParams, response: noContent }),

  connections: route({ method: 'GET', path: '/api/connections', summary: 'Connections of providers', access: { roles: builders, scope: null }, response: z.object({ items: z.array(connection) }) }),
  saveSmtp: route({ method: 'PUT', path: '/api/connections/smtp', summary: 'Set up SMTP; e-mail goes out through it from then on', access: { roles: administrators, scope: null }, body: smtpSettings.extend({ password: z.string().max(500).optional() }), response: connection }),
  testSmtp: route({ method: 'POST', path: '/api/connections/smtp/test', summary: 'Try to connect and log in', access: { roles: administrators, scope: null }, status: 200, response: z.object({ ok: z.boolean(), message: z.string() }) }),
  removeConnection: route({ method: 'DELETE', path: '/api/connections/:id', summary: 'Remove a connection; its channel goes back to the sandbox', access: { roles: administrators, scope: null }, params: idParams, response: noContent }),

  members: route({ method: 'GET', path: '/api/members', summary: 'Members of the workspace', access: { roles: everyone, scope: null }, response: z.object({ items: z.array(z.object({ id, email: z.string(), name: z.string(), role })) }) }),
  deadLetters: route({ method: 'GET', path: '/api/dead-letters', summary: 'Events that could not be processed', access: { roles: builders, scope: 'read' }, response: z.object({ items: z.array(z.object({ id: z.string(), eventName: z.string(), error: z.string(), at: isoTime })) }) }),
  retryDeadLetter: route({ method: 'POST', path: '/api/dead-letters/:id/retry', summary: 'Queue a dead letter again', access: { roles: builders, scope: 'admin' }, status: 200, params: z.object({ id: z.string().regex(/^\d{1,18}$/) }), response: noContent }),
} as const;
