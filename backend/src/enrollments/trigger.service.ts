import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { api, EntryBatch, Json, JsonObject, Triggered } from '@wend/contract';
import { valueAt } from '@wend/engine';
import { AuditLog } from '../access/index.js';
import { EventsService } from '../events/index.js';
import type { Sql } from '../platform/database/index.js';
import { notFound, UserError } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller, RouteInput, RouteOutput } from '../platform/http/index.js';
import { isReservedId } from '../profiles/index.js';
import { countChanged } from './entry-batch.js';
import { EntryBatches } from './entry-batches.service.js';
import { Entering } from './entering.service.js';
import type { EntryCandidate, EntryOutcome } from './entering.service.js';
import { entryKeyOf } from './entry-match.js';
import { EnteringRepository } from './entering.repository.js';
import { AnsweredMeanwhile, TriggerRepository } from './trigger.repository.js';

type Body = RouteInput<typeof api.triggerJourney>['body'];
type Answer = RouteOutput<typeof api.triggerJourney>;
type Person = NonNullable<Body['people']>[number];
/** `key`: the path of the data by which one person may be in the journey several times. */
type Call = {
  journeyId: string;
  journeyName: string;
  node: string;
  key: string | undefined;
  body: Body;
  id: string;
  asked: string;
};

const name = 'API call';

