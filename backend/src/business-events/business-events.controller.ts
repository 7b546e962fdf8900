import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { BusinessEventsService } from './business-events.service.js';

/** Events that belong to no person, and what they meant. */
@Controller()
export class BusinessEventsController {
  constructor(private readonly service: BusinessEventsService) {}

  @Route(api.sendBusinessEvent)
  send({ caller, body }: RouteInput<typeof api.sendBusinessEvent>): Promise<RouteOutput<typeof api.sendBusinessEvent>> {
    return this.service.send(caller, body);
  }

  @Route(api.businessEvents)
  list({ caller, query }: RouteInput<typeof api.businessEvents>): Promise<RouteOutput<typeof api.businessEvents>> {
    return this.service.list(caller, query);
  }
}
