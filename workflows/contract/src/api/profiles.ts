import { z } from 'zod';
import { json, jsonObject } from '../json.js';
import { channel } from '../rule.js';
import { profileEndpoints } from './endpoints.js';
import { enrollmentSummary, messageSummary, profileEvent } from './journeys.js';
import { externalId, id, idParams, isoTime, page, pageQuery, route } from './route.js';
import { consentStates, timelineKinds } from './statuses.js';

export { timelineKinds } from './statuses.js';
export type { TimelineKind } from './statuses.js';

export const profileSummary = z.object({
  id,
  externalId: z.string().nullable(),
  name: z.string(),
  email: z.string().nullable(),
  timeZone: z.string().nullable(),
  traits: jsonObject,
  createdAt: isoTime,
  lastSeenAt: isoTime.nullable(),
  demo: z.boolean(),
});
export type ProfileSummary = z.infer<typeof profileSummary>;

export const consentState = z.enum(consentStates);

const likeliestHour = z.object({
  /** Null for all messages together. */
  channel: channel.nullable(),
  /** Of their clock, 0 to 23; null where nobody did anything yet. */
  hour: z.number().int().nullable(),
  /** How much their own habits weigh in it beside everybody's, 0 to 1. */
  confidence: z.number(),
  /** False where people's own hours have said no more of what they did next than everybody's, so that these count alone. */
  helps: z.boolean(),
  opens: z.number().int(),
  clicks: z.number().int(),
  visits: z.number().int(),
});

/** At which hours and on which channel somebody is likeliest to look. */
export const profileHabits = z.object({
  /** All messages first, then each channel with anything of their own. */
  times: z.array(likeliestHour),
  /** How likely each hour of their clock is for all messages: 24 shares, 1 together. */
  hours: z.array(z.number()).length(24),
  /** Among the channels by which they can be reached. `rate`: opens per message that is expected of them; `confidence`:
   * how likely it is better than the next one, null where there is no other. */
  bestChannel: z.object({ channel, rate: z.number(), confidence: z.number().nullable() }).nullable(),
});
export type ProfileHabits = z.infer<typeof profileHabits>;

export const profileDetail = profileSummary.extend({
  /** In the global holdout: they get no marketing. */
  inHoldout: z.boolean(),
  /** When each trait was set last (when it happened, not when Wend heard of it); a removed one is here as well. */
  traitTimes: z.record(z.string(), isoTime),
  anonymousIds: z.array(z.string()),
  /** Other external ids that lead here: of people who were merged into this one. */
  otherIds: z.array(z.string()),
  devices: z.array(
    z.object({
      id,
      kind: z.string(),
      token: z.string(),
      permission: z.enum(['authorized', 'provisional', 'denied']),
      platform: z.enum(['ios', 'android', 'web']).nullable(),
      appId: z.string().nullable(),
      appVersion: z.string().nullable(),
      /** Null where nobody has heard of it since that is written down. */
      lastActiveAt: isoTime.nullable(),
      createdAt: isoTime,
    }),
  ),
  reachable: z.record(channel, z.boolean()),
  /** Channels that they have left. */
  unsubscribed: z.array(channel),
  /** What they said of each channel, where they said anything; without it a channel may be used. */
  consents: z.array(z.object({ channel, state: consentState, at: isoTime })),
  /** Channels on which their address is suppressed. */
  suppressed: z.array(channel),
  /** Null where no journey or segment of the workspace asks for it. */
  habits: profileHabits.nullable(),
  /** The last 100; `profileTimeline` has them all. */
  events: z.array(profileEvent),
  enrollments: z.array(enrollmentSummary),
  messages: z.array(messageSummary),
});
export type ProfileDetail = z.infer<typeof profileDetail>;

export const profileSorts = ['newest', 'seen'] as const;

/** Which people; all that is given must hold. */
export const profileFilter = z.object({
  /** Words that stand anywhere in name, email, external id or telephone number. */
  search: z.string().max(200).optional(),
  /** Exactly this address, in small or large letters. */
  email: z.string().trim().min(1).max(320).optional(),
  /** The id that your system has; also that of somebody who was merged into another. */
  externalId: externalId.optional(),
  /** A telephone number, however it is written. */
  phone: z.string().trim().min(1).max(40).optional(),
  /** Members of this segment. */
  segment: id.optional(),
  /** A rule about people, as JSON. */
  rule: z.string().max(8_000).optional(),
});
export type ProfileFilter = z.infer<typeof profileFilter>;

/** Traits of an event that changed nothing, because a newer value was known. */
export const lateTrait = z.object({
  name: z.string(),
  /** When the value that stayed was set. */
  knownAt: isoTime,
});
export type LateTrait = z.infer<typeof lateTrait>;

export const timelineItem = z.discriminatedUnion('type', [
  profileEvent.extend({
    type: z.literal('event'),
    kind: z.enum(timelineKinds),
    late: z.array(lateTrait),
    /** Who changed this in Wend; null for what came from outside. */
    by: z.string().nullable(),
  }),
  z.object({
    type: z.enum(['entered', 'ended']),
    kind: z.literal('journeys'),
    id,
    time: isoTime,
    run: z.object({
      journeyId: id,
      journey: z.string(),
      /** 0 for the draft of a test. */
      version: z.number().int(),
      status: enrollmentSummary.shape.status,
      reason: z.string().nullable(),
      origin: enrollmentSummary.shape.origin,
    }),
  }),
]);
export type TimelineItem = z.infer<typeof timelineItem>;

