import { administrators, builders, editors, everyone } from './access.js';
import type { api } from './index.js';
import type { Route } from './route.js';

/**
 * Where each management route is and who may call it. The schemas stand beside in `journeys.ts` and `people.ts`: a browser that calls a route
 * needs none of them, and they would be a tenth of what it loads.
 */
type Place = Pick<Route, 'method' | 'path' | 'access'>;

export const journeyEndpoints = {
  list: { method: 'GET', path: '/api/journeys', access: { roles: everyone, scope: 'read' } },
  create: { method: 'POST', path: '/api/journeys', access: { roles: editors, scope: 'admin' } },
  get: { method: 'GET', path: '/api/journeys/:id', access: { roles: everyone, scope: 'read' } },
  rename: { method: 'PATCH', path: '/api/journeys/:id', access: { roles: editors, scope: 'admin' } },
  remove: { method: 'DELETE', path: '/api/journeys/:id', access: { roles: editors, scope: 'admin' } },
  saveDraft: { method: 'PUT', path: '/api/journeys/:id/draft', access: { roles: editors, scope: 'admin' } },
  publish: { method: 'POST', path: '/api/journeys/:id/publish', access: { roles: editors, scope: 'admin' } },
  version: { method: 'GET', path: '/api/journeys/:id/versions/:number', access: { roles: everyone, scope: 'read' } },
  control: { method: 'POST', path: '/api/journeys/:id/control', access: { roles: editors, scope: 'admin' } },
  live: { method: 'GET', path: '/api/journeys/:id/live', access: { roles: everyone, scope: 'read' } },
  enrollments: { method: 'GET', path: '/api/journeys/:id/enrollments', access: { roles: everyone, scope: 'read' } },
  enrollment: { method: 'GET', path: '/api/enrollments/:id', access: { roles: everyone, scope: 'read' } },
  cancelEnrollment: { method: 'POST', path: '/api/enrollments/:id/cancel', access: { roles: editors, scope: 'admin' } },
  startTest: { method: 'POST', path: '/api/journeys/:id/test-runs', access: { roles: editors, scope: 'admin' } },
  fastForward: { method: 'POST', path: '/api/enrollments/:id/fast-forward', access: { roles: editors, scope: 'admin' } },
  fastForwardProgress: { method: 'GET', path: '/api/enrollments/:id/fast-forward', access: { roles: everyone, scope: 'read' } },
  cancelFastForward: { method: 'POST', path: '/api/enrollments/:id/fast-forward/cancel', access: { roles: editors, scope: 'admin' } },
  testEvent: { method: 'POST', path: '/api/enrollments/:id/test-events', access: { roles: editors, scope: 'admin' } },
  nodeTypes: { method: 'GET', path: '/api/node-types', access: { roles: everyone, scope: 'read' } },
  preview: { method: 'POST', path: '/api/preview', access: { roles: everyone, scope: null } },
  eventNames: { method: 'GET', path: '/api/event-names', access: { roles: everyone, scope: 'read' } },
  demoTraffic: { method: 'POST', path: '/api/demo/traffic', access: { roles: editors, scope: null } },
} as const satisfies Record<string, Place>;

export const peopleEndpoints = {
  signIn: { method: 'POST', path: '/api/session', access: 'public' },
  signOut: { method: 'DELETE', path: '/api/session', access: 'public' },
  session: { method: 'GET', path: '/api/session', access: { roles: everyone, scope: null } },
  setup: { method: 'GET', path: '/api/setup', access: 'public' },
  createOwner: { method: 'POST', path: '/api/setup', access: 'public' },
  changePassword: { method: 'PUT', path: '/api/session/password', access: { roles: everyone, scope: null } },
  profiles: { method: 'GET', path: '/api/profiles', access: { roles: everyone, scope: 'read' } },
  profile: { method: 'GET', path: '/api/profiles/:id', access: { roles: everyone, scope: 'read' } },
  messages: { method: 'GET', path: '/api/messages', access: { roles: everyone, scope: 'read' } },
  message: { method: 'GET', path: '/api/messages/:id', access: { roles: everyone, scope: 'read' } },
  messageAct: { method: 'POST', path: '/api/messages/:id/act', access: { roles: everyone, scope: null } },
  apiKeys: { method: 'GET', path: '/api/api-keys', access: { roles: builders, scope: null } },
  createApiKey: { method: 'POST', path: '/api/api-keys', access: { roles: builders, scope: null } },
  revokeApiKey: { method: 'DELETE', path: '/api/api-keys/:id', access: { roles: builders, scope: null } },
  connections: { method: 'GET', path: '/api/connections', access: { roles: builders, scope: null } },
  saveSmtp: { method: 'PUT', path: '/api/connections/smtp', access: { roles: administrators, scope: null } },
  testSmtp: { method: 'POST', path: '/api/connections/smtp/test', access: { roles: administrators, scope: null } },
  removeConnection: { method: 'DELETE', path: '/api/connections/:id', access: { roles: administrators, scope: null } },
  members: { method: 'GET', path: '/api/members', access: { roles: everyone, scope: null } },
  deadLetters: { method: 'GET', path: '/api/dead-letters', access: { roles: builders, scope: 'read' } },
  retryDeadLetter: { method: 'POST', path: '/api/dead-letters/:id/retry', access: { roles: builders, scope: 'admin' } },
} as const satisfies Record<string, Place>;

/** What calling a route takes: its place, and the types of what goes in and comes out. Every `Route` is one. */
export type Endpoint<P = unknown, Q = unknown, B = unknown, R = unknown> = Pick<Route<P, Q, B, R>, 'method' | 'path' | 'access'> & Partial<Pick<Route<P, Q, B, R>, 'params' | 'query' | 'body' | 'response'>>;
type EndpointOf<T> = T extends Route<infer P, infer Q, infer B, infer R> ? Endpoint<P, Q, B, R> : never;
type Endpoints = { readonly [Name in keyof typeof api]: EndpointOf<(typeof api)[Name]> };

/** Every management route by name, typed as `api` is, without schemas. */
export const endpoints = { ...journeyEndpoints, ...peopleEndpoints } as Endpoints;
