import type { api } from './index.js';
import type { Route } from './route.js';

/**
 * Where each management route is and which permission it takes. The schemas stand beside in `journeys.ts`, `people.ts`
 * and `templates.ts`: a
 * browser that calls a route needs none of them, and they would be a tenth of what it loads.
 */
type Place = Pick<Route, 'method' | 'path' | 'access'>;

export const journeyEndpoints = {
  list: { method: 'GET', path: '/api/journeys', access: 'journeys.read' },
  create: { method: 'POST', path: '/api/journeys', access: 'journeys.edit' },
  get: { method: 'GET', path: '/api/journeys/:id', access: 'journeys.read' },
  rename: { method: 'PATCH', path: '/api/journeys/:id', access: 'journeys.edit' },
  remove: { method: 'DELETE', path: '/api/journeys/:id', access: 'journeys.edit' },
  archive: { method: 'POST', path: '/api/journeys/:id/archive', access: 'journeys.edit' },
  restore: { method: 'POST', path: '/api/journeys/:id/restore', access: 'journeys.edit' },
  saveDraft: { method: 'PUT', path: '/api/journeys/:id/draft', access: 'journeys.edit' },
  draftIssues: { method: 'GET', path: '/api/journeys/:id/issues', access: 'journeys.read' },
  previewPublish: { method: 'POST', path: '/api/journeys/:id/publish/preview', access: 'journeys.publish' },
  publish: { method: 'POST', path: '/api/journeys/:id/publish', access: 'journeys.publish' },
  versions: { method: 'GET', path: '/api/journeys/:id/versions', access: 'journeys.read' },
  version: { method: 'GET', path: '/api/journeys/:id/versions/:number', access: 'journeys.read' },
  restoreVersion: {
    method: 'POST',
    path: '/api/journeys/:id/versions/:number/restore',
    access: 'journeys.edit',
  },
  control: { method: 'POST', path: '/api/journeys/:id/control', access: 'journeys.control' },
  journeyStop: { method: 'GET', path: '/api/journeys/:id/stop', access: 'journeys.read' },
  journeyPause: { method: 'GET', path: '/api/journeys/:id/pause', access: 'journeys.read' },
  live: { method: 'GET', path: '/api/journeys/:id/live', access: 'runs.read' },
  enrollments: { method: 'GET', path: '/api/journeys/:id/enrollments', access: 'runs.read' },
  enrollment: { method: 'GET', path: '/api/enrollments/:id', access: 'runs.read' },
  cancelEnrollment: { method: 'POST', path: '/api/enrollments/:id/cancel', access: 'runs.cancel' },
  startTest: { method: 'POST', path: '/api/journeys/:id/test-runs', access: 'runs.test' },
  fastForward: {
    method: 'POST',
    path: '/api/enrollments/:id/fast-forward',
    access: 'runs.test',
  },
  fastForwardProgress: {
    method: 'GET',
    path: '/api/enrollments/:id/fast-forward',
    access: 'runs.read',
  },
  cancelFastForward: {
    method: 'POST',
    path: '/api/enrollments/:id/fast-forward/cancel',
    access: 'runs.test',
  },
  testEvent: { method: 'POST', path: '/api/enrollments/:id/test-events', access: 'runs.test' },
  nodeTypes: { method: 'GET', path: '/api/node-types', access: 'journeys.read' },
  preview: { method: 'POST', path: '/api/preview', access: 'content.preview' },
  eventNames: { method: 'GET', path: '/api/event-names', access: 'journeys.read' },
  demoTraffic: { method: 'POST', path: '/api/demo/traffic', access: 'demo.send' },
} as const satisfies Record<string, Place>;

export const timedEntryEndpoints = {
  journeySchedules: { method: 'GET', path: '/api/journeys/:id/schedules', access: 'runs.read' },
} as const satisfies Record<string, Place>;

export const waysInEndpoints = {
  triggerJourney: { method: 'POST', path: '/api/journeys/:id/trigger', access: 'journeys.trigger' },
  entryBatches: { method: 'GET', path: '/api/journeys/:id/batches', access: 'runs.read' },
  stopEntryBatch: { method: 'POST', path: '/api/entry-batches/:id/stop', access: 'journeys.control' },
  whyNotIn: { method: 'GET', path: '/api/journeys/:id/why', access: 'runs.read' },
} as const satisfies Record<string, Place>;

