import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { BacklogService } from './backlog.service.js';

/** Delivery → Backlog. */
@Controller()
export class BacklogController {
  constructor(private readonly backlog: BacklogService) {}

  @Route(api.backlog)
  summary({ caller }: RouteInput<typeof api.backlog>): Promise<RouteOutput<typeof api.backlog>> {
    return this.backlog.summary(caller);
  }

  @Route(api.heldMessages)
  list({ caller, query }: RouteInput<typeof api.heldMessages>): Promise<RouteOutput<typeof api.heldMessages>> {
    return this.backlog.list(caller, query);
  }

  @Route(api.cancelHeld)
  cancel({ caller, params }: RouteInput<typeof api.cancelHeld>): Promise<RouteOutput<typeof api.cancelHeld>> {
    return this.backlog.cancel(caller, params.id);
  }

  @Route(api.cancelBacklog)
  cancelAll({ caller, body }: RouteInput<typeof api.cancelBacklog>): Promise<RouteOutput<typeof api.cancelBacklog>> {
    return this.backlog.cancelAll(caller, body);
  }
}
