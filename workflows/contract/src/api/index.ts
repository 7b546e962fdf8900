import { alarmsApi } from './alarms.js';
import { approvalsApi } from './approvals.js';
import { backlogApi } from './backlog.js';
import { businessEventsApi } from './business-events.js';
import { httpConnectionsApi } from './http-connections.js';
import { importsApi } from './imports.js';
import { catalogueApi } from './catalogue.js';
import { consentsApi } from './consents.js';
import { deliveryApi } from './delivery.js';
import { ratesApi } from './rates.js';
import { journeysApi } from './journeys.js';
import { messagesApi } from './messages.js';
import { movesApi } from './moves.js';
import { stepTrialsApi } from './step-trials.js';
import { peopleApi } from './people.js';
import { placesApi } from './places.js';
import { profilesApi } from './profiles.js';
import { repliesApi } from './replies.js';
import { segmentsApi } from './segments.js';
import { sendingApi } from './sending.js';
import { suppressionsApi } from './suppressions.js';
import { templatesApi } from './templates.js';
import { timedEntriesApi } from './timed-entries.js';
import { waysInApi } from './ways-in.js';

export * from './alarms.js';
export * from './approvals.js';
export * from './backlog.js';
export * from './business-events.js';
export * from './files.js';
export * from './http-connections.js';
export * from './imports.js';
export * from './catalogue.js';
export * from './consents.js';
export * from './delivery.js';
export * from './rates.js';
export * from './ingest.js';
export * from './journeys.js';
export type { RunActionDetail } from './run-actions.js';
export * from './messages.js';
export * from './moves.js';
export * from './pauses.js';
export * from './step-trials.js';
export * from './people.js';
export * from './places.js';
export * from './profiles.js';
export * from './replies.js';
export * from './route.js';
export * from './segments.js';
export * from './sending.js';
export * from './suppressions.js';
export * from './templates.js';
export * from './timed-entries.js';
export * from './ways-in.js';
/** Every management route by name. */
export const api = {
  ...journeysApi,
  ...waysInApi,
  ...businessEventsApi,
  ...placesApi,
  ...consentsApi,
  ...httpConnectionsApi,
  ...alarmsApi,
  ...movesApi,
  ...stepTrialsApi,
  ...approvalsApi,
  ...peopleApi,
  ...profilesApi,
  ...messagesApi,
  ...suppressionsApi,
  ...deliveryApi,
  ...ratesApi,
  ...backlogApi,
  ...repliesApi,
  ...sendingApi,
  ...templatesApi,
  ...timedEntriesApi,
  ...importsApi,
  ...catalogueApi,
  ...segmentsApi,
} as const;