/** Lets people into journeys when a program says so. */
@Injectable()
export class TriggerService {
  constructor(
    private readonly repository: TriggerRepository,
    private readonly journeys: EnteringRepository,
    private readonly entering: Entering,
    private readonly batches: EntryBatches,
    private readonly events: EventsService,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Lets the people of a call in, in one transaction with the answer that its key is given from then on; of a segment it
   * begins a batch. 409 when the journey lets nobody in, the key came with something else, or a segment is not about as
   * large as was expected.
   */
  async trigger(caller: Caller, { journeyId, body }: { journeyId: string; body: Body }): Promise<Answer> {
    const asked = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const before = await this.answered(caller, { journeyId, body, asked });
    if (before) return before;
    const call: Call = {
      ...(await this.opened(caller, { journeyId, entry: body.entry })),
      body,
      asked,
      // The answer under the key commits with those it lets in: it alone says whether a call came before, and for how long.
      id: randomUUID(),
    };
    try {
      return await (body.segment
        ? this.broadcast(caller, { ...call, segment: body.segment })
        : this.letIn(caller, call));
    } catch (error) {
      if (!(error instanceof AnsweredMeanwhile)) throw error;
      const answer = await this.answered(caller, { journeyId, body, asked });
      if (!answer) throw error;
      return answer;
    }
  }

  /** What the same key was answered before. */
  private async answered(
    caller: Caller,
    { journeyId, body: { idempotencyKey: key }, asked }: { journeyId: string; body: Body; asked: string },
  ): Promise<Answer | null> {
    if (key === undefined) return null;
    const before = await this.repository.answer(caller, { journeyId, key });
    if (!before) return null;
    if (before.asked !== asked)
      throw new UserError(
        'idempotency-key-reused',
        'This idempotency key came with another request within the last 24 hours. Use a new key for a new request.',
        { status: 409, errors: [{ path: 'idempotencyKey', message: 'Use a new key.' }] },
      );
    return before.answer as unknown as Answer;
  }

  /** The API entry of a journey that is open. */
  private async opened(
    caller: Caller,
    { journeyId, entry }: { journeyId: string; entry: string | undefined },
  ): Promise<Pick<Call, 'journeyId' | 'journeyName' | 'node' | 'key'>> {
    const journey = await this.repository.journey(caller, journeyId);
    if (!journey) throw notFound('journey');
    const open = (await this.journeys.journeys([{ workspaceId: caller.workspaceId, journeyId }])).get(journeyId);
    if (!open)
      throw new UserError(
        'journey-not-live',
        `“${journey.name}” lets nobody in: it ${journey.state === 'stopped' ? 'was stopped' : 'isn’t published'}. Publish it first.`,
        { status: 409 },
      );
    const entries = open.entries.filter(({ kind }) => kind === 'api');
    const chosen = entry === undefined ? entries[0] : entries.find(({ node }) => node === entry);
    if (chosen) return { journeyId, journeyName: journey.name, node: chosen.node, key: open.reentry.key };
    throw new UserError(
      'no-api-entry',
      entries.length === 0
        ? `“${journey.name}” has no API entry. Add one and publish the journey.`
        : `“${entry}” isn’t an API entry of the published version. Its API entries: ${entries.map(({ node }) => node).join(', ')}.`,
      { status: 422, errors: [{ path: 'entry', message: 'Choose an API entry of the published version.' }] },
    );
  }

  private async letIn(caller: Caller, call: Call): Promise<Answer> {
    const { body, journeyId } = call;
    const people = body.people ?? [];
    const { found, invalid } = await this.find(caller, { people, create: body.createMissing && !body.dryRun });
    const answerOf = (outcomes: readonly (EntryOutcome | null)[]): Answer => ({
      dryRun: body.dryRun,
      count: body.dryRun
        ? found.filter((id, at) => id !== null || createable(people[at]!, body)).length
        : people.length,
      results: body.dryRun
        ? []
        : people.map((person, at) => triggeredOf({ person, outcome: outcomes[at] ?? null, invalid })),
      batch: null,
    });
    if (body.dryRun) return answerOf([]);
    const dataOf = (at: number): JsonObject => ({ ...body.data, ...people[at]!.data });
    const places = found.flatMap((id, at) => (id === null ? [] : [at]));
    // Who is named twice, by whichever ids, comes in once, even when those were two people until now; with an entry key
    // once for each of its values.
    const occasions = new Map<string, string>();
    const occasionOf = (at: number, data: JsonObject): string => {
      const value = call.key === undefined ? '' : entryKeyOf(valueAt(data, call.key));
      return occasions.get(value) ?? occasions.set(value, `api/${call.id}.${at}/`).get(value)!;
    };
    const candidates = places.map((at): EntryCandidate => {
      const data = dataOf(at);
      const occasion = occasionOf(at, data);
      return {
        workspaceId: caller.workspaceId,
        journeyId,
        node: call.node,
        profileId: found[at]!,
        cause: { name: `${occasion}${found[at]!}` },
        occasions: [{ cause: occasion, data: {} }],
        name,
        at: Date.now(),
        data,
      };
    });
    const byPlace = (outcomes: readonly EntryOutcome[]): Answer => {
      const all = people.map((): EntryOutcome | null => null);
      for (const [index, at] of places.entries()) all[at] = outcomes[index] ?? null;
      return answerOf(all);
    };
    const outcomes = await this.entering.enter(candidates, {
      later: true,
      also: ({ sql, outcomes }) => this.keep(caller, { sql, call, answer: byPlace(outcomes) }),
    });
    return byPlace(outcomes);
  }

  private async broadcast(caller: Caller, call: Call & { segment: NonNullable<Body['segment']> }): Promise<Answer> {
    const { body, segment, journeyId, node } = call;
    const found = await this.repository.segment(caller, segment.segmentId);
    if (!found) throw notFound('segment');
    if (!found.built) throw notBuilt(segment.segmentId, found);
    const { count } = found;
    const answer = (batch: EntryBatch | null): Answer => ({ dryRun: body.dryRun, count, results: [], batch });
    if (body.dryRun) return answer(null);
    const { expectedCount: expected } = segment;
    if (expected === undefined)
      throw new UserError(
        'expected-count-missing',
        `Say how many people you expect: ${count} are in the segment now. Ask with dryRun first, show the count to whoever decides, and send it back as segment.expectedCount.`,
        {
          status: 422,
          errors: [{ path: 'segment.expectedCount', message: `Confirm how many people enter (${count} now).` }],
        },
      );
    if (countChanged(count, expected))
      throw new UserError(
        'count-changed',
        `The segment has ${count} people now, and you expected ${expected}. Nobody entered. Confirm the new count and try again.`,
        {
          status: 409,
          errors: [{ path: 'segment.expectedCount', message: `${count} people are in the segment now.` }],
        },
      );
    return this.repository.transaction(async (sql) => {
      const batch = await this.batches.begin(caller, {
        sql,
        journeyId,
        node,
        source: { segmentId: segment.segmentId, expected },
        cause: `api/${call.id}`,
        name,
        data: body.data,
        at: new Date(),
        by: actorName(caller),
      });
      await this.audit.record(caller, {
        action: 'journey.broadcast',
        subject: `journey:${journeyId}`,
        detail: { name: call.journeyName, segment: segment.segmentId, count, batch: batch.id },
        sql,
      });
      await this.keep(caller, { sql, call, answer: answer(batch) });
      return answer(batch);
    });
  }

  private async keep(caller: Caller, { sql, call, answer }: { sql: Sql; call: Call; answer: Answer }): Promise<void> {
    const { body, journeyId, asked } = call;
    if (body.idempotencyKey !== undefined)
      await this.repository.keepAnswer(caller, {
        sql,
        journeyId,
        key: body.idempotencyKey,
        asked,
        answer: answer as unknown as Json,
      });
  }

  /** The profile of each; null where there is none. `invalid`: why those could not be created, by external id. */
  private async find(
    caller: Caller,
    { people, create }: { people: readonly Person[]; create: boolean },
  ): Promise<{ found: (string | null)[]; invalid: Map<string, string> }> {
    const externalIds = people.flatMap(({ externalId }) => (externalId === undefined ? [] : [externalId]));
    const reserved = externalIds.find(isReservedId);
    if (reserved !== undefined)
      throw new UserError('reserved-id', `“${reserved}” names nobody: it would be one person for everyone.`, {
        status: 422,
        errors: [{ path: 'people', message: `Replace the external id “${reserved}”.` }],
      });
    const lookUp = () => this.repository.byExternalId(caller, externalIds);
    let byExternalId = await lookUp();
    const invalid = new Map<string, string>();
    if (create) {
      const missing = new Map<string, JsonObject>();
      for (const { externalId, traits } of people)
        if (externalId !== undefined && !byExternalId.has(externalId)) missing.set(externalId, traits ?? {});
      if (missing.size > 0) {
        const ids = [...missing.keys()];
        const { rejected } = await this.events.ingest({
          scope: caller,
          events: [...missing].map(([userId, traits]) => ({ kind: 'identify' as const, userId, traits })),
        });
        for (const { index, message } of rejected) invalid.set(ids[index]!, message);
        byExternalId = await lookUp();
      }
    }
    const byId = await this.repository.byId(
      caller,
      people.flatMap(({ profileId }) => (profileId === undefined ? [] : [profileId])),
    );
    const found = people.map(({ externalId, profileId }) =>
      externalId === undefined ? (byId.get(profileId!) ?? null) : (byExternalId.get(externalId) ?? null),
    );
    return { found, invalid };
  }
}

/** It is not known who is in the segment. */
function notBuilt(
  id: string,
  { name, building, manual }: { name: string; building: boolean; manual: boolean },
): UserError {
  const refused = (code: string, detail: string, message: string): UserError =>
    new UserError(code, detail, { status: 409, errors: [{ path: 'segment.segmentId', message }] });
  if (building)
    return refused(
      'segment-not-built',
      manual
        ? `It isn’t known yet who is in “${name}”: people are being copied into it. Nobody entered. Try again when that is done.`
        : `It isn’t known yet who is in “${name}”: it is being built. Nobody entered. Try again when it is ready.`,
      'Wait until the segment is built.',
    );
  const again = `Try again on the segment’s page, or by POST /api/segments/${id}/build/retry, then broadcast again.`;
  return refused(
    'segment-build-failed',
    manual
      ? `Not everybody could be copied into “${name}”, so it isn’t known who is in it. Nobody entered. ${again}`
      : `“${name}” could not be built, so it isn’t known who is in it. Nobody entered. ${again}`,
    'Build the segment again first.',
  );
}

function createable({ externalId }: Person, { createMissing }: Body): boolean {
  return createMissing && externalId !== undefined;
}

type Named = { person: Person; outcome: EntryOutcome | null; invalid: ReadonlyMap<string, string> };

function triggeredOf({ person, outcome, invalid }: Named): Triggered {
  const who = { externalId: person.externalId ?? null, profileId: outcome?.profileId ?? person.profileId ?? null };
  if (outcome === null) {
    const detail = invalid.get(person.externalId ?? '');
    return detail === undefined ? { ...who, outcome: 'unknown-person' } : { ...who, outcome: 'invalid-person', detail };
  }
  if (outcome.outcome !== 'refused') return { ...who, outcome: outcome.outcome, enrollmentId: outcome.enrollmentId };
  return outcome.reason === 'unknown-person'
    ? { ...who, outcome: 'unknown-person' }
    : { ...who, outcome: 'refused', reason: outcome.reason };
}