const traitName = z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters');
/** Null removes a trait. */
const traits = z.record(traitName, json);
const consents = z.record(channel, consentState);

/** What came of writing to a person: the traits that were set, and those that came too late to change anything. */
export const profileWritten = z.object({
  profile: profileSummary,
  created: z.boolean(),
  late: z.array(lateTrait),
  /** Channels whose consent was said later than this: it stayed. */
  lateConsents: z.array(z.object({ channel, knownAt: isoTime })),
});
export type ProfileWritten = z.infer<typeof profileWritten>;

export const mergePreview = z.object({
  into: profileSummary,
  from: profileSummary,
  /** Every trait that one of them has. `keeps`: whose value stays; the one that was set last. */
  traits: z.array(
    z.object({
      name: z.string(),
      into: json.optional(),
      from: json.optional(),
      keeps: z.enum(['into', 'from']),
      conflict: z.boolean(),
    }),
  ),
  /** What goes from one to the other; counted to 10,000. */
  moves: z.object({
    events: z.number().int(),
    messages: z.number().int(),
    runs: z.number().int(),
    activeRuns: z.number().int(),
    devices: z.number().int(),
    identities: z.number().int(),
  }),
  /** Channels that the one who stays has left afterwards. */
  unsubscribed: z.array(channel),
  externalId: z.string().nullable(),
});
export type MergePreview = z.infer<typeof mergePreview>;

/** That somebody was deleted for good; says nothing of the person. */
export const erasure = z.object({
  id,
  state: z.enum(['running', 'done']),
  requestedBy: z.string(),
  requestedAt: isoTime,
  finishedAt: isoTime.nullable(),
  /** Deleted so far, by what it was. */
  deleted: z.object({
    profiles: z.number().int(),
    identities: z.number().int(),
    events: z.number().int(),
    messages: z.number().int(),
    runs: z.number().int(),
    /** Histories of runs on Temporal. */
    executions: z.number().int(),
    other: z.number().int(),
  }),
});
export type Erasure = z.infer<typeof erasure>;

export const profilesApi = {
  profiles: route({
    ...profileEndpoints.profiles,
    summary: 'Profiles, by name, address, id, segment or rule',
    query: pageQuery.extend(profileFilter.shape).extend({ sort: z.enum(profileSorts).default('newest') }),
    response: page(profileSummary),
  }),
  profileCount: route({
    ...profileEndpoints.profileCount,
    summary: 'How many profiles a filter finds, counted to 10,000',
    query: profileFilter,
    response: z.object({
      count: z.number().int(),
      /** There are more than were counted. */
      more: z.boolean(),
    }),
  }),
  profile: route({
    ...profileEndpoints.profile,
    summary: 'A profile with its events, runs and messages',
    params: idParams,
    response: profileDetail,
  }),
  profileTimeline: route({
    ...profileEndpoints.profileTimeline,
    summary: 'What happened to a person, newest first',
    params: idParams,
    query: pageQuery.omit({ search: true }).extend({
      /** Kinds with commas between them; all when left out. */
      kinds: z
        .string()
        .max(100)
        .regex(
          new RegExp(`^(${timelineKinds.join('|')})(,(${timelineKinds.join('|')}))*$`),
          `must be some of ${timelineKinds.join(', ')}, with commas between them`,
        )
        .optional(),
    }),
    response: page(timelineItem),
  }),
  upsertProfile: route({
    ...profileEndpoints.upsertProfile,
    summary: 'Create or change a person, found by external id, or else by email',
    body: z
      .object({
        externalId: externalId.optional(),
        email: z.string().trim().min(3).max(320).optional(),
        traits: traits.default({}),
        consents: consents.default({}),
        /** When it became so; now when left out. What is known of later stays. */
        at: isoTime.optional(),
      })
      .refine((body) => body.externalId !== undefined || body.email !== undefined, {
        path: ['externalId'],
        message: 'is missing: give externalId or email',
      }),
    response: profileWritten,
  }),
  editProfile: route({
    ...profileEndpoints.editProfile,
    summary: 'Change traits and consents of a person',
    params: idParams,
    body: z.object({
      traits: traits.default({}),
      /**
       * What the traits were when they were looked at, null for those that were not there: refused with 409 when they are
       * something else by now. Traits that are left out are changed whatever they are.
       */
      expected: z.record(traitName, json).default({}),
      consents: consents.default({}),
    }),
    response: profileWritten,
  }),
  mergePreview: route({
    ...profileEndpoints.mergePreview,
    summary: 'What merging another person into this one would come to',
    params: idParams,
    query: z.object({ from: id }),
    response: mergePreview,
  }),
  mergeProfiles: route({
    ...profileEndpoints.mergeProfiles,
    summary: 'Merge another person into this one, for good',
    status: 200,
    params: idParams,
    body: z.object({ from: id }),
    response: profileSummary,
  }),
  eraseProfile: route({
    ...profileEndpoints.eraseProfile,
    summary: 'Delete a person and everything of theirs for good',
    status: 202,
    params: idParams,
    response: erasure,
  }),
  erasures: route({
    ...profileEndpoints.erasures,
    summary: 'Who was deleted when and by whom, newest first',
    query: pageQuery.omit({ search: true }),
    response: page(erasure),
  }),
  erasure: route({
    ...profileEndpoints.erasure,
    summary: 'How far the deletion of a person has come; afterwards the receipt',
    params: idParams,
    response: erasure,
  }),
} as const;
