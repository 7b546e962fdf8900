import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { PersonConsentsService } from './person-consents.service.js';

/** What one person wants. */
@Controller()
export class PersonConsentsController {
  constructor(private readonly service: PersonConsentsService) {}

  @Route(api.profileConsents)
  of({ caller, params }: RouteInput<typeof api.profileConsents>): Promise<RouteOutput<typeof api.profileConsents>> {
    return this.service.of(caller, params.id);
  }

  @Route(api.stateConsents)
  state({
    caller,
    params,
    body,
  }: RouteInput<typeof api.stateConsents>): Promise<RouteOutput<typeof api.stateConsents>> {
    return this.service.state(caller, { ...body, id: params.id });
  }

  @Route(api.consentHistory)
  history({
    caller,
    params,
    query,
  }: RouteInput<typeof api.consentHistory>): Promise<RouteOutput<typeof api.consentHistory>> {
    return this.service.history(caller, { ...query, id: params.id });
  }

  @Route(api.pauseProfile)
  pause({ caller, params, body }: RouteInput<typeof api.pauseProfile>): Promise<RouteOutput<typeof api.pauseProfile>> {
    return this.service.pause(caller, { ...body, id: params.id });
  }
}
