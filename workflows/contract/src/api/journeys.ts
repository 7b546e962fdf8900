import { z } from 'zod';
import { ruling } from '../delivery-rules/index.js';
import { graph, graphNode, issue, nodeId } from '../graph.js';
import { jsonObject } from '../json.js';
import { nodeManifest } from '../manifest.js';
import { channel } from '../rule.js';
import { knownEventNames } from './catalogue.js';
import { journeyEndpoints } from './endpoints.js';
import { publishMoves } from './moves.js';
import { id, idParams, isoTime, largestNumber, noContent, page, pageQuery, route } from './route.js';
import { controlBody, journeyPause, journeyStop } from './pauses.js';
import { runAction } from './run-actions.js';
import { enrollmentStatuses, fastForwardStates, machineSigns, messageOutcomes, messageStatuses } from './statuses.js';

export const journeyStatus = z.enum(['draft', 'live', 'paused', 'stopped']);
export type JourneyStatus = z.infer<typeof journeyStatus>;

export const journeySummary = z.object({
  id,
  name: z.string(),
  status: journeyStatus,
  version: z.number().int().nullable(),
  /** The draft differs from the published version. */
  draftChanged: z.boolean(),
  updatedAt: isoTime,
  publishedAt: isoTime.nullable(),
  entered: z.number(),
  active: z.number(),
  messages: z.number(),
  /** Messages queued within the last 24 hours that failed, bounced or are unknown; at most 1,000 are counted. */
  failing: z.number(),
  /** When it was put away; null while it is in use. */
  archivedAt: isoTime.nullable(),
  /** How people get into the draft: by each entry in its order, in words such as `on` and the name of an event. */
  entries: z.array(z.object({ before: z.string(), name: z.string() })),
});
export type JourneySummary = z.infer<typeof journeySummary>;

/** Who changed a draft last, as the audit log writes them; null for what is older than that was noted. */
const draftEdited = z.object({ at: isoTime, by: z.string().nullable(), /** It was whoever asks. */ you: z.boolean() });

export const journeyDetail = journeySummary.extend({
  draft: graph,
  /** Grows with each saved draft; a save against an older one is refused with 409. */
  revision: z.number().int(),
  draftEdited,
});
export type JourneyDetail = z.infer<typeof journeyDetail>;

/** Steps inside of sub-journeys, by the ids that they have in runs: the card, `~` and the step. None without them. */
const inside = z.record(z.string(), graphNode.extend({ id: z.string() }));

export const journeyVersion = z.object({
  journeyId: id,
  number: z.number().int(),
  graph,
  inside,
  programHash: z.string(),
  publishedAt: isoTime,
  publishedBy: z.string().nullable(),
  /** What whoever published it wrote about it. */
  note: z.string().nullable(),
});
export type JourneyVersion = z.infer<typeof journeyVersion>;

export const versionSummary = journeyVersion
  .omit({ journeyId: true, graph: true, inside: true, programHash: true })
  .extend({
    /** People enter it, as soon as the journey lets anybody in. */
    current: z.boolean(),
    /** Who is in it now, test runs apart. */
    people: z.number().int(),
    /** What was chosen last for people inside, which the next publish offers; null where nothing ever was. */
    inside: publishMoves.shape.people.nullable(),
  });
export type VersionSummary = z.infer<typeof versionSummary>;

