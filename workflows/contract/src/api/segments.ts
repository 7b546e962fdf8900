import { z } from 'zod';
import { channel, rule } from '../rule.js';
import { segmentEndpoints } from './endpoints.js';
import { profileSummary } from './profiles.js';
import { externalId, id, idParams, isoTime, noContent, page, pageQuery, route } from './route.js';

/** `rule`: whoever it holds for, kept live. `manual`: people who were put in by hand, by a file or by the API. */
export const segmentKind = z.enum(['rule', 'manual']);
export type SegmentKind = z.infer<typeof segmentKind>;

/**
 * How far the rule that was saved last is. `waiting` and `building`: members are still those of the rule before.
 * `telling`: members are the new ones, and journeys are being told of those who came in or went. `failed`: tried again
 * by itself; `error` says what is wrong.
 */
export const segmentBuild = z.object({
  state: z.enum(['waiting', 'building', 'telling', 'done', 'cancelled', 'failed']),
  /** People looked at so far, and all there are. */
  done: z.number().int(),
  total: z.number().int(),
  /** Whether journeys hear of those who come in or go by this rule. */
  tell: z.boolean(),
  error: z.string().nullable(),
  startedAt: isoTime,
  finishedAt: isoTime.nullable(),
});
export type SegmentBuild = z.infer<typeof segmentBuild>;

export const segmentSummary = z.object({
  id,
  name: z.string(),
  description: z.string(),
  kind: segmentKind,
  /** Members, at most some seconds ago. */
  size: z.number().int(),
  /** The build that is under way, or the last one when it came to no end. */
  build: segmentBuild.nullable(),
  createdAt: isoTime,
  updatedAt: isoTime,
  archivedAt: isoTime.nullable(),
});
export type SegmentSummary = z.infer<typeof segmentSummary>;

/** `usedBy`: journeys and segments that read it, at most a minute ago. */
export const segmentListItem = segmentSummary.extend({ usedBy: z.number().int() });
export type SegmentListItem = z.infer<typeof segmentListItem>;

export const segmentDetail = segmentSummary.extend({
  /** As it was saved last; null for a manual segment. */
  rule: rule.nullable(),
  /** The rule that the present members are of, where that is another one. */
  liveRule: rule.nullable(),
  /** To be handed back with a change: somebody else's change in between is refused. */
  revision: z.number().int(),
  createdBy: z.string(),
});
export type SegmentDetail = z.infer<typeof segmentDetail>;

export const segmentMember = profileSummary.extend({ since: isoTime });
export type SegmentMember = z.infer<typeof segmentMember>;

export const segmentPreview = z.object({
  size: z.number().int(),
  /** People of the workspace. */
  total: z.number().int(),
  /** Of those in the segment, how many a message would get to; by channel. */
  reachable: z.array(z.object({ channel, count: z.number().int() })),
  /** False: of a large segment `reachable` is reckoned from some of its people. */
  reachableExact: z.boolean(),
  sample: z.array(profileSummary),
});
export type SegmentPreview = z.infer<typeof segmentPreview>;

export const segmentWhy = z.object({
  member: z.boolean(),
  /** Since when they are in. */
  since: isoTime.nullable(),
  /** What the rule says of them now; of a moment later than `member` when a change is being worked off. Null: a manual segment. */
  answer: z.boolean().nullable(),
  /** `TraceClause`: each part of the rule with the value that was seen and what came of it. */
  trace: z.any().nullable(),
  /** The earliest time at which the answer can change by itself. */
  changesAt: isoTime.nullable(),
  profile: profileSummary,
});
export type SegmentWhy = z.infer<typeof segmentWhy>;

export const segmentDay = z.object({
  /** YYYY-MM-DD, by the calendar of the workspace. */
  day: z.string(),
  entered: z.number().int(),
  left: z.number().int(),
  /** Members at the end of the day; of today, now. */
  size: z.number().int(),
});
export type SegmentDay = z.infer<typeof segmentDay>;

export const segmentUse = z.object({
  kind: z.enum(['journey', 'segment']),
  id,
  name: z.string(),
  /** Names of the steps that read it, and `settings` for exit criteria and the like; empty for a segment. */
  places: z.array(z.string()),
  /** In the draft, and in a version that is live or has people in it. */
  draft: z.boolean(),
  live: z.boolean(),
});
export type SegmentUse = z.infer<typeof segmentUse>;

const name = z.string().trim().min(1).max(120);
const description = z.string().trim().max(500);
const tell = z.boolean();

/** Up to 1,000 people, by either kind of id. */
export const segmentPeople = z.object({
  profileIds: z.array(id).max(1_000).optional(),
  externalIds: z.array(externalId).max(1_000).optional(),
  /** Whether it is told to journeys (`Segment Entered`, `Segment Left`). */
  tell: tell.default(true),
});
const changedPeople = z.object({
  /** Who was not in before, or was. */
  changed: z.number().int(),
  /** Who was so already. */
  unchanged: z.number().int(),
  /** Ids that nobody has. */
  unknown: z.array(z.string()),
});
export type ChangedPeople = z.infer<typeof changedPeople>;

