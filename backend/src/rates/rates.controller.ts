import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { RateSettings } from './rate-settings.service.js';

/** Settings → Delivery: how fast messages go. */
@Controller()
export class RatesController {
  constructor(private readonly settings: RateSettings) {}

  @Route(api.rates)
  rates({ caller }: RouteInput<typeof api.rates>): Promise<RouteOutput<typeof api.rates>> {
    return this.settings.read(caller);
  }

  @Route(api.saveRates)
  save({ caller, body }: RouteInput<typeof api.saveRates>): Promise<RouteOutput<typeof api.saveRates>> {
    return this.settings.save(caller, body);
  }

  @Route(api.saveJourneyRate)
  saveJourney({
    caller,
    params,
    body,
  }: RouteInput<typeof api.saveJourneyRate>): Promise<RouteOutput<typeof api.saveJourneyRate>> {
    return this.settings.saveJourney(caller, { id: params.id, ...body });
  }
}
