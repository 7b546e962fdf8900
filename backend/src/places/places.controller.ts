import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { PlacesService } from './places.service.js';

/** Places, under Settings and for programs. */
@Controller()
export class PlacesController {
  constructor(private readonly service: PlacesService) {}

  @Route(api.places)
  list({ caller, query }: RouteInput<typeof api.places>): Promise<RouteOutput<typeof api.places>> {
    return this.service.list(caller, query);
  }

  @Route(api.savePlaces)
  save({ caller, body }: RouteInput<typeof api.savePlaces>): Promise<RouteOutput<typeof api.savePlaces>> {
    return this.service.save(caller, body.places);
  }

  @Route(api.importPlaces)
  import({ caller, body }: RouteInput<typeof api.importPlaces>): Promise<RouteOutput<typeof api.importPlaces>> {
    return this.service.import(caller, body);
  }

  @Route(api.removePlace)
  async remove({ caller, params }: RouteInput<typeof api.removePlace>): Promise<RouteOutput<typeof api.removePlace>> {
    await this.service.remove(caller, params.id);
    return { ok: true };
  }
}
