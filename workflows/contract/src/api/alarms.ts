import { z } from 'zod';
import { alarmKindNames, alarmKinds, alarmNews, alarmSubjects, alarmTargetKinds } from '../alarms/index.js';
import type { AlarmKind } from '../alarms/index.js';
import { alarmEndpoints } from './endpoints.js';
import { id, idParams, isoTime, noContent, page, pageQuery, route } from './route.js';

export const alarmKind = z.enum(alarmKindNames as [AlarmKind, ...AlarmKind[]]);
const subject = z.object({
  about: z.enum(alarmSubjects),
  /** Of the journey or connection; null for the workspace. */
  id: id.nullable(),
  name: z.string(),
});

/** One notification to one of those who are told. */
export const alarmTelling = z.object({
  target: z.string(),
  targetKind: z.enum(alarmTargetKinds),
  what: z.enum(alarmNews),
  /** `dropped`: it could not be told for a day. */
  state: z.enum(['waiting', 'told', 'dropped']),
  at: isoTime,
  error: z.string().nullable(),
});
export type AlarmTelling = z.infer<typeof alarmTelling>;

export const alarm = z.object({
  id,
  kind: alarmKind,
  subject,
  /** What is wrong, with its numbers; as it was last seen. */
  summary: z.string(),
  /** What to do. */
  advice: z.string(),
  /** Where in the dashboard to look, as a path. */
  path: z.string(),
  raisedAt: isoTime,
  /** When it was last seen to be wrong. */
  seenAt: isoTime,
  clearedAt: isoTime.nullable(),
  muted: z.object({ until: isoTime, by: z.string() }).nullable(),
  /** What the breaker did, or why it did nothing; null while it is off or its limit is not reached. */
  breaker: z.object({ at: isoTime.nullable(), note: z.string(), resumedAt: isoTime.nullable() }).nullable(),
  /** The last ones, newest first. */
  tellings: z.array(alarmTelling),
});
export type Alarm = z.infer<typeof alarm>;

const settings = z.record(z.string(), z.number());
/** What holds for a kind in the workspace, or for one journey or connection. */
const shownSettings = z.object({
  kind: alarmKind,
  enabled: z.boolean(),
  settings,
  /** Whether the breaker acts at its limit; false for kinds that have none. */
  breaker: z.boolean(),
  muted: z.object({ until: isoTime, by: z.string() }).nullable(),
});
export const alarmKindSettings = shownSettings.extend({
  /** Somebody has set it: it differs from the defaults. */
  changed: z.boolean(),
});
export type AlarmKindSettings = z.infer<typeof alarmKindSettings>;
export const alarmOverride = shownSettings.extend({ id, subject });
export type AlarmOverride = z.infer<typeof alarmOverride>;

export const saveAlarmSettings = z
  .object({
    kind: alarmKind,
    /** For one journey or one connection; neither: for the kind. */
    journeyId: id.optional(),
    connectionId: id.optional(),
    enabled: z.boolean(),
    breaker: z.boolean().default(false),
    /** Numbers by the names of the kind's fields; those that are left out stay as they are usually. */
    settings: settings.default({}),
  })
  .check(({ value, issues }) => {
    const { kind, journeyId, connectionId, breaker } = value;
    const { fields, about, breaker: limit } = alarmKinds[kind];
    const wrong = (path: string[], message: string) => issues.push({ code: 'custom', path, message, input: value });
    for (const [name, given] of Object.entries(value.settings)) {
      const field = fields.find((each) => each.name === name);
      if (!field)
        wrong(['settings', name], `is no setting of this kind; it has ${fields.map((f) => f.name).join(', ')}`);
      else if (given < field.least || given > field.most)
        wrong(['settings', name], `must be between ${field.least} and ${field.most}`);
      else if (!('fraction' in field) && !Number.isInteger(given)) wrong(['settings', name], 'must be a whole number');
    }
    const subjects: readonly string[] = about;
    if (journeyId !== undefined && connectionId !== undefined)
      wrong(['connectionId'], 'leave it out, or leave out journeyId: one override is for one of them');
    if (journeyId !== undefined && !subjects.includes('journey'))
      wrong(['journeyId'], 'this kind is not about journeys');
    if (connectionId !== undefined && !subjects.includes('connection'))
      wrong(['connectionId'], 'this kind is not about connections');
    if (breaker && limit === null) wrong(['breaker'], 'this kind has no breaker: pausing would mend nothing');
  });