/** Figures of one node: people there now, who passed, how they left, and what became of its messages. */
export const nodeFigures = z.object({
  waiting: z.number(),
  entered: z.number(),
  left: z.number(),
  ports: z.record(z.string(), z.number()),
  messages: z
    .object({
      /** All that were ever queued. */
      queued: z.number(),
      sent: z.number(),
      delivered: z.number(),
      opened: z.number(),
      clicked: z.number(),
      /** Bounced ones too. */
      failed: z.number(),
      /** May or may not have gone out. */
      unknown: z.number(),
      /** Not sent, by reason. */
      suppressed: z.record(z.string(), z.number()),
      /** Kept back now, by rule: they may still go out. */
      held: z.record(z.string(), z.number()),
      /** By programs (scanners of mail gateways, prefetching): in none of the other figures. */
      machineOpens: z.number(),
      machineClicks: z.number(),
      /** Failed, bounced or unknown of those queued within the last 24 hours; at most 1,000 are counted. */
      failing: z.number(),
    })
    .nullable(),
  medianSeconds: z.number().nullable(),
  /** Of the journey’s control group, who are in none of the other figures; null where nobody is or was. */
  control: z.object({ waiting: z.number(), entered: z.number(), left: z.number() }).nullable(),
});
export type NodeFigures = z.infer<typeof nodeFigures>;
const goalFigures = {
  /** Runs that reached the goal, each once. */
  runs: z.number(),
  /** Events that reached it. */
  conversions: z.number(),
  /** What these were worth together, by currency (ISO 4217; '' where none is named). */
  values: z.array(z.object({ currency: z.string(), value: z.number() })),
};

export const liveFigures = z.object({
  at: isoTime,
  /** The version whose graph is to be drawn: the one that was asked for, else the published one; null while none is. */
  version: z.number().int().nullable(),
  /** The figures are those of all versions. */
  allVersions: z.boolean(),
  /** What can be asked for, newest first. */
  versions: z.array(z.object({ number: z.number().int(), publishedAt: isoTime })),
  entered: z.number(),
  active: z.number(),
  completed: z.number(),
  exited: z.number(),
  cancelled: z.number(),
  failed: z.number(),
  nodes: z.record(z.string(), nodeFigures),
  /** The control group, who runs the journey silently and is in none of the figures above; null where there is none. */
  control: z
    .object({
      entered: z.number(),
      active: z.number(),
      completed: z.number(),
      exited: z.number(),
      cancelled: z.number(),
      failed: z.number(),
    })
    .nullable(),
  /** What reached the goals, also after runs had ended; in the order of the settings, those that were removed last. */
  goals: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      event: z.string(),
      /** How long after coming in an event counts, seconds. */
      withinSeconds: z.number().int(),
      ...goalFigures,
      /** Those of the control group, which are in none of the others; null where there is none. */
      control: z.object(goalFigures).nullable(),
      /** Steps whose message was the first, or the last, of the run before the event; of how many conversions each. */
      touches: z.array(z.object({ node: z.string(), first: z.number(), last: z.number() })),
      /** Conversions with no message before them. */
      untouched: z.number(),
    }),
  ),
  /** Passages of the last two minutes, newest last: node, port. */
  recent: z.array(z.object({ node: z.string(), port: z.string(), at: isoTime })),
});
export type LiveFigures = z.infer<typeof liveFigures>;

export const enrollmentStatus = z.enum(enrollmentStatuses);
/** A message of a run that was handed over before an event. `at`: when, ms since 1970. */
const touch = z.object({ messageId: id, node: z.string(), visit: z.number().int(), at: z.number() });
/** An event that reached a goal of a run. */
export const runGoal = z.object({
  /** Id of the goal, in the settings of the run’s version. */
  id: z.string(),
  name: z.string(),
  event: z.string(),
  eventId: id,
  /** When it happened, also after the run had ended. */
  at: isoTime,
  /** What it was worth; null where the goal has no value or the event doesn’t say. */
  value: z.number().nullable(),
  /** ISO 4217; '' where none is named. */
  currency: z.string(),
  /** The first and the last message of the run before it; null where there was none. */
  firstTouch: touch.nullable(),
  lastTouch: touch.nullable(),
});
export type RunGoal = z.infer<typeof runGoal>;

export const enrollmentSummary = z.object({
  id,
  journeyId: id,
  journeyName: z.string(),
  version: z.number().int(),
  status: enrollmentStatus,
  profile: z.object({ id, name: z.string(), externalId: z.string().nullable(), timeZone: z.string().nullable() }),
  origin: z.enum(['live', 'demo', 'test']),
  node: z.string().nullable(),
  nodeSince: isoTime.nullable(),
  enteredAt: isoTime,
  endedAt: isoTime.nullable(),
  endReason: z.string().nullable(),
  /** The pause holds this run: something came due meanwhile. */
  held: z.boolean(),
  /** Of the journey’s control group, which nothing is sent to; null where the journey had no holdout. */
  control: z.boolean().nullable(),
  /** Names of the goals that the run reached, each once. */
  goals: z.array(z.string()),
});
export type EnrollmentSummary = z.infer<typeof enrollmentSummary>;

