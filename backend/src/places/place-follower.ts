import { Injectable } from '@nestjs/common';
import { locationEvent, locationTrait, placeEvents } from '@wend/contract';
import { ChangeListeners } from '../changes/index.js';
import type { Heard, ProfileChange } from '../changes/index.js';
import { EventsService } from '../events/index.js';
import type { EventInput } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { pointOf } from './location.js';
import type { Point } from './location.js';
import { stayed, VisitRepository } from './visit.repository.js';
import type { Counts, HeldPerson, KnownPlace, KnownVisit, WrittenVisit } from './visit.repository.js';
import { follow } from './visits.js';
import type { Move, Sighting } from './visits.js';

/** How long a stay is left alone while locations of its person are on the queue. */
const behindMs = 1_000;

/** Somebody was somewhere at a time (ms). */
type Located = { person: HeldPerson; point: Point; at: number; imported: boolean };
type Told = { person: HeldPerson; place: KnownPlace; move: Move };

/**
 * Makes `Place Entered` and `Place Left` of where people are: told of each change once, in the transaction that takes it
 * off the queue. Locations that are older than the last one are left out. While it is behind, stays are judged by the
 * times of what is heard, not by the clock.
 */
@Injectable()
export class PlaceFollower {
  constructor(
    private readonly repository: VisitRepository,
    private readonly events: EventsService,
    listeners: ChangeListeners,
  ) {
    listeners.add({
      name: 'places',
      changed: (scope, heard) => this.changed(scope, heard),
      lapses: { table: 'place_visits', at: 'due_at', take: (sql, options) => repository.takeDue(sql, options) },
    });
  }

  async changed(scope: Scope, { sql, changes, at }: Heard): Promise<void> {
    const mine = changes.filter(concerns);
    if (mine.length === 0) return;
    const held = await this.repository.hold(scope, { sql, profileIds: mine.map(({ profileId }) => profileId) });
    const profileIds = held.map(({ id }) => id);
    const behind = behindOf({ changes: mine, queued: await this.repository.queued(scope, { sql, profileIds }) });
    const located = await this.located(scope, { sql, changes: mine, held, at, behind });
    const [places, known] = await Promise.all([
      this.repository.around(scope, { sql, points: located.map(({ point }) => point) }),
      this.repository.visits(scope, { sql, profileIds }),
    ]);
    const written: WrittenVisit[] = [];
    const told: Told[] = [];
    for (const person of held) {
      const sightings = located.flatMap((each, index) =>
        each.person === person ? [{ at: each.at, inside: places[index]!, imported: each.imported }] : [],
      );
      // Where they were next is on the queue, and may say that a stay was too short: the clock says nothing of it yet.
      const followed = followPerson(person, {
        sightings,
        known: known.filter(({ profileId }) => profileId === person.id),
        ...(behind.has(person.id) ? { now: -Infinity, again: at + behindMs } : { now: at }),
      });
      written.push(...followed.visits);
      told.push(...followed.moves);
    }
    await this.repository.write(scope, { sql, visits: written });
    await this.repository.seen(scope, {
      sql,
      people: held.flatMap((person) => {
        const last = located.findLast((each) => each.person === person);
        return last ? [{ id: person.id, at: last.at }] : [];
      }),
    });
    await this.tell(scope, { sql, told });
  }

  /** Where people were, in the order of the times, without what is older than what is known. */
  private async located(
    scope: Scope,
    {
      sql,
      changes,
      held,
      at,
      behind,
    }: { sql: Sql; changes: ProfileChange[]; held: HeldPerson[]; at: number; behind: Behind },
  ): Promise<Located[]> {
    const events = changes.flatMap(({ event }) => event ?? []);
    const said = new Map(
      (events.length === 0 ? [] : await this.repository.events(scope, { sql, events })).map((each) => [each.id, each]),
    );
    const people = new Map(held.map((person) => [person.id, person]));
    // What is known of somebody is read as it is now: the change that says so is the last one.
    const lasts = new Map(
      changes.flatMap((change) => (isOfTraits(change) ? [[change.profileId, change] as const] : [])),
    );
    const found = changes.flatMap((change): Located[] => {
      const { profileId, what, event, origin } = change;
      const person = people.get(profileId);
      if (!person || what === 'time') return [];
      if (isOfTraits(change) && (lasts.get(profileId) !== change || behind.get(profileId)?.traits)) return [];
      const { value, time } =
        event === null
          ? { value: person.location, time: person.located ?? at }
          : { value: said.get(event.id)?.properties, time: said.get(event.id)?.time.getTime() ?? at };
      const point = pointOf(value ?? undefined);
      // A clock that is ahead would keep out what comes after it.
      const seenAt = Math.min(time, event?.receivedAt.getTime() ?? at);
      return point === null ? [] : [{ person, point, at: seenAt, imported: origin === 'import' }];
    });
    const last = new Map(held.map(({ id, last: seen }) => [id, seen?.getTime() ?? -Infinity]));
    return found
      .toSorted((a, b) => a.at - b.at)
      .filter(({ person, at: time }) => {
        const isNew = time > last.get(person.id)!;
        if (isNew) last.set(person.id, time);
        return isNew;
      });
  }

