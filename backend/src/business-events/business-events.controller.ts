import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { decodeCursor, pageOf } from '../profiles/index.js';
import { BusinessEventRepository } from './business-event.repository.js';
import { BusinessEventsService } from './business-events.service.js';

/** Events that belong to no person, and what they meant. */
@Controller()
export class BusinessEventsController {
  constructor(
    private readonly service: BusinessEventsService,
    private readonly repository: BusinessEventRepository,
  ) {}

  @Route(api.sendBusinessEvent)
  send({ caller, body }: RouteInput<typeof api.sendBusinessEvent>): Promise<RouteOutput<typeof api.sendBusinessEvent>> {
    return this.service.send(caller, body);
  }

  @Route(api.businessEvents)
  async list({
    caller,
    query: { cursor, limit },
  }: RouteInput<typeof api.businessEvents>): Promise<RouteOutput<typeof api.businessEvents>> {
    const found = await this.repository.list(caller, { before: decodeCursor(cursor), limit: limit + 1 });
    const { rows, next } = pageOf(found, limit);
    return {
      items: rows.map((row) => ({
        id: row.id,
        name: row.name,
        messageId: row.message_id,
        properties: row.properties,
        time: row.at.toISOString(),
        receivedAt: row.received_at.toISOString(),
        sentBy: row.sent_by,
        entries: row.answer.entries.map(({ batch, ...entry }) => ({ ...entry, batchId: batch?.id ?? null })),
      })),
      next,
    };
  }
}
