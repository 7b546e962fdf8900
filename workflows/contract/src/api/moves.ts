import { z } from 'zod';
import { moveEndpoints } from './endpoints.js';
import { id, idParams, isoTime, largestNumber, page, pageQuery, route } from './route.js';
import { moveStates } from './statuses.js';

const nodeName = z.string().min(1).max(200);
const version = z.number().int().positive().max(largestNumber);

/**
 * Where people who wait at a step go on in the other version: at the same step, waiting as it says there, or at the
 * beginning of another one.
 */
const goesOn = z.union([z.strictObject({ follow: z.literal(true) }), z.strictObject({ to: nodeName })]);
export type GoesOn = z.infer<typeof goesOn>;

/**
 * What becomes of people who are inside when a version is published. `people`: whether they stay in their version
 * (`pinned`) or go on in the new one, at the step where they wait (`follow`). `steps`: by the step that people wait at,
 * what differs from that.
 */
export const publishMoves = z.strictObject({
  people: z.enum(['pinned', 'follow']),
  steps: z
    .record(nodeName, z.union([z.strictObject({ stay: z.literal(true) }), goesOn]))
    .refine((steps) => Object.keys(steps).length <= 1_000, 'Name at most 1,000 steps.')
    .optional(),
});
export type PublishMoves = z.infer<typeof publishMoves>;

/** Why people whom a move was for are still where they were. */
export const unmovedReasons = ['elsewhere', 'no-answer', 'gone'] as const;

export const journeyMove = z.object({
  id,
  /** Versions that people were in. */
  from: z.array(version),
  to: version,
  nodes: z.record(z.string(), goesOn),
  state: z.enum(moveStates),
  createdAt: isoTime,
  createdBy: z.string().nullable(),
  settledAt: isoTime.nullable(),
  /** People, by what became of them. */
  people: z.object({
    /** Still where the move takes them from, and not told yet. */
    waiting: z.number().int(),
    /** Told, and not gone yet. */
    told: z.number().int(),
    moved: z.number().int(),
    /** Had gone on by themselves before they were moved. */
    stayed: z.number().int(),
    /** Taken back to where they had been. */
    back: z.number().int(),
    /** Had gone on in the new version before they could be taken back. */
    wentOn: z.number().int(),
  }),
  /** Of those who stayed or went on: why, where that is known. `runs`: some of them. */
  unmoved: z.array(z.object({ reason: z.enum(unmovedReasons), people: z.number().int(), runs: z.array(id) })),
  /** Until when people can be taken back; null where they cannot be. */
  takeBackUntil: isoTime.nullable(),
});
export type JourneyMove = z.infer<typeof journeyMove>;

const moveParams = idParams.extend({ move: id });

export const movesApi = {
  moves: route({
    ...moveEndpoints.moves,
    summary: 'List how people were moved between versions of a journey, newest first',
    params: idParams,
    query: pageQuery.omit({ search: true }),
    response: page(journeyMove),
  }),
  startMove: route({
    ...moveEndpoints.startMove,
    summary: 'Move people who wait at steps of older versions to another version',
    params: idParams,
    body: z.strictObject({
      /** Versions that people are in; without it all but the one they go to. */
      from: z.array(version).min(1).max(100).optional(),
      /** The version they go to; without it the published one. */
      to: version.optional(),
      nodes: z.record(nodeName, goesOn).refine((nodes) => Object.keys(nodes).length > 0, 'Name at least one step.'),
    }),
    response: journeyMove,
  }),
  stopMove: route({
    ...moveEndpoints.stopMove,
    summary: 'Stop moving people: who has been moved stays there',
    params: moveParams,
    status: 200,
    response: journeyMove,
  }),
  takeMoveBack: route({
    ...moveEndpoints.takeMoveBack,
    summary: 'Take people back to where a move took them from, except who has gone on since',
    params: moveParams,
    status: 200,
    response: journeyMove,
  }),
};