  /** One kind of origin after the other; of one person in the order of the moves. */
  private async tell(scope: Scope, { sql, told }: { sql: Sql; told: Told[] }): Promise<void> {
    for (const origin of ['live', 'demo', 'import'] as const) {
      const own = told.filter((each) => originOf(each) === origin);
      if (own.length > 0) await this.events.ingest({ scope, sql, origin, events: own.map(eventOf) });
    }
  }
}

function concerns({ what, name }: ProfileChange): boolean {
  return (
    (what === 'event' && name === locationEvent) ||
    (what === 'trait' && name === locationTrait) ||
    (what === 'profile' && name === 'created') ||
    (what === 'time' && name === stayed)
  );
}

function originOf({ person: { demo }, move: { imported } }: Told): 'live' | 'demo' | 'import' {
  if (imported) return 'import';
  return demo ? 'demo' : 'live';
}

function isOfTraits({ what }: ProfileChange): boolean {
  return what === 'trait' || what === 'profile';
}

/** People of whom there is more on the queue than is told now. `traits`: what is known of them is among it. */
type Behind = ReadonlyMap<string, { traits: boolean }>;

function behindOf({
  changes,
  queued,
}: {
  changes: readonly ProfileChange[];
  queued: ReadonlyMap<string, Counts>;
}): Behind {
  const behind = new Map<string, { traits: boolean }>();
  for (const [id, { events, traits }] of queued) {
    const own = changes.filter(({ profileId }) => profileId === id);
    const told = { events: own.filter(({ what }) => what === 'event').length, traits: own.filter(isOfTraits).length };
    if (events > told.events || traits > told.traits) behind.set(id, { traits: traits > told.traits });
  }
  return behind;
}

type FollowedOptions = {
  sightings: { at: number; inside: KnownPlace[]; imported: boolean }[];
  known: KnownVisit[];
  now: number;
  /** When stays that would have become long enough by then are looked at again. */
  again?: number;
};

function followPerson(
  person: HeldPerson,
  { sightings, known, now, again = -Infinity }: FollowedOptions,
): { visits: WrittenVisit[]; moves: Told[] } {
  const places = new Map<string, KnownPlace>();
  for (const { place } of known) places.set(place.id, place);
  for (const { inside } of sightings) for (const place of inside) places.set(place.id, place);
  const visits = new Map(known.map(({ place, visit }) => [place.id, { ...visit }]));
  const before = new Map(known.map(({ place, visit }) => [place.id, JSON.stringify(visit)]));
  const moves = follow({
    visits,
    places,
    sightings: sightings.map(({ at, inside, imported }): Sighting => ({
      at,
      inside: inside.map(({ id }) => id),
      imported,
    })),
    now,
  });
  return {
    // A stay that waits is written also when it is as it was: its time was taken off.
    visits: [...visits].flatMap(([id, visit]) =>
      before.get(id) === JSON.stringify(visit) && (visit.since === null || visit.counted)
        ? []
        : [{ profileId: person.id, place: places.get(id)!, visit, notBefore: again }],
    ),
    moves: moves.map((move) => ({ person, place: places.get(move.place)!, move })),
  };
}

function eventOf({ person, place, move: { move, at, since } }: Told): EventInput {
  return {
    name: placeEvents[move],
    profileId: person.id,
    // Of one stay there is one of each kind.
    messageId: `wend:place:${place.id}:${person.id}:${move}:${since}`,
    properties: {
      placeId: place.id,
      externalId: place.external_id,
      name: place.name,
      tags: place.tags,
      lat: place.lat,
      lng: place.lng,
      radius: place.radius,
      since: new Date(since).toISOString(),
      ...(move === 'left' ? { insideSeconds: Math.round((at - since) / 1_000) } : {}),
    },
    time: at,
    unseen: true,
  };
}