export const businessEventEndpoints = {
  sendBusinessEvent: { method: 'POST', path: '/api/business-events', access: 'businessEvents.send' },
  businessEvents: { method: 'GET', path: '/api/business-events', access: 'businessEvents.read' },
} as const satisfies Record<string, Place>;

export const moveEndpoints = {
  moves: { method: 'GET', path: '/api/journeys/:id/moves', access: 'journeys.read' },
  startMove: { method: 'POST', path: '/api/journeys/:id/moves', access: 'journeys.publish' },
  stopMove: { method: 'POST', path: '/api/journeys/:id/moves/:move/stop', access: 'journeys.publish' },
  takeMoveBack: { method: 'POST', path: '/api/journeys/:id/moves/:move/take-back', access: 'journeys.publish' },
} as const satisfies Record<string, Place>;

export const stepTrialEndpoints = {
  tryStep: { method: 'POST', path: '/api/journeys/:id/try-step', access: 'runs.test' },
  learntResults: { method: 'GET', path: '/api/journeys/:id/learnt-results', access: 'journeys.read' },
} as const satisfies Record<string, Place>;

export const approvalEndpoints = {
  approvals: { method: 'GET', path: '/api/approvals', access: 'approvals.read' },
  approvalCount: { method: 'GET', path: '/api/approvals/count', access: 'approvals.read' },
  approval: { method: 'GET', path: '/api/approvals/:id', access: 'approvals.read' },
  answerApproval: { method: 'POST', path: '/api/approvals/:id/answer', access: 'approvals.answer' },
} as const satisfies Record<string, Place>;

export const httpConnectionEndpoints = {
  httpConnections: { method: 'GET', path: '/api/http-connections', access: 'channels.read' },
  addHttpConnection: { method: 'POST', path: '/api/http-connections', access: 'channels.manage' },
  saveHttpConnection: { method: 'PUT', path: '/api/http-connections/:id', access: 'channels.manage' },
  removeHttpConnection: { method: 'DELETE', path: '/api/http-connections/:id', access: 'channels.manage' },
} as const satisfies Record<string, Place>;

export const alarmEndpoints = {
  alarms: { method: 'GET', path: '/api/alarms', access: 'alarms.read' },
  alarmCount: { method: 'GET', path: '/api/alarms/count', access: 'alarms.read' },
  muteAlarm: { method: 'POST', path: '/api/alarms/:id/mute', access: 'alarms.manage' },
  alarmSettings: { method: 'GET', path: '/api/alarm-settings', access: 'alarms.read' },
  saveAlarmSettings: { method: 'PUT', path: '/api/alarm-settings', access: 'alarms.manage' },
  muteAlarmKind: { method: 'POST', path: '/api/alarm-settings/mute', access: 'alarms.manage' },
  removeAlarmOverride: { method: 'DELETE', path: '/api/alarm-settings/:id', access: 'alarms.manage' },
  addAlarmTarget: { method: 'POST', path: '/api/alarm-targets', access: 'alarms.manage' },
  saveAlarmTarget: { method: 'PUT', path: '/api/alarm-targets/:id', access: 'alarms.manage' },
  removeAlarmTarget: { method: 'DELETE', path: '/api/alarm-targets/:id', access: 'alarms.manage' },
  testAlarmTarget: { method: 'POST', path: '/api/alarm-targets/:id/test', access: 'alarms.manage' },
} as const satisfies Record<string, Place>;

export const placeEndpoints = {
  places: { method: 'GET', path: '/api/places', access: 'places.read' },
  savePlaces: { method: 'PUT', path: '/api/places', access: 'places.manage' },
  importPlaces: { method: 'POST', path: '/api/places/import', access: 'places.manage' },
  removePlace: { method: 'DELETE', path: '/api/places/:id', access: 'places.manage' },
} as const satisfies Record<string, Place>;

