import { z } from 'zod';
import type { Permission } from '../access/permissions.js';
import { ingestFilter } from './catalogue.js';
import { peopleExportQuery } from './imports.js';
import { exportQuery } from './messages.js';
import { idParams, largestNumber } from './route.js';
import { suppressionFilter } from './suppressions.js';

/** A route that answers with a file or a stream, which its handler writes by itself. It changes nothing. */
export type FileRoute = {
  path: string;
  summary: string;
  access: Permission;
  type: 'text/csv' | 'application/json' | 'text/event-stream';
  params?: z.ZodType;
  query?: z.ZodType;
};

/** Every such route under `/api` by name. */
export const fileRoutes = {
  exportProfiles: {
    path: '/api/profiles.csv',
    summary: 'People as a CSV file: all, a segment, or whoever a filter finds',
    access: 'profiles.export',
    type: 'text/csv',
    query: peopleExportQuery,
  },
  exportProfile: {
    path: '/api/profiles/:id/export',
    summary: 'Everything that is known of a person, as a file',
    access: 'profiles.export',
    type: 'application/json',
    params: idParams,
  },
  importProblems: {
    path: '/api/imports/:id/problems.csv',
    summary: 'The rows of an import that have a problem, with the reason',
    access: 'profiles.import',
    type: 'text/csv',
    params: idParams,
  },
  exportMessages: {
    path: '/api/messages.csv',
    summary: 'Messages as a CSV file',
    access: 'messages.export',
    type: 'text/csv',
    query: exportQuery,
  },
  exportSuppressions: {
    path: '/api/suppressions/export',
    summary: 'Suppressed addresses as a CSV file',
    access: 'suppressions.read',
    type: 'text/csv',
    query: suppressionFilter.omit({ search: true }),
  },
  ingestionStream: {
    path: '/api/ingestion/stream',
    summary: 'Events as they arrive, and what became of them, as server-sent events',
    access: 'events.read',
    type: 'text/event-stream',
    query: ingestFilter,
  },
  liveStream: {
    path: '/api/journeys/:id/live/stream',
    summary: 'People and messages per node whenever they change, as server-sent events',
    access: 'runs.read',
    type: 'text/event-stream',
    params: idParams,
    query: z.object({ version: z.coerce.number().int().min(0).max(largestNumber).optional() }),
  },
} as const satisfies Record<string, FileRoute>;
