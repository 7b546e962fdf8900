import { deviceKinds, isObject } from '@wend/contract';
import { markImported } from '../changes/index.js';
import { UserError } from '../platform/errors/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import {
  IdentityMap,
  claimProfiles,
  excessOf,
  followMerges,
  forgetOldest,
  identitiesOf,
  insertLateTraits,
  lockPeople,
  lockProfiles,
  mergeProfiles,
  mergeTraits,
  planPeople,
  registerDevices,
  updateProfiles,
  writeIdentities,
} from '../profiles/index.js';
import type {
  DevicePermission,
  DevicePlatform,
  FoundPerson,
  Identity,
  IdentityPlan,
  LateEvent,
  LockedProfile,
  PeopleCache,
  Person,
  SeenDevice,
  Wanted,
} from '../profiles/index.js';
import type { NewEvent } from './event.js';
import { claimMessageIds, insertEvents, upsertNames } from './event.repository.js';
import type { ResolvedEvent, SeenName } from './event.repository.js';
import type { NameCache } from './name-cache.js';

/**
 * What one transaction stored: the events that were new, by message id; of those with traits that came late, these; and
 * names and people to remember once it is committed.
 */
export type Written = {
  stored: Map<string, NewEvent>;
  late: LateEvent[];
  names: SeenName[];
  people: (Identity & FoundPerson)[];
};

/** How old the time may be at which a person was last seen. */
export const seenEveryMs = 60_000;

/**
 * Stores a batch of events in the caller's transaction with few set-based statements. The locks are always taken in
 * this order: message ids, existing profiles, new profiles, identities, devices, names; each sorted. So batches wait
 * for each other in turn and never in a circle. Events whose message id was seen before are left out. Throws
 * `IdentityConflict` when another transaction named or merged the same people meanwhile: roll back and try again.
 */
export async function writeEvents(
  scope: Scope,
  { sql, events, names, cache }: { sql: Sql; events: NewEvent[]; names: NameCache; cache?: PeopleCache },
): Promise<Written> {
  const stored = new Map<string, NewEvent>();
  for (const event of events) if (!stored.has(event.messageId)) stored.set(event.messageId, event);
  const once = [...stored.values()];
  const everybody = await peopleOf(scope, { sql, events: once });
  // Asked at once, answered at once: each answer that is waited for costs a turn of the event loop, while locks are
  // held.
  const [seen, { known, locked, found }] = await Promise.all([
    claimMessageIds(scope, { sql, messageIds: [...stored.keys()] }),
    lockPeople(scope, { sql, wanted: wantedOf(scope, { events: once, people: everybody, cache }) }),
  ]);
  for (const messageId of seen) stored.delete(messageId);
  if (stored.size === 0) return { stored, late: [], names: [], people: [] };
  const fresh = [...stored.values()];
  const plan = await planPeople(scope, {
    sql,
    people: seen.length === 0 ? everybody : everybody.filter((_, index) => stored.has(once[index]!.messageId)),
    known,
  });
  const resolved = fresh.map((event, index): ResolvedEvent => ({ event, profileId: plan.profileIds[index]! }));
  const imported = fresh.every(({ origin }) => origin === 'import');
  if (imported) await markImported(sql);
  const profiles = await prepareProfiles(scope, { sql, events: resolved, plan, locked });
  await insertEvents(scope, { sql, events: resolved });
  const late = await applyToProfiles(scope, { sql, events: resolved, locked: profiles });
  if (imported) await markImported(sql, false);
  const unseen = names.unseen(scope, fresh);
  await upsertNames(scope, { sql, names: unseen });
  return { stored, late, names: unseen, people: plan.merges.length + plan.claims.length === 0 ? found : [] };
}

/** Whom the events are about; profiles given by their ids as they stand after merges. */
async function peopleOf(scope: Scope, { sql, events }: { sql: Sql; events: NewEvent[] }): Promise<Person[]> {
  const byId = [...new Set(events.flatMap(({ person }) => ('profileId' in person ? [person.profileId] : [])))];
  const current = await followMerges(scope, { sql, profileIds: byId });
  return events.map(({ person, name }): Person => {
    if (!('profileId' in person)) return person;
    const profileId = current.get(person.profileId);
    if (profileId === undefined)
      throw new UserError('not-found', `The event "${name}" belongs to a profile that doesn’t exist.`, { status: 404 });
    return { profileId };
  });
}

/** Everybody whom the events name, each once. */
function wantedOf(
  scope: Scope,
  { events, people, cache }: { events: NewEvent[]; people: Person[]; cache: PeopleCache | undefined },
): Wanted[] {
  const wanted: Wanted[] = [];
  const identities = new IdentityMap<Wanted>();
  const profiles = new Map<string, Wanted>();
  for (const [index, person] of people.entries()) {
    const traits = events[index]!.traits !== null;
    for (const who of 'profileId' in person ? [person] : identitiesOf(person)) {
      const known = 'kind' in who ? identities.get(who) : profiles.get(who.profileId);
      if (known) {
        known.traits ||= traits;
        continue;
      }
      const entry: Wanted = { who, traits, remembered: 'kind' in who ? cache?.get(scope, who) : undefined };
      wanted.push(entry);
      if ('kind' in who) identities.set(who, entry);
      else profiles.set(who.profileId, entry);
    }
  }
  return wanted;
}