export const consentEndpoints = {
  topics: { method: 'GET', path: '/api/topics', access: 'topics.read' },
  createTopic: { method: 'POST', path: '/api/topics', access: 'topics.manage' },
  orderTopics: { method: 'PUT', path: '/api/topics/order', access: 'topics.manage' },
  topic: { method: 'GET', path: '/api/topics/:key', access: 'topics.read' },
  editTopic: { method: 'PATCH', path: '/api/topics/:key', access: 'topics.manage' },
  archiveTopic: { method: 'POST', path: '/api/topics/:key/archive', access: 'topics.manage' },
  restoreTopic: { method: 'POST', path: '/api/topics/:key/restore', access: 'topics.manage' },
  removeTopic: { method: 'DELETE', path: '/api/topics/:key', access: 'topics.manage' },
  preferencePage: { method: 'GET', path: '/api/preference-page', access: 'topics.read' },
  savePreferencePage: { method: 'PUT', path: '/api/preference-page', access: 'topics.manage' },
  consentTraits: { method: 'GET', path: '/api/consent-traits', access: 'topics.read' },
  saveConsentTraits: { method: 'PUT', path: '/api/consent-traits', access: 'topics.manage' },
  preferencesLink: { method: 'POST', path: '/api/profiles/:id/preferences-link', access: 'profiles.edit' },
  profileConsents: { method: 'GET', path: '/api/profiles/:id/consents', access: 'profiles.read' },
  stateConsents: { method: 'PUT', path: '/api/profiles/:id/consents', access: 'profiles.edit' },
  consentHistory: { method: 'GET', path: '/api/profiles/:id/consents/history', access: 'profiles.read' },
  pauseProfile: { method: 'PUT', path: '/api/profiles/:id/pause', access: 'profiles.edit' },
} as const satisfies Record<string, Place>;

export const peopleEndpoints = {
  signIn: { method: 'POST', path: '/api/session', access: 'public' },
  signOut: { method: 'DELETE', path: '/api/session', access: 'public' },
  session: { method: 'GET', path: '/api/session', access: 'account.use' },
  setup: { method: 'GET', path: '/api/setup', access: 'public' },
  createOwner: { method: 'POST', path: '/api/setup', access: 'public' },
  changePassword: { method: 'PUT', path: '/api/session/password', access: 'account.use' },
  apiKeys: { method: 'GET', path: '/api/api-keys', access: 'apiKeys.manage' },
  createApiKey: { method: 'POST', path: '/api/api-keys', access: 'apiKeys.manage' },
  revokeApiKey: { method: 'DELETE', path: '/api/api-keys/:id', access: 'apiKeys.manage' },
  channels: { method: 'GET', path: '/api/channels', access: 'channels.read' },
  setSandbox: { method: 'PUT', path: '/api/channels/sandbox', access: 'channels.manage' },
  connections: { method: 'GET', path: '/api/connections', access: 'connections.read' },
  addConnection: { method: 'POST', path: '/api/connections', access: 'channels.manage' },
  saveConnection: { method: 'PUT', path: '/api/connections/:id', access: 'channels.manage' },
  testConnection: { method: 'POST', path: '/api/connections/:id/test', access: 'channels.manage' },
  rotateConnection: { method: 'POST', path: '/api/connections/:id/rotate', access: 'channels.manage' },
  orderConnections: { method: 'PUT', path: '/api/channels/:channel/order', access: 'channels.manage' },
  sendTest: { method: 'POST', path: '/api/send-test', access: 'messages.test' },
  removeConnection: { method: 'DELETE', path: '/api/connections/:id', access: 'channels.manage' },
  updateWorkspace: { method: 'PATCH', path: '/api/workspace', access: 'workspace.manage' },
  members: { method: 'GET', path: '/api/members', access: 'members.read' },
  deadLetters: { method: 'GET', path: '/api/dead-letters', access: 'failedEvents.read' },
  retryDeadLetter: { method: 'POST', path: '/api/dead-letters/:id/retry', access: 'failedEvents.retry' },
} as const satisfies Record<string, Place>;