export const visit = z.object({
  node: z.string(),
  visit: z.number().int(),
  enteredAt: isoTime,
  leftAt: isoTime.nullable(),
  port: z.string().nullable(),
  trace: z.any().nullable(),
});
export type Visit = z.infer<typeof visit>;

export const messageStatus = z.enum(messageStatuses);
export type MessageStatus = z.infer<typeof messageStatus>;
export const messageSummary = z.object({
  id,
  channel,
  status: messageStatus,
  reason: z.string().nullable(),
  error: z.string().nullable(),
  attempts: z.number().int(),
  nextAttemptAt: isoTime.nullable(),
  provider: z.string().nullable(),
  to: z.string().nullable(),
  title: z.string(),
  profile: z.object({ id, name: z.string(), timeZone: z.string().nullable() }),
  journey: z.object({ id, name: z.string() }),
  enrollmentId: id,
  node: z.string(),
  nodeName: z.string(),
  origin: z.enum(['live', 'demo', 'test']),
  queuedAt: isoTime,
  sentAt: isoTime.nullable(),
  /** The how manieth visit of its run to the step it is from. */
  visit: z.number().int(),
  /** The how manieth time it was sent again by hand; 0 for the first. */
  resendNumber: z.number().int(),
  /** What a rule said of it last, with its numbers; null when none held it back. */
  ruling: ruling.nullable(),
  /** The rule that keeps it back now, and until when; null when none does. */
  heldBack: z.object({ by: z.string(), until: isoTime.nullable() }).nullable(),
});
export type MessageSummary = z.infer<typeof messageSummary>;
/** What was sent, as rendered: the fields of its channel's definition, and what else its preview knows. */
export const messageDetail = messageSummary.extend({
  content: z.record(z.string(), z.any()).nullable(),
  /** `by`: a machine (a scanner, prefetching) opens and clicks too; that moves and counts nothing. */
  events: z.array(
    z.object({
      status: z.string(),
      at: isoTime,
      detail: z.string().nullable(),
      by: z.enum(['person', 'machine']),
      /** Of a machine: what gave it away; null for what is older than that was noted. */
      sign: z.enum(machineSigns).nullable(),
      /** Of an attempt to send it: its number, whom it was made by, and what that answered. */
      attempt: z.number().int().nullable(),
      provider: z.string().nullable(),
      /** Its name is null when it is gone. */
      connection: z.object({ id, name: z.string().nullable() }).nullable(),
      answer: z.string().nullable(),
    }),
  ),
  /** All messages of the same visit to the step, when it was sent again: the first, then the others. */
  siblings: z.array(z.object({ id, resendNumber: z.number().int(), status: messageStatus, queuedAt: isoTime })),
  /** Why it can’t be sent again now; null when it can. `already-sent`: only by whoever says so. */
  resendRefusal: z.enum(['under-way', 'run-left', 'journey-stopped', 'already-sent', 'too-often']).nullable(),
});
export type MessageDetail = z.infer<typeof messageDetail>;

export const profileEvent = z.object({
  id: z.string(),
  name: z.string(),
  time: isoTime,
  receivedAt: isoTime,
  properties: jsonObject,
  /** For events of a message: its step and journey by name. */
  about: z.object({ journey: z.string(), node: z.string(), channel }).nullable(),
});
export type ProfileEvent = z.infer<typeof profileEvent>;

const passable = [
  z.object({ seconds: z.number().int().positive().max(63_072_000) }),
  z.literal('next'),
  z.literal('end'),
] as const;
/**
 * How far time is let pass in a run: so many seconds, to the end of its present wait, or until it ends or waits for
 * nothing but an event.
 */