export type SaveAlarmSettings = z.infer<typeof saveAlarmSettings>;

/** How long, from now; 0: no longer. */
const muteFor = z.object({ hours: z.number().min(0).max(720) });

const targetName = z.string().trim().min(1).max(60);
const secretUrl = z
  .url({ protocol: /^https?$/, error: 'must be a complete http or https address' })
  .max(2_000)
  .optional();
/** Addresses and secrets that are left out stay as they are saved. */
export const saveAlarmTarget = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('members'),
    name: targetName,
    enabled: z.boolean().default(true),
    /** Whose addresses it goes to. */
    memberIds: z.array(id).min(1, 'choose at least one member').max(50),
  }),
  z.object({
    kind: z.literal('webhook'),
    name: targetName,
    enabled: z.boolean().default(true),
    url: secretUrl,
    /** `whsec_…`, as Standard Webhooks has it; made when it is left out for a new one. */
    secret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'must start with whsec_, followed by 24 to 64 bytes in Base64')
      .optional(),
  }),
  z.object({ kind: z.literal('slack'), name: targetName, enabled: z.boolean().default(true), url: secretUrl }),
]);
export type SaveAlarmTarget = z.infer<typeof saveAlarmTarget>;

export const alarmTarget = z.object({
  id,
  kind: z.enum(alarmTargetKinds),
  name: z.string(),
  enabled: z.boolean(),
  /** Who is told by email. */
  memberIds: z.array(id),
  /** Of the address only this is ever shown; null for members. */
  host: z.string().nullable(),
  /** When somebody was last told by it, and why the last try failed. */
  lastToldAt: isoTime.nullable(),
  lastError: z.string().nullable(),
});
export type AlarmTarget = z.infer<typeof alarmTarget>;

export const alarmsApi = {
  alarms: route({
    ...alarmEndpoints.alarms,
    summary: 'List alarms, newest first',
    query: pageQuery.omit({ search: true }).extend({ state: z.enum(['open', 'past']).default('open') }),
    response: page(alarm),
  }),
  alarmCount: route({
    ...alarmEndpoints.alarmCount,
    summary: 'Count open alarms that are not muted',
    response: z.object({ open: z.number().int() }),
  }),
  muteAlarm: route({
    ...alarmEndpoints.muteAlarm,
    summary: 'Mute what an alarm is about for some hours',
    status: 200,
    params: idParams,
    body: muteFor,
    response: alarm,
  }),
  alarmSettings: route({
    ...alarmEndpoints.alarmSettings,
    summary: 'Read when alarms are raised, and who is told',
    response: z.object({
      kinds: z.array(alarmKindSettings),
      overrides: z.array(alarmOverride),
      targets: z.array(alarmTarget),
    }),
  }),
  saveAlarmSettings: route({
    ...alarmEndpoints.saveAlarmSettings,
    summary: 'Set a kind of alarm, for the workspace or for one journey or connection',
    body: saveAlarmSettings,
    response: noContent,
  }),
  muteAlarmKind: route({
    ...alarmEndpoints.muteAlarmKind,
    summary: 'Mute a kind of alarm for some hours',
    status: 200,
    body: muteFor.extend({ kind: alarmKind }),
    response: noContent,
  }),
  removeAlarmOverride: route({
    ...alarmEndpoints.removeAlarmOverride,
    summary: 'Let a journey or connection have the settings of the workspace again',
    params: idParams,
    response: noContent,
  }),
  addAlarmTarget: route({
    ...alarmEndpoints.addAlarmTarget,
    summary: 'Add somebody who is told of alarms',
    body: saveAlarmTarget,
    response: alarmTarget.extend({
      /** The secret that was made, shown this once. */
      secret: z.string().nullable(),
    }),
  }),
  saveAlarmTarget: route({
    ...alarmEndpoints.saveAlarmTarget,
    summary: 'Change somebody who is told of alarms',
    params: idParams,
    body: saveAlarmTarget,
    response: alarmTarget,
  }),
  removeAlarmTarget: route({
    ...alarmEndpoints.removeAlarmTarget,
    summary: 'Tell somebody of no more alarms',
    params: idParams,
    response: noContent,
  }),
  testAlarmTarget: route({
    ...alarmEndpoints.testAlarmTarget,
    summary: 'Send a test alarm',
    status: 200,
    params: idParams,
    response: z.object({ ok: z.boolean(), message: z.string() }),
  }),
};