export const profileEndpoints = {
  profiles: { method: 'GET', path: '/api/profiles', access: 'profiles.read' },
  profileCount: { method: 'GET', path: '/api/profile-count', access: 'profiles.read' },
  upsertProfile: { method: 'PUT', path: '/api/profiles', access: 'profiles.edit' },
  profile: { method: 'GET', path: '/api/profiles/:id', access: 'profiles.read' },
  editProfile: { method: 'PATCH', path: '/api/profiles/:id', access: 'profiles.edit' },
  eraseProfile: { method: 'DELETE', path: '/api/profiles/:id', access: 'profiles.delete' },
  profileTimeline: { method: 'GET', path: '/api/profiles/:id/timeline', access: 'profiles.read' },
  mergePreview: { method: 'GET', path: '/api/profiles/:id/merge', access: 'profiles.read' },
  mergeProfiles: { method: 'POST', path: '/api/profiles/:id/merge', access: 'profiles.edit' },
  erasures: { method: 'GET', path: '/api/erasures', access: 'profiles.delete' },
  erasure: { method: 'GET', path: '/api/erasures/:id', access: 'profiles.delete' },
} as const satisfies Record<string, Place>;

export const replyEndpoints = {
  replyWords: { method: 'GET', path: '/api/reply-words', access: 'channels.read' },
  saveReplyWords: { method: 'PUT', path: '/api/reply-words', access: 'channels.manage' },
} as const satisfies Record<string, Place>;

export const templateEndpoints = {
  channelTemplates: { method: 'GET', path: '/api/channel-templates', access: 'channels.read' },
  channelTemplate: { method: 'GET', path: '/api/channel-templates/:id', access: 'templates.manage' },
  createChannelTemplate: { method: 'POST', path: '/api/channel-templates', access: 'templates.manage' },
  updateChannelTemplate: { method: 'PUT', path: '/api/channel-templates/:id', access: 'templates.manage' },
  archiveChannelTemplate: { method: 'POST', path: '/api/channel-templates/:id/archive', access: 'templates.manage' },
  removeChannelTemplate: { method: 'DELETE', path: '/api/channel-templates/:id', access: 'templates.manage' },
  tryChannelTemplate: { method: 'POST', path: '/api/channel-template-trials', access: 'templates.manage' },
} as const satisfies Record<string, Place>;

export const suppressionEndpoints = {
  suppressions: { method: 'GET', path: '/api/suppressions', access: 'suppressions.read' },
  suppressionCounts: { method: 'GET', path: '/api/suppressions/counts', access: 'suppressions.read' },
  suppressionSettings: { method: 'GET', path: '/api/suppressions/settings', access: 'suppressions.read' },
  saveSuppressionSettings: { method: 'PUT', path: '/api/suppressions/settings', access: 'suppressions.manage' },
  suppression: { method: 'GET', path: '/api/suppressions/:id', access: 'suppressions.read' },
  suppress: { method: 'POST', path: '/api/suppressions', access: 'suppressions.manage' },
  importSuppressions: { method: 'POST', path: '/api/suppressions/import', access: 'suppressions.manage' },
  releaseSuppression: { method: 'POST', path: '/api/suppressions/:id/release', access: 'suppressions.manage' },
} as const satisfies Record<string, Place>;

export const deliveryEndpoints = {
  holdout: { method: 'GET', path: '/api/delivery/holdout', access: 'delivery.read' },
  deliveryOverview: { method: 'GET', path: '/api/delivery/overview', access: 'delivery.read' },
  saveHoldout: { method: 'PUT', path: '/api/delivery/holdout', access: 'delivery.manage' },
  caps: { method: 'GET', path: '/api/delivery/caps', access: 'delivery.read' },
  saveCaps: { method: 'PUT', path: '/api/delivery/caps', access: 'delivery.manage' },
  quietHours: { method: 'GET', path: '/api/delivery/quiet-hours', access: 'delivery.read' },
  saveQuietHours: { method: 'PUT', path: '/api/delivery/quiet-hours', access: 'delivery.manage' },
  rates: { method: 'GET', path: '/api/delivery/rates', access: 'delivery.read' },
  saveRates: { method: 'PUT', path: '/api/delivery/rates', access: 'delivery.manage' },
  saveJourneyRate: { method: 'PUT', path: '/api/journeys/:id/rate', access: 'journeys.control' },
  journeyDelivery: { method: 'GET', path: '/api/journeys/:id/delivery', access: 'journeys.read' },
  saveJourneyDelivery: { method: 'PUT', path: '/api/journeys/:id/delivery', access: 'journeys.control' },
} as const satisfies Record<string, Place>;