type Prepared = { sql: Sql; events: ResolvedEvent[]; plan: IdentityPlan; locked: Map<string, LockedProfile> };

/** Creates, claims and merges what the plan says; returns the locked state of the profiles that were there before. */
async function prepareProfiles(
  scope: Scope,
  { sql, events, plan, locked }: Prepared,
): Promise<Map<string, LockedProfile>> {
  if (plan.creates.length + plan.links.length > 0) {
    const demo = events.every(({ event }) => event.origin === 'demo');
    const firstSeen = new Map<string, number>();
    for (const {
      profileId,
      event: { time, receivedAt },
    } of events)
      firstSeen.set(
        profileId,
        Math.min(firstSeen.get(profileId) ?? Number.POSITIVE_INFINITY, demo ? time : receivedAt),
      );
    await writeIdentities(scope, { sql, plan, demo, createdAt: (id) => new Date(firstSeen.get(id) ?? Date.now()) });
  }
  await claimProfiles(scope, { sql, claims: plan.claims });
  await mergeProfiles(scope, { sql, merges: plan.merges });
  const withTraits = [...new Set(events.flatMap(({ event, profileId }) => (event.traits !== null ? [profileId] : [])))];
  // A merge changed traits; and a name that only this batch gave leads to a profile that was looked up under another
  // one.
  const stale =
    plan.merges.length > 0 ? [...new Set(plan.profileIds)] : withTraits.filter((id) => locked.get(id)?.traits === null);
  for (const profile of await lockProfiles(scope, { sql, ids: stale, withTraits })) locked.set(profile.id, profile);
  return locked;
}

async function applyToProfiles(
  scope: Scope,
  { sql, events, locked }: { sql: Sql; events: ResolvedEvent[]; locked: Map<string, LockedProfile> },
): Promise<LateEvent[]> {
  type Change = { id: string; traits: LockedProfile['traits']; times: LockedProfile['times']; seenAt: number };
  const changes = new Map<string, Change>();
  const late: LateEvent[] = [];
  const lasting = events.filter(({ event }) => event.origin !== 'test');
  for (const { event, profileId } of lasting) {
    const before = locked.get(profileId);
    if (event.traits === null && (event.unseen || event.time - (before?.lastSeenAt ?? 0) <= seenEveryMs)) continue;
    const change: Change = changes.get(profileId) ?? { id: profileId, traits: null, times: null, seenAt: event.time };
    change.seenAt = Math.max(change.seenAt, event.time);
    if (event.traits !== null) {
      const state = { traits: change.traits ?? before?.traits ?? {}, times: change.times ?? before?.times ?? {} };
      const merged = mergeTraits(state, { traits: event.traits, at: event.time });
      // What a run sets is limited by its step.
      const excess = 'profileId' in event.person ? null : excessOf(state.traits, merged.traits);
      if (excess !== null)
        throw new UserError(
          'too-many-traits',
          `${excess}. Remove some with null, or send what belongs to an event as its properties.`,
        );
      if (merged.late) late.push({ eventId: event.id, profileId, traits: merged.late });
      Object.assign(change, renamed(forgetOldest(merged)));
    }
    changes.set(profileId, change);
  }
  await updateProfiles(scope, { sql, changes: [...changes.values()] });
  await insertLateTraits(scope, { sql, events: late });
  await registerDevices(scope, { sql, devices: lasting.flatMap(deviceOf) });
  return late;
}

type RenamedOptions = {
  traits: LockedProfile['traits'];
  times: LockedProfile['times'];
};

function renamed({ traits, times }: RenamedOptions): Pick<LockedProfile, 'traits' | 'times'> {
  return { traits, times };
}

/** Why a token is not stored: registered devices are named by their tokens, in an index. */
const maximumTokenBytes = 2_000;

/**
 * `context.device.token` is a push token, as Segment's SDKs send it with every event once they know it: of the browser
 * when the device or the SDK says web, otherwise of FCM. The rest of the context tells what device it is.
 */
function deviceOf({ event: { context, origin, time }, profileId }: ResolvedEvent): SeenDevice[] {
  const device = context['device'];
  if (!isObject(device)) return [];
  const { token, type } = device;
  if (typeof token !== 'string' || token === '' || Buffer.byteLength(token) > maximumTokenBytes) return [];
  const { app, os } = context;
  const platform = platformOf(type) ?? platformOf(isObject(os) ? os['name'] : undefined);
  return [
    {
      profileId,
      token,
      kind: platformOf(type) === 'web' ? deviceKinds.browser : deviceKinds.app,
      permission: permissionOf(device['permission']),
      platform,
      appId: isObject(app) ? shortText(app['namespace']) : null,
      appVersion: isObject(app) ? shortText(app['version']) : null,
      seenAt: time,
      imported: origin === 'import',
    },
  ];
}

function platformOf(value: unknown): DevicePlatform | null {
  if (typeof value !== 'string') return null;
  if (/^(ios|ipados|iphone)/i.test(value)) return 'ios';
  return /^android/i.test(value) ? 'android' : /^web/i.test(value) ? 'web' : null;
}

function permissionOf(value: unknown): DevicePermission | null {
  return value === 'authorized' || value === 'provisional' || value === 'denied' ? value : null;
}

/** What SDKs fill in; anything else is not worth refusing an event for. */
function shortText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 255 ? value : null;
}
