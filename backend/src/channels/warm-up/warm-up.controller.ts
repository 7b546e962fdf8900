import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../../platform/http/index.js';
import { WarmUpService } from './warm-up.service.js';

/** The daily limit of a connection. */
@Controller()
export class WarmUpController {
  constructor(private readonly warmUps: WarmUpService) {}

  @Route(api.warmUp)
  async read({ caller, params }: RouteInput<typeof api.warmUp>): Promise<RouteOutput<typeof api.warmUp>> {
    return { warmUp: await this.warmUps.read(caller, params.id) };
  }

  @Route(api.saveWarmUp)
  async save({ caller, params, body }: RouteInput<typeof api.saveWarmUp>): Promise<RouteOutput<typeof api.saveWarmUp>> {
    return { warmUp: await this.warmUps.save(caller, { connectionId: params.id, ...body }) };
  }

  @Route(api.removeWarmUp)
  async remove({ caller, params }: RouteInput<typeof api.removeWarmUp>): Promise<RouteOutput<typeof api.removeWarmUp>> {
    await this.warmUps.remove(caller, params.id);
    return { ok: true };
  }
}
