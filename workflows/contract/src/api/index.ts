import { journeysApi } from './journeys.js';
import { peopleApi } from './people.js';

export * from './ingest.js';
export * from './journeys.js';
export * from './people.js';
export * from './route.js';
/** Every management route by name. */
export const api = { ...journeysApi, ...peopleApi } as const;