export const fastForwardTarget = z.union(passable);
export type FastForwardTarget = z.infer<typeof fastForwardTarget>;
/** Time that passes, or last passed, in a test run. Times are the run's. */
export const fastForward = z.object({
  id,
  state: z.enum(fastForwardStates),
  /** As it was asked for; people of the demo are also brought to an instant. */
  to: z.union([...passable, z.object({ until: isoTime })]),
  from: isoTime,
  /** Where it goes; null when that is the end, or not known yet. */
  until: isoTime.nullable(),
  /** The time of the run now. */
  runTime: isoTime,
  /** Waits that are over since it began. */
  waits: z.number().int(),
  /**
   * Why it went no further, once it is done: the run has ended (`end`), or waits for an event and nothing else
   * (`event`).
   */
  reached: z.enum(['target', 'end', 'event']).nullable(),
  /** Somebody has cancelled it, and it stops in a moment. */
  cancelling: z.boolean(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
});
export type FastForward = z.infer<typeof fastForward>;

/** All that a replay needs: the run's own record, to be folded in the browser with the engine. */
export const enrollmentDetail = enrollmentSummary.extend({
  /** The entry that the run came in by; null in runs of before, whose journey had one. */
  entryNode: z.string().nullable(),
  /** The run whose step started this one. */
  causedBy: z.object({ id, journeyId: id, journeyName: z.string(), profileId: id, name: z.string() }).nullable(),
  graph,
  inside,
  program: z.any(),
  programHash: z.string(),
  /** Other versions that the run was in before it was moved, in which some of its steps were taken. */
  others: z.array(z.object({ version: z.number().int(), graph, inside, program: z.any(), programHash: z.string() })),
  steps: z.array(z.object({ step: z.number().int(), at: isoTime, inputs: z.array(z.any()) })),
  visits: z.array(visit),
  /** What reached goals of the run, in the order in which it happened. */
  goalHits: z.array(runGoal),
  messages: z.array(messageDetail),
  /** What steps asked for that is carried out after them; of 90 days. */
  actions: z.array(runAction),
  /** Events of this person from just before entry on, whether or not the run took them. */
  events: z.array(profileEvent),
  /** Channels that the person has left, and when (run time). */
  unsubscribed: z.array(z.object({ channel, at: isoTime })),
  workflowId: z.string(),
  wait: z.object({ until: isoTime.nullable(), events: z.array(z.string()) }).nullable(),
  /** Run time now: differs from the clock in a test run. */
  runTime: isoTime,
  canFastForward: z.boolean(),
  /** The last time that was let pass; null when none was. */
  fastForward: fastForward.nullable(),
});
export type EnrollmentDetail = z.infer<typeof enrollmentDetail>;

const revisionWanted =
  'must be the revision of the draft that you read (GET /api/journeys/{id} gives it), so that nobody’s newer draft is overwritten';
/** A draft of a thousand steps with long emails, and pictures in some of them. */
const draftBytes = 20 * 1024 * 1024;

/** What is written about a version has so many characters at most. */
const longestNote = 1_000;
const revision = z.number({ error: revisionWanted }).int().min(0).max(largestNumber);
const versionParams = z.object({ id, number: z.coerce.number().int().min(0).max(largestNumber) });

const publishBody = z.object({
  /** Of the preview that whoever publishes has looked at. */
  token: z
    .string({
      error:
        'is missing. First POST /api/journeys/{id}/publish/preview and look at what it says publishing will do; then send the token of its answer here.',
    })
    .min(1)
    .max(2_000),
  /** What is new in this version, for whoever reads the list of versions. */
  note: z.string().trim().max(longestNote).optional(),
  /** What becomes of people inside, as it was previewed; without it they stay in their version. */
  moves: publishMoves.optional(),
});

const namedStep = z.object({ node: z.string(), name: z.string() });
/** People by the version that they are in, newest first. */
const byVersion = z.array(z.object({ version: z.number().int(), people: z.number().int() }));

/** Who would go on in the version that is published, by the moves that were asked for. */
const movesPreview = z.object({
  /** A move that is under way: until it is done or stopped, nobody can be moved. */
  underWay: z.string().nullable(),
  /** Who would go on in the new version, and who stays in theirs. */
  moved: z.number().int(),
  stays: z.number().int(),
  /** By the step that they wait at. `atOnce`: whose time there would be over, so that they go on at once. */
  steps: z.array(
    namedStep.extend({
      to: z.string(),
      toName: z.string(),
      follow: z.boolean(),
      people: z.number().int(),
      atOnce: z.number().int(),
    }),
  ),
  /**
   * Who would not go although everybody was to follow, or their step was named: `cannot-follow`: the new version has no
   * such step to wait at, or somebody was asked there; `busy`: what a step has begun ends in their version.
   */
  left: z.array(namedStep.extend({ people: z.number().int(), why: z.enum(['cannot-follow', 'busy']) })),
  /** Messages that people who are moved from `from` have had, and that lie before them again. */
  again: z.array(namedStep.extend({ from: z.string(), fromName: z.string(), people: z.number().int() })),
  /** Steps of the new version that people can be moved to. */
  targets: z.array(namedStep),
});

/**
 * What publishing would do, and the token to publish with: that draft, with those moves of people inside, and nothing
 * else.
 */
export const publishPreview = z.object({
  /** For `publish`: good until `expiresAt`, for this caller, this draft and the present version only. */
  token: z.string(),
  expiresAt: isoTime,
  /** Of the draft that was looked at. */
  revision: z.number().int(),
  draftEdited,
  status: journeyStatus,
  /** The version that people enter until now; null while none is published. */
  version: z.number().int().nullable(),
  /** The one that people enter then: the present one where `unchanged`. */
  next: z.number().int(),
  /** The draft is what is published: no version would be made. */
  unchanged: z.boolean(),
  /** From the present version to the draft; null while none is published. */
  changes: z
    .object({
      added: z.array(namedStep),
      removed: z.array(namedStep),
      /** `fields`: names of settings, `name` for the step’s own, `version` for its type. */
      changed: z.array(namedStep.extend({ fields: z.array(z.string()) })),
      /** What leads elsewhere. */
      rewired: z.array(namedStep),
      settings: z.array(z.string()),
    })
    .nullable(),
  /**
   * Who is in the journey now, test runs apart. `default`: what was chosen for them when the present version was
   * published.
   */
  inside: z.object({ people: z.number().int(), versions: byVersion, default: publishMoves.shape.people }),
  /**
   * Steps at which the draft differs from what people inside go through, with who stands there now. A step of an older
   * version counts as well, as long as anybody stands at it.
   */
  steps: z.array(
    namedStep.extend({
      change: z.enum(['changed', 'rewired', 'removed']),
      people: z.number().int(),
      versions: byVersion,
      /** How many of them can follow the step into the new version, and how many can be moved to another. */
      can: z.object({ follow: z.number().int(), move: z.number().int() }),
    }),
  ),
  moves: movesPreview,
  /** What messages of the draft say of a person and would leave empty, without a fallback. */
  variables: z.object({
    /** Whose data was looked at: who is inside, else a sample of those who could enter, else of everybody. */
    of: z.enum(['inside', 'could-enter', 'everybody']),
    people: z.number().int(),
    /** Variables whose value is missing for at least one of them. */
    empty: z.array(namedStep.extend({ path: z.string(), variable: z.string(), people: z.number().int() })),
    /** Variables that are not counted: what comes in later, or from earlier steps, is not known before. */
    uncounted: z.array(namedStep.extend({ path: z.string(), variable: z.string() })),
  }),
  /** Messages that people inside have had and could get again, because they may enter again. */
  again: z.array(namedStep.extend({ people: z.number().int() })),
  /** Warnings; with an error there is no preview. */
  issues: z.array(issue),
});
export type PublishPreview = z.infer<typeof publishPreview>;

export const journeysApi = {
  list: route({
    ...journeyEndpoints.list,
    summary: 'Journeys of the workspace; archived ones only when asked for',
    query: z.object({ archived: z.enum(['false', 'true', 'any']).default('false') }),
    response: z.object({ items: z.array(journeySummary) }),
  }),
  create: route({
    ...journeyEndpoints.create,
    bodyBytes: draftBytes,
    summary: 'Create a journey (empty, or from a graph)',
    body: z.object({ name: z.string().trim().min(1).max(120), graph: graph.optional() }),
    response: journeyDetail,
  }),
  get: route({
    ...journeyEndpoints.get,
    summary: 'A journey with its draft',
    params: idParams,
    response: journeyDetail,
  }),
  rename: route({
    ...journeyEndpoints.rename,
    summary: 'Rename a journey',
    params: idParams,
    body: z.object({ name: z.string().trim().min(1).max(120) }),
    response: journeyDetail,
  }),
  remove: route({
    ...journeyEndpoints.remove,
    summary: 'Delete a journey that nobody ever entered (409 otherwise: archive it instead)',
    params: idParams,
    response: noContent,
  }),
  archive: route({
    ...journeyEndpoints.archive,
    summary:
      'Archive a journey: nobody enters any more and its runs end; its history and the links in its messages keep working',
    status: 200,
    params: idParams,
    response: journeySummary,
  }),
  restore: route({
    ...journeyEndpoints.restore,
    summary: 'Restore an archived journey',
    status: 200,
    params: idParams,
    response: journeySummary,
  }),
  saveDraft: route({
    ...journeyEndpoints.saveDraft,
    bodyBytes: draftBytes,
    summary: 'Save the draft (409 when someone saved a newer one)',
    params: idParams,
    body: z.object({ graph, revision }),
    response: z.object({ revision: z.number().int(), savedAt: isoTime, issues: z.array(issue) }),
  }),
  draftIssues: route({
    ...journeyEndpoints.draftIssues,
    summary: 'What is wrong with the stored draft, errors first',
    params: idParams,
    response: z.object({ revision: z.number().int(), issues: z.array(issue) }),
  }),
  previewPublish: route({
    ...journeyEndpoints.previewPublish,
    summary:
      'What publishing the draft would do, and the token to publish with (422 with the issues when it can’t compile)',
    status: 200,
    params: idParams,
    body: z.object({
      /** What is to become of people inside: the token is good for these moves only. Without it they stay. */
      moves: publishMoves.optional(),
    }),
    response: publishPreview,
  }),
  publish: route({
    ...journeyEndpoints.publish,
    summary:
      'Publish the draft with the token of a preview (409 when the draft, the journey or the time has moved on since)',
    params: idParams,
    body: publishBody,
    response: z.object({
      version: z.number().int(),
      /** The draft is what was published already: no version was made. */
      unchanged: z.boolean(),
      /** The move of people inside that has begun; null where nobody is moved. */
      move: id.nullable(),
      issues: z.array(issue),
    }),
  }),
  versions: route({
    ...journeyEndpoints.versions,
    summary: 'Published versions of a journey, newest first, with who is in each now',
    params: idParams,
    query: pageQuery.omit({ search: true }),
    response: page(versionSummary),
  }),
  version: route({
    ...journeyEndpoints.version,
    summary: 'A published version',
    params: versionParams,
    response: journeyVersion,
  }),
  restoreVersion: route({
    ...journeyEndpoints.restoreVersion,
    summary: 'Make the draft what a published version is (409 when someone saved a newer draft)',
    status: 200,
    params: versionParams,
    body: z.object({ revision }),
    response: journeyDetail,
  }),
  control: route({
    ...journeyEndpoints.control,
    summary: 'Pause, resume or stop a journey',
    status: 200,
    params: idParams,
    body: controlBody,
    response: journeySummary,
  }),
  journeyStop: route({
    ...journeyEndpoints.journeyStop,
    summary: 'How a journey was stopped last, and how many of its runs have ended since',
    params: idParams,
    response: journeyStop,
  }),
  journeyPause: route({
    ...journeyEndpoints.journeyPause,
    summary: 'The last pause of a journey, and what it holds: what resuming would do, and how far it is',
    params: idParams,
    response: journeyPause,
  }),
  live: route({
    ...journeyEndpoints.live,
    summary: 'People and messages per node, of one version or of all; at most 5 s old',
    params: idParams,
    query: z.object({ version: z.coerce.number().int().min(0).max(largestNumber).optional() }),
    response: liveFigures,
  }),
  enrollments: route({
    ...journeyEndpoints.enrollments,
    summary: 'Runs of a journey',
    params: idParams,
    query: pageQuery.extend({
      node: z.string().optional(),
      /** Runs that came to this node, whether or not they are still there. */
      visited: z.string().optional(),
      /** With `visited`: runs that left that node by this port. */
      port: z.string().optional(),
      /** With `visited`: runs whose message of that node came to this. */
      outcome: z.enum(messageOutcomes).optional(),
      /** With the outcome `suppressed`: only for this reason. */
      reason: z.string().max(100).optional(),
      /** Runs that reached this goal, by its id, also after they had ended. */
      goal: nodeId.optional(),
      version: z.coerce.number().int().min(1).max(largestNumber).optional(),
      status: enrollmentStatus.optional(),
      origin: z.enum(['people', 'test']).default('people'),
    }),
    response: page(enrollmentSummary),
  }),
  enrollment: route({
    ...journeyEndpoints.enrollment,
    summary: 'A run with everything it decided',
    params: idParams,
    response: enrollmentDetail,
  }),
  cancelEnrollment: route({
    ...journeyEndpoints.cancelEnrollment,
    summary: 'End a run',
    status: 200,
    params: idParams,
    body: z.object({ reason: z.string().max(200).optional() }),
    response: noContent,
  }),
  startTest: route({
    ...journeyEndpoints.startTest,
    summary: 'Start a test run of the draft for a chosen or made-up person',
    params: idParams,
    body: z.object({
      profileId: id.optional(),
      traits: jsonObject.optional(),
      /** The entry to come in by, in journeys with several; else the first. */
      entry: nodeId.optional(),
      properties: jsonObject.default({}),
    }),
    response: z.object({ enrollmentId: id }),
  }),
  fastForward: route({
    ...journeyEndpoints.fastForward,
    summary: 'Skip time in a test run, in the background (409 while time is already being skipped)',
    status: 202,
    params: idParams,
    body: z.object({ to: fastForwardTarget }),
    response: fastForward,
  }),
  fastForwardProgress: route({
    ...journeyEndpoints.fastForwardProgress,
    summary: 'How far the last fast-forward of a run is',
    params: idParams,
    response: fastForward,
  }),
  cancelFastForward: route({
    ...journeyEndpoints.cancelFastForward,
    summary: 'Stop skipping time; the run stays where it is',
    status: 200,
    params: idParams,
    response: fastForward,
  }),
  testEvent: route({
    ...journeyEndpoints.testEvent,
    summary: 'Send an event to a test run only',
    status: 200,
    params: idParams,
    body: z.object({ event: z.string().min(1).max(200), properties: jsonObject.default({}) }),
    response: z.object({ taken: z.boolean() }),
  }),
  nodeTypes: route({
    ...journeyEndpoints.nodeTypes,
    summary: 'Manifests of all loaded node types',
    response: z.object({ items: z.array(nodeManifest) }),
  }),
  preview: route({
    ...journeyEndpoints.preview,
    summary: 'Render a node’s message for a profile or a sample',
    status: 200,
    body: z.object({ channel, config: jsonObject, profileId: id.optional(), entry: jsonObject.optional() }),
    response: z.object({
      content: z.record(z.string(), z.any()).nullable(),
      errors: z.array(z.object({ path: z.string(), message: z.string() })),
    }),
  }),
  eventNames: route({
    ...journeyEndpoints.eventNames,
    summary: 'Names and property paths of received events and traits, as pickers offer them: without hidden ones',
    response: knownEventNames,
  }),
  demoTraffic: route({
    ...journeyEndpoints.demoTraffic,
    summary: 'Send realistic events of the demo shop through the public ingestion API',
    status: 200,
    body: z.object({ people: z.number().int().min(1).max(50).default(10) }),
    response: z.object({ people: z.number(), events: z.number() }),
  }),
} as const;