export const segmentsApi = {
  segments: route({
    ...segmentEndpoints.segments,
    summary: 'List segments, last changed first',
    query: pageQuery.extend({
      archived: z.enum(['false', 'true', 'any']).default('false'),
      kind: segmentKind.optional(),
    }),
    response: page(segmentListItem),
  }),
  createSegment: route({
    ...segmentEndpoints.createSegment,
    summary: 'Create a segment',
    body: z.object({
      name,
      description: description.default(''),
      /** Null or left out: a manual segment. */
      rule: rule.nullable().default(null),
      /** Whether those who are in from the start are told to journeys as having entered. */
      tell: tell.default(false),
    }),
    response: segmentDetail,
  }),
  previewSegment: route({
    ...segmentEndpoints.previewSegment,
    summary: 'How many people a rule holds for, some of them, and how many can be reached',
    status: 200,
    body: z.object({
      rule,
      /** Only the size; quicker. */
      sizeOnly: z.boolean().default(false),
    }),
    response: segmentPreview,
  }),
  segment: route({
    ...segmentEndpoints.segment,
    summary: 'A segment with its rule and the progress of its build',
    params: idParams,
    response: segmentDetail,
  }),
  updateSegment: route({
    ...segmentEndpoints.updateSegment,
    summary: 'Change a segment; a changed rule is built beside the old one and takes its place when it is ready',
    params: idParams,
    body: z.object({
      name: name.optional(),
      description: description.optional(),
      rule: rule.optional(),
      revision: z.number().int().min(1),
      /** Whether those who come in or go by the changed rule are told to journeys. */
      tell: tell.default(true),
    }),
    response: segmentDetail,
  }),
  duplicateSegment: route({
    ...segmentEndpoints.duplicateSegment,
    summary: 'Copy a segment; a manual one with its members',
    params: idParams,
    body: z.object({ name: name.optional() }),
    response: segmentDetail,
  }),
  archiveSegment: route({
    ...segmentEndpoints.archiveSegment,
    summary: 'Take a segment off the list; its members stay as they are',
    status: 200,
    params: idParams,
    response: segmentDetail,
  }),
  restoreSegment: route({
    ...segmentEndpoints.restoreSegment,
    summary: 'Bring an archived segment back; it is built anew',
    status: 200,
    params: idParams,
    response: segmentDetail,
  }),
  removeSegment: route({
    ...segmentEndpoints.removeSegment,
    summary: 'Delete a segment that nothing uses',
    params: idParams,
    response: noContent,
  }),
  cancelSegmentBuild: route({
    ...segmentEndpoints.cancelSegmentBuild,
    summary: 'Stop the build of a changed rule; the rule before it is back',
    status: 200,
    params: idParams,
    response: segmentDetail,
  }),
  retrySegmentBuild: route({
    ...segmentEndpoints.retrySegmentBuild,
    summary: 'Begin a build that was given up once more; so for people who are copied',
    status: 200,
    params: idParams,
    response: segmentDetail,
  }),
  segmentMembers: route({
    ...segmentEndpoints.segmentMembers,
    summary: 'Who is in a segment, last come first',
    params: idParams,
    query: pageQuery,
    response: page(segmentMember),
  }),
  addSegmentMembers: route({
    ...segmentEndpoints.addSegmentMembers,
    summary: 'Put people into a manual segment',
    status: 200,
    params: idParams,
    body: segmentPeople,
    response: changedPeople,
  }),
  removeSegmentMembers: route({
    ...segmentEndpoints.removeSegmentMembers,
    summary: 'Take people out of a manual segment',
    status: 200,
    params: idParams,
    body: segmentPeople,
    response: changedPeople,
  }),
  whyInSegment: route({
    ...segmentEndpoints.whyInSegment,
    summary: 'Whether a person is in a segment, and why',
    params: idParams,
    query: z.object({ profileId: id.optional(), externalId: externalId.optional() }),
    response: segmentWhy,
  }),
  segmentGrowth: route({
    ...segmentEndpoints.segmentGrowth,
    summary: 'Who came and went, day by day',
    params: idParams,
    query: z.object({ days: z.coerce.number().int().min(1).max(400).default(90) }),
    response: z.object({ items: z.array(segmentDay) }),
  }),
  segmentUses: route({
    ...segmentEndpoints.segmentUses,
    summary: 'Journeys and segments that read a segment',
    params: idParams,
    response: z.object({ items: z.array(segmentUse) }),
  }),
  segmentsOfProfile: route({
    ...segmentEndpoints.segmentsOfProfile,
    summary: 'Segments that a person is in',
    params: idParams,
    response: z.object({ items: z.array(z.object({ id, name: z.string(), kind: segmentKind, since: isoTime })) }),
  }),
} as const;
