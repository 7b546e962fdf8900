import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { personChannels } from '@wend/contract';
import type { ConsentState, Json, JsonObject, LateTrait, ProfileWritten } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { ConsentService } from '../consents/index.js';
import { EventsService } from '../events/index.js';
import type { Ingested } from '../events/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import {
  ProfileRepository,
  claimProfiles,
  emailOf,
  excessOf,
  followMerges,
  isReservedId,
  lockProfiles,
  profileSummaryOf,
  retryConflicts,
  writeIdentities,
} from '../profiles/index.js';
import { WritePeopleRepository } from './write-people.repository.js';

type Consents = Record<string, ConsentState>;
type EditOptions = { id: string; traits: JsonObject; expected: JsonObject; consents: Consents };
type UpsertOptions = {
  externalId?: string | undefined;
  email?: string | undefined;
  traits: JsonObject;
  consents: Consents;
  at?: string | undefined;
};
type Outcome = Omit<ProfileWritten, 'profile'> & { id: string };

/** Events by which Wend's own members and programs change people are called so; `by` in the context says who. */
export const editMessagePrefix = 'wend:profile:';

/**
 * Changes people for members and programs, by the way of every other change: an identify, so that times of traits are
 * kept, and runs and segments hear of it.
 */
@Injectable()
export class WritePeopleService {
  constructor(
    private readonly database: Database,
    private readonly people: WritePeopleRepository,
    private readonly profiles: ProfileRepository,
    private readonly events: EventsService,
    private readonly consents: ConsentService,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Changes a person who was looked at before. Throws `profile-changed` (409), and changes nothing, when a trait is not
   * what was expected.
   */
  edit(caller: Caller, { id: asked, traits, expected, consents }: EditOptions): Promise<ProfileWritten> {
    checkChannels(consents);
    return this.write(caller, async (sql) => {
      const id = (await followMerges(caller, { sql, profileIds: [asked] })).get(asked);
      if (id === undefined) throw notFound('profile');
      const [before] = await lockProfiles(caller, { sql, ids: [id], withTraits: [id] });
      const known = before!.traits ?? {};
      refuseStale(known, expected);
      const changed = Object.fromEntries(
        Object.entries(traits).filter(([name, value]) => !same(traitOf(known, name), value)),
      );
      const late = await this.setTraits(caller, { sql, id, known, traits: changed });
      const lateConsents = await this.setConsents(caller, { sql, id, consents, at: Date.now() });
      const names = Object.keys(changed);
      if (names.length > 0 || Object.keys(consents).length > 0)
        await this.audit.record(caller, {
          action: 'profile.edit',
          subject: `profile:${id}`,
          detail: { traits: names, consents },
          sql,
        });
      return { id, created: false, late, lateConsents };
    });
  }

  /**
   * Changes the person with this external id, else the one with this address, or makes one. With both, whoever has the
   * address gets the id when it is nobody's and they have none.
   */
  upsert(caller: Caller, { externalId, email, traits: given, consents, at }: UpsertOptions): Promise<ProfileWritten> {
    if (externalId !== undefined && isReservedId(externalId))
      throw invalid('externalId', `is “${externalId}”, which names nobody: give the id of a person`);
    const time = Math.min(at === undefined ? Date.now() : Date.parse(at), Date.now());
    if (email !== undefined && emailOf({ email }) === null) throw unusable('email', `is no email address: “${email}”`);
    if (email !== undefined && given['email'] !== undefined && !isSameAddress(given['email'], email))
      throw invalid('email', 'is another address than the trait “email”: give one of them');
    checkChannels(consents);
    const traits = email === undefined ? given : { ...given, email };
    return this.write(caller, async (sql) => {
      const found = await this.lookUp(caller, { sql, externalId, email });
      const id = found ?? (await this.create(caller, { sql, externalId, traits, time }));
      const known =
        found === null ? {} : ((await lockProfiles(caller, { sql, ids: [id], withTraits: [id] }))[0]!.traits ?? {});
      const late = found === null ? [] : await this.setTraits(caller, { sql, id, known, traits, time });
      const lateConsents = await this.setConsents(caller, { sql, id, consents, at: time });
      await this.audit.record(caller, {
        action: found === null ? 'profile.create' : 'profile.edit',
        subject: `profile:${id}`,
        detail: { traits: Object.keys(traits), consents },
        sql,
      });
      return { id, created: found === null, late, lateConsents };
    });
  }

  private async write(caller: Caller, work: (sql: Sql) => Promise<Outcome>): Promise<ProfileWritten> {
    const { id, ...outcome } = await retryConflicts(() => this.database.transaction(work), {
      what: 'a person was changed',
    });
    const row = await this.profiles.find(caller, id);
    if (!row) throw notFound('profile');
    return { profile: profileSummaryOf(row), ...outcome };
  }

  private async lookUp(
    scope: Scope,
    { sql, externalId, email }: { sql: Sql; externalId: string | undefined; email: string | undefined },
  ): Promise<string | null> {
    if (externalId !== undefined) {
      const known = await this.people.withExternalId(scope, { sql, externalId });
      if (known !== null || email === undefined) return known;
      const [only, ...others] = await this.people.holdersOf(scope, { sql, email });
      // Somebody else was quicker with the same.
      if (only?.externalId === externalId) return only.id;
      // Of several nobody can tell which it is, and who has another id is another person: then somebody new is made.
      if (only === undefined || others.length > 0 || only.externalId !== null) return null;
      await claimProfiles(scope, { sql, claims: [{ profileId: only.id, externalId }] });
      const links = [{ kind: 'user' as const, value: externalId, profileId: only.id }];
      await writeIdentities(scope, { sql, plan: { creates: [], links }, demo: false, createdAt: () => new Date() });
      return only.id;
    }
    // Two that say the same new address at once come one after the other, and make one person.
    const ids = await this.people.withEmail(scope, { sql, email: email! });
    if (ids.length <= 1) return ids[0] ?? null;
    throw new UserError(
      'several-people',
      'Several people have this email address. Give the external id of the one you mean, or change one by its profile id.',
      { status: 409, errors: ids.map((id) => ({ path: 'email', message: `is that of the profile ${id}` })) },
    );
  }

  private async create(
    caller: Caller,
    { sql, externalId, traits, time }: { sql: Sql; externalId: string | undefined; traits: JsonObject; time: number },
  ): Promise<string> {
    const who = externalId === undefined ? { anonymousId: randomUUID() } : { userId: externalId };
    const { eventIds } = await this.ingest(caller, { sql, who, traits, time });
    return this.people.ofEvent(caller, { sql, eventId: eventIds[0]! });
  }

  private async setTraits(
    caller: Caller,
    {
      sql,
      id,
      known,
      traits,
      time = Date.now(),
    }: { sql: Sql; id: string; known: JsonObject; traits: JsonObject; time?: number },
  ): Promise<LateTrait[]> {
    if (Object.keys(traits).length === 0) return [];
    const after = Object.entries({ ...known, ...traits }).filter(([, value]) => value !== null);
    const excess = excessOf(known, Object.fromEntries(after));
    if (excess !== null) throw invalid('traits', excess);
    const { late } = await this.ingest(caller, { sql, who: { profileId: id }, traits, time });
    return Object.entries(late[0]?.traits ?? {}).map(([name, at]) => ({ name, knownAt: new Date(at).toISOString() }));
  }

  private ingest(
    caller: Caller,
    { sql, who, traits, time }: { sql: Sql; who: object; traits: JsonObject; time: number },
  ): Promise<Ingested> {
    const messageId = `${editMessagePrefix}${randomUUID()}`;
    const context = { by: actorName(caller) };
    return this.events.ingest({
      scope: caller,
      events: [{ kind: 'identify', ...who, traits, time, messageId, context }],
      sql,
    });
  }

  private async setConsents(
    caller: Caller,
    { sql, id, consents, at }: { sql: Sql; id: string; consents: Consents; at: number },
  ): Promise<ProfileWritten['lateConsents']> {
    const late: ProfileWritten['lateConsents'] = [];
    for (const [channel, state] of Object.entries(consents).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const stated = await this.consents.state(caller, {
        sql,
        profileId: id,
        statement: { channel, topic: '', state, at },
        evidence: { source: caller.actor.kind === 'member' ? 'member' : 'api', actor: actorName(caller) },
      });
      if (stated?.late) late.push({ channel, knownAt: stated.late.toISOString() });
    }
    return late;
  }
}

/** Throws when a trait is not what whoever changes it has seen. */
function refuseStale(known: JsonObject, expected: JsonObject): void {
  const changed = Object.entries(expected).filter(([name, value]) => !same(traitOf(known, name), value));
  if (changed.length === 0) return;
  throw new UserError(
    'profile-changed',
    'Somebody, or an event, changed this person meanwhile. Look at what is there now, and change it again if you still want to.',
    {
      status: 409,
      errors: changed.map(([name]) => ({
        path: `traits.${name}`,
        message: Object.hasOwn(known, name) ? `is ${JSON.stringify(known[name])} now` : 'is not there any more',
      })),
    },
  );
}

/** What is known under a name; nothing of what every object inherits, such as `toString`. */
function traitOf(known: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/** Whether two values are the same JSON; null is what is not there. */
function same(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a ?? null) === canonical(b ?? null);
}

function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join(',')}}`;
}

/** Large and small letters of an address are the same. */
function isSameAddress(value: Json, email: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === email.toLowerCase();
}

/** Consent to a channel that is not there would be kept for nobody, and missed where it was meant. */
function checkChannels(consents: Consents): void {
  const known = personChannels();
  const unknown = Object.keys(consents).find((channel) => !known.includes(channel));
  if (unknown !== undefined)
    throw unusable(`consents.${unknown}`, `is no channel of people; there are ${known.join(', ')}`);
}

function unusable(path: string, message: string): UserError {
  return new UserError('invalid-profile', 'The person can’t be written so; see "errors".', {
    status: 422,
    errors: [{ path, message }],
  });
}

function invalid(path: string, message: string): UserError {
  return new UserError('invalid-request', 'Some fields are missing or wrong.', {
    errors: [{ path, message }],
  });
}