export const backlogEndpoints = {
  backlog: { method: 'GET', path: '/api/backlog', access: 'messages.read' },
  heldMessages: { method: 'GET', path: '/api/backlog/messages', access: 'messages.read' },
  cancelHeld: { method: 'POST', path: '/api/backlog/messages/:id/cancel', access: 'messages.cancel' },
  cancelBacklog: { method: 'POST', path: '/api/backlog/cancel', access: 'messages.cancel' },
} as const satisfies Record<string, Place>;

export const sendingEndpoints = {
  warmUp: { method: 'GET', path: '/api/connections/:id/warm-up', access: 'connections.read' },
  saveWarmUp: { method: 'PUT', path: '/api/connections/:id/warm-up', access: 'channels.manage' },
  removeWarmUp: { method: 'DELETE', path: '/api/connections/:id/warm-up', access: 'channels.manage' },
  bounceMailbox: { method: 'GET', path: '/api/connections/:id/bounce-mailbox', access: 'connections.read' },
  saveBounceMailbox: { method: 'PUT', path: '/api/connections/:id/bounce-mailbox', access: 'channels.manage' },
  testBounceMailbox: { method: 'POST', path: '/api/connections/:id/bounce-mailbox/test', access: 'channels.manage' },
  removeBounceMailbox: { method: 'DELETE', path: '/api/connections/:id/bounce-mailbox', access: 'channels.manage' },
  checkDomain: { method: 'GET', path: '/api/email-domains/check', access: 'connections.read' },
} as const satisfies Record<string, Place>;

export const catalogueEndpoints = {
  catalogue: { method: 'GET', path: '/api/catalogue', access: 'events.read' },
  catalogueEntry: { method: 'GET', path: '/api/catalogue/entry', access: 'events.read' },
  describeEntry: { method: 'PATCH', path: '/api/catalogue/entry', access: 'catalogue.manage' },
  removeEntry: { method: 'DELETE', path: '/api/catalogue/entry', access: 'catalogue.manage' },
  expectEntries: { method: 'POST', path: '/api/catalogue/expected', access: 'catalogue.manage' },
  ingestion: { method: 'GET', path: '/api/ingestion', access: 'events.read' },
} as const satisfies Record<string, Place>;

export const messageEndpoints = {
  messages: { method: 'GET', path: '/api/messages', access: 'messages.read' },
  message: { method: 'GET', path: '/api/messages/:id', access: 'messages.read' },
  messageExplanation: { method: 'GET', path: '/api/messages/:id/explanation', access: 'messages.read' },
  stepExplanation: { method: 'GET', path: '/api/journeys/:id/explanation', access: 'messages.read' },
  messageAct: { method: 'POST', path: '/api/messages/:id/act', access: 'messages.act' },
  resendMessage: { method: 'POST', path: '/api/messages/:id/resend', access: 'messages.resend' },
  sendLedger: { method: 'GET', path: '/api/journeys/:id/ledger', access: 'messages.read' },
  resendBatches: { method: 'GET', path: '/api/journeys/:id/resend-batches', access: 'messages.read' },
  startResendBatch: { method: 'POST', path: '/api/journeys/:id/resend-batches', access: 'messages.resend' },
  stopResendBatch: { method: 'POST', path: '/api/resend-batches/:id/stop', access: 'messages.resend' },
} as const satisfies Record<string, Place>;

