import { Injectable } from '@nestjs/common';
import { shownValue } from '@wend/contract';
import type { JsonObject, Page, ProfileEvent, TimelineItem, TimelineKind } from '@wend/contract';
import { RunReads } from '../insights/index.js';
import type { Scope } from '../platform/database/index.js';
import { TimelineRepository } from './timeline.repository.js';
import type { TimelineEvent, TimelineRun } from './timeline.repository.js';
import { editMessagePrefix } from './write-people.service.js';

type PageOptions = { profileId: string; cursor?: string | undefined; limit: number; kinds?: string | undefined };

/** What happened to a person, with names where events have ids. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly timelines: TimelineRepository,
    private readonly runs: RunReads,
  ) {}

  async page(scope: Scope, { kinds, ...query }: PageOptions): Promise<Page<TimelineItem>> {
    const wanted = kinds === undefined ? null : (kinds.split(',') as TimelineKind[]);
    const { rows, next } = await this.timelines.page(scope, { ...query, kinds: wanted });
    const events = rows.filter((row) => row.type === 'event');
    const told = await this.runs.told(
      scope,
      events.map((row) => ({ ...row, time: row.at })),
    );
    const byId = new Map(told.map((event) => [event.id, event]));
    return {
      items: rows.map((row) => (row.type === 'event' ? eventItem(row, byId.get(row.id)!) : runItem(row))),
      next,
    };
  }
}

function eventItem(row: TimelineEvent, event: ProfileEvent): TimelineItem {
  return {
    ...event,
    // Whoever may export a person gets all; here nobody needs to read a card or a password.
    properties: shownValue(event.properties) as JsonObject,
    type: 'event',
    kind: row.kind,
    late: Object.entries(row.late ?? {}).map(([name, at]) => ({ name, knownAt: new Date(at).toISOString() })),
    // Programs write what they like into a context; only Wend itself names its events so.
    by: row.message_id.startsWith(editMessagePrefix) ? row.by : null,
  };
}

function runItem({ type, id, at, journey_id, journey, version, status, reason, origin }: TimelineRun): TimelineItem {
  return {
    type,
    kind: 'journeys',
    id,
    time: at.toISOString(),
    run: { journeyId: journey_id, journey, version, status, reason, origin },
  };
}
