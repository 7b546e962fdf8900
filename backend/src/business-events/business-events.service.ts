import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { businessEventAgeMs } from '@wend/contract';
import type {
  api,
  AwaitedBusinessEvent,
  BusinessEventAnswer,
  BusinessEventEntry,
  EntryOf,
  JsonObject,
  Rule,
} from '@wend/contract';
import { comparesOf, entryPathsOf, holds } from '@wend/engine';
import { countChanged, EntryBatches } from '../enrollments/index.js';
import type { ChosenPeople } from '../enrollments/index.js';
import type { Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller, RouteInput, RouteOutput } from '../platform/http/index.js';
import { decodeCursor, pageOf } from '../profiles/index.js';
import { bindAudience } from './bind-audience.js';
import { BusinessEventRepository } from './business-event.repository.js';
import type { WaitingJourney } from './business-event.repository.js';

type Body = RouteInput<typeof api.sendBusinessEvent>['body'];
type ListQuery = RouteInput<typeof api.businessEvents>['query'];
/** An entry that waits for the event, and whom it lets in: nobody where `chosen` is null. */
type Door = { told: BusinessEventEntry; chosen: ChosenPeople | null };
/** How far ahead of ours the clock of a sender may be. */
const aheadMs = 5 * 60_000;

/** Lets people in when something happens to a store, an item or a match. */
@Injectable()
export class BusinessEventsService {
  constructor(
    private readonly repository: BusinessEventRepository,
    private readonly batches: EntryBatches,
  ) {}

  /**
   * Begins a batch of people by each entry that waits for the event, in one transaction with the event and the answer
   * that its message id is given from then on. 409 when the id came with something else, or the people are not about as
   * many as were expected; 422 when it is too old.
   */
  async send(caller: Caller, body: Body): Promise<BusinessEventAnswer> {
    const asked = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const { messageId, dryRun } = body;
    const before = dryRun ? null : await this.answered(caller, { messageId, asked });
    if (before) return before;
    const at = timeOf(body);
    const doors = (await this.repository.waiting(caller, body.name)).flatMap((journey) => doorsOf(journey, body));
    const counted = dryRun || body.expectedCount !== undefined;
    if (counted)
      for (const { told, chosen } of doors)
        told.count = chosen ? await this.repository.count(caller, { chosen, at }) : 0;
    const answer: BusinessEventAnswer = {
      id: null,
      dryRun,
      count: counted ? doors.reduce((sum, { told }) => sum + (told.count ?? 0), 0) : null,
      entries: doors.map(({ told }) => told),
    };
    if (dryRun || messageId === undefined) return answer;
    checkCount(body, answer);
    const sent = await this.repository.transaction((sql) =>
      this.begin(caller, { sql, body: { ...body, messageId }, asked, at, doors, answer }),
    );
    if (sent) return sent;
    const meanwhile = await this.answered(caller, { messageId, asked });
    if (!meanwhile) throw new Error(`The business event ${messageId} was there and is not any more.`);
    return meanwhile;
  }

  /** Those of the last 90 days, newest first, with how far the people of each have come in. */
  async list(caller: Caller, { cursor, limit }: ListQuery): Promise<RouteOutput<typeof api.businessEvents>> {
    const [found, journeys] = await Promise.all([
      this.repository.list(caller, { before: decodeCursor(cursor), limit: limit + 1 }),
      this.repository.waiting(caller),
    ]);
    const { rows, next } = pageOf(found, limit);
    const ids = rows.flatMap(({ answer }) => answer.entries.flatMap(({ batch }) => batch?.id ?? []));
    const batches = await this.batches.byIds(caller, ids);
    return {
      items: rows.map((row) => ({
        id: row.id,
        name: row.name,
        messageId: row.message_id,
        properties: row.properties,
        time: row.at.toISOString(),
        receivedAt: row.received_at.toISOString(),
        sentBy: row.sent_by,
        entries: row.answer.entries.map(({ batch, ...entry }) => ({
          ...entry,
          batchId: batch?.id ?? null,
          batch: batches.get(batch?.id ?? '') ?? null,
        })),
      })),
      next,
      awaited: awaitedOf(journeys),
    };
  }

  /** What the same event was answered before. */
  private async answered(
    caller: Caller,
    { messageId, asked }: { messageId: string | undefined; asked: string },
  ): Promise<BusinessEventAnswer | null> {
    const before = messageId === undefined ? null : await this.repository.answer(caller, messageId);
    if (!before) return null;
    if (before.asked === asked) return before.answer;
    throw new UserError(
      'message-id-reused',
      'This messageId came with another business event. Give each event an id of its own.',
      { status: 409, errors: [{ path: 'messageId', message: 'Use a new id for a new event.' }] },
    );
  }