export const importEndpoints = {
  imports: { method: 'GET', path: '/api/imports', access: 'profiles.import' },
  createImport: { method: 'POST', path: '/api/imports', access: 'profiles.import' },
  uploadImport: { method: 'PUT', path: '/api/imports/:id/file', access: 'profiles.import' },
  import: { method: 'GET', path: '/api/imports/:id', access: 'profiles.import' },
  readImport: { method: 'POST', path: '/api/imports/:id/read', access: 'profiles.import' },
  checkImport: { method: 'POST', path: '/api/imports/:id/check', access: 'profiles.import' },
  startImport: { method: 'POST', path: '/api/imports/:id/start', access: 'profiles.import' },
  cancelImport: { method: 'POST', path: '/api/imports/:id/cancel', access: 'profiles.import' },
  removeImport: { method: 'DELETE', path: '/api/imports/:id', access: 'profiles.import' },
} as const satisfies Record<string, Place>;

export const segmentEndpoints = {
  segments: { method: 'GET', path: '/api/segments', access: 'segments.read' },
  createSegment: { method: 'POST', path: '/api/segments', access: 'segments.edit' },
  previewSegment: { method: 'POST', path: '/api/segments/preview', access: 'segments.read' },
  segment: { method: 'GET', path: '/api/segments/:id', access: 'segments.read' },
  updateSegment: { method: 'PATCH', path: '/api/segments/:id', access: 'segments.edit' },
  removeSegment: { method: 'DELETE', path: '/api/segments/:id', access: 'segments.edit' },
  duplicateSegment: { method: 'POST', path: '/api/segments/:id/duplicate', access: 'segments.edit' },
  archiveSegment: { method: 'POST', path: '/api/segments/:id/archive', access: 'segments.edit' },
  restoreSegment: { method: 'POST', path: '/api/segments/:id/restore', access: 'segments.edit' },
  cancelSegmentBuild: { method: 'POST', path: '/api/segments/:id/build/cancel', access: 'segments.edit' },
  retrySegmentBuild: { method: 'POST', path: '/api/segments/:id/build/retry', access: 'segments.edit' },
  segmentMembers: { method: 'GET', path: '/api/segments/:id/members', access: 'profiles.read' },
  addSegmentMembers: { method: 'POST', path: '/api/segments/:id/members', access: 'segments.edit' },
  removeSegmentMembers: { method: 'POST', path: '/api/segments/:id/members/remove', access: 'segments.edit' },
  whyInSegment: { method: 'GET', path: '/api/segments/:id/why', access: 'profiles.read' },
  segmentGrowth: { method: 'GET', path: '/api/segments/:id/growth', access: 'segments.read' },
  segmentUses: { method: 'GET', path: '/api/segments/:id/uses', access: 'segments.read' },
  segmentsOfProfile: { method: 'GET', path: '/api/profiles/:id/segments', access: 'profiles.read' },
} as const satisfies Record<string, Place>;

/** What calling a route takes: its place, and the types of what goes in and comes out. Every `Route` is one. */
export type Endpoint<P = unknown, Q = unknown, B = unknown, R = unknown> = Pick<
  Route<P, Q, B, R>,
  'method' | 'path' | 'access'
> &
  Partial<Pick<Route<P, Q, B, R>, 'params' | 'query' | 'body' | 'response'>>;
type EndpointOf<T> = T extends Route<infer P, infer Q, infer B, infer R> ? Endpoint<P, Q, B, R> : never;
type Endpoints = { readonly [Name in keyof typeof api]: EndpointOf<(typeof api)[Name]> };

/** Every management route by name, typed as `api` is, without schemas. */
export const endpoints = {
  ...journeyEndpoints,
  ...waysInEndpoints,
  ...businessEventEndpoints,
  ...consentEndpoints,
  ...placeEndpoints,
  ...httpConnectionEndpoints,
  ...alarmEndpoints,
  ...moveEndpoints,
  ...stepTrialEndpoints,
  ...approvalEndpoints,
  ...peopleEndpoints,
  ...profileEndpoints,
  ...messageEndpoints,
  ...suppressionEndpoints,
  ...deliveryEndpoints,
  ...backlogEndpoints,
  ...replyEndpoints,
  ...templateEndpoints,
  ...sendingEndpoints,
  ...importEndpoints,
  ...catalogueEndpoints,
  ...segmentEndpoints,
  ...timedEntryEndpoints,
} as Endpoints;
