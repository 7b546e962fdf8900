import { z } from 'zod';
import { placeEndpoints } from './endpoints.js';
import { id, idParams, isoTime, noContent, page, pageQuery, route } from './route.js';

/** Places of a workspace. */
export const mostPlaces = 10_000;
/** Places that one call may bring. */
export const placesAtOnce = 1_000;

/** A circle: `radius` in metres around a point in degrees. */
export const placeInput = z.object({
  /** Your own id of it: saving the same again changes the place. */
  externalId: z.string().trim().min(1).max(200),
  name: z.string().trim().min(1).max(200),
  lat: z.number().min(-90).max(90),
  lng: z.number().min(-180).max(180),
  radius: z.number().min(20).max(100_000),
  tags: z.array(z.string().trim().min(1).max(60)).max(20).default([]),
  /** How long somebody must be inside before it counts; 0: at once. */
  dwellMinutes: z.number().int().min(0).max(1_440).default(0),
  /** Somebody who comes again within so many hours is not told of; 0: each time. */
  quietHours: z.number().int().min(0).max(720).default(0),
});
export type PlaceInput = z.infer<typeof placeInput>;

export const place = placeInput.extend({ id, createdAt: isoTime, updatedAt: isoTime });
export type Place = z.infer<typeof place>;

const saved = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
});
export const placeImport = saved.extend({
  rows: z.number().int(),
  bad: z.number().int(),
  /** The first of them. `line`: of the file, from 1. */
  problems: z.array(z.object({ line: z.number().int(), problem: z.string() })),
});
export type PlaceImport = z.infer<typeof placeImport>;

export const placesApi = {
  places: route({
    ...placeEndpoints.places,
    summary: 'Places, by name',
    query: pageQuery.extend({
      tag: z.string().max(60).optional(),
      /** Only these: external ids as JSON text, `["gangnam","1042"]`. */
      externalIds: z.string().max(8_000).optional(),
    }),
    response: page(place).extend({
      total: z.number().int(),
      /** Tags of all places, those of most places first; at most 500. */
      tags: z.array(z.object({ tag: z.string(), places: z.number().int() })),
    }),
  }),
  savePlaces: route({
    ...placeEndpoints.savePlaces,
    summary: 'Add places, or change them by their external ids',
    body: z.object({ places: z.array(placeInput).min(1).max(placesAtOnce) }),
    response: saved,
  }),
  importPlaces: route({
    ...placeEndpoints.importPlaces,
    status: 200,
    summary: 'Add or change the places of a CSV file',
    bodyBytes: 5 * 1024 * 1024,
    body: z.object({
      csv: z.string().max(4_000_000),
      /** Only count: nothing is saved. */
      dryRun: z.boolean().default(false),
    }),
    response: placeImport,
  }),
  removePlace: route({
    ...placeEndpoints.removePlace,
    summary: 'Delete a place, and who is in it',
    params: idParams,
    response: noContent,
  }),
} as const;