  /** Null when an event of the same id came meanwhile. */
  private async begin(
    caller: Caller,
    {
      sql,
      body,
      asked,
      at,
      doors,
      answer,
    }: {
      sql: Sql;
      body: Body & { messageId: string };
      asked: string;
      at: number;
      doors: Door[];
      answer: BusinessEventAnswer;
    },
  ): Promise<BusinessEventAnswer | null> {
    const { name, messageId, properties } = body;
    const sentBy = actorName(caller);
    const event = { messageId, name, properties, at: new Date(at), sentBy, asked };
    const id = await this.repository.insert(caller, { sql, event });
    if (id === null) return null;
    for (const { told, chosen } of doors)
      if (chosen)
        told.batch = await this.batches.begin(caller, {
          sql,
          journeyId: told.journeyId,
          node: told.entry,
          source: { chosen: { ...chosen, ...(body.expectedCount === undefined ? {} : { expected: told.count ?? 0 }) } },
          cause: `business/${id}`,
          name,
          data: properties,
          at: new Date(at),
          by: sentBy,
        });
    const sent = { ...answer, id };
    await this.repository.keepAnswer(caller, { sql, id, answer: sent });
    return sent;
  }
}

/** What these journeys wait for, by name. */
function awaitedOf(journeys: readonly WaitingJourney[]): AwaitedBusinessEvent[] {
  const names = new Map<string, { journeys: Map<string, string>; properties: Set<string> }>();
  for (const journey of journeys)
    for (const entry of journey.entries) {
      if (entry.kind !== 'business') continue;
      const known = names.get(entry.event) ?? { journeys: new Map(), properties: new Set() };
      names.set(entry.event, known);
      known.journeys.set(journey.journey_id, journey.name);
      const filters = entry.where ? comparesOf(entry.where) : [];
      for (const { left } of filters) if (left.source === 'property') known.properties.add(left.path);
      for (const path of comparesOf(entry.audience).flatMap(entryPathsOf)) known.properties.add(path);
    }
  return [...names]
    .map(([name, known]) => ({
      name,
      journeys: [...known.journeys].map(([id, title]) => ({ id, name: title })),
      properties: [...known.properties],
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The entries of a journey that wait for the event. Whoever is of several comes in by the first. */
function doorsOf({ journey_id: journeyId, name: journeyName, entries }: WaitingJourney, body: Body): Door[] {
  const before: Rule[] = [];
  return entries
    .filter((entry): entry is EntryOf<'business'> => entry.kind === 'business' && entry.event === body.name)
    .map((entry): Door => {
      const found = chosenBy(entry, { properties: body.properties, before });
      const known = { journeyId, journeyName, entry: entry.node, count: null, batch: null };
      if (!('rule' in found)) return { told: { ...known, outcome: 'nobody', ...found }, chosen: null };
      before.push(found.rule);
      const outcome = body.dryRun ? 'counted' : 'entering';
      return { told: { ...known, outcome, message: null, property: null }, chosen: found };
    });
}

/** Whom an entry lets in by an event with these properties, or why nobody. `before`: rules of entries that go first. */
function chosenBy(
  { where, audience, most, pick }: EntryOf<'business'>,
  { properties, before }: { properties: JsonObject; before: readonly Rule[] },
): ChosenPeople | Pick<BusinessEventEntry, 'message' | 'property'> {
  if (!holds(where, { property: properties }))
    return { message: 'The event doesn’t match the entry’s filter.', property: null };
  const bound = bindAudience(audience, properties);
  if ('message' in bound) return bound;
  const { rule, nearest } = bound;
  return {
    rule,
    ...(before.length > 0 ? { except: [...before] } : {}),
    ...(most === undefined ? {} : { most }),
    ...(pick === 'nearest' && nearest ? { nearest } : {}),
  };
}

function timeOf({ time }: Body): number {
  const now = Date.now();
  const at = time === undefined ? now : Date.parse(time);
  const refused = (code: string, detail: string, message: string): UserError =>
    new UserError(code, detail, { status: 422, errors: [{ path: 'time', message }] });
  if (at > now + aheadMs)
    throw refused('time-ahead', 'The event’s time is in the future. Send it when it has happened.', 'is in the future');
  if (at < now - businessEventAgeMs)
    throw refused(
      'too-old',
      'The event happened more than 24 hours ago, so it lets nobody in. Leave time out to let people in as of now.',
      'is more than 24 hours ago',
    );
  return at;
}

function checkCount({ expectedCount: expected }: Body, { count }: BusinessEventAnswer): void {
  if (expected === undefined || count === null || !countChanged(count, expected)) return;
  throw new UserError(
    'count-changed',
    `${count} people would enter now, and you expected ${expected}. Nobody entered. Confirm the new count and try again.`,
    { status: 409, errors: [{ path: 'expectedCount', message: `${count} people would enter now.` }] },
  );
}
