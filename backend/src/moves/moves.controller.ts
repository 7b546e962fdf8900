import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { MovesService } from './moves.service.js';

@Controller()
export class MovesController {
  constructor(private readonly service: MovesService) {}

  @Route(api.moves)
  list({ caller, params, query }: RouteInput<typeof api.moves>): Promise<RouteOutput<typeof api.moves>> {
    return this.service.list(caller, { ...query, journeyId: params.id });
  }

  @Route(api.startMove)
  start({ caller, params, body }: RouteInput<typeof api.startMove>): Promise<RouteOutput<typeof api.startMove>> {
    return this.service.start(caller, { ...body, journeyId: params.id });
  }

  @Route(api.stopMove)
  stop({ caller, params }: RouteInput<typeof api.stopMove>): Promise<RouteOutput<typeof api.stopMove>> {
    return this.service.stop(caller, { journeyId: params.id, id: params.move });
  }

  @Route(api.takeMoveBack)
  takeBack({ caller, params }: RouteInput<typeof api.takeMoveBack>): Promise<RouteOutput<typeof api.takeMoveBack>> {
    return this.service.takeBack(caller, { journeyId: params.id, id: params.move });
  }
}
