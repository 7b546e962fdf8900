import { UserError } from '../platform/errors/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { claimProfiles, followMerges, identitiesOf, loadIdentities, lockProfiles, mergeProfiles, mergeTraits, planIdentities, registerDevices, updateProfiles, writeIdentities } from '../profiles/index.js';
import type { IdentityPlan, LockedProfile, Person } from '../profiles/index.js';
import type { NewEvent } from './event.js';
import { claimMessageIds, insertEvents, upsertNames } from './event.repository.js';
import type { ResolvedEvent, SeenName } from './event.repository.js';
import type { NameCache } from './name-cache.js';

/** What one transaction stored: ids of the events that were new, and names to remember once it is committed. */
export type Written = { stored: Map<string, string>; names: SeenName[] };

const seenEveryMs = 60_000;

/**
 * Stores a batch of events in the caller's transaction with few set-based statements. The locks are always taken in this order:
 * message ids, new profiles, identities, existing profiles, devices, names; each sorted. So batches wait for each other in
 * turn and never in a circle. Events whose message id was seen before are left out.
 * Throws `IdentityConflict` when another transaction named or merged the same people meanwhile: roll back and try again.
 */
export async function writeEvents(scope: Scope, { sql, events, names }: { sql: Sql; events: NewEvent[]; names: NameCache }): Promise<Written> {
  const fresh = await withoutDuplicates(scope, { sql, events });
  if (fresh.length === 0) return { stored: new Map(), names: [] };
  const plan = await resolvePeople(scope, { sql, events: fresh });
  const resolved = fresh.map((event, index): ResolvedEvent => ({ ...event, profileId: plan.profileIds[index]! }));
  const locked = await prepareProfiles(scope, { sql, events: resolved, plan });
  await insertEvents(scope, { sql, events: resolved });
  await applyToProfiles(scope, { sql, events: resolved, locked });
  const unseen = names.unseen(scope, resolved);
  await upsertNames(scope, { sql, names: unseen });
  return { stored: new Map(resolved.map(({ messageId, id }) => [messageId, id])), names: unseen };
}

async function withoutDuplicates(scope: Scope, { sql, events }: { sql: Sql; events: NewEvent[] }): Promise<NewEvent[]> {
  const first = new Map<string, NewEvent>();
  for (const event of events) if (!first.has(event.messageId)) first.set(event.messageId, event);
  const claimed = await claimMessageIds(scope, { sql, claims: [...first.values()] });
  return [...first.values()].filter(({ messageId }) => claimed.has(messageId));
}

async function resolvePeople(scope: Scope, { sql, events }: { sql: Sql; events: NewEvent[] }): Promise<IdentityPlan> {
  const byId = [...new Set(events.flatMap(({ person }) => ('profileId' in person ? [person.profileId] : [])))];
  const current = await followMerges(scope, { sql, profileIds: byId });
  const people = events.map(({ person, name }): Person => {
    if (!('profileId' in person)) return person;
    const profileId = current.get(person.profileId);
    if (profileId === undefined) throw new UserError('not-found', `The event "${name}" is of a profile that does not exist.`, { status: 404 });
    return { profileId };
  });
  const identities = new Map(people.flatMap(identitiesOf).map((identity) => [`${identity.kind}:${identity.value}`, identity]));
  const known = await loadIdentities(scope, { sql, identities: [...identities.values()] });
  return planIdentities({ people, known });
}

/** Creates, locks, claims and merges what the plan says; returns the locked state of the profiles that were there before. */
async function prepareProfiles(scope: Scope, { sql, events, plan }: { sql: Sql; events: ResolvedEvent[]; plan: IdentityPlan }): Promise<Map<string, LockedProfile>> {
  const demo = events.every(({ origin }) => origin === 'demo');
  const firstSeen = new Map<string, number>();
  for (const { profileId, time, receivedAt } of events) firstSeen.set(profileId, Math.min(firstSeen.get(profileId) ?? Number.POSITIVE_INFINITY, demo ? time : receivedAt));
  await writeIdentities(scope, { sql, plan, demo, createdAt: (id) => new Date(firstSeen.get(id) ?? Date.now()) });
  const created = new Set(plan.creates.map(({ id }) => id));
  const touched = new Set([...plan.profileIds, ...plan.merges.flatMap(({ from, into }) => [from, into]), ...plan.claims.map(({ profileId }) => profileId), ...plan.links.map(({ profileId }) => profileId)]);
  const withTraits = events.filter(({ traits }) => traits !== null).map(({ profileId }) => profileId);
  const existing = [...touched].filter((id) => !created.has(id));
  let locked = await lockProfiles(scope, { sql, ids: existing, withTraits });
  await claimProfiles(scope, { sql, claims: plan.claims });
  for (const merge of plan.merges) await mergeProfiles(scope, { sql, ...merge });
  if (plan.merges.length > 0) {
    const gone = new Set(plan.merges.map(({ from }) => from));
    locked = await lockProfiles(scope, { sql, ids: existing.filter((id) => !gone.has(id)), withTraits });
  }
  return new Map(locked.map((profile) => [profile.id, profile]));
}

async function applyToProfiles(scope: Scope, { sql, events, locked }: { sql: Sql; events: ResolvedEvent[]; locked: Map<string, LockedProfile> }): Promise<void> {
  type Change = { id: string; traits: LockedProfile['traits']; times: LockedProfile['times']; seenAt: number };
  const changes = new Map<string, Change>();
  const lasting = events.filter(({ origin }) => origin !== 'test');
  for (const event of lasting) {
    const before = locked.get(event.profileId);
    const change: Change = changes.get(event.profileId) ?? { id: event.profileId, traits: null, times: null, seenAt: event.time };
    change.seenAt = Math.max(change.seenAt, event.time);
    if (event.traits !== null) {
      const state = { traits: change.traits ?? before?.traits ?? {}, times: change.times ?? before?.times ?? {} };
      Object.assign(change, renamed(mergeTraits(state, { traits: event.traits, at: event.time })));
    }
    changes.set(event.profileId, change);
  }
  const needed = [...changes.values()].filter(({ id, traits, seenAt }) => traits !== null || seenAt - (locked.get(id)?.lastSeenAt ?? 0) > seenEveryMs);
  await updateProfiles(scope, { sql, changes: needed });
  await registerDevices(scope, { sql, devices: lasting.flatMap(deviceOf) });
}

function renamed({ traits, times }: { traits: LockedProfile['traits']; times: LockedProfile['times'] }): Pick<LockedProfile, 'traits' | 'times'> {
  return { traits, times };
}

/** `context.device.token` is a push token: of the browser when the device or the SDK says web, otherwise of FCM. */
function deviceOf({ context, profileId }: ResolvedEvent): { profileId: string; kind: 'fcm' | 'webpush'; token: string }[] {
  const device = context['device'];
  if (device === null || typeof device !== 'object' || Array.isArray(device)) return [];
  const { token, type } = device;
  if (typeof token !== 'string' || token === '' || Buffer.byteLength(token) > 2_000) return [];
  return [{ profileId, token, kind: typeof type === 'string' && /^web/i.test(type) ? 'webpush' : 'fcm' }];
}
